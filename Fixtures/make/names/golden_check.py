"""Compares what a framework computes from exported weights with what TensorFlow 0.12.1 computed from the checkpoint."""
import json
import pathlib
import sys

import numpy

from network_input import network_input


def check(encode, step, argv, tolerance=1e-4):
    """Runs every image of GOLDEN/activations.json and prints the largest differences.

    encode: images [n, 299, 299, 3] to (features, embedding, cell, hidden); step: (word IDs, cell, hidden) to (logits, cell, hidden).
    """
    golden, images = map(pathlib.Path, argv)
    worst = dict.fromkeys(["features", "embedding", "state", "logits"], 0.0)

    def compare(name, found, expected):
        worst[name] = max(worst[name], float(numpy.abs(numpy.asarray(found, float) - numpy.asarray(expected, float)).max()))

    document = json.loads((golden / "activations.json").read_text())
    for image in document["images"]:
        features, embedding, cell, hidden = encode(network_input(images / image["file"])[None])
        compare("features", features[0], image["pooled"])
        compare("embedding", embedding[0], image["image_embedding"])
        compare("state", numpy.concatenate([cell[0], hidden[0]]), image["initial_state"])
        logits, cell, hidden = step([start_word(golden)], cell, hidden)
        expected = image["first_logits"]
        if isinstance(expected[0], dict):
            logits = [logits[0][row["index"]] for row in expected]
            expected = [row["value"] for row in expected]
        else:
            logits = logits[0]
        compare("logits", logits, expected)
        compare("state", numpy.concatenate([cell[0], hidden[0]]), image["state_after_start"])
    print(f"{len(document['images'])} images, largest differences:",
          ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))
    sys.exit(max(worst["features"], worst["logits"]) > tolerance)


def start_word(golden):
    """The ID of <S>: the line of the vocabulary beside the golden files that has it."""
    lines = (golden.parent / "word_counts.txt").read_text().splitlines()
    return next(index for index, line in enumerate(lines) if line.split()[0] in ("<S>", "b'<S>'"))
