"""OpenVINO as a worker; see worker.py.

With `--precision default` it chooses the precision itself, as it does for whoever sets nothing: bfloat16 where the processor multiplies it.
"""

import os

import openvino

from . import worker


class OpenVINOPeer:
    name = "OpenVINO"
    version = openvino.__version__.split("-")[0]

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        self._core = openvino.Core()
        self._settings = {"INFERENCE_NUM_THREADS": options.threads, "PERFORMANCE_HINT": "LATENCY"}
        if options.precision == worker.FLOAT32:
            self._settings["INFERENCE_PRECISION_HINT"] = "f32"
        self._models = options.models
        # Fixed shapes, for which it optimizes; one network per batch.
        self._encoders = {}
        self._decoder = self._request("decoder.onnx", {"words": [worker.ROWS], "state": list(self.inputs.states.shape)})
        precision = self._decoder.get_compiled_model().get_property("INFERENCE_PRECISION_HINT").to_string()
        self.settings = "%d threads, latency hint, %s%s, fixed shapes" % (
            options.threads, precision, "" if options.precision == worker.FLOAT32 else " by its own choice")

    def encode(self, count):
        if count not in self._encoders:
            self._encoders[count] = self._request("encoder.onnx", {"images": [count, 3, worker.SIDE, worker.SIDE]})
        return self._encoders[count].infer([self.inputs.nchw[:count]], share_inputs=True)["pooled"]

    def decode(self):
        states = self.inputs.states
        for words in self.inputs.words():
            results = self._decoder.infer({"words": words, "state": states}, share_inputs=True)
            states = results["new_state"]
        return results["probabilities"]

    def _request(self, file, shapes):
        model = self._core.read_model(os.path.join(self._models, file))
        model.reshape(shapes)
        return self._core.compile_model(model, "CPU", self._settings).create_infer_request()


if __name__ == "__main__":
    worker.serve(OpenVINOPeer(worker.arguments(__doc__).parse_args()))
