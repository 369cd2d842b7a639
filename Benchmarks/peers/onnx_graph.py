"""The model as two ONNX files: the encoder, Inception v3, and one step of the decoder."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from . import inception_v3

OPSET = 17


class OnnxGraph:
    """Nodes and weights of an ONNX graph under construction. Values go by their names."""

    def __init__(self, weights):
        self.weights = weights
        self._nodes = []
        self._initializers = []

    def constant(self, name, array):
        self._initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind, inputs, output, **attributes):
        """Adds a node with one output and returns the output."""
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def split(self, x, outputs, axis):
        self._nodes.append(helper.make_node("Split", [x], outputs, axis=axis))
        return outputs

    def convolution(self, scope, x, stride=1, same=True):
        """A convolution with folded batch normalization and ReLU."""
        kernel, bias = self.weights.convolution(scope)
        height, width = kernel.shape[2:]
        pads = [height // 2, width // 2] * 2 if same else [0] * 4
        inputs = [x, self.constant(scope + "/kernel", kernel), self.constant(scope + "/bias", bias)]
        summed = self.node(
            "Conv", inputs, scope + "/sum", kernel_shape=[height, width], strides=[stride, stride], pads=pads)
        return self.node("Relu", [summed], scope)

    def maximum(self, scope, x):
        return self.node("MaxPool", [x], scope, kernel_shape=[3, 3], strides=[2, 2])

    def average(self, scope, x):
        return self.node(
            "AveragePool", [x], scope, kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4, count_include_pad=0)

    def join(self, scope, inputs):
        return self.node("Concat", inputs, scope, axis=1)

    def mean(self, scope, x):
        pooled = self.node("GlobalAveragePool", [x], scope)
        return self.node("Flatten", [pooled], "pooled", axis=1)

    def save(self, path, inputs, outputs):
        """Checks the graph and writes it. `inputs` and `outputs` map names to element types and shapes."""
        graph = helper.make_graph(
            self._nodes, "im2txt",
            [helper.make_tensor_value_info(name, *info) for name, info in inputs.items()],
            [helper.make_tensor_value_info(name, *info) for name, info in outputs.items()],
            self._initializers)
        # The newest form that all peers read, not the newest that the package writes.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def save_encoder(weights, path, batch="batch"):
    """Images [batch, 3, 299, 299] to pooled features [batch, 2048]."""
    graph = OnnxGraph(weights)
    inception_v3.build(graph, "images")
    graph.save(
        path, {"images": (TensorProto.FLOAT, [batch, 3, 299, 299])},
        {"pooled": (TensorProto.FLOAT, [batch, 2048])})


def save_decoder(weights, path, rows="rows"):
    """Words [rows] and states [rows, 2 * units] to probabilities [rows, vocabulary] and new states.

    TensorFlow's BasicLSTMCell: gates in the order i, j, f, o; a state is c, then h.
    """
    kernel, bias = weights["lstm/basic_lstm_cell/kernel"], weights["lstm/basic_lstm_cell/bias"].copy()
    units = bias.size // 4
    # The forget gate's bias of 1 is added at run time and is not stored.
    bias[2 * units:3 * units] += 1
    logits = weights["logits/weights"]

    graph = OnnxGraph(weights)
    embedded = graph.node(
        "Gather", [graph.constant("word_embedding", weights["seq_embedding/map"]), "words"], "embedded", axis=0)
    c, h = graph.split("state", ["c", "h"], axis=1)
    joined = graph.node("Concat", [embedded, h], "joined", axis=1)
    gates = graph.node(
        "Gemm", [joined, graph.constant("lstm/kernel", kernel), graph.constant("lstm/bias", bias)], "gates")
    i, j, f, o = graph.split(gates, ["i", "j", "f", "o"], axis=1)
    i, f, o = (graph.node("Sigmoid", [gate], gate + "_open") for gate in (i, f, o))
    kept = graph.node("Mul", [c, f], "kept")
    added = graph.node("Mul", [i, graph.node("Tanh", [j], "candidate")], "added")
    new_c = graph.node("Add", [kept, added], "new_c")
    new_h = graph.node("Mul", [graph.node("Tanh", [new_c], "squashed"), o], "new_h")
    graph.node("Concat", [new_c, new_h], "new_state", axis=1)
    logits_inputs = [
        new_h, graph.constant("logits/weights", logits), graph.constant("logits/biases", weights["logits/biases"])]
    summed = graph.node("Gemm", logits_inputs, "logits")
    graph.node("Softmax", [summed], "probabilities", axis=1)
    graph.save(
        path, {"words": (TensorProto.INT64, [rows]), "state": (TensorProto.FLOAT, [rows, 2 * units])},
        {"probabilities": (TensorProto.FLOAT, [rows, logits.shape[1]]),
         "new_state": (TensorProto.FLOAT, [rows, 2 * units])})
