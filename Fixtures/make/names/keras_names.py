"""Lists the weights of Keras' Inception v3 in the order of its layers, and runs Keras' LSTM cell once on small seeded weights.

Writes keras-inception-v3.tsv (layer/weight, dtype, shape) and lstm-cell-keras.json into the directory given.
"""
import json
import sys

import keras
import numpy

directory = sys.argv[1]
model = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
with open(f"{directory}/keras-inception-v3.tsv", "w") as file:
    for layer in model.layers:
        for weight in layer.weights:
            file.write(f"{layer.name}/{weight.name}\t{weight.dtype}\t{'x'.join(map(str, weight.shape))}\n")

random = numpy.random.default_rng(3)
cell = keras.layers.LSTMCell(3)
cell.build((2, 5))
cell.set_weights([random.standard_normal(weight.shape).astype("f") for weight in cell.weights])
inputs, hidden, state = (random.standard_normal((2, depth)).astype("f") for depth in (5, 3, 3))
_, (new_hidden, new_state) = cell(inputs, [hidden, state])
values = {f"lstm_cell/{weight.name}": weight.numpy() for weight in cell.weights}
values |= {"input": inputs, "hidden": hidden, "state": state}
values |= {"new_hidden": new_hidden.numpy(), "new_state": new_state.numpy()}
with open(f"{directory}/lstm-cell-keras.json", "w") as file:
    json.dump({name: {"shape": list(value.shape), "values": value.ravel().tolist()} for name, value in values.items()},
              file, indent=1)
    file.write("\n")
