"""Writes a converted model in the forms that the measured libraries read.

    python -m peers.models model.safetensors OUT

OUT gets encoder.onnx, decoder.onnx, encoder.mnn, decoder.mnn, encoder.param and encoder.bin.
"""

import os
import subprocess
import sys

from . import ncnn_graph
from . import onnx_graph
from .weights import Weights


def write(weights_path, folder):
    weights = Weights(weights_path)
    onnx_graph.save_encoder(weights, os.path.join(folder, "encoder.onnx"))
    onnx_graph.save_decoder(weights, os.path.join(folder, "decoder.onnx"))
    ncnn_graph.save_encoder(weights, os.path.join(folder, "encoder.param"), os.path.join(folder, "encoder.bin"))
    for name in ("encoder", "decoder"):
        stem = os.path.join(folder, name)
        subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "mnnconvert"), "-f", "ONNX", "--modelFile", stem + ".onnx",
             "--MNNModel", stem + ".mnn", "--bizCode", "decant"],
            check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2])
