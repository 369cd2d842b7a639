#!/usr/bin/env python3
"""Makes a checkpoint of im2txt in its full size, with invented weights.

    python3 full_size.py --out DIR [--seed N]

The published weights of im2txt cannot be passed on, but reading 150 MB and running the whole network can only be
tried with something of that size. This script writes a stand-in within seconds, in nothing but Python's standard
library (3.9 or later):

    DIR/model.ckpt-3000000           V1, with the variable names of TensorFlow 0.12
    DIR/v2/model.ckpt-3000000.*      V2, the same values under today's names
    DIR/word_counts.txt              11,518 words, the file as Python 3 wrote it: b'word' count
    DIR/checkpoint, DIR/v2/checkpoint

The files are laid out byte for byte as TensorFlow's own writers lay them out. The weights are random, but not
arbitrary. Batch normalization holds the statistics that the activations really have, so the network neither saturates
nor dies out, and different pictures give different features. The decoder follows a small grammar written into a few
of its LSTM units, so captions look like `some nadabu in a disi teroning a voro .` and end before the limit.
"""

import argparse
import hashlib
import math
import os
import random
import struct
import sys
import time
from array import array
from itertools import repeat
from operator import add, mul
from statistics import NormalDist

STEP = 3_000_000
NAME = f"model.ckpt-{STEP}"

EMBEDDING_SIZE = 512
LSTM_UNITS = 512
LOGIT_COUNT = 12_000
WORD_COUNT = 11_518

# ---------------------------------------------------------------------------------------------------------------------
# Random weights


QUANTILE_COUNT = 256
QUANTILES = [NormalDist().inv_cdf((k + 0.5) / QUANTILE_COUNT) for k in range(QUANTILE_COUNT)]
QUANTILE_VARIANCE = sum(q * q for q in QUANTILES) / QUANTILE_COUNT


def normal_floats(rng, count, deviation):
    """`count` float32 values of a normal distribution, as bytes.

    One random byte chooses a quantile, which gives the upper half of the float; its lower half is random. So no value
    is touched one by one, and the result is about as hard to compress as trained weights.
    """
    upper = [struct.unpack("<I", struct.pack("<f", q * deviation))[0] >> 16 for q in QUANTILES]
    choice = rng.randbytes(count)
    noise = rng.randbytes(2 * count)
    floats = bytearray(4 * count)
    floats[3::4] = choice.translate(bytes(value >> 8 for value in upper))
    floats[2::4] = choice.translate(bytes(value & 0xFF for value in upper))
    floats[1::4] = noise[1::2]
    floats[0::4] = noise[0::2]
    return floats


# ---------------------------------------------------------------------------------------------------------------------
# Inception v3: its layers, and what their activations look like


# `a, b` is b after a, `|` separates branches, `+` joins two convolutions of one input. A convolution is a scope and its
# number of channels; the kernel is the end of the scope's name, except where that name is wrong: `1a_1x1=3x3`.
# The names are those of TensorFlow's slim, slips included.
INCEPTION = """
    Conv2d_1a_3x3 32, Conv2d_2a_3x3 32, Conv2d_2b_3x3 64, max, Conv2d_3b_1x1 80, Conv2d_4a_3x3 192, max
    Mixed_5b: 0a_1x1 64 | 0a_1x1 48, 0b_5x5 64 | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | average, 0b_1x1 32
    Mixed_5c: 0a_1x1 64 | 0b_1x1 48, Conv_1_0c_5x5 64 | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | average, 0b_1x1 64
    Mixed_5d: 0a_1x1 64 | 0a_1x1 48, 0b_5x5 64 | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | average, 0b_1x1 64
    Mixed_6a: 1a_1x1=3x3 384 | 0a_1x1 64, 0b_3x3 96, 1a_1x1=3x3 96 | max
    Mixed_6b: 0a_1x1 192 | 0a_1x1 128, 0b_1x7 128, 0c_7x1 192
              | 0a_1x1 128, 0b_7x1 128, 0c_1x7 128, 0d_7x1 128, 0e_1x7 192 | average, 0b_1x1 192
    Mixed_6c: 0a_1x1 192 | 0a_1x1 160, 0b_1x7 160, 0c_7x1 192
              | 0a_1x1 160, 0b_7x1 160, 0c_1x7 160, 0d_7x1 160, 0e_1x7 192 | average, 0b_1x1 192
    Mixed_6d: 0a_1x1 192 | 0a_1x1 160, 0b_1x7 160, 0c_7x1 192
              | 0a_1x1 160, 0b_7x1 160, 0c_1x7 160, 0d_7x1 160, 0e_1x7 192 | average, 0b_1x1 192
    Mixed_6e: 0a_1x1 192 | 0a_1x1 192, 0b_1x7 192, 0c_7x1 192
              | 0a_1x1 192, 0b_7x1 192, 0c_1x7 192, 0d_7x1 192, 0e_1x7 192 | average, 0b_1x1 192
    Mixed_7a: 0a_1x1 192, 1a_3x3 320 | 0a_1x1 192, 0b_1x7 192, 0c_7x1 192, 1a_3x3 192 | max
    Mixed_7b: 0a_1x1 320 | 0a_1x1 384, 0b_1x3 384 + 0b_3x1 384
              | 0a_1x1 448, 0b_3x3 384, 0c_1x3 384 + 0d_3x1 384 | average, 0b_1x1 192
    Mixed_7c: 0a_1x1 320 | 0a_1x1 384, 0b_1x3 384 + 0c_3x1 384
              | 0a_1x1 448, 0b_3x3 384, 0c_1x3 384 + 0d_3x1 384 | average, 0b_1x1 192
"""


class Activations:
    """Mean and variance of each channel of a map, over positions and pictures."""

    def __init__(self, means, variances):
        self.means = means
        self.variances = variances

    @classmethod
    def joined(cls, parts):
        """The channels of all parts one after the other."""
        return cls([m for part in parts for m in part.means], [v for part in parts for v in part.variances])

    @classmethod
    def after_relu(cls, betas):
        """What ReLU leaves of channels that are normal with variance 1 around `betas`."""
        normal = NormalDist()
        means = [b * normal.cdf(b) + normal.pdf(b) for b in betas]
        squares = [(b * b + 1) * normal.cdf(b) + b * normal.pdf(b) for b in betas]
        return cls(means, [s - m * m for s, m in zip(squares, means)])

    def after_max_pool(self):
        """Measured on photographs: the largest of nine neighbors lies about one deviation above the mean."""
        return Activations([m + math.sqrt(v) for m, v in zip(self.means, self.variances)], self.variances)

    def after_average_pool(self):
        """Neighbors resemble each other, so an average of nine still keeps half of the variance."""
        return Activations(self.means, [v / 2 for v in self.variances])


class Inception:
    """Inception v3 with random filters; collects its variables in `tensors`."""

    # Values of photographs after the original's preprocessing, which maps black to -1 and white to 1.
    PIXELS = Activations([0.1] * 3, [0.25] * 3)

    def __init__(self, seed):
        self.seed = seed
        self.tensors = {}
        self.features = self.PIXELS
        text = " ".join(INCEPTION.split()).replace(" Mixed", "\nMixed")
        stem, *blocks = text.split("\n")
        self.features = self._chain("", stem, self.features)
        for block in blocks:
            name, branches = block.split(": ")
            self.features = Activations.joined([
                self._chain(f"{name}/Branch_{index}/", branch, self.features)
                for index, branch in enumerate(branches.split(" | "))])

    def _chain(self, scope, text, activations):
        """One layer after the other; returns the activations behind the last."""
        for item in text.split(", "):
            if item == "max":
                activations = activations.after_max_pool()
            elif item == "average":
                activations = activations.after_average_pool()
            else:
                activations = Activations.joined([
                    self._convolution(scope, layer, activations) for layer in item.split(" + ")])
        return activations

    def _convolution(self, scope, layer, inputs):
        name, channels = layer.split()
        channels = int(channels)
        name, _, kernel = name.partition("=")
        height, width = map(int, (kernel or name.split("_")[-1]).split("x"))
        path = "InceptionV3/" + scope + (name if name.startswith("Conv") else "Conv2d_" + name)
        rng = random.Random(f"{self.seed} {path}")

        row_count = height * width * len(inputs.means)
        deviation = math.sqrt(2 / row_count)
        weights = normal_floats(rng, row_count * channels, deviation)
        # A filter's mean output is the sum of its weights times the mean inputs; the variance follows from the
        # variances of inputs and weights, since the weights are independent.
        rows = memoryview(weights).cast("f")
        means = [0.0] * channels
        for row in range(row_count):
            values = rows[row * channels:(row + 1) * channels]
            means = list(map(add, means, map(mul, values, repeat(inputs.means[row % len(inputs.means)]))))
        variance = height * width * sum(inputs.variances) * deviation ** 2 * QUANTILE_VARIANCE
        # Thresholds well below most values keep the network close to linear. It would otherwise enlarge rounding
        # errors from layer to layer, which trained networks do not.
        betas = [rng.gauss(0.6, 0.3) for _ in range(channels)]

        self._add(path + "/weights", (height, width, len(inputs.means), channels), weights)
        self._add(path + "/BatchNorm/beta", (channels,), array("f", betas))
        self._add(path + "/BatchNorm/moving_mean", (channels,), array("f", means))
        self._add(path + "/BatchNorm/moving_variance", (channels,), array(
            "f", [variance * math.exp(rng.gauss(0, 0.1)) for _ in range(channels)]))
        return Activations.after_relu(betas)

    def _add(self, name, shape, values):
        self.tensors[name] = Tensor(shape, values)


class Tensor:
    """A shape and its values in C order, float32 unless said otherwise, as bytes."""

    FLOAT, INT32 = 1, 3  # TensorFlow's numbers for the dtypes

    def __init__(self, shape, values, dtype=FLOAT):
        self.shape = shape
        self.dtype = dtype
        self.data = memoryview(values).cast("B")
        assert len(self.data) == 4 * math.prod(shape)


# ---------------------------------------------------------------------------------------------------------------------
# The vocabulary and its grammar


# Word classes, in the order of the LSTM units that stand for them.
ARTICLE, ADJECTIVE, NOUN, VERB, PREPOSITION, STOP, START, END, SILENT = range(9)
CLASS_COUNT = 9

# Which class may follow which, and how readily (added to the logits).
FOLLOWERS = {
    START: {ARTICLE: 0},
    ARTICLE: {ADJECTIVE: -0.7, NOUN: 0},
    ADJECTIVE: {NOUN: 0},
    NOUN: {VERB: 0, PREPOSITION: -1, STOP: -1},
    VERB: {ARTICLE: 0, PREPOSITION: -0.5},
    PREPOSITION: {ARTICLE: 0},
    STOP: {END: 0},
    END: {},
    SILENT: {NOUN: 0},
}

COMMON_WORDS = {
    "a": ARTICLE, "<S>": START, "</S>": END, ".": STOP, "on": PREPOSITION, "the": ARTICLE, "of": PREPOSITION,
    "in": PREPOSITION, "with": PREPOSITION, "two": ARTICLE, "near": PREPOSITION, "under": PREPOSITION,
    "some": ARTICLE, "behind": PREPOSITION, "'s": SILENT, "three": ARTICLE, "above": PREPOSITION,
    "caf\u00e9": NOUN, "beside": PREPOSITION, "\"": SILENT,
}
START_ID, END_ID = 1, 2


def make_vocabulary(seed):
    """The words and the class of every row of the embedding; rows beyond the words are silent."""
    rng = random.Random(f"{seed} words")
    words = list(COMMON_WORDS)
    classes = list(COMMON_WORDS.values())
    known = set(words)
    while len(words) < WORD_COUNT:
        kind = rng.choices([ADJECTIVE, NOUN, VERB], [1, 2, 1])[0]
        stem = "".join(rng.choice("bdlmnrstv") + rng.choice("aeiou") for _ in range(rng.choice([2, 3])))
        word = stem + {ADJECTIVE: "sh", NOUN: "", VERB: "ning"}[kind]
        if word not in known:
            known.add(word)
            words.append(word)
            classes.append(kind)
    return words, classes + [SILENT] * (LOGIT_COUNT - WORD_COUNT)


def vocabulary_lines(words):
    """The lines of word_counts.txt: falling counts, each word in Python's notation for bytes."""
    count = 1_000_000
    lines = []
    for rank, word in enumerate(words):
        if rank != END_ID:  # as many ends as starts
            count = max(4, int(1_000_000 / (rank + 1) ** 1.1))
        lines.append(f"{word.encode('utf-8')!r} {count}\n")
    return "".join(lines)


# ---------------------------------------------------------------------------------------------------------------------
# The decoder


# LSTM units with a task. All others are random.
STEP_UNIT = 0  # rises from step to step, and with it the wish to stop
CLASS_UNITS = 1  # the first of nine: near 1 when the last word was of that class, near 0 otherwise
SLOW_UNITS = range(1 + CLASS_COUNT, 266)  # forget slowly, so the picture is still there when the last word is chosen
TASK_UNIT_COUNT = 1 + CLASS_COUNT

CLASS_SIGNAL = 6.0  # what the first dimensions of a word's embedding say about its class
LOGIT_DEVIATION = 0.6
LOGIT_SPREAD = 8 * LOGIT_DEVIATION  # deviation of one word's logit over pictures and steps
GRAMMAR = 8.0  # logits gained by words of a fitting class; twice that is lost by others
STOP_PRESSURE, PATIENCE = 20.0, 0.79  # the full stop gains up to the first, from that part of STEP_UNIT's range on


def decoder_tensors(seed, features, classes):
    """Image embedding, word embedding, LSTM and logits, by the names of TensorFlow 0.12."""
    return {
        "image_embedding/weights": image_embedding(seed, features),
        "seq_embedding/map": word_embedding(seed, classes),
        **lstm(seed),
        **logits(seed, classes),
    }


def image_embedding(seed, features):
    """Random, but blind to the mean features, which all pictures share, and silent about word classes."""
    size = len(features.means)
    rng = random.Random(f"{seed} image_embedding")
    weights = normal_floats(rng, size * EMBEDDING_SIZE, 0.1)
    values = memoryview(weights).cast("f")
    rows = [values[i * EMBEDDING_SIZE:(i + 1) * EMBEDDING_SIZE] for i in range(size)]
    shared = [0.0] * EMBEDDING_SIZE
    for mean, row in zip(features.means, rows):
        shared = list(map(add, shared, map(mul, row, repeat(mean))))
    square = sum(mean * mean for mean in features.means)
    silence = array("f", [0.0] * CLASS_COUNT)
    for mean, row in zip(features.means, rows):
        row[:] = array("f", map(add, row, map(mul, shared, repeat(-mean / square))))
        row[:CLASS_COUNT] = silence
    return Tensor((size, EMBEDDING_SIZE), weights)


def word_embedding(seed, classes):
    """Random; the first dimensions tell the class."""
    weights = normal_floats(random.Random(f"{seed} seq_embedding"), LOGIT_COUNT * EMBEDDING_SIZE, 0.5)
    values = memoryview(weights).cast("f")
    for word, kind in enumerate(classes):
        signal = array("f", [0.0] * CLASS_COUNT)
        signal[kind] = CLASS_SIGNAL
        values[word * EMBEDDING_SIZE:word * EMBEDDING_SIZE + CLASS_COUNT] = signal
    return Tensor((LOGIT_COUNT, EMBEDDING_SIZE), weights)


def lstm(seed):
    """The cell's matrix, with rows for the input and then for h, and its bias; columns are the gates i, j, f, o."""
    rng = random.Random(f"{seed} lstm")
    row_count, column_count = EMBEDDING_SIZE + LSTM_UNITS, 4 * LSTM_UNITS
    matrix = normal_floats(rng, row_count * column_count, 1.4 / math.sqrt(LSTM_UNITS))
    values = memoryview(matrix).cast("f")
    bias = array("f", [rng.gauss(0, 0.1) for _ in range(column_count)])
    i, j, f, o = (gate * LSTM_UNITS for gate in range(4))

    # Units with a task listen to nothing but that task, and tell only the logits.
    nothing = array("f", [0.0] * column_count)
    for row in range(row_count):
        start = row * column_count
        if row < CLASS_COUNT or EMBEDDING_SIZE <= row < EMBEDDING_SIZE + TASK_UNIT_COUNT:
            values[start:start + column_count] = nothing
        for gate in (i, j, f, o):
            values[start + gate:start + gate + TASK_UNIT_COUNT] = nothing[:TASK_UNIT_COUNT]
    for kind in range(CLASS_COUNT):
        values[kind * column_count + j + CLASS_UNITS + kind] = 1.0

    # Large biases hold a gate open, large negative ones shut. The step unit adds a little each time and never forgets;
    # the class units forget everything.
    for gate, value in ((i, 2.0), (j, math.atanh(0.15)), (f, 8.0), (o, 4.0)):
        bias[gate + STEP_UNIT] = value
    for unit in range(CLASS_UNITS, CLASS_UNITS + CLASS_COUNT):
        for gate, value in ((i, 4.0), (j, 0.0), (f, -8.0), (o, 4.0)):
            bias[gate + unit] = value
    for unit in SLOW_UNITS:
        bias[f + unit] += 2.5
        bias[i + unit] -= 0.5
    return {
        "lstm/BasicLSTMCell/Linear/Matrix": Tensor((row_count, column_count), matrix),
        "lstm/BasicLSTMCell/Linear/Bias": Tensor((column_count,), bias),
    }


def logits(seed, classes):
    """Random, with rows for the units that have a task. Frequent words are likelier, as the bias says."""
    rng = random.Random(f"{seed} logits")
    weights = normal_floats(rng, LSTM_UNITS * LOGIT_COUNT, LOGIT_DEVIATION)
    values = memoryview(weights).cast("f")
    for word, kind in enumerate(classes):
        if kind in (STOP, END):
            # Whether to stop is a matter of time and not of taste.
            for place in range(word, len(values), LOGIT_COUNT):
                values[place] *= 0.3

    def set_row(unit, row):
        values[unit * LOGIT_COUNT:(unit + 1) * LOGIT_COUNT] = array("f", row)

    set_row(STEP_UNIT, [STOP_PRESSURE if kind in (STOP, END) else 0.0 for kind in classes])
    for last, followers in FOLLOWERS.items():
        gains = [GRAMMAR + followers[kind] if kind in followers else -2 * GRAMMAR for kind in range(CLASS_COUNT)]
        set_row(CLASS_UNITS + last, [gains[kind] for kind in classes])

    bias = [-0.6 * math.log(1 + rank / 10) for rank in range(LOGIT_COUNT)]
    for kind in range(CLASS_COUNT):
        # A class of many words must not win by their number, so its typical log-sum-exp is taken off.
        members = [word for word in range(LOGIT_COUNT) if classes[word] == kind]
        masses = [math.log(sum(math.exp(bias[word] + rng.gauss(0, LOGIT_SPREAD)) for word in members))
                  for _ in range(20 if len(members) > 1 else 0)]
        mass = sum(masses) / len(masses) if masses else bias[members[0]]
        for word in members:
            bias[word] -= mass
            if kind in (STOP, END):
                bias[word] -= STOP_PRESSURE * PATIENCE
            if kind in (START, SILENT):
                bias[word] -= 20
    return {
        "logits/weights": Tensor((LSTM_UNITS, LOGIT_COUNT), weights),
        "logits/biases": Tensor((LOGIT_COUNT,), array("f", bias)),
    }


# ---------------------------------------------------------------------------------------------------------------------
# CRC-32C


class CRC32C:
    """CRC-32C in plain Python, fast enough for hundreds of megabytes.

    The message is cut into many equal lanes, whose checksums advance together, one byte of every lane at a time.
    The four bytes of all lanes' registers are four long strings: a table look-up is then `bytes.translate`, and an
    exclusive or one operation on long integers. At the end the lanes' checksums are put together as if each had been
    continued over the bytes of the lanes behind it.
    """

    POLYNOMIAL = 0x82F63B78
    MOST_LANES = 1 << 15
    LEAST_LANE = 64

    def __init__(self):
        self.table = []
        for value in range(256):
            for _ in range(8):
                value = value >> 1 ^ (self.POLYNOMIAL if value & 1 else 0)
            self.table.append(value)
        self.byte_tables = [bytes(value >> shift & 0xFF for value in self.table) for shift in (0, 8, 16, 24)]
        self.shifts = {}

    def masked(self, *parts):
        """The checksum of the parts in a row, rotated and offset as TensorFlow's files store it."""
        crc = 0xFFFFFFFF
        for part in parts:
            crc = self._extend(crc, part)
        crc ^= 0xFFFFFFFF
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF

    def _extend(self, crc, data):
        lanes = self.MOST_LANES
        while lanes > 1 and len(data) < lanes * self.LEAST_LANE:
            lanes //= 2
        length = len(data) // lanes
        if lanes > 1:
            shift = self._shift_tables(length)
            for lane in self._lane_checksums(data, lanes, length):
                crc = (shift[0][crc & 0xFF] ^ shift[1][crc >> 8 & 0xFF] ^ shift[2][crc >> 16 & 0xFF]
                       ^ shift[3][crc >> 24] ^ lane)
            data = data[lanes * length:]
        table = self.table
        for byte in data:
            crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
        return crc

    def _lane_checksums(self, data, lanes, length):
        """The register of every lane after its bytes, started at zero."""
        table0, table1, table2, table3 = self.byte_tables
        end = lanes * length
        data = bytes(data[:end])
        number = int.from_bytes
        c0 = c1 = c2 = c3 = 0
        for position in range(length):
            index = (c0 ^ number(data[position:end:length], "little")).to_bytes(lanes, "little")
            c0 = c1 ^ number(index.translate(table0), "little")
            c1 = c2 ^ number(index.translate(table1), "little")
            c2 = c3 ^ number(index.translate(table2), "little")
            c3 = number(index.translate(table3), "little")
        columns = [register.to_bytes(lanes, "little") for register in (c0, c1, c2, c3)]
        interleaved = bytearray(4 * lanes)
        for place, column in enumerate(columns):
            interleaved[place::4] = column
        return struct.unpack(f"<{lanes}I", interleaved)

    def _shift_tables(self, byte_count):
        """Four tables that continue a register over `byte_count` zero bytes, one table for each of its bytes."""
        if byte_count not in self.shifts:
            # One byte is a linear map, given by the images of the 32 bits; more bytes are a power of it.
            power = [bit >> 8 ^ self.table[bit & 0xFF] for bit in (1 << k for k in range(32))]
            total = [1 << k for k in range(32)]
            exponent = byte_count
            while exponent:
                if exponent & 1:
                    total = [self._apply(power, image) for image in total]
                power = [self._apply(power, image) for image in power]
                exponent >>= 1
            self.shifts[byte_count] = [
                [self._apply(total, value << shift) for value in range(256)] for shift in (0, 8, 16, 24)]
        return self.shifts[byte_count]

    @staticmethod
    def _apply(images, register):
        result = 0
        for image in images:
            if register & 1:
                result ^= image
            register >>= 1
        return result


CRC = CRC32C()

# ---------------------------------------------------------------------------------------------------------------------
# Wire formats: varints and protobuf fields


def varint(value):
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def number_field(field, value):
    return varint(field << 3) + varint(value)


def bytes_field(field, *parts):
    """A length-delimited field: a string, a message, or packed numbers."""
    return varint(field << 3 | 2) + varint(sum(len(part) for part in parts)) + b"".join(parts)


def shape_message(shape):
    return b"".join(bytes_field(2, number_field(1, extent)) for extent in shape)


# ---------------------------------------------------------------------------------------------------------------------
# The table that both formats are made of


class TableWriter:
    """Writes sorted keys and values as TensorFlow's variant of LevelDB's table."""

    MAGIC = 0xDB4775248B80FB57
    BLOCK_SIZE = 262_144
    RESTART_INTERVAL = 16
    STORED = b"\0"  # no compression

    def __init__(self, file):
        self.file = file
        self.offset = 0
        self.block = BlockBuilder(self.RESTART_INTERVAL)
        self.index = BlockBuilder(1)
        self.pending = None  # handle and last key of a block whose index entry waits for the next key

    def add(self, key, *value):
        size = len(key) + sum(len(part) for part in value)
        # A large record does not join the block before it.
        if size >= 2 * self.BLOCK_SIZE and self.block.last_key is not None:
            self._flush()
        if self.pending:
            handle, last_key = self.pending
            self.index.add(shortest_separator(last_key, key), handle)
            self.pending = None
        self.block.add(key, *value)
        if self.block.size >= self.BLOCK_SIZE:
            self._flush()

    def finish(self):
        if self.block.last_key is not None:
            self._flush()
        meta_index = self._write_block(BlockBuilder(self.RESTART_INTERVAL))
        if self.pending:
            handle, last_key = self.pending
            self.index.add(short_successor(last_key), handle)
        handles = meta_index + self._write_block(self.index)
        self.file.write(handles.ljust(40, b"\0") + struct.pack("<Q", self.MAGIC))

    def _flush(self):
        self.pending = (self._write_block(self.block), self.block.last_key)
        self.block = BlockBuilder(self.RESTART_INTERVAL)

    def _write_block(self, block):
        """Writes a block with its trailer and returns its handle."""
        contents = block.contents()
        self.file.write(contents)
        self.file.write(self.STORED + struct.pack("<I", CRC.masked(contents, self.STORED)))
        handle = varint(self.offset) + varint(len(contents))
        self.offset += len(contents) + 5
        return handle


class BlockBuilder:
    """Entries with shared key beginnings, and the offsets of those entries that spell their key out."""

    def __init__(self, restart_interval):
        self.restart_interval = restart_interval
        self.parts = []
        self.entry_size = 0
        self.restarts = [0]
        self.count = 0
        self.last_key = None

    @property
    def size(self):
        return self.entry_size + 4 * len(self.restarts) + 4

    def add(self, key, *value):
        shared = 0
        if self.count and self.count % self.restart_interval == 0:
            self.restarts.append(self.entry_size)
        elif self.count:
            shared = len(os.path.commonprefix([self.last_key, key]))
        head = varint(shared) + varint(len(key) - shared) + varint(sum(len(part) for part in value)) + key[shared:]
        for part in (head, *value):
            self.parts.append(part)
            self.entry_size += len(part)
        self.count += 1
        self.last_key = key

    def contents(self):
        restarts = struct.pack(f"<{len(self.restarts) + 1}I", *self.restarts, len(self.restarts))
        return b"".join(self.parts) + restarts


def shortest_separator(start, limit):
    """A short key that is at least `start` and less than `limit`."""
    shared = len(os.path.commonprefix([start, limit]))
    if shared < len(start) and shared < len(limit) and start[shared] < 0xFF and start[shared] + 1 < limit[shared]:
        return start[:shared] + bytes([start[shared] + 1])
    return start


def short_successor(key):
    """A short key that is at least `key`."""
    for place, byte in enumerate(key):
        if byte != 0xFF:
            return key[:place] + bytes([byte + 1])
    return key


# ---------------------------------------------------------------------------------------------------------------------
# The two checkpoint formats


def write_v1(path, tensors):
    """One table: a description of all tensors under the empty key, then one record per tensor."""
    descriptions = b"".join(
        bytes_field(1, bytes_field(1, name.encode()), bytes_field(2, shape_message(tensor.shape)),
                    number_field(3, tensor.dtype), bytes_field(4, whole_slice(tensor)))
        for name, tensor in sorted(tensors.items()))
    with Replacement(path) as file:
        table = TableWriter(file)
        table.add(b"", bytes_field(1, descriptions, bytes_field(2, number_field(1, 1))))
        for key, name, tensor in sorted((v1_key(name, tensor), name, tensor) for name, tensor in tensors.items()):
            # The values are the last bytes of three nested messages; they are not copied to find the lengths.
            if tensor.dtype == Tensor.FLOAT:
                field, data = 5, tensor.data
            else:
                field, data = 7, b"".join(varint(value) for value in tensor.data.cast("i"))
            head = varint(field << 3 | 2) + varint(len(data))
            head = varint(3 << 3 | 2) + varint(len(head) + len(data)) + head
            head = bytes_field(1, name.encode()) + bytes_field(2, whole_slice(tensor)) + head
            head = varint(2 << 3 | 2) + varint(len(head) + len(data)) + head
            table.add(key, head, data)
        table.finish()


def whole_slice(tensor):
    """A slice that takes every dimension whole."""
    return bytes_field(1) * len(tensor.shape)


def v1_key(name, tensor):
    """The key of an unsliced tensor, in order-preserving encoding: 0, name, rank, then 0 and -1 per dimension."""
    rank = bytes([1, len(tensor.shape)]) if tensor.shape else b"\0"
    return b"\0" + name.encode() + b"\0\1" + rank + b"\x80\x7f" * len(tensor.shape)


def write_v2(prefix, tensors):
    """The values one after the other in one file, and a table that says where each is."""
    entries = {}
    offset = 0
    with Replacement(prefix + ".data-00000-of-00001") as file:
        for name, tensor in sorted(tensors.items()):
            file.write(tensor.data)
            entry = number_field(1, tensor.dtype) + bytes_field(2, shape_message(tensor.shape))
            if offset:
                entry += number_field(4, offset)
            entry += number_field(5, len(tensor.data))
            entries[name] = entry + varint(6 << 3 | 5) + struct.pack("<I", CRC.masked(tensor.data))
            offset += len(tensor.data)
    with Replacement(prefix + ".index") as file:
        table = TableWriter(file)
        table.add(b"", number_field(1, 1) + bytes_field(3, number_field(1, 1)))
        for name, entry in sorted(entries.items()):
            table.add(name.encode(), entry)
        table.finish()


class Replacement:
    """A file that appears under its name only when it is complete."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path + ".part", "wb")
        return self.file

    def __exit__(self, failure, *_):
        self.file.close()
        if failure is None:
            os.replace(self.path + ".part", self.path)
        else:
            os.remove(self.path + ".part")


def write_text(path, text):
    with Replacement(path) as file:
        file.write(text.encode("ascii"))


# ---------------------------------------------------------------------------------------------------------------------


TODAYS_NAMES = {
    "lstm/BasicLSTMCell/Linear/Matrix": "lstm/basic_lstm_cell/kernel",
    "lstm/BasicLSTMCell/Linear/Bias": "lstm/basic_lstm_cell/bias",
}


def make_tensors(seed, classes):
    """All 383 variables, by the names of TensorFlow 0.12."""
    inception = Inception(seed)
    tensors = {
        **inception.tensors,
        **decoder_tensors(seed, inception.features, classes),
        "global_step": Tensor((), array("i", [STEP]), Tensor.INT32),
    }
    assert len(tensors) == 383 and sum(math.prod(tensor.shape) for tensor in tensors.values()) == 37_250_561
    return tensors


def main():
    parser = argparse.ArgumentParser(description="Writes a full-size im2txt checkpoint with invented weights.")
    parser.add_argument("--out", required=True, metavar="DIR", help="created when missing; its files are replaced")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="for other weights and words (default 1)")
    options = parser.parse_args()
    if sys.byteorder != "little":
        parser.error("this machine is big-endian; the script writes its own byte order")

    start = time.time()
    os.makedirs(os.path.join(options.out, "v2"), exist_ok=True)
    v1 = os.path.join(options.out, NAME)
    v2 = os.path.join(options.out, "v2", NAME)
    vocabulary = os.path.join(options.out, "word_counts.txt")

    words, classes = make_vocabulary(options.seed)
    tensors = make_tensors(options.seed, classes)
    write_text(vocabulary, vocabulary_lines(words))
    write_v1(v1, tensors)
    write_v2(v2, {TODAYS_NAMES.get(name, name): tensor for name, tensor in tensors.items()})
    for prefix in (v1, v2):
        write_text(os.path.join(os.path.dirname(prefix), "checkpoint"),
                   f'model_checkpoint_path: "{NAME}"\nall_model_checkpoint_paths: "{NAME}"\n')

    for path in (v1, v2 + ".index", v2 + ".data-00000-of-00001", vocabulary):
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        print(f"{os.path.getsize(path):>11,}  {digest[:16]}  {path}")
    print(f"{time.time() - start:.1f} s")


if __name__ == "__main__":
    main()
