"""Writes what TensorFlow makes of an im2txt checkpoint and some images: the golden files other programs are held to.

    python golden.py --checkpoint model.ckpt-1000 --vocab word_counts.txt --out golden/ images/*.jpg

Files written:

    captions.json       captions of every image for several settings of the beam search
    run_inference.txt   the standard output of the original program with its defaults
    pixels.json         digests of the decoded pixels and of the network's input, with some values of the latter
    activations.json    every stage of the network: statistics and samples of the big maps, the small vectors whole

With --maps FILE.npz the big maps are also written whole, as `image.jpg/endpoint`: 29 MB an image at full size.

Meant for Python 2.7 with TensorFlow 0.12.1, whose JPEG decoder and arithmetic are the reference; it also runs in
TensorFlow 1.15. Numbers are written so that reading them back gives the same float32 or float64.
"""

from __future__ import absolute_import, division, print_function

import argparse
import ast
import collections
import hashlib
import heapq
import io
import json
import math
import os
import sys
import time

import numpy as np
import tensorflow as tf

import im2txt_graph

Run = collections.namedtuple("Run", ["beam_size", "max_length", "length_normalization"])

DEFAULT_RUN = Run(3, 20, 0.0)

# The last run is too short for most captions, so it shows what happens to partial ones.
RUNS = [
    DEFAULT_RUN, Run(1, 20, 0.0), Run(5, 20, 0.0),
    Run(3, 20, 1.0), Run(5, 20, 1.0), Run(3, 20, 0.5), Run(5, 20, 0.5),
    Run(3, 5, 0.0),
]

MAP_SAMPLES = 64
INPUT_SAMPLES = 32
LOGIT_SAMPLES = 200
TOP_WORDS = 20

# Words rarer than this are never taken, so that no logarithm of zero occurs.
SMALLEST_PROBABILITY = 1e-12


class Vocabulary(object):
    """The words of a word_counts.txt; a word's ID is its line number, counted from 0."""

    START, END, UNKNOWN = b"<S>", b"</S>", b"<UNK>"

    def __init__(self, path):
        with io.open(path, "rb") as file:
            words = [line.split()[0] for line in file.read().splitlines()]
        if self.START not in words:
            # Written by Python 3, which put its own notation for bytes into the file: b'word'.
            words = [self._literal(word) for word in words]
        for word in (self.START, self.END):
            if word not in words:
                raise ValueError("%s has no line for %s" % (path, word.decode("ascii")))
        if self.UNKNOWN not in words:
            words.append(self.UNKNOWN)
        self.words = words
        # As in a dictionary filled line by line, the last line of a repeated word counts.
        ids = {word: word_id for word_id, word in enumerate(words)}
        self.start, self.end = ids[self.START], ids[self.END]

    def text(self, word_ids):
        """The words as the original program prints them. The first and the last word are dropped, whatever they are."""
        words = [self.words[i] if i < len(self.words) else self.UNKNOWN for i in word_ids[1:-1]]
        return b" ".join(words)

    @staticmethod
    def _literal(text):
        value = ast.literal_eval(text.decode("ascii"))
        return value if isinstance(value, bytes) else value.encode("utf-8")


class Beam(object):
    """A caption, complete or growing. Beams compare by score alone."""

    def __init__(self, words, state, logprob, score):
        self.words = words
        self.state = state
        self.logprob = logprob
        self.score = score

    def __lt__(self, other):
        return self.score < other.score


class BestBeams(object):
    """A bounded min-heap. Its array order is visible in results, so it must be this heap and no other container."""

    def __init__(self, limit):
        self.limit = limit
        self.heap = []

    def add(self, beam):
        if len(self.heap) < self.limit:
            heapq.heappush(self.heap, beam)
        elif self.heap[0] < beam:
            # On equal scores the earlier beam stays.
            heapq.heapreplace(self.heap, beam)


def likeliest_words(probabilities, count):
    """The IDs of the `count` likeliest words; of equally probable words the one with the lower ID comes first."""
    return np.argsort(-probabilities, kind="mergesort")[:count]


def beam_search(step, initial_state, vocabulary, run, likeliest=likeliest_words):
    """The captions of one image, best first, as lists of Beam.

    `step` takes word IDs and states, one row per beam, and returns word probabilities and new states. All beams of a
    step go through it together and in heap order: a matrix product over another number of rows may round otherwise.
    """
    partial = [Beam([vocabulary.start], initial_state, 0.0, 0.0)]
    complete = BestBeams(run.beam_size)
    for _ in range(run.max_length - 1):
        probabilities, states = step([beam.words[-1] for beam in partial], [beam.state for beam in partial])
        longer = BestBeams(run.beam_size)
        for row, beam in enumerate(partial):
            for word in likeliest(probabilities[row], run.beam_size):
                probability = float(probabilities[row][word])
                if probability < SMALLEST_PROBABILITY:
                    continue
                words = beam.words + [int(word)]
                logprob = beam.logprob + math.log(probability)
                if word != vocabulary.end:
                    longer.add(Beam(words, states[row], logprob, logprob))
                    continue
                score = logprob
                if run.length_normalization > 0:
                    score /= len(words) ** run.length_normalization
                complete.add(Beam(words, states[row], logprob, score))
        partial = longer.heap
        if not partial:
            break
    # Unfinished captions are a last resort and never mixed with finished ones. The sort keeps heap order on ties.
    return sorted(complete.heap or partial, reverse=True)


class Model(object):
    """A checkpoint in a session, asked for one image after the other."""

    def __init__(self, checkpoint):
        self.graph, restore = im2txt_graph.open_checkpoint(checkpoint)
        self.session = tf.Session()
        restore(self.session)

    def initial_state(self, jpeg):
        return self.session.run(self.graph.initial_state, {self.graph.image_feed: jpeg})[0]

    def step(self, words, states):
        feed = {self.graph.input_feed: np.array(words), self.graph.state_feed: np.array(states)}
        return self.session.run([self.graph.softmax, self.graph.state], feed)


def captions_json(run, captions, vocabulary):
    """The captions of one image as they appear in captions.json."""
    return [collections.OrderedDict([
        ("ids", beam.words),
        ("text", vocabulary.text(beam.words).decode("utf-8")),
        ("logprob", beam.logprob),
        ("score", beam.score),
        ("probability", math.exp(beam.logprob)),
    ]) for beam in captions]


def printed(file, captions, vocabulary):
    """What the original program prints for one image."""
    lines = [b"Captions for image %s:" % file.encode("utf-8")]
    for index, beam in enumerate(captions):
        lines.append(b"  %d) %s (p=%s)" % (
            index, vocabulary.text(beam.words), ("%f" % math.exp(beam.logprob)).encode("ascii")))
    return b"".join(line + b"\n" for line in lines)


def pixels_json(model, file, jpeg):
    """The decoded image and the network's input, as digests; the input also as samples."""
    decoded, images = model.session.run([model.graph.decoded, model.graph.images], {model.graph.image_feed: jpeg})
    return collections.OrderedDict([
        ("file", file),
        ("width", decoded.shape[1]),
        ("height", decoded.shape[0]),
        ("rgb_sha256", hashlib.sha256(decoded.tobytes()).hexdigest()),
        ("input_sha256", hashlib.sha256(images[0].astype("<f4").tobytes()).hexdigest()),
        ("input_samples", samples(images[0], INPUT_SAMPLES)),
    ])


def activations_json(model, file, jpeg, vocabulary, maps):
    """Every stage from the image to the first word's probabilities. `maps`, a dictionary or None, gets the big maps whole."""
    graph = model.graph
    endpoints, pooled, embedding, initial_state = model.session.run(
        [list(graph.endpoints.values()), graph.pooled, graph.image_embedding, graph.initial_state],
        {graph.image_feed: jpeg})
    if maps is not None:
        maps.update(("%s/%s" % (file, name), value[0]) for name, value in zip(graph.endpoints, endpoints))
    logits, softmax, state = model.session.run(
        [graph.logits, graph.softmax, graph.state],
        {graph.input_feed: np.array([vocabulary.start]), graph.state_feed: initial_state})
    top = np.argsort(-softmax[0], kind="mergesort")[:TOP_WORDS]
    whole_logits = logits.shape[1] <= LOGIT_SAMPLES
    return collections.OrderedDict([
        ("file", file),
        ("endpoints", [map_json(name, value[0]) for name, value in zip(graph.endpoints, endpoints)]),
        ("pooled", floats(pooled)),
        ("image_embedding", floats(embedding)),
        ("initial_state", floats(initial_state)),
        ("first_softmax_top", [
            collections.OrderedDict([("id", int(i)), ("p", short_float(softmax[0][i]))]) for i in top]),
        ("first_logits", floats(logits) if whole_logits else samples(logits, LOGIT_SAMPLES)),
        ("state_after_start", floats(state)),
    ])


def map_json(name, values):
    """Statistics in double precision and samples of one [height, width, channels] map."""
    doubles = values.astype(np.float64)
    return collections.OrderedDict([
        ("name", name),
        ("shape", list(values.shape)),
        ("mean", float(doubles.mean())),
        ("std", float(doubles.std())),
        ("min", short_float(values.min())),
        ("max", short_float(values.max())),
        ("samples", samples(values, MAP_SAMPLES)),
    ])


def samples(values, count):
    """`count` values with their flat indices, evenly spread from the first to the last."""
    flat = values.reshape(-1)
    indices = sorted(set(k * (flat.size - 1) // (count - 1) for k in range(count)))
    return [collections.OrderedDict([("index", i), ("value", short_float(flat[i]))]) for i in indices]


def floats(values):
    return [short_float(value) for value in values.reshape(-1)]


def short_float(value):
    """A float32 with nine digits, which is enough to get the same float32 back."""
    return float("%.9g" % value)


def to_json(value, indent=""):
    """JSON for people and for diffs: lists of numbers and of small objects on one line, all else one item per line."""
    if _fits_one_line(value):
        return json.dumps(value)
    inner = indent + "  "
    if isinstance(value, dict):
        items = ["%s: %s" % (json.dumps(key), to_json(item, inner)) for key, item in value.items()]
    else:
        items = [to_json(item, inner) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(inner + item for item in items) + "\n" + indent + closing


def _fits_one_line(value):
    """Whether the value is a scalar, a list of scalars or a list of objects of two scalars."""
    if isinstance(value, dict):
        return False
    if not isinstance(value, list):
        return True
    return all(not isinstance(item, (list, dict)) or isinstance(item, dict) and len(item) == 2
               and not any(isinstance(member, (list, dict)) for member in item.values()) for item in value)


def write(directory, name, data):
    with io.open(os.path.join(directory, name), "wb") as file:
        file.write(data)


def write_json(directory, name, value):
    write(directory, name, (to_json(value) + "\n").encode("ascii"))


def main():
    parser = argparse.ArgumentParser(
        description="Writes captions.json, run_inference.txt, pixels.json and activations.json for a checkpoint.",
        epilog="The sizes of the model are read from the checkpoint, V1 or V2, with the LSTM names of any TensorFlow "
               "version. An image that TensorFlow cannot decode ends the program.")
    parser.add_argument("--checkpoint", required=True, metavar="PREFIX", help="e.g. model.ckpt-1000")
    parser.add_argument("--vocab", required=True, metavar="FILE",
                        help="word_counts.txt, as `word count` or as `b'word' count`")
    parser.add_argument("--out", required=True, metavar="DIR", help="created when missing; its files are replaced")
    parser.add_argument("--activations", type=int, metavar="N",
                        help="write activations of the first N images only (default: of all)")
    parser.add_argument("--maps", metavar="FILE.npz", help="write their maps whole as well")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="JPEG files, captioned in this order")
    options = parser.parse_args()

    start = time.time()
    vocabulary = Vocabulary(options.vocab)
    model = Model(options.checkpoint)
    if not os.path.isdir(options.out):
        os.makedirs(options.out)

    header = [
        ("tensorflow", tf.__version__),
        ("checkpoint", os.path.basename(options.checkpoint)),
        ("vocabulary", os.path.basename(options.vocab)),
    ]
    runs = [collections.OrderedDict(list(run._asdict().items()) + [("images", [])]) for run in RUNS]
    output, pixels, activations = [], [], []
    maps = {} if options.maps else None
    for index, path in enumerate(options.images):
        file = os.path.basename(path)
        with io.open(path, "rb") as image:
            jpeg = image.read()
        initial_state = model.initial_state(jpeg)
        for run, run_json in zip(RUNS, runs):
            captions = beam_search(model.step, initial_state, vocabulary, run)
            run_json["images"].append(collections.OrderedDict([
                ("file", file), ("captions", captions_json(run, captions, vocabulary))]))
            if run == DEFAULT_RUN:
                output.append(printed(file, captions, vocabulary))
        pixels.append(pixels_json(model, file, jpeg))
        if options.activations is None or index < options.activations:
            activations.append(activations_json(model, file, jpeg, vocabulary, maps))

    write_json(options.out, "captions.json", collections.OrderedDict(header + [("runs", runs)]))
    write(options.out, "run_inference.txt", b"".join(output))
    write_json(options.out, "pixels.json", collections.OrderedDict(header[:1] + [("images", pixels)]))
    write_json(options.out, "activations.json", collections.OrderedDict(header + [("images", activations)]))
    if options.maps:
        np.savez(options.maps, **maps)
    print("%d images in %.1f s" % (len(options.images), time.time() - start), file=sys.stderr)


if __name__ == "__main__":
    main()
