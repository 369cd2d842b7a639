"""How many captions of a folder of scenes TensorFlow gets exactly right.

    python evaluate_scenes.py --checkpoint PREFIX --vocab word_counts.txt --images DIR

DIR holds the pictures and truth.json, as draw_scenes.py writes them. Runs in TensorFlow
0.12.1 (Python 2.7) and 1.15 (Python 3.7), with the original's beam search from ../golden.py.
"""

from __future__ import print_function

import argparse
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import golden  # noqa: E402
import tensorflow as tf  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--beam-size", type=int, default=3)
    args = parser.parse_args()
    vocabulary = golden.Vocabulary(args.vocab)
    model = golden.Model(args.checkpoint)
    run = golden.Run(args.beam_size, 20, 0.0)
    with io.open(os.path.join(args.images, "truth.json"), encoding="utf-8") as f:
        truth = json.load(f)
    right = 0
    for name in sorted(truth):
        with io.open(os.path.join(args.images, name), "rb") as f:
            jpeg = f.read()
        best = golden.beam_search(model.step, model.initial_state(jpeg), vocabulary, run)[0]
        said = vocabulary.text(best.words).decode("utf-8")
        if said == truth[name]:
            right += 1
        else:
            print("%s\n  is   %s\n  said %s" % (name, truth[name], said))
    print("TensorFlow %s, beam size %d: %d of %d exactly right" % (
        tf.__version__, args.beam_size, right, len(truth)))


if __name__ == "__main__":
    main()
