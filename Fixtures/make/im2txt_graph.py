"""The im2txt inference graph, for TensorFlow 0.12.1 and 1.15.

im2txt ("Show and Tell") captions a JPEG image: Inception v3 turns the picture into 2048 features, a matrix turns these
into an embedding, and an LSTM that has seen the embedding writes the caption word by word. This module builds that
graph with the variable names, tensor names and arithmetic of the original program, so that its checkpoints load into
it. Three sizes and the width of the convolutions are free, so that small models have the same graph.

As a program it lists the variables the graph has:

    python im2txt_graph.py --list-variables [--depth-multiplier 0.25] [--embedding-size 128] ...

It works in Python 2.7 with TensorFlow 0.12.1 and in Python 3.7 with TensorFlow 1.15.5.
"""

from __future__ import absolute_import, division, print_function

import argparse
import collections

import tensorflow as tf
from tensorflow.contrib.slim.python.slim.nets import inception_v3 as slim_inception_v3

slim = tf.contrib.slim

# TensorFlow 0.x and 1.x differ in the argument order of concat and split, and in the options of the JPEG decoder.
IS_TENSORFLOW_0 = tf.__version__.startswith("0.")

IMAGE_SIDE = 299
RESIZED_SIDE = 346

# What slim calls the outputs of Inception v3's stages, from the image to the last 8x8 map.
ENDPOINT_NAMES = [
    "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "MaxPool_3a_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
    "MaxPool_5a_3x3", "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e",
    "Mixed_7a", "Mixed_7b", "Mixed_7c",
]

# The two LSTM variables under each name they have had: TensorFlow 0.x, 1.0 and 1.1, and 1.2 and later.
LSTM_KERNEL_NAMES = [
    "lstm/BasicLSTMCell/Linear/Matrix",
    "lstm/basic_lstm_cell/weights",
    "lstm/basic_lstm_cell/kernel",
]
LSTM_BIAS_NAMES = [
    "lstm/BasicLSTMCell/Linear/Bias",
    "lstm/basic_lstm_cell/biases",
    "lstm/basic_lstm_cell/bias",
]

Sizes = collections.namedtuple("Sizes", ["depth_multiplier", "embedding_size", "lstm_units", "vocab_size"])

ORIGINAL_SIZES = Sizes(depth_multiplier=1.0, embedding_size=512, lstm_units=512, vocab_size=12000)


class Im2txtGraph(object):
    """The tensors of a built graph that its users feed and fetch."""

    def __init__(self):
        self.image_feed = None  # string, scalar: the bytes of a JPEG file
        self.decoded = None  # uint8 [height, width, 3]
        self.images = None  # float32 [1, 299, 299, 3], values in [-1, 1]; may be fed instead of image_feed
        self.endpoints = None  # name -> float32 [1, height, width, channels]
        self.pooled = None  # float32 [1, channels]
        self.image_embedding = None  # float32 [1, embedding_size]
        self.initial_state = None  # float32 [1, 2 * lstm_units]: c, then h
        self.input_feed = None  # int64 [beams]
        self.state_feed = None  # float32 [beams, 2 * lstm_units]
        self.state = None  # float32 [beams, 2 * lstm_units]
        self.logits = None  # float32 [beams, vocab_size]
        self.softmax = None  # float32 [beams, vocab_size]
        self.global_step = None  # int32 variable


def build(sizes=ORIGINAL_SIZES):
    """Adds the inference graph to the default graph and returns its tensors as an `Im2txtGraph`."""
    graph = Im2txtGraph()
    initializer = tf.random_uniform_initializer(minval=-0.08, maxval=0.08)

    graph.image_feed = tf.placeholder(tf.string, shape=[], name="image_feed")
    graph.input_feed = tf.placeholder(tf.int64, shape=[None], name="input_feed")
    graph.decoded, image = _network_input(graph.image_feed)
    graph.images = tf.expand_dims(image, 0)
    input_words = tf.expand_dims(graph.input_feed, 1)

    graph.pooled, graph.endpoints = _inception_v3(graph.images, sizes.depth_multiplier)
    with tf.variable_scope("image_embedding") as scope:
        graph.image_embedding = tf.contrib.layers.fully_connected(
            graph.pooled, sizes.embedding_size, activation_fn=None, weights_initializer=initializer,
            biases_initializer=None, scope=scope)

    with tf.variable_scope("seq_embedding"), tf.device("/cpu:0"):
        word_map = tf.get_variable("map", [sizes.vocab_size, sizes.embedding_size], initializer=initializer)
        word_embeddings = tf.nn.embedding_lookup(word_map, input_words)

    # BasicLSTMCell: gates in the order i, j, f, o; the forget bias of 1 is added at run time and is not stored.
    cell = tf.nn.rnn_cell.BasicLSTMCell(sizes.lstm_units, state_is_tuple=True)
    with tf.variable_scope("lstm", initializer=initializer) as scope:
        # The image goes through the cell once, from the zero state. Only the state it leaves is used.
        zero_state = cell.zero_state(batch_size=1, dtype=tf.float32)
        _, after_image = cell(graph.image_embedding, zero_state)
        graph.initial_state = _join_columns(after_image, name="initial_state")

        scope.reuse_variables()
        graph.state_feed = tf.placeholder(tf.float32, shape=[None, 2 * sizes.lstm_units], name="state_feed")
        c, h = tf.split(1, 2, graph.state_feed) if IS_TENSORFLOW_0 else tf.split(graph.state_feed, 2, axis=1)
        outputs, after_word = cell(
            tf.squeeze(word_embeddings, [1]), tf.nn.rnn_cell.LSTMStateTuple(c, h))
        graph.state = _join_columns(after_word, name="state")

    with tf.variable_scope("logits") as scope:
        graph.logits = tf.contrib.layers.fully_connected(
            outputs, sizes.vocab_size, activation_fn=None, weights_initializer=initializer, scope=scope)
    graph.softmax = tf.nn.softmax(graph.logits, name="softmax")

    graph.global_step = tf.Variable(
        0, name="global_step", trainable=False,
        collections=[tf.GraphKeys.GLOBAL_STEP, _global_variables_key()])
    return graph


def variables():
    """The variables of the default graph, sorted by name."""
    return sorted(tf.get_collection(_global_variables_key()), key=lambda variable: variable.op.name)


def spellings(name):
    """Every name that the variable `name` may have in a checkpoint."""
    for names in (LSTM_KERNEL_NAMES, LSTM_BIAS_NAMES):
        if name in names:
            return names
    return [name]


def sizes_from_shapes(shapes):
    """The sizes of a model, from a dictionary of its variables' shapes."""
    # This convolution has 320 channels at width 1, which the minimum of 16 channels does not reach at any useful width.
    widest = shapes["InceptionV3/Mixed_7b/Branch_0/Conv2d_0a_1x1/weights"]
    embedding = shapes["seq_embedding/map"]
    logits = shapes["logits/weights"]
    return Sizes(depth_multiplier=widest[3] / 320, embedding_size=embedding[1], lstm_units=logits[0],
                 vocab_size=embedding[0])


def saver_for(names):
    """A Saver that restores the default graph from a checkpoint with these variable names, of any era."""
    names = set(names)
    mapping = {}
    missing = []
    for variable in variables():
        stored = [name for name in spellings(variable.op.name) if name in names]
        if stored:
            mapping[stored[0]] = variable
        else:
            missing.append(variable.op.name)
    if missing:
        raise ValueError("the checkpoint lacks %d of the graph's variables, the first is %s" % (
            len(missing), missing[0]))
    return tf.train.Saver(mapping)


def open_checkpoint(path):
    """Builds the graph that fits the checkpoint; returns it with a function that restores a session."""
    reader = tf.train.NewCheckpointReader(path)
    shapes = reader.get_variable_to_shape_map()
    graph = build(sizes_from_shapes(shapes))
    for variable in variables():
        for name in spellings(variable.op.name):
            if name in shapes and variable.get_shape().as_list() != list(shapes[name]):
                raise ValueError("%s is %s in the checkpoint and %s in the graph" % (
                    name, shapes[name], variable.get_shape().as_list()))
    saver = saver_for(shapes)
    return graph, lambda session: saver.restore(session, path)


def _network_input(image_feed):
    """Decodes and prepares an image as the original does outside training: aspect ratio lost, borders cut."""
    with tf.name_scope("decode"):
        if IS_TENSORFLOW_0:
            decoded = tf.image.decode_jpeg(image_feed, channels=3)
        else:
            # Later versions of TensorFlow decode with a faster, coarser DCT unless told otherwise.
            decoded = tf.image.decode_jpeg(image_feed, channels=3, dct_method="INTEGER_ACCURATE")
        image = tf.image.convert_image_dtype(decoded, dtype=tf.float32)
    image = tf.image.resize_images(image, [RESIZED_SIDE, RESIZED_SIDE], method=tf.image.ResizeMethod.BILINEAR)
    image = tf.image.resize_image_with_crop_or_pad(image, IMAGE_SIDE, IMAGE_SIDE)
    return decoded, (image - 0.5) * 2.0


def _inception_v3(images, depth_multiplier):
    """Inception v3 up to the pooled features, with batch normalization by the stored mean and variance."""
    batch_norm = {"is_training": False, "trainable": False, "decay": 0.9997, "epsilon": 0.001}
    with tf.variable_scope("InceptionV3") as scope:
        with slim.arg_scope(
                [slim.conv2d], trainable=False, activation_fn=tf.nn.relu,
                weights_initializer=tf.truncated_normal_initializer(stddev=0.1),
                normalizer_fn=slim.batch_norm, normalizer_params=batch_norm):
            maps, endpoints = slim_inception_v3.inception_v3_base(
                images, depth_multiplier=depth_multiplier, scope=scope)
        with tf.variable_scope("logits"):
            pooled = slim.avg_pool2d(maps, maps.get_shape()[1:3], padding="VALID", scope="pool")
            pooled = slim.flatten(pooled, scope="flatten")
    return pooled, collections.OrderedDict((name, endpoints[name]) for name in ENDPOINT_NAMES)


def _join_columns(tensors, name):
    tensors = list(tensors)
    return tf.concat_v2(tensors, 1, name=name) if IS_TENSORFLOW_0 else tf.concat(tensors, 1, name=name)


def _global_variables_key():
    return tf.GraphKeys.GLOBAL_VARIABLES


def _add_size_arguments(parser):
    for name, default in zip(ORIGINAL_SIZES._fields, ORIGINAL_SIZES):
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default, metavar="N",
                            help="default: %s" % default)


def main():
    parser = argparse.ArgumentParser(description="Lists the variables of the im2txt inference graph.")
    parser.add_argument("--list-variables", action="store_true", required=True,
                        help="print name, dtype, shape and trainability of each variable, separated by tabs")
    _add_size_arguments(parser)
    options = parser.parse_args()
    build(Sizes(*[getattr(options, name) for name in Sizes._fields]))
    trainable = set(tf.trainable_variables())
    for variable in variables():
        shape = "x".join(str(extent) for extent in variable.get_shape().as_list()) or "scalar"
        print("%s\t%s\t%s\t%d" % (
            variable.op.name, variable.dtype.base_dtype.name, shape, int(variable in trainable)))


if __name__ == "__main__":
    main()
