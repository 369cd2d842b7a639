"""Show and Tell in torch, with the structure and the names of TF-slim's Inception v3.

The module tree is flat on purpose: every convolution is stored under the scope that
TensorFlow gives it ("InceptionV3/Mixed_5b/Branch_0/Conv2d_0a_1x1"), so that exporting is
a matter of transposing, never of guessing.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

# name, kernel (h, w), stride, padding, output channels at depth multiplier 1
STEM = [
    ("Conv2d_1a_3x3", (3, 3), 2, "VALID", 32),
    ("Conv2d_2a_3x3", (3, 3), 1, "VALID", 32),
    ("Conv2d_2b_3x3", (3, 3), 1, "SAME", 64),
    ("MaxPool_3a_3x3",),
    ("Conv2d_3b_1x1", (1, 1), 1, "VALID", 80),
    ("Conv2d_4a_3x3", (3, 3), 1, "VALID", 192),
    ("MaxPool_5a_3x3",),
]


def _mixed_5(pool_depth, first="Conv2d_0a_1x1", second="Conv2d_0b_5x5"):
    return [
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 64)],
        [(first, (1, 1), 1, "SAME", 48), (second, (5, 5), 1, "SAME", 64)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 64), ("Conv2d_0b_3x3", (3, 3), 1, "SAME", 96),
         ("Conv2d_0c_3x3", (3, 3), 1, "SAME", 96)],
        ["avg", ("Conv2d_0b_1x1", (1, 1), 1, "SAME", pool_depth)],
    ]


def _mixed_6(depth):
    return [
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 192)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", depth), ("Conv2d_0b_1x7", (1, 7), 1, "SAME", depth),
         ("Conv2d_0c_7x1", (7, 1), 1, "SAME", 192)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", depth), ("Conv2d_0b_7x1", (7, 1), 1, "SAME", depth),
         ("Conv2d_0c_1x7", (1, 7), 1, "SAME", depth), ("Conv2d_0d_7x1", (7, 1), 1, "SAME", depth),
         ("Conv2d_0e_1x7", (1, 7), 1, "SAME", 192)],
        ["avg", ("Conv2d_0b_1x1", (1, 1), 1, "SAME", 192)],
    ]


def _mixed_7(split):
    """`split` is the name of the 3x1 convolution in Branch_1: it differs in 7b and 7c."""
    return [
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 320)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 384),
         [("Conv2d_0b_1x3", (1, 3), 1, "SAME", 384), (split, (3, 1), 1, "SAME", 384)]],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 448), ("Conv2d_0b_3x3", (3, 3), 1, "SAME", 384),
         [("Conv2d_0c_1x3", (1, 3), 1, "SAME", 384), ("Conv2d_0d_3x1", (3, 1), 1, "SAME", 384)]],
        ["avg", ("Conv2d_0b_1x1", (1, 1), 1, "SAME", 192)],
    ]


MIXED = [
    ("Mixed_5b", _mixed_5(32)),
    ("Mixed_5c", _mixed_5(64, "Conv2d_0b_1x1", "Conv_1_0c_5x5")),
    ("Mixed_5d", _mixed_5(64)),
    ("Mixed_6a", [
        [("Conv2d_1a_1x1", (3, 3), 2, "VALID", 384)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 64), ("Conv2d_0b_3x3", (3, 3), 1, "SAME", 96),
         ("Conv2d_1a_1x1", (3, 3), 2, "VALID", 96)],
        ["max"],
    ]),
    ("Mixed_6b", _mixed_6(128)),
    ("Mixed_6c", _mixed_6(160)),
    ("Mixed_6d", _mixed_6(160)),
    ("Mixed_6e", _mixed_6(192)),
    ("Mixed_7a", [
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 192), ("Conv2d_1a_3x3", (3, 3), 2, "VALID", 320)],
        [("Conv2d_0a_1x1", (1, 1), 1, "SAME", 192), ("Conv2d_0b_1x7", (1, 7), 1, "SAME", 192),
         ("Conv2d_0c_7x1", (7, 1), 1, "SAME", 192), ("Conv2d_1a_3x3", (3, 3), 2, "VALID", 192)],
        ["max"],
    ]),
    ("Mixed_7b", _mixed_7("Conv2d_0b_3x1")),
    ("Mixed_7c", _mixed_7("Conv2d_0c_3x1")),
]


class ConvBN(nn.Module):
    """Convolution, BatchNorm without gamma, ReLU. Stride 1 SAME with odd kernels is symmetric."""

    def __init__(self, cin, cout, kernel, stride, padding):
        super().__init__()
        pad = tuple(k // 2 for k in kernel) if padding == "SAME" else 0
        assert padding == "VALID" or stride == 1
        self.conv = nn.Conv2d(cin, cout, kernel, stride=stride, padding=pad, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        self.beta = nn.Parameter(torch.zeros(cout))
        self.register_buffer("ones", torch.ones(cout), persistent=False)
        self.register_buffer("moving_mean", torch.zeros(cout))
        self.register_buffer("moving_variance", torch.ones(cout))
        self.momentum = 0.05

    def forward(self, x):
        x = self.conv(x)
        x = F.batch_norm(x, self.moving_mean, self.moving_variance, self.ones, self.beta,
                         self.training, self.momentum, 0.001)
        return F.relu(x, inplace=True)


class InceptionV3(nn.Module):
    def __init__(self, depth_multiplier=0.25, min_depth=16):
        super().__init__()
        self.layers = nn.ModuleDict()
        depth = lambda d: max(int(d * depth_multiplier), min_depth)
        channels = 3
        self.block_channels = {}

        def add(scope, item, cin):
            name, kernel, stride, padding, d = item
            # ModuleDict keys may not hold dots, slashes are fine.
            self.layers[scope + "/" + name] = ConvBN(cin, depth(d), kernel, stride, padding)
            return depth(d)

        for item in STEM:
            if len(item) > 1:
                channels = add("InceptionV3", item, channels)
        for block, branches in MIXED:
            total = 0
            for i, branch in enumerate(branches):
                c = channels
                scope = "InceptionV3/%s/Branch_%d" % (block, i)
                for item in branch:
                    if isinstance(item, str):
                        continue
                    if isinstance(item, list):
                        c = sum(add(scope, part, c) for part in item)
                    else:
                        c = add(scope, item, c)
                total += c
            channels = total
            self.block_channels[block] = channels
        self.channels = channels

    def forward(self, x):
        for item in STEM:
            x = self.layers["InceptionV3/" + item[0]](x) if len(item) > 1 else F.max_pool2d(x, 3, 2)
        maps = {}
        for block, branches in MIXED:
            outs = []
            for i, branch in enumerate(branches):
                scope = "InceptionV3/%s/Branch_%d/" % (block, i)
                y = x
                for item in branch:
                    if item == "avg":
                        y = F.avg_pool2d(y, 3, 1, 1, count_include_pad=False)
                    elif item == "max":
                        y = F.max_pool2d(y, 3, 2)
                    elif isinstance(item, list):
                        y = torch.cat([self.layers[scope + part[0]](y) for part in item], 1)
                    else:
                        y = self.layers[scope + item[0]](y)
                outs.append(y)
            x = torch.cat(outs, 1)
            maps[block] = x
        return x.float().mean((2, 3)), maps


class ShowAndTell(nn.Module):
    def __init__(self, rows, depth_multiplier=0.25, embedding=128, units=128):
        super().__init__()
        self.cnn = InceptionV3(depth_multiplier)
        self.units = units
        self.image_embedding = nn.Parameter(torch.empty(self.cnn.channels, embedding))
        self.seq_embedding = nn.Parameter(torch.empty(rows, embedding).uniform_(-0.08, 0.08))
        self.matrix = nn.Parameter(torch.empty(embedding + units, 4 * units))
        self.bias = nn.Parameter(torch.zeros(4 * units))
        self.logits_weights = nn.Parameter(torch.empty(units, rows))
        self.logits_biases = nn.Parameter(torch.zeros(rows))
        for p in (self.image_embedding, self.matrix, self.logits_weights):
            nn.init.xavier_uniform_(p)

    def cell(self, x, c, h):
        i, j, f, o = (torch.cat([x, h], 1) @ self.matrix + self.bias).chunk(4, 1)
        c = c * torch.sigmoid(f + 1.0) + torch.sigmoid(i) * torch.tanh(j)
        return c, torch.tanh(c) * torch.sigmoid(o)

    def image_state(self, pooled):
        zero = pooled.new_zeros(pooled.shape[0], self.units)
        return self.cell(pooled @ self.image_embedding, zero, zero)

    def decode(self, pooled, words):
        """Teacher forcing: `words` is (batch, T) from <S> on; logits for each next word."""
        c, h = self.image_state(pooled)
        out = []
        for t in range(words.shape[1]):
            c, h = self.cell(self.seq_embedding[words[:, t]], c, h)
            out.append(h)
        return torch.stack(out, 1) @ self.logits_weights + self.logits_biases

    @torch.no_grad()
    def greedy(self, pooled, start, steps=19):
        c, h = self.image_state(pooled)
        word = torch.full((pooled.shape[0],), start, dtype=torch.long)
        out = []
        for _ in range(steps):
            c, h = self.cell(self.seq_embedding[word], c, h)
            word = (h @ self.logits_weights + self.logits_biases).argmax(1)
            out.append(word)
        return torch.stack(out, 1)

    def tensorflow_variables(self):
        """Name -> numpy array, under the names of TensorFlow 0.12's graph."""
        out = {}
        for scope, layer in self.cnn.layers.items():
            out[scope + "/weights"] = layer.conv.weight.permute(2, 3, 1, 0)
            out[scope + "/BatchNorm/beta"] = layer.beta
            out[scope + "/BatchNorm/moving_mean"] = layer.moving_mean
            out[scope + "/BatchNorm/moving_variance"] = layer.moving_variance
        out["image_embedding/weights"] = self.image_embedding
        out["seq_embedding/map"] = self.seq_embedding
        out["lstm/BasicLSTMCell/Linear/Matrix"] = self.matrix
        out["lstm/BasicLSTMCell/Linear/Bias"] = self.bias
        out["logits/weights"] = self.logits_weights
        out["logits/biases"] = self.logits_biases
        return {k: v.detach().float().contiguous().numpy() for k, v in out.items()}
