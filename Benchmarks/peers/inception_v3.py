"""Inception v3 up to its pooled features, told to a graph that can be anything.

`build` calls `convolution`, `maximum`, `average`, `join` and `mean` of the graph it is given, with the names of TF-slim's
scopes; each returns the name of what it made. The graphs are in `onnx_graph.py` and `ncnn_graph.py`.
"""

SCOPE = "InceptionV3/"


def build(graph, image):
    """Adds the network behind `image` to the graph and returns the pooled features."""
    x = graph.convolution(SCOPE + "Conv2d_1a_3x3", image, stride=2, same=False)
    x = graph.convolution(SCOPE + "Conv2d_2a_3x3", x, same=False)
    x = graph.convolution(SCOPE + "Conv2d_2b_3x3", x)
    x = graph.maximum(SCOPE + "MaxPool_3a_3x3", x)
    x = graph.convolution(SCOPE + "Conv2d_3b_1x1", x)
    x = graph.convolution(SCOPE + "Conv2d_4a_3x3", x, same=False)
    x = graph.maximum(SCOPE + "MaxPool_5a_3x3", x)
    x = _mixed_35(graph, "Mixed_5b", x, "Conv2d_0a_1x1", "Conv2d_0b_5x5")
    x = _mixed_35(graph, "Mixed_5c", x, "Conv2d_0b_1x1", "Conv_1_0c_5x5")
    x = _mixed_35(graph, "Mixed_5d", x, "Conv2d_0a_1x1", "Conv2d_0b_5x5")
    x = _mixed_6a(graph, x)
    for name in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
        x = _mixed_17(graph, name, x)
    x = _mixed_7a(graph, x)
    x = _mixed_8(graph, "Mixed_7b", x, "Conv2d_0b_1x3", "Conv2d_0b_3x1")
    x = _mixed_8(graph, "Mixed_7c", x, "Conv2d_0b_1x3", "Conv2d_0c_3x1")
    return graph.mean(SCOPE + "AvgPool", x)


class _Module:
    """A module of branches that read one map."""

    def __init__(self, graph, name, x):
        self.graph, self.scope, self.input = graph, SCOPE + name, x

    def chain(self, branch, *names, x=None):
        """Convolutions with stride 1 one behind the other; returns the last one's output."""
        x = self.input if x is None else x
        for name in names:
            x = self.graph.convolution("%s/Branch_%d/%s" % (self.scope, branch, name), x)
        return x

    def reduced(self, branch, name, x=None):
        """A convolution that halves the map."""
        x = self.input if x is None else x
        return self.graph.convolution("%s/Branch_%d/%s" % (self.scope, branch, name), x, stride=2, same=False)

    def average(self):
        return self.graph.average(self.scope + "/Branch_3/AvgPool_0a_3x3", self.input)

    def maximum(self):
        return self.graph.maximum(self.scope + "/Branch_2/MaxPool_1a_3x3", self.input)

    def join(self, *outputs):
        return self.graph.join(self.scope, outputs)


def _mixed_35(graph, name, x, reduction, wide):
    module = _Module(graph, name, x)
    return module.join(
        module.chain(0, "Conv2d_0a_1x1"),
        module.chain(1, reduction, wide),
        module.chain(2, "Conv2d_0a_1x1", "Conv2d_0b_3x3", "Conv2d_0c_3x3"),
        module.chain(3, "Conv2d_0b_1x1", x=module.average()))


def _mixed_6a(graph, x):
    module = _Module(graph, "Mixed_6a", x)
    return module.join(
        module.reduced(0, "Conv2d_1a_1x1"),
        module.reduced(1, "Conv2d_1a_1x1", x=module.chain(1, "Conv2d_0a_1x1", "Conv2d_0b_3x3")),
        module.maximum())


def _mixed_17(graph, name, x):
    module = _Module(graph, name, x)
    return module.join(
        module.chain(0, "Conv2d_0a_1x1"),
        module.chain(1, "Conv2d_0a_1x1", "Conv2d_0b_1x7", "Conv2d_0c_7x1"),
        module.chain(2, "Conv2d_0a_1x1", "Conv2d_0b_7x1", "Conv2d_0c_1x7", "Conv2d_0d_7x1", "Conv2d_0e_1x7"),
        module.chain(3, "Conv2d_0b_1x1", x=module.average()))


def _mixed_7a(graph, x):
    module = _Module(graph, "Mixed_7a", x)
    return module.join(
        module.reduced(0, "Conv2d_1a_3x3", x=module.chain(0, "Conv2d_0a_1x1")),
        module.reduced(1, "Conv2d_1a_3x3", x=module.chain(1, "Conv2d_0a_1x1", "Conv2d_0b_1x7", "Conv2d_0c_7x1")),
        module.maximum())


def _mixed_8(graph, name, x, flat, tall):
    module = _Module(graph, name, x)
    narrow = module.chain(1, "Conv2d_0a_1x1")
    wide = module.chain(2, "Conv2d_0a_1x1", "Conv2d_0b_3x3")
    return module.join(
        module.chain(0, "Conv2d_0a_1x1"),
        module.chain(1, flat, x=narrow), module.chain(1, tall, x=narrow),
        module.chain(2, "Conv2d_0c_1x3", x=wide), module.chain(2, "Conv2d_0d_3x1", x=wide),
        module.chain(3, "Conv2d_0b_1x1", x=module.average()))
