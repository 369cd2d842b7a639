"""Captions images with TensorFlow 0.12.1 as the original program does, for measuring it whole.

    PYTHONPATH=../Fixtures/make python2.7 -m peers.tensorflow_program CHECKPOINT WORD_COUNTS IMAGE...

Its steps are the original's: build the graph, restore the checkpoint, run each image through the network alone, and sort
all words in Python at every step of the search.
"""

from __future__ import absolute_import, division, print_function

import io
import os
import sys

import golden


def likeliest_words(probabilities, count):
    """The likeliest words, found as the original program finds them."""
    words = list(enumerate(probabilities))
    words.sort(key=lambda word: -word[1])
    return [word_id for word_id, _ in words[:count]]


def main(checkpoint, word_counts, images):
    model = golden.Model(checkpoint)
    vocabulary = golden.Vocabulary(word_counts)
    for path in images:
        with io.open(path, "rb") as image:
            initial_state = model.initial_state(image.read())
        captions = golden.beam_search(model.step, initial_state, vocabulary, golden.DEFAULT_RUN, likeliest_words)
        sys.stdout.write(golden.printed(os.path.basename(path), captions, vocabulary))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
