"""What Keras 3, tf_keras and plain TensorFlow 2 save of programs' variables: each in two lists, several under one full name.

    python keras_exports.py OUTPUT_DIRECTORY

Needs TensorFlow 2 with Keras 3 and tf_keras (made with TensorFlow 2.21, Keras 3.15 and tf_keras 2.21). Of a SavedModel only the variables are kept.
`exports.json` has, for each model, its variables in the program's order: the full name, the shape and the elements in hexadecimal.
"""

import json
import os
import shutil
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf_keras

OUT = sys.argv[1]
EXPECTED = {}
K = keras.layers


def sequential():
    return keras.Sequential([keras.Input((3,)), K.Dense(2, name="fc"), K.Dropout(0.5), K.BatchNormalization(), K.Dense(2)])


def functional():
    start = keras.Input((3,))
    shared = K.Dense(3, name="shared")
    x = K.GaussianNoise(0.1, seed=3)(shared(shared(start)))
    return keras.Model(start, [x, K.Dense(1)(x)])


def nested():
    start = keras.Input((3,))
    first = keras.Sequential([keras.Input((3,)), K.Dense(3, name="fc")], name="first")
    second = keras.Sequential([keras.Input((3,)), K.Dense(3, name="fc")], name="second")
    return keras.Model(start, second(first(start)))


class Block(K.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.a, self.b = K.Dense(3, name="d"), K.Dense(3, name="d")

    def call(self, x):
        return self.b(self.a(x))


class Subclassed(keras.Model):
    """Keras 3 tells TensorFlow that every variable is `subclassed/kernel` or `subclassed/bias`."""

    def __init__(self):
        super().__init__()
        self.one, self.two, self.end = Block(name="one"), Block(name="two"), keras.Sequential([K.Dense(1, name="out")])

    def call(self, x):
        return self.end(self.two(self.one(x)))


def subclassed():
    model = Subclassed()
    model(np.zeros((1, 3), np.float32))
    return model


def seed(variables):
    """Kernels get values of their own; biases stay 0, all alike."""
    for number, variable in enumerate(variables):
        if "kernel" in variable.name:
            values = np.arange(np.prod(variable.shape), dtype=np.float32).reshape(variable.shape)
            variable.assign(values / 8 + number)


def keep(name, prefix, variables, full_name):
    for end in [".index", ".data-00000-of-00001"]:
        shutil.copy(prefix + end, os.path.join(OUT, name + end))
    EXPECTED[name] = [
        {"name": full_name(v), "shape": list(v.shape), "bytes": np.asarray(v).tobytes().hex()} for v in variables
    ]


with tempfile.TemporaryDirectory() as scratch:
    for make in (sequential, functional, nested, subclassed):
        keras.utils.clear_session()
        model = make()
        seed(model.weights)
        path = os.path.join(scratch, make.__name__)
        model.export(path, verbose=False)
        keep(make.__name__, os.path.join(path, "variables", "variables"), model.variables, lambda v: v.value.name.split(":")[0])
    prefix = tf.train.Checkpoint(model=model).write(os.path.join(scratch, "checkpoint"))
    keep("subclassed-checkpoint", prefix, model.variables, lambda v: v.value.name.split(":")[0])

    model = tf_keras.Sequential([tf_keras.Input((3,)), tf_keras.layers.Dense(2, name="fc"), tf_keras.layers.Dense(2)])
    seed(model.weights)
    path = os.path.join(scratch, "tf_keras")
    model.save(path, save_format="tf")
    keep("sequential-2", os.path.join(path, "variables", "variables"), model.variables, lambda v: v.name[:-2])

    class Lists(tf.Module):
        """Variables of one name: two in a list, and one beside it, all alike; and one that differs."""

        def __init__(self):
            super().__init__()
            self.ws = [tf.Variable([0.0, 0.0], name="w"), tf.Variable([0.0, 0.0], name="w")]
            self.other = tf.Variable([0.0, 1.0], name="w")
            self.plain = tf.Variable([2.0], name="plain")

    module = Lists()
    prefix = tf.train.Checkpoint(module=module).write(os.path.join(scratch, "lists"))
    keep("lists", prefix, [module.ws[0], module.ws[1], module.other, module.plain], lambda v: v.name[:-2])

with open(os.path.join(OUT, "exports.json"), "w") as f:
    json.dump(EXPECTED, f, indent=1, sort_keys=True)
    f.write("\n")
