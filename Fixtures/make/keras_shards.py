"""Sharded weights of Keras: keras_shards.py FOLDER. Needs Keras 3 with any backend, and h5py (made with Keras 3.15.1)."""
import base64
import json
import os
import shutil
import sys

os.environ.setdefault("KERAS_BACKEND", "numpy")
import h5py
import keras
import numpy as np

folder = sys.argv[1]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
random = np.random.RandomState(17)
inputs = keras.Input([8])
hidden = keras.layers.Dense(8, name="first")(inputs)
hidden = keras.layers.BatchNormalization(name="norm")(hidden)
model = keras.Model(inputs, keras.layers.Dense(4, name="last")(hidden), name="model")
for variable in model.variables:
    variable.assign(random.standard_normal(variable.shape).astype("float32"))
model.save_weights(os.path.join(folder, "model.weights.json"), max_shard_size=300 / 1024 ** 3)

rows = []
for name in sorted(os.listdir(folder)):
    if name.endswith(".h5"):
        def visit(path, item):
            if isinstance(item, h5py.Dataset):
                array = np.array(item)
                rows.append({"name": path, "dtype": array.dtype.name, "shape": list(array.shape),
                             "bytes": base64.b64encode(array.tobytes()).decode()})
        with h5py.File(os.path.join(folder, name)) as file:
            file.visititems(visit)
rows.sort(key=lambda row: row["name"].encode())
with open(os.path.join(folder, "values.json"), "w") as file:
    json.dump({"writer": "Keras %s" % keras.__version__, "script": "Fixtures/make/keras_shards.py", "tensors": rows}, file, indent=1)
    file.write("\n")
print(sorted(os.listdir(folder)), len(rows))
