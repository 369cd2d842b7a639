"""Trains small decoders of im2txt, for the evidence that their weights hold about `<S>` and `</S>`.

Writes DIR/NAME.npz with the six decoder tensors under im2txt's names, and DIR/NAME.txt, the vocabulary in the order of
training. With --fixtures, writes those that the tests read as float16 into DIR, as safetensors.

    python3 marker_models.py OUT [--only NAME] [--fixtures]

The captions are made up: a Markov chain over classes of words, with the frequencies of Zipf's law; an `image` is one of
twelve classes. Training is im2txt's (plain SGD at 2.0, gradients clipped at 5, everything from uniform +-0.08), except
where a model's name says otherwise. About a minute of one core for each model.

Needs torch, numpy and safetensors.
"""

import argparse
import os

import numpy
import torch

CLASSES = 12

# name: words with <S>, </S> and <UNK>; spare rows; depth; biases; order of the markers; optimizer; steps; seed
MODELS = {
    "zero-spare": dict(words=300, spare=40, bias="zero", seed=1),
    "zero-spare-reversed": dict(words=300, spare=40, bias="zero", seed=2, end_first=True),
    "zero-full": dict(words=300, spare=0, bias="zero", seed=3),
    "zero-full-reversed": dict(words=300, spare=0, bias="zero", seed=4, end_first=True),
    "log-spare": dict(words=300, spare=40, bias="log", seed=5),
    "log-full": dict(words=300, spare=0, bias="log", seed=6),
    "log-full-reversed": dict(words=300, spare=0, bias="log", seed=7, end_first=True),
    "log-never-full": dict(words=300, spare=0, bias="log-never", seed=8),
    "adam-spare": dict(words=300, spare=40, bias="zero", seed=9, optimizer="adam"),
    "adam-full": dict(words=300, spare=0, bias="log", seed=10, optimizer="adam"),
    "decay-spare": dict(words=300, spare=40, bias="zero", seed=11, optimizer="adamw"),
    "decay-full": dict(words=300, spare=0, bias="zero", seed=12, optimizer="adamw"),
    "normal-full": dict(words=300, spare=0, bias="zero", seed=13, optimizer="adam", initial="normal"),
    "normal-spare": dict(words=300, spare=40, bias="zero", seed=14, optimizer="adam", initial="normal"),
    "small-full": dict(words=40, spare=0, bias="zero", seed=15, depth=24),
    "small-full-reversed": dict(words=40, spare=0, bias="log", seed=16, depth=24, end_first=True),
    "small-spare": dict(words=40, spare=5, bias="log", seed=17, depth=24),
    "small-untrained": dict(words=40, spare=0, bias="log", seed=26, depth=24, steps=0),
    "small-adam-full": dict(words=40, spare=0, bias="zero", seed=27, depth=24, optimizer="adam", initial="normal"),
    "wide-spare": dict(words=1500, spare=60, bias="zero", seed=18, depth=64, steps=3000),
    "wide-full": dict(words=1500, spare=0, bias="log", seed=19, depth=64, steps=3000),
    "short-spare": dict(words=300, spare=40, bias="zero", seed=20, steps=150),
    "short-full": dict(words=300, spare=0, bias="zero", seed=21, steps=150),
    "untrained-spare": dict(words=300, spare=40, bias="zero", seed=22, steps=0),
    "untrained-log-full": dict(words=300, spare=0, bias="log", seed=23, steps=0),
    "no-stop-full": dict(words=300, spare=0, bias="zero", seed=24, stop=False),
    "no-stop-spare": dict(words=300, spare=40, bias="log", seed=25, stop=False),
}

# Those that the tests read.
FIXTURES = ("small-spare", "small-full", "small-full-reversed", "small-untrained", "small-adam-full")


def train(words, spare, bias, seed, depth=32, end_first=False, optimizer="sgd", steps=2500, initial="uniform", stop=True):
    """Returns the tensors by name, and the lines of the vocabulary."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    random = numpy.random.default_rng(seed)
    rows = words + spare
    end, start = (1, 2) if end_first else (2, 1)
    full_stop = 3
    unknown = words - 1
    mass = 1.0 / (1 + numpy.arange(words))
    mass[[start, end]] = 0
    if stop:
        mass[full_stop] = 0
    mass[unknown] = mass.sum() / 50
    classes = random.integers(0, CLASSES, words)
    members = [numpy.where((classes == k) & (mass > 0))[0] for k in range(CLASSES)]
    members = [m if len(m) else numpy.array([0]) for m in members]
    shares = [mass[m] / mass[m].sum() for m in members]
    chain = random.dirichlet(numpy.ones(CLASSES) * 0.3, CLASSES)

    def captions(count):
        longest = 11
        first = random.integers(0, CLASSES, count)
        ids = numpy.zeros((count, longest + 4), int)
        lengths = random.integers(4, longest + 1, count)
        for row in range(count):
            ids[row, 0] = start
            kind = first[row]
            for place in range(1, lengths[row] + 1):
                ids[row, place] = random.choice(members[kind], p=shares[kind])
                kind = random.choice(CLASSES, p=chain[kind])
            place = lengths[row] + 1
            if stop:
                ids[row, place] = full_stop
                place += 1
            ids[row, place] = end
            lengths[row] = place
        return first, ids, lengths

    first, ids, lengths = captions(4096)
    counts = numpy.bincount(numpy.concatenate([i[:n + 1] for i, n in zip(ids, lengths)]), minlength=rows).astype(float)

    def parameter(*shape):
        value = torch.empty(*shape)
        value.uniform_(-0.08, 0.08) if initial == "uniform" else value.normal_(0, 0.1)
        return torch.nn.Parameter(value)

    embedding, columns, images = parameter(rows, depth), parameter(depth, rows), parameter(CLASSES, depth)
    lstm = torch.nn.LSTM(depth, depth, batch_first=True)
    for value in lstm.parameters():
        torch.nn.init.uniform_(value, -0.08, 0.08)
    with torch.no_grad():
        lstm.bias_hh_l0.zero_()
        lstm.bias_hh_l0[depth:2 * depth] = 1  # TensorFlow adds the forget bias at run time
    lstm.bias_hh_l0.requires_grad = False
    initial_bias = numpy.zeros(rows)
    if bias.startswith("log"):
        targets = counts.copy()
        if bias == "log-never":
            targets[start] = 0
        initial_bias = numpy.log((targets + 0.1) / targets.sum())
    biases = torch.nn.Parameter(torch.tensor(initial_bias, dtype=torch.float32))
    parameters = [embedding, columns, images, biases] + [p for p in lstm.parameters() if p.requires_grad]
    rate = 2.0
    if optimizer != "sgd":
        method = torch.optim.Adam if optimizer == "adam" else torch.optim.AdamW
        stepper = method(parameters, lr=0.004, **({"weight_decay": 0.05} if optimizer == "adamw" else {}))
    first, ids, lengths = torch.tensor(first), torch.tensor(ids), torch.tensor(lengths)
    places = torch.arange(ids.shape[1] - 1)
    for step in range(steps):
        chosen = torch.tensor(random.integers(len(ids), size=32))
        batch, target = ids[chosen, :-1], ids[chosen, 1:]
        states, _ = lstm(torch.cat([images[first[chosen]][:, None], embedding[batch]], 1))
        logits = states[:, 1:] @ columns + biases
        mask = places[None] < lengths[chosen][:, None]
        loss = torch.nn.functional.cross_entropy(logits[mask], target[mask])
        for value in parameters:
            value.grad = None
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        if optimizer == "sgd":
            with torch.no_grad():
                for value in parameters:
                    value -= rate * value.grad
            if step % (steps // 4 + 1) == steps // 4:
                rate *= 0.7
        else:
            stepper.step()
    if steps:
        print("    loss %.3f" % float(loss.detach()))

    def gates(value):
        i, f, j, o = numpy.split(value, 4, axis=-1)  # torch's order; TensorFlow's is i, j, f, o
        return numpy.concatenate([i, j, f, o], axis=-1)

    get = lambda value: value.detach().numpy()
    tensors = {
        "seq_embedding/map": get(embedding), "logits/weights": get(columns), "logits/biases": get(biases),
        "image_embedding/weights": get(images),
        "lstm/basic_lstm_cell/kernel": gates(numpy.concatenate([get(lstm.weight_ih_l0).T, get(lstm.weight_hh_l0).T])),
        "lstm/basic_lstm_cell/bias": gates(get(lstm.bias_ih_l0)),
    }
    names = ["w%d" % k for k in range(words - 1)]
    names[0], names[start], names[end], names[full_stop] = "a", "<S>", "</S>", "."
    lines = ["%s %d\n" % (name, counts[k]) for k, name in enumerate(names)]
    return {name: numpy.ascontiguousarray(value, numpy.float32) for name, value in tensors.items()}, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--only", metavar="NAME")
    parser.add_argument("--fixtures", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.output, exist_ok=True)
    for name, model in MODELS.items():
        if options.only and options.only not in name or options.fixtures and name not in FIXTURES:
            continue
        print(name, flush=True)
        tensors, lines = train(**model)
        path = os.path.join(options.output, name)
        if options.fixtures:
            import safetensors.numpy
            safetensors.numpy.save_file({k: v.astype(numpy.float16) for k, v in tensors.items()}, path + ".safetensors")
        else:
            numpy.savez(path + ".npz", **tensors)
        with open(path + ".txt", "w", encoding="ascii") as file:
            file.writelines(lines)


if __name__ == "__main__":
    main()
