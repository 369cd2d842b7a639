"""Loads weights that `decant convert MODEL -o FILE.h5 --names keras` wrote, and runs them.

    python keras_example.py FILE.h5 GOLDEN_DIRECTORY IMAGE_DIRECTORY

The network is Keras' own; its widths become those of the file, so that narrow models load as well. Prints how far the results are
from TensorFlow 0.12.1's; exits with 1 above 1e-4.
"""
import sys

import h5py
import keras
import numpy

from golden_check import check


def load_encoder(path):
    model = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
    config = model.get_config()
    with h5py.File(path) as file:  # of the file's widths, in place of Keras' own
        for layer in config["layers"]:
            layer.pop("build_config", None)
            if layer["class_name"] == "Conv2D":
                layer["config"]["filters"] = file[f"{layer['name']}/{layer['name']}/kernel:0"].shape[3]
    model = keras.Model.from_config(config)
    model.load_weights(path)
    return model


def load_decoder(path):
    with h5py.File(path) as file:
        def layer(layer, name):
            names = file[name].attrs["weight_names"]
            values = [file[name][weight.decode()][()] for weight in names]
            return layer, values

        image = layer(keras.layers.Dense(file["image_embedding/image_embedding/kernel:0"].shape[1], use_bias=False),
                      "image_embedding")
        word = layer(keras.layers.Embedding(*file["seq_embedding/seq_embedding/embeddings:0"].shape), "seq_embedding")
        cell = layer(keras.layers.LSTMCell(file["lstm_cell/lstm_cell/recurrent_kernel:0"].shape[0]), "lstm_cell")
        logits = layer(keras.layers.Dense(file["logits/logits/kernel:0"].shape[1]), "logits")
        layers = []
        for made, values in (image, word, cell, logits):
            made.build((None, values[0].shape[0]))
            made.set_weights(values)
            layers.append(made)
        return layers


def main():
    encoder = load_encoder(sys.argv[1])
    image_embedding, seq_embedding, lstm_cell, logits = load_decoder(sys.argv[1])

    def encode(images):
        features = encoder(images, training=False)
        embedding = image_embedding(features)
        zeros = numpy.zeros((len(images), lstm_cell.units), "f")
        _, (hidden, cell) = lstm_cell(embedding, [zeros, zeros])
        return features, embedding, cell, hidden

    def step(words, cell, hidden):
        output, (hidden, cell) = lstm_cell(seq_embedding(numpy.array(words)), [hidden, cell])
        return logits(output), cell, hidden

    check(encode, step, sys.argv[2:])


main()
