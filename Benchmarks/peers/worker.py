"""The frame of a measured library: a process that loads the model once and then answers requests, one line each.

    encode N [FILE]     pooled features of the first N images
    decode [FILE]       19 steps of 3 rows, from the state of the first image; step n feeds row r the word n + r

The answer is the milliseconds that it took. Where a FILE is given, the resulting float32 values go there, after the clock
stopped. Before the first request the worker prints `ready`, its name, its version and its settings, separated by tabs.
`engine-bench serve` speaks the same.
"""

import argparse
import os
import sys
import time

import numpy as np

STEPS = 19
ROWS = 3
SIDE = 299

IMAGES_FILE = "images.f32"
STATE_FILE = "state.f32"

FLOAT32 = "float32"


class Inputs(object):
    """What `engine-bench inputs` wrote, so that every library gets the same values."""

    def __init__(self, folder):
        flat = np.fromfile(os.path.join(folder, IMAGES_FILE), np.float32)
        self.nhwc = flat.reshape(-1, SIDE, SIDE, 3)
        self.nchw = np.ascontiguousarray(self.nhwc.transpose(0, 3, 1, 2))
        state = np.fromfile(os.path.join(folder, STATE_FILE), np.float32)
        self.states = np.repeat(state[None], ROWS, axis=0)

    @staticmethod
    def words():
        """The words of every step, [rows] each."""
        return [np.arange(step, step + ROWS, dtype=np.int64) for step in range(STEPS)]


def arguments(description):
    """The command line that all workers share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--models", required=True, metavar="DIR", help="what models.py wrote")
    parser.add_argument("--inputs", required=True, metavar="DIR", help="what `engine-bench inputs` wrote")
    parser.add_argument("--threads", type=int, default=2, metavar="N")
    parser.add_argument(
        "--precision", choices=(FLOAT32, "default"), default=FLOAT32,
        help="float32 throughout, or what the library does by itself")
    return parser


def serve(peer):
    """Answers requests until standard input ends.

    The peer has `name`, `version`, `settings`, `encode(count)` and, where it can decode, `decode()`; both return arrays.
    """
    _say("\t".join(["ready", peer.name, peer.version, peer.settings]))
    while True:
        request = sys.stdin.readline().split()
        if not request:
            return
        if request[0] == "encode":
            count = int(request[1])
            _answer(lambda: peer.encode(count), request[2:])
        else:
            _answer(peer.decode, request[1:])


def _answer(run, file):
    start = _clock()
    values = run()
    milliseconds = (_clock() - start) * 1000
    if file:
        np.asarray(values, np.float32).tofile(file[0])
    _say("%.6f" % milliseconds)


def _say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# Python 2.7, which TensorFlow 0.12.1 needs, has no better clock on Linux.
_clock = getattr(time, "perf_counter", time.time)
