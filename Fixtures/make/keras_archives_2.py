"""Keras 2 archives with the names that Keras gives their variables: keras_archives_2.py FOLDER.

Needs TensorFlow 2.15 with Keras 2.15, and h5py 3. `layers-2.keras` has the built-in layers that have variables, in each form that has other
variables, and models within models. In FILE.json, `name` is Keras's own name of a variable, without `:0`, `path` is the dataset's path, and
`order` is the place among the weights as `save_weights` would write them to HDF5.
"""
import base64
import importlib.metadata
import io
import json
import os
import sys
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import h5py
import numpy as np
from tensorflow import keras

from keras_zip import members_of, write_zip

L = keras.layers
version = importlib.metadata.version("keras")
folder = sys.argv[1]
random = np.random.RandomState(30)


def each_layer():
    """Pairs of a layer and the shapes of its inputs."""
    yield L.Dense(3, name="first"), [4]
    yield L.Dense(3, use_bias=False), [4]
    yield L.EinsumDense("ab,bc->ac", 3, bias_axes="c"), [4]
    for dimensions, shape in ((1, [8, 2]), (2, [8, 8, 2]), (3, [6, 6, 6, 2])):
        yield getattr(L, "Conv%dD" % dimensions)(3, 2), shape
        yield getattr(L, "Conv%dDTranspose" % dimensions)(3, 2, use_bias=False), shape
        yield getattr(L, "ConvLSTM%dD" % dimensions)(2, 2), [2] + shape
        if dimensions < 3:
            yield getattr(L, "DepthwiseConv%dD" % dimensions)(2), shape
            yield getattr(L, "SeparableConv%dD" % dimensions)(3, 2, use_bias=False), shape
    for center, scale in ((True, True), (False, True), (True, False)):
        yield L.BatchNormalization(center=center, scale=scale), [4]
        yield L.LayerNormalization(center=center, scale=scale), [4]
        yield L.GroupNormalization(2, center=center, scale=scale), [4]
    yield L.UnitNormalization(), [4]
    yield L.SpectralNormalization(L.Dense(3)), [4]
    yield L.PReLU(), [4]
    yield L.Normalization(), [4]
    for layer in (L.LSTM, L.GRU, L.SimpleRNN):
        yield layer(2), [3, 4]
        yield layer(2, use_bias=False, dropout=0.5), [3, 4]
    yield L.RNN(L.LSTMCell(2)), [3, 4]
    yield L.RNN([L.LSTMCell(2), L.GRUCell(3), L.LSTMCell(3, use_bias=False)]), [3, 4]
    yield L.RNN(L.StackedRNNCells([L.SimpleRNNCell(2), L.GRUCell(3, name="second")])), [3, 4]
    yield L.Bidirectional(L.LSTM(2)), [3, 4]
    yield L.Bidirectional(L.LSTM(2, name="f"), backward_layer=L.GRU(2, name="b", go_backwards=True)), [3, 4]
    yield L.Bidirectional(L.RNN(L.GRUCell(2))), [3, 4]
    yield L.TimeDistributed(L.Dense(2)), [3, 4]
    yield L.TimeDistributed(L.Bidirectional(L.LSTM(2))), [2, 3, 4]
    yield L.MultiHeadAttention(2, 3), [3, 4], [3, 4]
    yield L.MultiHeadAttention(2, 3, use_bias=False, output_shape=5), [3, 4], [3, 4]
    yield L.Dropout(0.5), [4]
    inner = keras.Sequential([keras.Input([4]), L.Dense(2, name="within"), L.BatchNormalization(), L.Dense(3, use_bias=False)], name="inner")
    yield inner, [4]
    start = keras.Input([3])
    yield keras.Model(start, L.BatchNormalization()(L.Dense(3, name="d")(start)), name="fun"), [3]
    yield keras.Sequential([L.Dense(2, name="late")], name="lazy"), [3]


def layers():
    inputs, outputs = [], []
    for layer, *shapes in each_layer():
        inputs += [keras.Input(shape) for shape in shapes]
        outputs.append(layer(*inputs[-len(shapes):]))
    inputs.append(keras.Input([3], dtype="int32"))
    outputs.append(L.Embedding(5, 2)(inputs[-1]))
    for layer in (L.Attention(), L.Attention(use_scale=True), L.Attention(use_scale=True, score_mode="concat"), L.AdditiveAttention(),
                  L.AdditiveAttention(use_scale=False)):
        inputs += [keras.Input([3, 4]), keras.Input([3, 4])]
        outputs.append(layer(inputs[-2:]))
    return keras.Model(inputs, outputs, name="layers")


def nested():
    """Models within models, wrappers, and an optimizer."""
    inner = keras.Sequential([keras.Input((4,)), L.Dense(4, name="inner_fc"), L.BatchNormalization(), L.Dense(4)], name="inner")
    start = keras.Input((6, 4))
    x = L.Bidirectional(L.LSTM(2, return_sequences=True))(start)
    x = L.TimeDistributed(L.BatchNormalization())(x)
    x = L.MultiHeadAttention(1, 2)(x, x)
    x = L.SeparableConv1D(4, 2)(L.DepthwiseConv1D(2)(x))
    x = L.GRU(4)(x)
    outer = keras.Sequential([keras.Input((4,)), L.Dense(4, name="fc"), L.BatchNormalization(), inner, L.BatchNormalization()])
    model = keras.Model(start, L.Dense(2)(outer(x)))
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.zeros((2, 6, 4), np.float32), np.zeros((2, 2), np.float32), verbose=0)
    return model


def save(name, model):
    for variable in model.variables + (model.optimizer.variables if getattr(model, "optimizer", None) else []):
        value = random.standard_normal(variable.shape) if variable.dtype.is_floating else random.randint(0, 1 << 20, variable.shape)
        variable.assign(np.asarray(value, variable.dtype.as_numpy_dtype))
    path = os.path.join(folder, name + ".keras")
    model.save(path)
    members = members_of(path, version)
    write_zip(path, members.items(), zipfile.ZIP_DEFLATED)
    names = {variable.numpy().tobytes(): variable.name.removesuffix(":0") for variable in model.variables}
    weights = [weight for layer in model.layers for weight in layer.trainable_weights + layer.non_trainable_weights]
    order = {variable.numpy().tobytes(): number for number, variable in enumerate(weights)}
    rows = []

    def visit(path, item):
        if isinstance(item, h5py.Dataset):
            array = np.array(item)
            key = array.tobytes()
            # The wrapper has the kernel of the layer within as well.
            name = path[len("layers/"):] if path == "layers/spectral_normalization/vars/0" else names.get(key, path)
            rows.append({"name": name, "path": path, "dtype": array.dtype.name, "shape": list(array.shape),
                         "order": order.get(key), "bytes": base64.b64encode(key).decode()})
    with h5py.File(io.BytesIO(members["model.weights.h5"])) as file:
        file.visititems(visit)
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump({"writer": "Keras " + version, "script": "Fixtures/make/keras_archives_2.py", "tensors": rows}, file, indent=1)
        file.write("\n")


keras.utils.set_random_seed(1)
save("layers-2", layers())
keras.backend.clear_session()
save("nested-2", nested())
