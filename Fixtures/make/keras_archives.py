"""Keras 3 archives with the names that Keras gives their variables: keras_archives.py FOLDER.

Needs Keras 3 with the backend numpy, and h5py (made with Keras 3.15.1 and h5py 3.16). `layers.keras` has every built-in layer that has
variables, in each form that has other variables. In FILE.json, `name` is Keras's own name of a variable (`Variable.path`), and `path` is the
dataset's path. Optimizers and layers of unknown classes keep paths; `expected` says what Decant shows then.
"""
import base64
import io
import json
import os
import shutil
import sys
import zipfile

os.environ["KERAS_BACKEND"] = "numpy"
import h5py
import keras
import numpy as np

from keras_zip import members_of, write_zip

L = keras.layers
folder = sys.argv[1]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(os.path.join(folder, "bad"))
random = np.random.RandomState(29)


def save(name, model, method=zipfile.ZIP_STORED, expected=None):
    variables = list(model.variables) + (list(model.optimizer.variables) if getattr(model, "optimizer", None) else [])
    for variable in variables:
        real = "float" in variable.dtype
        value = random.standard_normal(variable.shape) if real else random.randint(0, 1 << 20, variable.shape)
        variable.assign(np.asarray(value, variable.dtype))
    path = os.path.join(folder, name + ".keras")
    model.save(path)
    members = members_of(path, keras.__version__)
    write_zip(path, members.items(), method)
    values = {keras.ops.convert_to_numpy(variable).tobytes(): variable.path for variable in model.variables}
    rows = []

    def visit(path, item):
        if isinstance(item, h5py.Dataset):
            array = np.array(item)
            shown = (expected or (lambda path: None))(path)
            found = values.get(array.tobytes(), path)
            if "spectral_normalization" in path and path.count("/") == 3 and path.endswith("/0"):
                shown = found.split("/")[0] + "/vars/0"
            rows.append({"name": found, "path": path, "dtype": array.dtype.name, "shape": list(array.shape),
                         "bytes": base64.b64encode(array.tobytes()).decode()})
            if shown:
                rows[-1]["expected"] = shown
    with h5py.File(io.BytesIO(members["model.weights.h5"])) as file:
        file.visititems(visit)
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump({"writer": "Keras " + keras.__version__, "script": "Fixtures/make/keras_archives.py", "tensors": rows}, file, indent=1)
        file.write("\n")
    return list(members.items())


def each_layer():
    """Pairs of a layer and the shapes of its inputs."""
    yield L.Dense(3), [4]
    yield L.Dense(3, use_bias=False), [4]
    yield L.EinsumDense("ab,bc->ac", 3, bias_axes="c"), [4]
    yield L.EinsumDense("ab,bc->ac", 3), [4]
    for dimensions, shape in ((1, [8, 2]), (2, [8, 8, 2]), (3, [6, 6, 6, 2])):
        for bias in (True, False):
            yield getattr(L, "Conv%dD" % dimensions)(3, 2, use_bias=bias), shape
            yield getattr(L, "Conv%dDTranspose" % dimensions)(3, 2, use_bias=bias), shape
            yield getattr(L, "ConvLSTM%dD" % dimensions)(2, 2, use_bias=bias), [2] + shape
            if dimensions < 3:
                yield getattr(L, "DepthwiseConv%dD" % dimensions)(2, use_bias=bias), shape
                yield getattr(L, "SeparableConv%dD" % dimensions)(3, 2, use_bias=bias), shape
    for center in (True, False):
        for scale in (True, False):
            yield L.BatchNormalization(center=center, scale=scale), [4]
            yield L.LayerNormalization(center=center, scale=scale), [4]
            yield L.GroupNormalization(2, center=center, scale=scale), [4]
    yield L.BatchNormalization(renorm=True), [4]
    yield L.RMSNormalization(), [4]
    yield L.UnitNormalization(), [4]
    yield L.SpectralNormalization(L.Dense(3)), [4]
    yield L.SpectralNormalization(L.Conv2D(3, 2, use_bias=False)), [8, 8, 2]
    yield L.PReLU(), [4]
    yield L.Normalization(), [4]
    yield L.Normalization(mean=[1.0, 2, 3, 4], variance=[1.0, 1, 1, 1]), [4]
    for layer in (L.LSTM, L.GRU, L.SimpleRNN):
        yield layer(2), [3, 4]
        yield layer(2, use_bias=False, dropout=0.5), [3, 4]
    yield L.GRU(2, reset_after=False), [3, 4]
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
    yield L.GroupQueryAttention(2, 4, 2), [3, 4], [3, 4]
    yield L.GroupQueryAttention(2, 4, 2, use_bias=False, use_gate=True), [3, 4], [3, 4]
    yield L.Dropout(0.5), [4]


def layers():
    inputs, outputs = [], []
    for layer, *shapes in each_layer():
        inputs += [keras.Input(shape) for shape in shapes]
        outputs.append(layer(*inputs[-len(shapes):]))
    for layer in (L.Embedding(5, 2), L.ReversibleEmbedding(5, 3), L.ReversibleEmbedding(5, 2, tie_weights=False)):
        inputs.append(keras.Input([3], dtype="int32"))
        outputs.append(layer(inputs[-1]))
    for layer in (L.Attention(), L.Attention(use_scale=True), L.Attention(use_scale=True, score_mode="concat"), L.AdditiveAttention(),
                  L.AdditiveAttention(use_scale=False)):
        inputs += [keras.Input([3, 4]), keras.Input([3, 4])]
        outputs.append(layer(inputs[-2:]))
    return keras.Model(inputs, outputs, name="layers")


def nested():
    """A sequential and a functional model within a functional one, and an operation that is no layer."""
    inner = keras.Sequential([keras.Input([4]), L.Dense(2), L.Dense(3, use_bias=False)], name="inner")
    start = keras.Input([3])
    function = keras.Model(start, L.BatchNormalization()(L.Dense(3, name="d")(start)), name="fun")
    late = keras.Sequential([L.Dense(2, name="late")], name="lazy")
    inputs = keras.Input([4])
    middle = function(inner(inputs))
    return keras.Model(inputs, L.Add()([late(middle), keras.ops.add(late(middle), 1)]), name="outer")


@keras.saving.register_keras_serializable()
class Own(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.encoder = L.Dense(3)
        self.blocks = [L.Dense(3), L.Dense(2)]

    def call(self, x):
        x = self.encoder(x)
        for block in self.blocks:
            x = block(x)
        return x


@keras.saving.register_keras_serializable()
class Scaled(L.Layer):
    def build(self, shape):
        self.factor = self.add_weight(shape=(2,), name="factor")
        self.inner = L.Dense(2)
        self.inner.build(shape)

    def call(self, x):
        return self.inner(x) * self.factor


keras.utils.set_random_seed(1)
save("layers", layers(), zipfile.ZIP_DEFLATED)
save("nested", nested(), zipfile.ZIP_DEFLATED)
sequential = keras.Sequential([
    keras.Input([6, 6, 3]), L.Conv2D(2, 3, name="conv"), L.BatchNormalization(name="bn"), L.Reshape([4, 8]), L.LSTM(2, name="lstm"),
    L.Dense(1)], name="net")
sequential.compile("adam", "mse")
sequential.optimizer.build(sequential.trainable_variables)
members = save("sequential", sequential)
own = Own()
own(np.zeros((1, 4), "float32"))
save("own-model", own, zipfile.ZIP_DEFLATED, expected=lambda path: path)
start = keras.Input([4])
save("own-layer", keras.Model(start, L.Dense(2, name="last")(Scaled(name="mine")(start))),
     zipfile.ZIP_DEFLATED, expected=lambda path: path.replace("layers/scaled", "mine") if "scaled" in path else None)

texts, weights = members[:2], members[2]
assert weights[0] == "model.weights.h5" and [name for name, _ in texts] == ["metadata.json", "config.json"]
bad = os.path.join(folder, "bad")
write_zip(os.path.join(bad, "no-weights.keras"), texts)
write_zip(os.path.join(bad, "weights-twice.keras"), texts + [weights, weights], zipfile.ZIP_DEFLATED)
write_zip(os.path.join(bad, "weights-cut.keras"), texts + [(weights[0], weights[1][:3000])], zipfile.ZIP_DEFLATED)
write_zip(os.path.join(bad, "weights-text.keras"), texts + [(weights[0], b"hello")])
write_zip(os.path.join(bad, "config-damaged.keras"), [texts[0], ("config.json", texts[1][1][:-9]), weights], zipfile.ZIP_DEFLATED)
deep = b'{"class_name": "Sequential", "module": "keras", "config": {"layers": [' * 3000 + b"]}}" * 3000
write_zip(os.path.join(bad, "config-deep.keras"), [texts[0], ("config.json", deep), weights], zipfile.ZIP_DEFLATED)
write_zip(os.path.join(bad, "config-other.keras"), [texts[0], ("config.json", b"[1]"), weights], zipfile.ZIP_DEFLATED)
write_zip(os.path.join(bad, "good.keras"), members, zipfile.ZIP_DEFLATED)
with open(os.path.join(bad, "good.keras"), "rb") as file:
    bytes_ = bytearray(file.read())
place = bytes_.rindex(b"model.weights.h5", 0, bytes_.rindex(b"PK\x01\x02")) + 500
bytes_[place] ^= 1
with open(os.path.join(bad, "weights-flipped.keras"), "wb") as file:
    file.write(bytes_)
os.remove(os.path.join(bad, "good.keras"))
with open(os.path.join(bad, "README.md"), "w") as file:
    file.write("""# Keras archives that are damaged

| file | what is wrong |
|---|---|
| `no-weights.keras` | there is no `model.weights.h5` |
| `weights-twice.keras` | there are two |
| `weights-cut.keras` | the HDF5 file in it is cut short |
| `weights-text.keras` | the HDF5 file in it is text |
| `weights-flipped.keras` | one bit of the compressed weights is flipped |
| `config-damaged.keras` | `config.json` is cut short; the weights are fine |
| `config-deep.keras` | `config.json` is nested 9000 levels deep; the weights are fine |
| `config-other.keras` | `config.json` is a list; the weights are fine |
""")
