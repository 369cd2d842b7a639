"""MNN as a worker; see worker.py."""

import os

import MNN
import numpy as np

from . import worker


class MNNPeer:
    name = "MNN"
    version = MNN.version()

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        self.settings = "%d threads, precision high" % options.threads
        runtime = MNN.nn.create_runtime_manager(
            ({"backend": "CPU", "precision": "high", "numThread": options.threads},))
        self._encoder = MNN.nn.load_module_from_file(
            os.path.join(options.models, "encoder.mnn"), ["images"], ["pooled"], runtime_manager=runtime)
        self._decoder = MNN.nn.load_module_from_file(
            os.path.join(options.models, "decoder.mnn"), ["words", "state"], ["probabilities", "new_state"],
            runtime_manager=runtime)

    def encode(self, count):
        return self._encoder.forward([_variable(self.inputs.nchw[:count])])[0].read()

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            probabilities, states = self._decoder.forward([_variable(words.astype(np.int32)), _variable(states)])
            states = states.read()
        return probabilities.read()


def _variable(array):
    kind = MNN.expr.int if array.dtype == np.int32 else MNN.expr.float
    return MNN.expr.const(array, list(array.shape), MNN.expr.NCHW, kind)


if __name__ == "__main__":
    worker.serve(MNNPeer(worker.arguments(__doc__).parse_args()))
