"""Loads HDF5 files that Decant wrote of Keras models into new models, and compares every weight.

    python check_keras_weights.py DECANT [SCRATCH_DIRECTORY]

Runs in Keras 2 (TensorFlow 2.x up to 2.15) and in Keras 3 with TensorFlow. Each model is saved in every form that the version writes; Decant
converts each file to .h5, also by way of safetensors. `load_weights` must give a model that is built anew the weights of the first one. A
model that was saved whole must also load whole.
"""

import importlib.metadata
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf
from tensorflow import keras

L = keras.layers
VERSION = importlib.metadata.version("keras")
IS_KERAS_2 = VERSION.startswith("2.")
HAS_ARCHIVES = tuple(int(number) for number in VERSION.split(".")[:2]) >= (2, 13)


def convolutions():
    start = keras.Input((8, 8, 3))
    x = L.Conv2D(4, 3, name="first")(start)
    x = L.BatchNormalization()(x)
    x = L.SeparableConv2D(5, 3, use_bias=False)(x)
    x = L.BatchNormalization(scale=False)(x)
    x = L.DepthwiseConv2D(3, padding="same")(x)
    x = L.Conv2DTranspose(3, 2)(x)
    x = L.GlobalAveragePooling2D()(x)
    x = L.Add()([L.Dense(6)(x), L.PReLU()(L.Dense(6)(x))])
    return keras.Model(start, L.Dense(3, name="last")(L.LayerNormalization()(x)))


def recurrent():
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Embedding(20, 6),
            L.Bidirectional(L.LSTM(4, return_sequences=True)),
            L.TimeDistributed(L.Dense(3)),
            # A checkpoint of Keras 3 lacks the weights of stacked cells, and of layers in lists.
            L.RNN([L.GRUCell(3), L.LSTMCell(2)] if IS_KERAS_2 else L.GRUCell(3), return_sequences=True),
            L.SimpleRNN(2),
            L.Dense(2),
        ]
    )


def nested():
    start = keras.Input((5,))
    inner = keras.Sequential([keras.Input((4,)), L.Dense(4, name="inner_fc"), L.BatchNormalization(), L.Dense(4)], name="inner")
    outer = keras.Sequential([keras.Input((5,)), L.Dense(4, name="fc"), L.BatchNormalization(), inner, L.BatchNormalization()])
    return keras.Model(start, L.Dense(2)(outer(start)))


def attention():
    start = keras.Input((4, 6))
    x = L.MultiHeadAttention(2, 3)(start, start)
    return keras.Model(start, L.Dense(2)(L.Dropout(0.1)(L.GaussianNoise(0.1)(x))))


def numbered():
    """Names that are not in the order of the layers."""
    layers = [L.Dense(3, name="layer_%d" % number) for number in (11, 2, 10, 1)]
    return keras.Sequential([keras.Input((3,))] + layers)


class Block(L.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.b, self.a, self.norm = L.Dense(3, name="b"), L.Dense(3, name="a"), L.BatchNormalization()

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(3,), initializer="ones")
        for part in (self.b, self.a, self.norm):
            part.build(shape)
        super().build(shape)

    def call(self, x):
        return self.norm(self.a(self.b(x))) * self.scale


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.second = Block()
        self.blocks = [Block(), L.Dense(3), Block()] if IS_KERAS_2 else []
        self.third = Block()
        self.first = L.Dense(3)

    def call(self, x):
        x = self.second(self.first(x))
        for block in self.blocks:
            x = block(x)
        return self.third(x)


def subclassed():
    model = Subclassed()
    model(np.zeros((2, 3), np.float32))
    return model


def application():
    return keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, weights=None, classes=5)


MODELS = [convolutions, recurrent, nested, attention, numbered, subclassed, application]


def saved(model, directory):
    """Every form in which the version saves the model, by name: what Decant opens, and whether the whole model is in it."""
    def path(name):
        return os.path.join(directory, name)

    is_subclassed = isinstance(model, Subclassed)
    forms = {}
    if IS_KERAS_2:
        try:
            model.save_weights(path("w.h5"))
            forms["h5"] = ("w.h5", False)
        except ValueError:
            pass  # Keras gives two weights of a layer the same name.
        model.save_weights(path("tf"))
        forms["TensorFlow weights"] = ("tf", False)
        model.save(path("saved"), save_format="tf")
        forms["SavedModel"] = ("saved", False)
    if not is_subclassed and (not IS_KERAS_2 or "h5" in forms):
        model.save(path("whole.h5"))
        forms["whole h5"] = ("whole.h5", True)
        if HAS_ARCHIVES:
            model.save(path("whole.keras"))
            forms["Keras archive"] = ("whole.keras", False)
    tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(path("checkpoint"))
    forms["tf.train.Checkpoint"] = ("checkpoint-1", False)
    tf.train.Checkpoint(model).write(path("root"))
    forms["checkpoint of the model"] = ("root", False)
    return {name: (path(file), is_whole) for name, (file, is_whole) in forms.items()}


def convert(decant, source, output):
    subprocess.run([decant, "convert", source, "-o", output, "--force"], check=True, stdout=subprocess.DEVNULL)


def main():
    decant = os.path.abspath(sys.argv[1])
    count = 0
    failures = []
    for make in MODELS:
        keras.backend.clear_session()
        model = make()
        random = np.random.RandomState(1)
        model.set_weights([random.rand(*w.shape).astype(w.dtype) for w in model.get_weights()])
        model.compile("adam", "mse")
        if make is convolutions:
            model.fit(np.zeros((2, 8, 8, 3), np.float32), np.zeros((2, 3), np.float32), verbose=0)
        expected = model.get_weights()

        def check(what, load):
            nonlocal count
            try:
                keras.backend.clear_session()
                found = load().get_weights()
                assert len(found) == len(expected), "%d weights of %d" % (len(found), len(expected))
                assert all(np.array_equal(a, b) for a, b in zip(found, expected)), "other values"
                count += 1
            except Exception as error:
                failures.append("%s, %s: %s" % (make.__name__, what, str(error).splitlines()[0][:200]))

        with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as scratch:
            for name, (source, is_whole) in saved(model, scratch).items():
                direct, between, indirect = (os.path.join(scratch, file) for file in ("d.h5", "b.safetensors", "i.h5"))
                convert(decant, source, direct)
                convert(decant, source, between)
                convert(decant, between, indirect)
                for road, file in (("", direct), (" through safetensors", indirect)):
                    def load(file=file):
                        built = make()
                        built.load_weights(file)
                        return built
                    check(name + road, load)
                if is_whole:
                    check(name + ", whole", lambda: keras.models.load_model(direct, compile=IS_KERAS_2))
    print("Keras %s: %d models loaded and equal" % (VERSION, count))
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
