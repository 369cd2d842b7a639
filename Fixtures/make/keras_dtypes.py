"""Keras weights of dtypes that numpy has not, which h5py stores as opaque bytes.

    python keras_dtypes.py OUTPUT_DIRECTORY

Needs TensorFlow 2 with Keras 3, tf_keras, h5py and ml_dtypes (made with TensorFlow 2.21, Keras 3.15, tf_keras 2.21, h5py 3.14 and ml_dtypes 0.6).
`dtypes.json` has, for each file and each tensor that Decant should list in it, the dtype, the shape and the elements as little-endian
bytes in hexadecimal.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf_keras

OUT = sys.argv[1]
EXPECTED = {}


def numbers(shape, dtype):
    """Some that are negative, none that is rounded."""
    return tf.cast(tf.reshape(tf.range(np.prod(shape), dtype=tf.float32) / 2 - 1.25, shape), dtype)


def expect(file, names, weights):
    EXPECTED[file] = {
        name: {
            "dtype": tf.as_dtype(weight.dtype).name,
            "shape": list(weight.shape),
            "bytes": np.asarray(weight.numpy() if hasattr(weight, "numpy") else weight).tobytes().hex(),
        }
        for name, weight in zip(names, weights)
    }


def of_keras_3(dtype):
    class Odd(keras.layers.Layer):
        def build(self, shape):
            start = lambda shape, dtype=None: numbers(shape, dtype)
            self.kernel = self.add_weight(shape=(2, 3), dtype=dtype, initializer=start, name="kernel", trainable=False)
            self.bias = self.add_weight(shape=(3,), dtype="float32", initializer=start, name="bias", trainable=False)

        def call(self, x):
            return x

    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((2,)), Odd(name="odd")], name="model")
    short = dtype.split("_")[0]
    model.save_weights(os.path.join(OUT, f"{short}-3.weights.h5"))
    expect(f"{short}-3.weights.h5", ["layers/odd/vars/0", "layers/odd/vars/1"], model.weights)
    model.save(os.path.join(OUT, f"{short}-3.h5"))
    expect(f"{short}-3.h5", [w.path for w in model.weights], model.weights)


def of_keras_2():
    layer = tf_keras.layers.Dense(2, dtype="bfloat16", name="dense")
    model = tf_keras.Sequential([tf_keras.Input((3,)), layer])
    for weight in model.weights:
        weight.assign(numbers(weight.shape, weight.dtype))
    model.save_weights(os.path.join(OUT, "bfloat16-2.h5"))
    expect("bfloat16-2.h5", [w.name for w in model.weights], model.weights)
    model.save_weights(os.path.join(OUT, "bfloat16-2.weights.h5"))
    expect("bfloat16-2.weights.h5", ["layers/dense/vars/0", "layers/dense/vars/1"], model.weights)


of_keras_3("bfloat16")
of_keras_3("float8_e4m3fn")
of_keras_2()
with open(os.path.join(OUT, "dtypes.json"), "w") as f:
    json.dump(EXPECTED, f, indent=1, sort_keys=True)
    f.write("\n")
