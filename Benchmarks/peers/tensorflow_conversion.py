"""Converts a checkpoint to safetensors with TensorFlow's own reader, for measuring it whole.

    python3 -m peers.tensorflow_conversion CHECKPOINT OUTPUT
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow
from safetensors.numpy import save_file


def main(checkpoint, output):
    reader = tensorflow.train.load_checkpoint(checkpoint)
    # Scalars come as numbers, which the writer does not take.
    save_file({name: np.asarray(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
