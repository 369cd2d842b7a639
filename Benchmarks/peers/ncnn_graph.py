"""The encoder in ncnn's own form: a text file of layers and a file of their weights, in the same order.

Layer types, parameter numbers and the order of weights are those of ncnn's operator list. ncnn wants the readers of an
output to be told apart: an output that several layers read goes through a Split layer, which `save` adds.
"""

import collections

import numpy as np

from . import inception_v3

MAGIC = 7767517
# Stands before a convolution's kernel and says that it is stored as float32.
FLOAT32_FLAG = np.zeros(1, np.uint32)

Layer = collections.namedtuple("Layer", "kind name inputs parameters")

MAXIMUM, AVERAGE = 0, 1
RELU = 1
# As many windows as fit, without a part of one at the end.
VALID = 1


class NcnnGraph:
    """Layers and weights under construction. Each layer has one output, of its own name."""

    def __init__(self, weights):
        self.weights = weights
        self._layers = []
        self._values = []

    def input(self, name):
        return self._add("Input", name, [])

    def convolution(self, scope, x, stride=1, same=True):
        kernel, bias = self.weights.convolution(scope)
        channels, _, height, width = kernel.shape
        self._values += [FLOAT32_FLAG, kernel, bias]
        # Left and top padding; right and bottom follow where they are not given.
        left, top = (width // 2, height // 2) if same else (0, 0)
        return self._add("Convolution", scope, [x], {
            0: channels, 1: width, 11: height, 3: stride, 13: stride, 4: left, 14: top, 5: 1, 6: kernel.size, 9: RELU})

    def maximum(self, scope, x):
        return self._add("Pooling", scope, [x], {0: MAXIMUM, 1: 3, 2: 2, 5: VALID})

    def average(self, scope, x):
        return self._add("Pooling", scope, [x], {0: AVERAGE, 1: 3, 2: 1, 3: 1, 5: VALID, 6: 0})

    def join(self, scope, inputs):
        return self._add("Concat", scope, list(inputs), {0: 0})

    def mean(self, scope, x):
        return self._add("Pooling", "pooled", [x], {0: AVERAGE, 4: 1})

    def save(self, layers_path, weights_path):
        layers = _with_splits(self._layers)
        blob_count = sum(len(outputs) for _, outputs in layers)
        with open(layers_path, "w") as file:
            file.write("%d\n%d %d\n" % (MAGIC, len(layers), blob_count))
            for layer, outputs in layers:
                parameters = ["%d=%d" % item for item in layer.parameters.items()]
                words = [layer.kind, layer.name, len(layer.inputs), len(outputs)]
                file.write(" ".join(map(str, words + layer.inputs + outputs + parameters)) + "\n")
        with open(weights_path, "wb") as file:
            for values in self._values:
                file.write(values.tobytes())

    def _add(self, kind, name, inputs, parameters=None):
        self._layers.append(Layer(kind, name, inputs, parameters or {}))
        return name


def _with_splits(layers):
    """The layers with their outputs, and a Split behind every output with several readers."""
    readers = collections.Counter(x for layer in layers for x in layer.inputs)
    copies = {x: ["%s_copy%d" % (x, index) for index in range(count)] for x, count in readers.items() if count > 1}
    unread = {x: iter(names) for x, names in copies.items()}
    result = []
    for layer in layers:
        inputs = [next(unread[x]) if x in unread else x for x in layer.inputs]
        result.append((layer._replace(inputs=inputs), [layer.name]))
        if layer.name in copies:
            result.append((Layer("Split", layer.name + "_split", [layer.name], {}), copies[layer.name]))
    return result


def save_encoder(weights, layers_path, weights_path):
    """Images [3, 299, 299] to pooled features [2048]."""
    graph = NcnnGraph(weights)
    inception_v3.build(graph, graph.input("images"))
    graph.save(layers_path, weights_path)
