"""Writes Fixtures/foreign/: weights of other programs that Decant names and does not read.

    python foreign_weights.py ../foreign      # in an environment with torch, then in one with TensorFlow 2
"""

import os
import sys

out = sys.argv[1]
os.makedirs(out, exist_ok=True)


def path(name):
    return os.path.join(out, name)


try:
    import torch
except ImportError:
    import tensorflow as tf

    x = tf.keras.layers.Input((3,))
    model = tf.keras.Model(x, tf.keras.layers.Dense(2)(x))
    with open(path("plain.tflite"), "wb") as file:
        file.write(tf.lite.TFLiteConverter.from_keras_model(model).convert())
else:
    state = {"fc.weight": torch.ones(2, 3), "fc.bias": torch.zeros(2)}
    torch.save(state, path("plain.pt"))
    torch.save(state, path("old.pth"), _use_new_zipfile_serialization=False)
