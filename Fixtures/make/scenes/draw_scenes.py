"""Seeded drawing of scenes: an RGB picture and the one caption that is right for it.

The caption is a function of the scene alone: fixed word order, no synonyms. A scene is one
group of equal shapes, or two groups (three shapes at most) of which the upper or the left
one is named first. Shapes never overlap, stay inside the central 80 % of the picture, and
small and large differ by a factor of two, so nothing is a matter of taste.

    python draw_scenes.py --seed 7 --count 8 --size 400x300 --output DIR
"""

import argparse
import json
import math
import os
import random

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ("circle", "square", "triangle", "star")
SIZES = ("small", "large")
COLORS = {
    "red": (214, 38, 38),
    "green": (34, 150, 62),
    "blue": (36, 78, 208),
    "yellow": (246, 206, 24),
    "purple": (136, 44, 160),
    "black": (22, 22, 26),
}
NUMBERS = {1: "a", 2: "two", 3: "three"}
RELATIONS = ("above", "left of")

# Half of a shape's width as a part of the geometric mean of the picture's sides.
RADIUS = {"small": (0.052, 0.064), "large": (0.112, 0.132)}
# Equalises the areas a little: a star of the circle's radius would look small.
OUTER = {"circle": 1.0, "square": 0.9, "triangle": 1.15, "star": 1.2}
MARGIN = 0.1

PREFIX = "<S>"
SUFFIX = "</S>"


def phrase(group):
    count, size, color, shape = group
    return "%s %s %s %s%s" % (NUMBERS[count], size, color, shape, "s" if count > 1 else "")


def caption(scene):
    words = phrase(scene["groups"][0])
    if len(scene["groups"]) == 2:
        words += " %s %s" % (RELATIONS[scene["relation"]], phrase(scene["groups"][1]))
    return words + " ."


def draw_group(rng, count):
    return (count, rng.choice(SIZES), rng.choice(sorted(COLORS)), rng.choice(SHAPES))


def _place(rng, scene, aspect):
    """Centers and radii in units of the picture, or None when this try does not fit."""
    ax, ay = 1 / math.sqrt(aspect), math.sqrt(aspect)  # geometric mean -> width, height
    objects = []
    extents = []
    for index, (count, size, color, shape) in enumerate(scene["groups"]):
        base = rng.uniform(*RADIUS[size])
        for _ in range(count):
            r = base * rng.uniform(0.96, 1.04) * OUTER[shape]
            objects.append([index, color, shape, r * ax, r * ay])
            extents.append((r * ax, r * ay))
    lo, hi = MARGIN, 1 - MARGIN
    if len(scene["groups"]) == 1:
        for o in objects:
            o.append(rng.uniform(lo + o[3], hi - o[3]))
            o.append(rng.uniform(lo + o[4], hi - o[4]))
    else:
        # Along the axis of the relation the groups are clearly apart; across it they are
        # nearly in line, and the two shapes of a pair lie side by side across it.
        along = 1 if scene["relation"] == 0 else 0
        half = [max(o[3 + along] for o in objects if o[0] == g) for g in (0, 1)]
        gap = rng.uniform(0.05, 0.2)
        length = 2 * half[0] + gap + 2 * half[1] + 0.03
        if length > hi - lo:
            return None
        start = rng.uniform(lo, hi - length)
        middle = (start + half[0] + 0.015, start + length - half[1] - 0.015)
        across_half = 0
        spread = {}
        for g in (0, 1):
            members = [o for o in objects if o[0] == g]
            if len(members) == 1:
                spread[g] = [0.0]
                across_half = max(across_half, members[0][4 - along])
            else:
                reach = members[0][4 - along] + members[1][4 - along]
                d = reach + rng.uniform(0.03, 0.14)
                spread[g] = [-d / 2, d / 2]
                across_half = max(across_half, d / 2 + max(m[4 - along] for m in members))
        shift = rng.uniform(-0.06, 0.06)
        room = across_half + abs(shift) / 2
        if 2 * room > hi - lo:
            return None
        center = rng.uniform(lo + room, hi - room)
        seen = {0: 0, 1: 0}
        for o in objects:
            g = o[0]
            across = center + (shift / 2 if g else -shift / 2) + spread[g][seen[g]]
            seen[g] += 1
            position = middle[g] + rng.uniform(-0.015, 0.015)
            o.extend((across, position) if along else (position, across))
    for i, o in enumerate(objects):
        if not (lo <= o[5] - o[3] and o[5] + o[3] <= hi and lo <= o[6] - o[4] and o[6] + o[4] <= hi):
            return None
        for p in objects[:i]:
            if abs(o[5] - p[5]) < o[3] + p[3] + 0.02 and abs(o[6] - p[6]) < o[4] + p[4] + 0.02:
                return None
    return objects


def draw_scene(rng, aspect=None):
    """A scene: groups, relation, aspect (width / height), placed objects, background."""
    if aspect is None:
        aspect = math.exp(rng.uniform(math.log(0.75), math.log(1.34)))
    kind = rng.random()
    if kind < 0.15:
        counts = (1,)
    elif kind < 0.32:
        counts = (rng.choice((2, 3)),)
    elif kind < 0.78:
        counts = (1, 1)
    else:
        counts = rng.choice(((1, 2), (2, 1)))
    while True:
        groups = [draw_group(rng, c) for c in counts]
        # Two groups of the same shapes would read like a count.
        if len(groups) == 1 or groups[0][2:] != groups[1][2:]:
            break
    scene = {"groups": groups, "relation": rng.randrange(2), "aspect": aspect}
    objects = None
    while objects is None:
        objects = _place(rng, scene, aspect)
    scene["objects"] = objects
    scene["seed"] = rng.getrandbits(32)
    return scene


def _pastel(rng):
    gray = rng.uniform(150, 240)
    return np.clip([gray + rng.uniform(-16, 16) for _ in range(3)], 0, 250)


def _background(rng, width, height):
    kind = rng.random()
    first = _pastel(rng)
    if kind < 0.3:
        plane = np.empty((height, width, 3), np.float32)
        plane[:] = first
    elif kind < 0.65:
        second = _pastel(rng)
        angle = rng.uniform(0, 2 * math.pi)
        x = np.linspace(-0.5, 0.5, width, dtype=np.float32) * math.cos(angle)
        y = np.linspace(-0.5, 0.5, height, dtype=np.float32) * math.sin(angle)
        t = (x[None, :] + y[:, None] + 0.7) / 1.4
        plane = first.astype(np.float32) + t[:, :, None] * (second - first).astype(np.float32)
    else:
        noise = np.random.RandomState(rng.getrandbits(32))
        cells = rng.randint(3, 9)
        low = np.clip(first + noise.normal(0, rng.uniform(4, 14), (cells, cells, 1))
                      + noise.normal(0, 4, (cells, cells, 3)), 0, 250)
        return Image.fromarray(low.astype(np.uint8)).resize((width, height), Image.BICUBIC)
    return Image.fromarray(np.clip(plane + 0.5, 0, 255).astype(np.uint8))


def _outline(shape, cx, cy, rx, ry):
    if shape == "circle":
        return None
    if shape == "square":
        return [(cx - rx, cy - ry), (cx + rx, cy - ry), (cx + rx, cy + ry), (cx - rx, cy + ry)]
    if shape == "triangle":
        return [(cx, cy - ry), (cx + rx * 0.95, cy + ry * 0.7), (cx - rx * 0.95, cy + ry * 0.7)]
    points = []
    for k in range(10):
        part = 1.0 if k % 2 == 0 else 0.42
        angle = math.pi * k / 5
        points.append((cx + rx * part * math.sin(angle), cy - ry * part * math.cos(angle)))
    return points


def render(scene, width, height, window=1.0):
    """The picture. `window` < 1 shows only that central part, as the crop of the model does."""
    rng = random.Random(scene["seed"])
    image = _background(rng, width, height)
    over = 4
    for _, color, shape, rx, ry, cx, cy in scene["objects"]:
        cx, cy = (((c - 0.5) / window + 0.5) * n for c, n in ((cx, width), (cy, height)))
        rx, ry = rx / window * width, ry / window * height
        rgb = tuple(max(0, min(255, c + rng.randint(-12, 12))) for c in COLORS[color])
        left, top = int(cx - rx) - 1, int(cy - ry) - 1
        w, h = int(cx + rx) + 2 - left, int(cy + ry) + 2 - top
        mask = Image.new("L", (w * over, h * over))
        pen = ImageDraw.Draw(mask)
        x, y = (cx - left) * over, (cy - top) * over
        outline = _outline(shape, x, y, rx * over, ry * over)
        if outline is None:
            pen.ellipse((x - rx * over, y - ry * over, x + rx * over, y + ry * over), fill=255)
        else:
            pen.polygon(outline, fill=255)
        image.paste(rgb, (left, top), mask.reduce(over))
    return image


def scene_of(seed, aspect=None):
    return draw_scene(random.Random(seed), aspect)


def vocabulary(seed=1, count=100000):
    """(word, count) in falling order of the count over `count` captions, <S> and </S> included."""
    rng = random.Random(seed)
    counts = {}
    for _ in range(count):
        for word in [PREFIX] + caption(draw_scene(rng)).split() + [SUFFIX]:
            counts[word] = counts.get(word, 0) + 1
    order = {PREFIX: 0, SUFFIX: 1}
    return sorted(counts.items(), key=lambda x: (-x[1], order.get(x[0], 2), x[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="scene k has the seed SEED + k")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--size", default="400x300", help="comma-separated, used in turn")
    parser.add_argument("--quality", type=int, default=92)
    parser.add_argument("--name", default="scene-%02d.jpg")
    parser.add_argument("--output", required=True)
    args = parser.parse_args()
    os.makedirs(args.output, exist_ok=True)
    truth = {}
    sizes = [tuple(int(n) for n in s.split("x")) for s in args.size.split(",")]
    for k in range(args.count):
        width, height = sizes[k % len(sizes)]
        scene = scene_of(args.seed + k, width / height)
        name = args.name % (k + 1)
        render(scene, width, height).save(os.path.join(args.output, name), quality=args.quality)
        truth[name] = caption(scene)
    with open(os.path.join(args.output, "truth.json"), "w") as f:
        json.dump(truth, f, indent=2, sort_keys=True)
        f.write("\n")


if __name__ == "__main__":
    main()
