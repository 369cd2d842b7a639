"""Features of images with onnxruntime, from a process's start, for measuring it whole.

    python -m peers.onnxruntime_program encoder.onnx IMAGE...
"""

import sys

import numpy as np
from PIL import Image

from . import onnxruntime_peer
from . import worker

THREADS = 2
RESIZED_SIDE = 346


def pixels(path):
    """An image as the network sees it, [1, 3, 299, 299]; the resize is Pillow's, which is near enough to measure."""
    image = Image.open(path).convert("RGB").resize((RESIZED_SIDE, RESIZED_SIDE), Image.Resampling.BILINEAR)
    start = (RESIZED_SIDE - worker.SIDE) // 2
    values = np.asarray(image, np.float32)[start:start + worker.SIDE, start:start + worker.SIDE] / 127.5 - 1
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def main(model, images):
    session = onnxruntime_peer.session(model, THREADS)
    for path in images:
        features = session.run(["pooled"], {"images": pixels(path)})[0]
        print(path, features.sum())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
