"""Trains the scenes model: small pictures first, then 299 with the original's preprocessing.

The schedule is in minutes, not in steps, because the machine's speed is what is given.
State is kept in WORK/state.pt; running the command again continues where it stopped.

    python train_scenes.py --work DIR

One process per core with one thread each, joined once per step: with threads, every small
convolution would wait for a core that something else is using.
"""

import argparse
import io
import json
import math
import os
import random
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

import draw_scenes
from show_and_tell_torch import ConvBN, ShowAndTell

TRAIN_SEED = 1000000000
HELD_OUT_SEED = 10000000

# size, batch per process, minutes, bfloat16, part of the pictures that goes through JPEG and resize, momentum
STAGES = [
    (107, 32, 12, True, 0.0, 0.05),
    (155, 24, 22, True, 0.0, 0.05),
    (299, 12, 22, True, 0.5, 0.03),
    (299, 12, 6, False, 1.0, 0.02),
]
ROWS = 40  # embedding rows and logits; the vocabulary has 25 words and <UNK>


def preprocess(rgb):
    """Decoded uint8 picture -> 299x299x3 float32, as the original's graph does it."""
    def axis(n):
        position = np.arange(346, dtype=np.float32) * (np.float32(n) / np.float32(346))
        low = position.astype(np.int32)
        return low[23:322], np.minimum(low + 1, n - 1)[23:322], (position - low)[23:322].astype(np.float32)
    y0, y1, fy = axis(rgb.shape[0])
    x0, x1, fx = axis(rgb.shape[1])
    scaled = rgb.astype(np.float32) * np.float32(1 / 255.0)
    fx = fx[None, :, None]

    def row(y):
        r = scaled[y]
        left, right = r[:, x0], r[:, x1]
        return left + (right - left) * fx
    top, bottom = row(y0), row(y1)
    return ((top + (bottom - top) * fy[:, None, None]) - np.float32(0.5)) * np.float32(2)


def picture(scene, size, through_jpeg, rng):
    """Float32 picture for the network."""
    if not through_jpeg:
        image = draw_scenes.render(scene, size, size, 299.0 / 346.0)
        return (np.asarray(image, np.float32) / 255 - 0.5) * 2
    mean = math.exp(rng.uniform(math.log(270), math.log(450)))
    width = int(round(mean * math.sqrt(scene["aspect"])))
    height = int(round(mean / math.sqrt(scene["aspect"])))
    data = io.BytesIO()
    draw_scenes.render(scene, width, height).save(data, "JPEG", quality=rng.randint(85, 95))
    return preprocess(np.asarray(Image.open(data).convert("RGB")))


def attributes(scene):
    """The scene as class numbers, for the auxiliary heads."""
    colors = sorted(draw_scenes.COLORS)
    out = [scene["relation"] + 1 if len(scene["groups"]) == 2 else 0]
    for k in (0, 1):
        if k < len(scene["groups"]):
            n, s, c, h = scene["groups"][k]
            out += [n, 1 + draw_scenes.SIZES.index(s), 1 + colors.index(c), 1 + draw_scenes.SHAPES.index(h)]
        else:
            out += [0, 0, 0, 0]
    return out


HEADS = (3, 4, 3, 7, 5, 4, 3, 7, 5)

# Heads that say what each single object is, at its place in a map: block, offset, stride.
# Without them the model learns color, size, number and relation within minutes and stays
# at chance for the shape.
PLACES = (("Mixed_5d", 13, 8), ("Mixed_6e", 21, 16))
OBJECT_HEADS = (len(draw_scenes.SHAPES), len(draw_scenes.COLORS), len(draw_scenes.SIZES))
OBJECT_WEIGHTS = (1.0, 0.2, 0.2)


def objects(scene):
    """Per object, three at most: there, x, y (in the crop, 0...1), shape, color, size."""
    out = np.zeros((3, 6), np.float32)
    colors = sorted(draw_scenes.COLORS)
    for k, (group, color, shape, _, _, x, y) in enumerate(scene["objects"]):
        x, y = ((c - 0.5) * 346 / 299 + 0.5 for c in (x, y))
        out[k] = (1, x, y, draw_scenes.SHAPES.index(shape), colors.index(color),
                  draw_scenes.SIZES.index(scene["groups"][group][1]))
    return out


def object_loss(maps, heads, there, size):
    which = there[:, :, 0].nonzero()
    image = which[:, 0]
    one = there[which[:, 0], which[:, 1]]
    loss = 0
    for head, (block, offset, stride) in zip(heads, PLACES):
        features = maps[block]
        x, y = (((one[:, k] * size - offset) / stride).round().long().clamp(0, features.shape[-1] - 1)
                for k in (1, 2))
        scores = head(features.permute(0, 2, 3, 1)[image, y, x].float()).split(OBJECT_HEADS, 1)
        for k, weight in enumerate(OBJECT_WEIGHTS):
            loss = loss + weight * F.cross_entropy(scores[k], one[:, 3 + k].long())
    return loss / len(PLACES)


class Scenes(torch.utils.data.IterableDataset):
    def __init__(self, ids, first, last, batch, size, jpeg_part, rank=0, world=1):
        self.ids, self.first, self.last, self.batch = ids, first, last, batch
        self.size, self.jpeg_part, self.rank, self.world = size, jpeg_part, rank, world

    def __iter__(self):
        base = self.first
        while self.last is None or base < self.last:
            seed = base + self.rank * self.batch
            base += self.world * self.batch
            pictures, words, targets, there = [], [], [], []
            for _ in range(self.batch):
                scene = draw_scenes.scene_of(seed)
                rng = random.Random(seed + 1)
                jpeg = rng.random() < self.jpeg_part
                pictures.append(picture(scene, self.size, jpeg, rng))
                words.append([self.ids[w] for w in draw_scenes.caption(scene).split()])
                targets.append(attributes(scene))
                there.append(objects(scene))
                seed += 1
            length = max(map(len, words)) + 2
            padded = np.full((self.batch, length), -1, np.int64)
            for k, w in enumerate(words):
                padded[k, :len(w) + 2] = [self.ids[draw_scenes.PREFIX]] + w + [self.ids[draw_scenes.SUFFIX]]
            x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
            yield x, torch.from_numpy(padded), (torch.tensor(targets), torch.from_numpy(np.stack(there))), base


def loader(*args, workers=1):
    def setup(_):
        torch.set_num_threads(1)
    return iter(torch.utils.data.DataLoader(
        Scenes(*args), batch_size=None, num_workers=workers, worker_init_fn=setup,
        prefetch_factor=6 if workers else None,
        multiprocessing_context="fork" if workers else None))


def exact(model, ids, size, count, full, bf16, rank=0, world=1, first=HELD_OUT_SEED):
    """Part of held-out scenes whose greedy caption is exactly right."""
    model.eval()
    right = torch.zeros(1)
    with torch.no_grad():
        for x, words, _, _ in loader(ids, first, first + count, 20, size, 1.0 if full else 0.0,
                                     rank, world, workers=0):
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                pooled, _ = model.cnn(x)
            said = model.greedy(pooled, ids[draw_scenes.PREFIX])
            for row, truth in zip(said.tolist(), words.tolist()):
                truth = [w for w in truth if w >= 0][1:]
                right += row[:len(truth)] == truth
    model.train()
    if world > 1:
        dist.all_reduce(right)
    return right.item() / count


def train(rank, world, args):
    dist.init_process_group("gloo", init_method="file://" + os.path.join(args.work, "rendezvous"),
                            rank=rank, world_size=world)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    state_path = os.path.join(args.work, "state.pt")
    words = draw_scenes.vocabulary()
    ids = {w: k for k, (w, _) in enumerate(words)}
    assert len(ids) < ROWS

    model = ShowAndTell(ROWS).to(memory_format=torch.channels_last)
    heads = nn.ModuleList([nn.Linear(model.cnn.channels, sum(HEADS)),
                           nn.Linear(model.cnn.block_channels["Mixed_6e"], sum(HEADS))]
                          + [nn.Linear(model.cnn.block_channels[b], sum(OBJECT_HEADS)) for b, _, _ in PLACES])
    parameters = list(model.parameters()) + list(heads.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=1e-4)
    progress = {"step": 0, "elapsed": 0.0, "next_seed": TRAIN_SEED, "images": 0}
    if os.path.exists(state_path):
        saved = torch.load(state_path, weights_only=False)
        model.load_state_dict(saved["model"])
        heads.load_state_dict(saved["heads"])
        if "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
        progress = saved["progress"]
    total = 60.0 * sum(s[2] for s in STAGES)

    def say(text):
        if rank == 0:
            print(time.strftime("%H:%M:%S ") + text, flush=True)

    def average_statistics():
        """Each process has seen other pictures: the moving statistics are their mean."""
        for buffer in model.buffers():
            dist.all_reduce(buffer)
            buffer /= world

    def save():
        if rank != 0:
            return
        torch.save({"model": model.state_dict(), "heads": heads.state_dict(),
                    "optimizer": optimizer.state_dict(), "progress": progress}, state_path + ".new")
        os.replace(state_path + ".new", state_path)
        variables = model.tensorflow_variables()
        variables["global_step"] = np.int32(progress["step"])
        np.savez(os.path.join(args.work, "weights.new.npz"), **variables)
        os.replace(os.path.join(args.work, "weights.new.npz"), os.path.join(args.work, "weights.npz"))

    end = 0.0
    for number, (size, batch, minutes, bf16, jpeg_part, momentum) in enumerate(STAGES):
        end += 60.0 * minutes
        if progress["elapsed"] >= end:
            continue
        for module in model.modules():
            if isinstance(module, ConvBN):
                module.momentum = momentum
        data = loader(ids, progress["next_seed"], None, batch, size, jpeg_part, rank, world)
        model.train()
        clock = time.time()
        losses, shown, images_shown = [], progress["elapsed"], progress["images"]
        checked = progress["elapsed"]
        while progress["elapsed"] < end:
            x, sentence, (targets, there), seed = next(data)
            part = progress["elapsed"] / total
            rate = args.rate * min(1.0, (progress["step"] + 1) / 150) * (
                0.004 + 0.996 * 0.5 * (1 + math.cos(math.pi * min(1, part))))
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                pooled, maps = model.cnn(x)
            feed, want = sentence[:, :-1].clamp(min=0), sentence[:, 1:]
            logits = model.decode(pooled, feed)
            loss = F.cross_entropy(logits.flatten(0, 1), want.flatten(), ignore_index=-1)
            side = 0
            for head, features in zip(heads, (pooled, maps["Mixed_6e"].float().mean((2, 3)))):
                for k, scores in enumerate(head(features).split(HEADS, 1)):
                    side = side + F.cross_entropy(scores, targets[:, k]) / len(HEADS)
            single = object_loss(maps, heads[2:], there, size)
            optimizer.zero_grad(set_to_none=True)
            (loss + 0.3 * side + 0.5 * single).backward()
            # One exchange per step; the clock of the first process decides for all.
            elapsed = progress["elapsed"] + time.time() - clock if rank == 0 else 0.0
            flat = torch.cat([p.grad.flatten() for p in parameters] + [torch.tensor(
                [loss.item(), side.item(), single.item(), elapsed])])
            dist.all_reduce(flat)
            clock = time.time()
            position = 0
            for p in parameters:
                p.grad.copy_(flat[position:position + p.numel()].view_as(p) / world)
                position += p.numel()
            nn.utils.clip_grad_norm_(parameters, 2.0)
            optimizer.step()
            progress["elapsed"] = flat[-1].item()
            progress["step"] += 1
            progress["images"] += batch * world
            progress["next_seed"] = seed
            losses.append((flat[-4:-1] / world).tolist())
            passed = progress["elapsed"] - shown
            if passed > 20:
                m = np.mean(losses, 0)
                say("stage %d step %d %.1f min rate %.2e loss %.4f side %.4f objects %.4f %.1f images/s" % (
                    number, progress["step"], progress["elapsed"] / 60, rate, m[0], m[1], m[2],
                    (progress["images"] - images_shown) / passed))
                losses, shown, images_shown = [], progress["elapsed"], progress["images"]
            if progress["elapsed"] - checked > 180:
                average_statistics()
                say("  exact %.3f of 200 held-out scenes at %d" % (
                    exact(model, ids, size, 200, jpeg_part > 0, bf16, rank, world), size))
                save()
                checked = progress["elapsed"]
        average_statistics()
        say("  end of stage %d: exact %.3f at %d" % (
            number, exact(model, ids, size, 200, jpeg_part > 0, bf16, rank, world), size))
        save()
        del data
    say("exact at 299, full preprocessing, float32: %.3f of 400; %d steps, %d images, %.1f min" % (
        exact(model, ids, 299, 400, True, False, rank, world), progress["step"], progress["images"],
        progress["elapsed"] / 60))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.work = os.path.abspath(args.work)
    os.makedirs(args.work, exist_ok=True)
    rendezvous = os.path.join(args.work, "rendezvous")
    if os.path.exists(rendezvous):
        os.remove(rendezvous)
    with open(os.path.join(args.work, "words.json"), "w") as f:
        json.dump(draw_scenes.vocabulary(), f)
    multiprocessing.spawn(train, (args.processes, args), args.processes)


if __name__ == "__main__":
    main()
