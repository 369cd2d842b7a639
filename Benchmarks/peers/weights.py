"""The weights of a converted im2txt model, as NumPy arrays."""

import safetensors.numpy
import numpy as np

# What TF-slim adds to a variance before it takes the root.
NORMALIZATION_EPSILON = 0.001


class Weights:
    """The tensors of a safetensors file that `decant convert` wrote with its own names."""

    def __init__(self, path):
        self._tensors = safetensors.numpy.load_file(path)

    def __getitem__(self, name):
        return self._tensors[name]

    def convolution(self, scope):
        """Kernel [out, in, height, width] and bias [out] of a convolution, with its batch normalization folded in."""
        kernel = self._tensors[scope + "/weights"].astype(np.float64)
        beta, mean, variance = (
            self._tensors["%s/BatchNorm/%s" % (scope, name)].astype(np.float64)
            for name in ("beta", "moving_mean", "moving_variance"))
        scale = 1 / np.sqrt(variance + NORMALIZATION_EPSILON)
        folded = np.ascontiguousarray((kernel * scale).transpose(3, 2, 0, 1))
        return folded.astype(np.float32), (beta - mean * scale).astype(np.float32)
