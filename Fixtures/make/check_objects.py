"""Restores an object-based checkpoint that Decant wrote into a program's objects, in TensorFlow 2.x.

    python check_objects.py WRITTEN

WRITTEN is the prefix of a V2 checkpoint made of Fixtures/checkpoints/tf2-object/ckpt-1. The objects are those of
checkpoints/make_tf2.py, built anew; `tf.train.Checkpoint(...).restore(...)` must find every value of the checkpoint an
object (`assert_consumed`) and give every variable the bytes that the original gives it.
"""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
HERE = os.path.dirname(os.path.abspath(__file__))
ORIGINAL = os.path.join(HERE, "..", "checkpoints", "tf2-object", "ckpt-1")

import numpy as np
import tensorflow as tf


class Dense(tf.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = tf.Variable(tf.zeros([inputs, outputs]))
        self.bias = tf.Variable(tf.zeros([outputs]))


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Dense(3, 4), Dense(4, 2)]
        self.named = {"alias": self.layers[0].bias, "extra/with slash": tf.Variable(tf.zeros([2]))}
        self.steps = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.label = tf.Variable("", trainable=False)


def restored(path):
    model = Model()
    optimizer = tf.compat.v1.train.AdamOptimizer(0.1)
    weights = [layer.kernel for layer in model.layers] + [layer.bias for layer in model.layers]
    optimizer.apply_gradients([(tf.zeros_like(weight), weight) for weight in weights])  # so that its slots are there
    tf.train.Checkpoint(model=model, optimizer=optimizer).restore(path).assert_consumed()
    variables = weights + [model.named["extra/with slash"], model.steps, model.label]
    variables += [optimizer.get_slot(weight, slot) for weight in weights for slot in ("m", "v")]
    return [variable.numpy() for variable in variables]


def main():
    written, original = restored(sys.argv[1]), restored(ORIGINAL)
    assert len(written) == len(original) > 10
    for found, expected in zip(written, original):
        assert np.asarray(found).tobytes() == np.asarray(expected).tobytes(), (found, expected)
        assert np.asarray(expected).dtype == object or isinstance(expected, bytes) or np.any(expected), "never restored"
    print("TensorFlow %s: %d variables restored and equal, everything consumed" % (tf.__version__, len(written)))


if __name__ == "__main__":
    main()
