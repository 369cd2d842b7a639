"""Keras weight files: keras_files.py FOLDER. Run with TensorFlow 1.15 (tf.keras 2.2) and with TensorFlow 2 (Keras 3)."""
import base64
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
old = tf.__version__.startswith("1.")
keras = tf.keras
if old:
    tf.compat.v1.set_random_seed(1)
else:
    keras.utils.set_random_seed(1)


def values(name, named):
    rows = [{"name": key, "layer": layer, "shape": list(array.shape), "dtype": array.dtype.name,
             "bytes": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}
            for key, layer, array in sorted(named)]
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump({"writer": "TensorFlow %s, Keras %s" % (tf.__version__, keras.__version__), "weights": rows}, file, indent=1)
        file.write("\n")


def weights(model):
    """The name of each weight in the file, its layer, and its value."""
    for layer in model.layers:
        for weight in layer.weights:
            yield weight.name if old else weight.path, layer.name, weight.numpy() if not old else keras.backend.get_value(weight)


model = keras.Sequential([
    keras.layers.InputLayer(input_shape=(4, 4, 3)) if old else keras.Input([4, 4, 3]),
    keras.layers.Conv2D(2, 3, name="conv"), keras.layers.BatchNormalization(name="norm"), keras.layers.Flatten(name="flat"),
    keras.layers.Dense(2, name="scores")])
model.compile("sgd" if old else keras.optimizers.Adam(), "mse")
model.fit(np.ones([2, 4, 4, 3], np.float32), np.ones([2, 2], np.float32), verbose=0)
if old:
    model.save_weights(os.path.join(folder, "weights-2.2.h5"))
    values("weights-2.2", weights(model))
    # The same names in two layers, as two nested models give them; lists beyond 64 KiB are cut into pieces.
    long = keras.Sequential([keras.layers.Dense(1, input_shape=(1,), name="%s_%04d" % ("layer" * 20, n)) for n in range(3)])
    from tensorflow.python.keras.saving import hdf5_format
    hdf5_format.HDF5_OBJECT_HEADER_LIMIT = 250
    long.save_weights(os.path.join(folder, "chunked-2.2.h5"))
    values("chunked-2.2", weights(long))
else:
    model.save(os.path.join(folder, "model-3.h5"))
    values("model-3", weights(model))
    model.save_weights(os.path.join(folder, "model-3.weights.h5"))
