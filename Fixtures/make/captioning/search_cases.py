"""Writes beam searches over made-up models, with the captions that golden.py's search finds: Fixtures/captioning/searches.json.

    python search_cases.py ../../captioning/searches.json      (where golden.py runs: Python 2.7 with TensorFlow 0.12.1)

The models are tables that any program can make from the case's seed with the generator below. Most of their probabilities
are powers of two, so scores are often equal and every rule for ties counts; some are zero or too small to be taken.
"""

from __future__ import absolute_import, division, print_function

import collections
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import numpy as np

import golden

CASES = 400
STATES = 5
START, END = 1, 2


class Draws(object):
    """Knuth's 64-bit linear congruential generator; the upper 31 bits of each state are a draw."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def table(draws, size):
    """Probabilities of the next word by state and last word: [STATES, size, size]."""
    values = np.zeros((STATES, size, size), np.float32)
    for index in np.ndindex(*values.shape):
        kind = draws.below(20)
        if kind == 0:
            values[index] = 0
        elif kind == 1:
            values[index] = 1e-12  # As a float32 this is below 1e-12.
        elif kind == 2:
            values[index] = 1.5e-12
        else:
            values[index] = 2.0**-(1 + draws.below(6))
    return values


Vocabulary = collections.namedtuple("Vocabulary", "start end")


def main():
    choose = Draws(2026)
    lines = []
    for seed in range(CASES):
        size = 4 + choose.below(8)
        probabilities = table(Draws(seed), size)
        run = golden.Run([1, 2, 3, 5, 8, 13][choose.below(6)], [1, 2, 3, 5, 9, 20][choose.below(6)],
                         [0.0, 0.0, 0.5, 1.0][choose.below(4)])

        def step(words, states):
            return (np.array([probabilities[state][word] for word, state in zip(words, states)]),
                    [(3 * state + word + 1) % STATES for word, state in zip(words, states)])

        captions = golden.beam_search(step, seed % STATES, Vocabulary(START, END), run)
        lines.append("  " + json.dumps(collections.OrderedDict([
            ("seed", seed), ("words", size), ("beam_size", run.beam_size), ("max_length", run.max_length),
            ("length_normalization", run.length_normalization),
            ("captions", [collections.OrderedDict([("ids", beam.words), ("logprob", beam.logprob), ("score", beam.score)])
                          for beam in captions])])))
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
