"""TensorFlow 0.12.1 as a worker, for Python 2.7; see worker.py.

It runs the graph of the original program on the original checkpoint, one image at a time, as that graph does. `Fixtures/make`
has the graph and must be on Python's path.
"""

from __future__ import absolute_import, division, print_function

import numpy as np
import tensorflow as tf

import im2txt_graph
from . import worker


class TensorFlowPeer(object):
    name = "TensorFlow"
    version = tf.__version__

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        self.settings = "%d threads" % options.threads
        self._graph, restore = im2txt_graph.open_checkpoint(options.checkpoint)
        self._session = tf.Session(config=tf.ConfigProto(
            intra_op_parallelism_threads=options.threads, inter_op_parallelism_threads=options.threads))
        restore(self._session)

    def encode(self, count):
        features = [
            self._session.run(self._graph.pooled, {self._graph.images: image[None]})
            for image in self.inputs.nhwc[:count]]
        return np.concatenate(features)

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            probabilities, states = self._session.run(
                [self._graph.softmax, self._graph.state],
                {self._graph.input_feed: words, self._graph.state_feed: states})
        return probabilities


if __name__ == "__main__":
    parser = worker.arguments(__doc__)
    parser.add_argument("--checkpoint", required=True, metavar="PREFIX")
    worker.serve(TensorFlowPeer(parser.parse_args()))
