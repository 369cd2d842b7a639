"""onnxruntime as a worker; see worker.py.

With `--precision default` it may multiply in bfloat16 (its fast math), which it does where its kernels have that.
"""

import os

import onnxruntime

from . import worker


class OnnxruntimePeer:
    name = "onnxruntime"
    version = onnxruntime.__version__

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        fast_math = options.precision != worker.FLOAT32
        self.settings = "%d threads, all graph optimizations%s" % (options.threads, ", bf16 fast math" if fast_math else "")
        self._encoder = session(os.path.join(options.models, "encoder.onnx"), options.threads, fast_math)
        self._decoder = session(os.path.join(options.models, "decoder.onnx"), options.threads, fast_math)

    def encode(self, count):
        return self._encoder.run(["pooled"], {"images": self.inputs.nchw[:count]})[0]

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            probabilities, states = self._decoder.run(
                ["probabilities", "new_state"], {"words": words, "state": states})
        return probabilities


def session(path, threads, fast_math=False):
    options = onnxruntime.SessionOptions()
    if fast_math:
        options.add_session_config_entry("mlas.enable_gemm_fastmath_arm64_bfloat16", "1")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    worker.serve(OnnxruntimePeer(worker.arguments(__doc__).parse_args()))
