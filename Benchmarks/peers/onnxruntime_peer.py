"""onnxruntime as a worker; see worker.py."""

import os

import onnxruntime

from . import worker


class OnnxruntimePeer:
    name = "onnxruntime"
    version = onnxruntime.__version__

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        self.settings = "%d threads, all graph optimisations" % options.threads
        self._encoder = session(os.path.join(options.models, "encoder.onnx"), options.threads)
        self._decoder = session(os.path.join(options.models, "decoder.onnx"), options.threads)

    def encode(self, count):
        return self._encoder.run(["pooled"], {"images": self.inputs.nchw[:count]})[0]

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            probabilities, states = self._decoder.run(
                ["probabilities", "new_state"], {"words": words, "state": states})
        return probabilities


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    worker.serve(OnnxruntimePeer(worker.arguments(__doc__).parse_args()))
