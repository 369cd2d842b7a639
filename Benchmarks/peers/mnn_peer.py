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
        # On this kind of processor high and normal precision are both float32; high says so.
        self.settings = "%d threads, precision high, fixed shapes" % options.threads
        self._runtime = MNN.nn.create_runtime_manager(
            ({"backend": "CPU", "precision": "high", "numThread": options.threads},))
        self._models = options.models
        # Fixed shapes spare it a new plan when the batch changes; one network per batch.
        self._encoders = {}
        self._decoder = self._module("decoder.mnn", ["words", "state"], ["probabilities", "new_state"])

    def encode(self, count):
        if count not in self._encoders:
            self._encoders[count] = self._module("encoder.mnn", ["images"], ["pooled"])
        return self._encoders[count].forward([_variable(self.inputs.nchw[:count])])[0].read()

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            probabilities, states = self._decoder.forward([_variable(words.astype(np.int32)), _variable(states)])
            states = states.read()
        return probabilities.read()

    def _module(self, file, inputs, outputs):
        return MNN.nn.load_module_from_file(
            os.path.join(self._models, file), inputs, outputs, runtime_manager=self._runtime, shape_mutable=False)


def _variable(array):
    kind = MNN.expr.int if array.dtype == np.int32 else MNN.expr.float
    return MNN.expr.const(array, list(array.shape), MNN.expr.NCHW, kind)


if __name__ == "__main__":
    worker.serve(MNNPeer(worker.arguments(__doc__).parse_args()))
