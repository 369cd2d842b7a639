"""ncnn as a worker; see worker.py. It runs one image at a time and has no decoder here."""

import os

import ncnn
import numpy as np

from . import worker


class NcnnPeer:
    name = "ncnn"
    version = ncnn.__version__

    def __init__(self, options):
        self.inputs = worker.Inputs(options.inputs)
        self.settings = "%d threads, no half precision" % options.threads
        self._net = ncnn.Net()
        self._net.opt.num_threads = options.threads
        self._net.opt.use_fp16_packed = self._net.opt.use_fp16_storage = self._net.opt.use_fp16_arithmetic = False
        self._net.opt.use_bf16_storage = False
        self._net.load_param(os.path.join(options.models, "encoder.param"))
        self._net.load_model(os.path.join(options.models, "encoder.bin"))

    def encode(self, count):
        return np.stack([self._features(image) for image in self.inputs.nchw[:count]])

    def _features(self, image):
        extractor = self._net.create_extractor()
        extractor.input("images", ncnn.Mat(image))
        return np.array(extractor.extract("pooled")[1])


if __name__ == "__main__":
    worker.serve(NcnnPeer(worker.arguments(__doc__).parse_args()))
