# -*- coding: utf-8 -*-
"""Graphs whose constants are weights and others, and graphs that still have variables. Runs on TensorFlow 0.12.1 (Python
2.7), 1.15.5 and 2.x (Python 3).

`weights.json` says which constants are the weights: those that were variables before TensorFlow froze the graph, known
by their names (1.x) or by their values (2.x, whose freezing gives other names)."""
from __future__ import print_function

import io
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import fixture
from fixture import Flow, new_folder, noise_floats

flow = Flow()
tf, np = flow.tf, flow.np
RELEASE = flow.version.split()[1]
IS_OLD, IS_TWO = RELEASE.startswith("0"), RELEASE.startswith("2")
FOLDER = "weights-" + (RELEASE.rsplit(".", 1)[0] if not IS_TWO else "2x")
folder = new_folder(os.path.join("..", "graphs", FOLDER))
rows = []


def noise(name, shape):
    return flow.array(noise_floats(name, shape, name)) * 0.5


def note(name, graph_def, weights, ranges=(), variables=()):
    with open(os.path.join(folder, name + ".pb"), "wb") as file:
        file.write(graph_def.SerializeToString())
    constants = [node for node in graph_def.node if node.op == "Const"]
    rows.append({"file": name + ".pb", "weights": sorted(weights), "ranges": sorted(ranges),
                 "variables": sorted(variables), "constants": len(constants)})
    print("%-28s %3d weights, %3d constants, %3d variables, %6d bytes" % (
        name, len(weights), len(constants), len(variables), graph_def.ByteSize()))


def variables_of(graph_def):
    """Variables of a graph, and those that are passed into it."""
    kinds = ("Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable")
    return [node.name for node in graph_def.node
            if node.op in kinds or node.op == "Placeholder" and node.attr["dtype"].type == 20]


# ---------------------------------------------------------------------------------------------------------------
# 1.x: a session, and `convert_variables_to_constants`.

def freeze(name, build, outputs, blacklist=(), transform=None):
    try:
        from tensorflow.python.framework import graph_util
        graph = tf.Graph()
        with graph.as_default():
            build()
            variables = tf.global_variables()
            with flow.session(graph) as session:
                for variable in variables:
                    shape = variable.get_shape().as_list()
                    kind = variable.dtype.base_dtype.as_numpy_dtype
                    value = noise(variable.op.name, shape).astype(kind) if shape else np.asarray(0.5, kind)
                    if "moving_var" in variable.op.name:
                        value = np.abs(value) + 0.5
                    session.run(tf.assign(variable, value))
                whole = graph.as_graph_def()
                frozen = graph_util.convert_variables_to_constants(
                    session, whole, outputs, **({"variable_names_blacklist": list(blacklist)} if blacklist else {}))
        if transform:
            frozen = transform(frozen, outputs)
        names = [variable.op.name for variable in variables]
        constants = [node.name for node in frozen.node if node.op == "Const"]
        weights = [each for each in constants if each in names]
        ranges = []
        if transform:  # a transformation writes `w_quantized_const` and its range for w
            made = ("_quantized_const", "_quantized_min", "_quantized_max")
            ranges = [each for each in constants if each.endswith(made[1:])]
            weights += [each for each in constants if each.endswith(made[0])]
        note(name, frozen, weights, ranges, variables_of(frozen))
        return whole
    except Exception as error:  # a release may lack an operation
        print("%-28s skipped: %s" % (name, str(error).splitlines()[0][:160]))


def images():
    return tf.placeholder(tf.float32, [None, 16, 16, 3], name="images")


def preprocessed():
    """Resizing, cropping and means as programs have them: none of these is a weight."""
    x = images()
    x = tf.image.resize_bilinear(x, [12, 12])
    x = tf.sub(x, 0.5) if IS_OLD else tf.subtract(x, 0.5)
    x = tf.mul(x, 2.0) if IS_OLD else tf.multiply(x, 2.0)
    x = x - tf.constant([0.48, 0.45, 0.41])
    return tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])


def variable(name, shape, **more):
    return tf.get_variable(name, shape, **more)


def unfused_norm(x, depth, scope):
    with tf.variable_scope(scope):
        mean, variance = variable("moving_mean", [depth]), variable("moving_variance", [depth])
        beta, gamma = variable("beta", [depth]), variable("gamma", [depth])
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 0.001)


def conv_unfused():
    x = preprocessed()
    with tf.variable_scope("net/conv"):
        x = tf.nn.conv2d(x, variable("weights", [3, 3, 3, 4]), [1, 2, 2, 1], "SAME")
        x = tf.nn.relu(unfused_norm(x, 4, "BatchNorm"))
    with tf.variable_scope("net/separable"):
        x = tf.nn.depthwise_conv2d(x, variable("depthwise", [3, 3, 4, 1]), [1, 1, 1, 1], "SAME")
        x = tf.nn.conv2d(x, variable("pointwise", [1, 1, 4, 5]), [1, 1, 1, 1], "SAME") + variable("biases", [5])
        alpha = variable("alpha", [5])
        x = tf.nn.relu(x) - alpha * tf.nn.relu(-x)
    with tf.variable_scope("net/up"):
        x = tf.nn.conv2d_transpose(x, variable("weights", [2, 2, 3, 5]), tf.stack([tf.shape(x)[0], 14, 14, 3])
                                   if not IS_OLD else tf.pack([tf.shape(x)[0], 14, 14, 3]), [1, 2, 2, 1], "SAME")
        x = tf.nn.bias_add(x, variable("biases", [3]))
    x = tf.reshape(x, [-1, 14 * 14 * 3])
    with tf.variable_scope("net/logits"):
        x = tf.matmul(x, variable("weights", [14 * 14 * 3, 2])) + variable("biases", [2])
        x = x * variable("temperature", [])
    tf.nn.softmax(x, name="output")


def conv_slim():
    from tensorflow.contrib import slim
    x = preprocessed()
    with slim.arg_scope([slim.conv2d, slim.separable_conv2d], normalizer_fn=slim.batch_norm,
                        normalizer_params={"is_training": False, "scale": False}):
        x = slim.conv2d(x, 4, [3, 3], scope="Conv2d_1a_3x3")
        x = slim.separable_conv2d(x, 5, [3, 3], depth_multiplier=1, scope="Separable_1")
    x = slim.dropout(x, 0.5, is_training=False)
    x = slim.fully_connected(slim.flatten(x), 3, activation_fn=None, scope="Logits")
    tf.nn.softmax(x, name="output")


def dynamic_lstm():
    rnn = tf.nn.rnn_cell
    words = tf.placeholder(tf.int64, [2, 5], name="words")
    lengths = tf.placeholder(tf.int32, [2], name="lengths")
    table = variable("map", [11, 4])
    embedded = tf.nn.embedding_lookup(table, words)
    cell = rnn.LSTMCell(3, use_peepholes=True, num_proj=2)
    outputs, _ = tf.nn.dynamic_rnn(cell, embedded, sequence_length=lengths, dtype=tf.float32)
    outputs, _ = tf.nn.dynamic_rnn(rnn.GRUCell(3), outputs, dtype=tf.float32, scope="second")
    x = tf.reshape(outputs, [-1, 3])
    tf.nn.softmax(tf.matmul(x, variable("out/kernel", [3, 11])) + variable("out/bias", [11]), name="output")


def while_loop():
    """A loop whose body reads a kernel and a bias from outside."""
    x = tf.placeholder(tf.float32, [2, 4], name="input")
    kernel, bias = variable("loop/kernel", [4, 4]), variable("loop/bias", [4])
    start = tf.constant(0)

    def body(step, x):
        return step + 1, tf.tanh(tf.matmul(x, kernel) + bias)
    _, x = tf.while_loop(lambda step, x: step < 3, body, [start, x])
    chosen = tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.matmul(x, variable("yes/kernel", [4, 2])),
                     lambda: tf.matmul(x, variable("no/kernel", [4, 2])))
    tf.identity(chosen, name="output")


def embeddings():
    """Partitioned tables, a sparse lookup, and tables of numbers that are none."""
    words = tf.placeholder(tf.int64, [None, 3], name="words")
    table = tf.get_variable("table", [12, 4], partitioner=tf.fixed_size_partitioner(3)) if not IS_OLD else \
        tf.get_variable("table", [12, 4], partitioner=lambda shape, dtype: [3, 1])
    x = tf.nn.embedding_lookup(table, words, partition_strategy="div")
    bag = tf.nn.embedding_lookup_sparse(
        variable("bag", [7, 4]), tf.sparse_placeholder(tf.int64, name="ids"), None, combiner="mean")
    positions = variable("positions", [3, 4])
    x = x + positions + tf.reduce_sum(bag)
    chosen = tf.gather(tf.constant([3, 1, 2]), tf.constant([0, 1]))
    x = tf.gather(x, chosen - 1)
    tf.reduce_mean(x, 1, name="output")


def layer_norm(x, depth, scope):
    with tf.variable_scope(scope):
        mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
        return tf.nn.batch_normalization(x, mean, variance, variable("beta", [depth]), variable("gamma", [depth]), 1e-12)


def attention():
    ids = tf.placeholder(tf.int32, [None, 4], name="ids")
    table = variable("embeddings/words", [10, 6])
    x = tf.nn.embedding_lookup(table, ids)
    x = layer_norm(x + variable("embeddings/position", [1, 4, 6]), 6, "embeddings/LayerNorm")
    mask = tf.constant(np.triu(np.full([4, 4], -1e4, np.float32), 1))
    flat = tf.reshape(x, [-1, 6])

    def dense(x, name, width):
        return tf.matmul(x, variable(name + "/kernel", [6, width])) + variable(name + "/bias", [width])
    q, k, v = [tf.reshape(dense(flat, "attention/" + each, 6), [-1, 4, 2, 3]) for each in ("query", "key", "value")]
    q, k, v = [tf.transpose(each, [0, 2, 1, 3]) for each in (q, k, v)]
    product = getattr(tf, "batch_matmul", tf.matmul)
    scores = product(q, tf.transpose(k, [0, 1, 3, 2])) * (1.0 / 3 ** 0.5) + mask
    x = product(tf.nn.softmax(scores), v)
    x = tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [-1, 6])
    x = layer_norm(dense(x, "attention/output", 6), 6, "attention/LayerNorm")
    tf.matmul(x, table, transpose_b=True, name="logits")
    tf.identity(tf.get_default_graph().get_tensor_by_name("logits:0"), name="output")


def block_cells():
    from tensorflow.contrib.rnn.python.ops import lstm_ops, gru_ops
    x = tf.placeholder(tf.float32, [5, 2, 4], name="input")
    with tf.variable_scope("fused"):
        x, _ = lstm_ops.LSTMBlockFusedCell(3)(x, dtype=tf.float32)
    with tf.variable_scope("gru"):
        cell = gru_ops.GRUBlockCell(3)
        x, _ = cell(x[0], tf.zeros([2, 3]))
    with tf.variable_scope("lstm"):
        cell = lstm_ops.LSTMBlockCell(3, use_peephole=True)
        x, _ = cell(x, cell.zero_state(2, tf.float32))
    tf.identity(x, name="output")


def keras_one():
    layers = tf.keras.layers
    x = images()
    for layer in (layers.Conv2D(4, 3, name="conv"), layers.BatchNormalization(name="norm"),
                  layers.PReLU(shared_axes=[1, 2], name="prelu"), layers.Flatten(), layers.Dense(2, name="dense")):
        x = layer(x)
    tf.identity(x, name="output")


def resources():
    tf.enable_resource_variables()
    try:
        dynamic_lstm()
    finally:
        tf.disable_resource_variables()


def fake_quantized():
    x = images()
    lower, upper = variable("act/min", []), variable("act/max", [])
    x = tf.fake_quant_with_min_max_vars(x, lower, upper)
    kernel = tf.fake_quant_with_min_max_args(variable("weights", [3, 3, 3, 4]), -1, 1)
    x = tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "VALID")
    x = tf.nn.bias_add(x, variable("biases", [4]))
    tf.identity(x, name="output")


def plain():
    x = images()
    x = tf.nn.relu(tf.nn.conv2d(x, variable("conv/kernel", [3, 3, 3, 8]), [1, 1, 1, 1], "SAME"))
    x = tf.nn.bias_add(x, variable("conv/bias", [8]))
    x = tf.matmul(tf.reshape(x, [-1, 16 * 16 * 8]), variable("dense/kernel", [16 * 16 * 8, 2]))
    tf.identity(x + variable("dense/bias", [2]), name="output")


def one():
    freeze("conv-unfused", conv_unfused, ["output"])
    freeze("conv-slim", conv_slim, ["output"])
    freeze("lstm", dynamic_lstm, ["output"])
    freeze("loop", while_loop, ["output"])
    freeze("embeddings", embeddings, ["output"])
    freeze("attention", attention, ["output"])
    freeze("block-cells", block_cells, ["output"])
    freeze("fake-quantized", fake_quantized, ["output"])
    partly = freeze("partly", while_loop, ["output"], blacklist=["loop/kernel", "yes/kernel"])
    if partly is not None:
        note("unfrozen-loop", partly, [], variables=variables_of(partly))
    if not IS_OLD:
        freeze("keras", keras_one, ["output"])
        freeze("resources", resources, ["output"])
        from tensorflow.tools.graph_transforms import TransformGraph
        freeze("quantized", plain, ["output"],
               transform=lambda graph, outputs: TransformGraph(graph, ["images"], outputs, ["quantize_weights(minimum_size=16)"]))
        freeze("stripped", conv_unfused, ["output"],
               transform=lambda graph, outputs: TransformGraph(
                   graph, ["images"], outputs, ["remove_nodes(op=Identity, op=CheckNumerics)"]))
    # A training graph: optimizer, seeds and learning rates, and no weight at all.
    graph = tf.Graph()
    with graph.as_default():
        plain()
        loss = tf.reduce_mean(graph.get_tensor_by_name("output:0"))
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
        tf.train.Saver()
    note("unfrozen-training", graph.as_graph_def(), [], variables=variables_of(graph.as_graph_def()))


# ---------------------------------------------------------------------------------------------------------------
# 2.x: functions, and `convert_variables_to_constants_v2`.

def two():
    from tensorflow.python.framework import convert_to_constants
    tf2 = flow.tf2
    import tf_keras as keras
    layers = keras.layers

    def save(name, call, signature, variables, **options):
        try:
            for position, each in enumerate(variables):
                value = noise("%s %d" % (name, position), each.shape.as_list()) if each.shape.rank else np.float32(0.5)
                value = np.asarray(value, each.dtype.as_numpy_dtype)
                each.assign(np.abs(value) + 0.5 if "variance" in each.name else value)
            concrete = tf2.function(call).get_concrete_function(*signature)
            frozen = convert_to_constants.convert_variables_to_constants_v2(concrete, **options)
            graph_def = frozen.graph.as_graph_def()
            held = [each.numpy().tobytes() for each in variables]
            weights = []
            for node in graph_def.node:
                if node.op == "Const":
                    if tf2.make_ndarray(node.attr["value"].tensor).tobytes() in held:
                        weights.append(node.name)
            note(name, graph_def, weights)
            return concrete
        except Exception as error:
            print("%-28s skipped: %s" % (name, str(error).splitlines()[0][:200]))

    spec = lambda shape, dtype=tf2.float32: tf2.TensorSpec(shape, dtype)
    model = keras.Sequential([
        keras.Input([16, 16, 3]), layers.Rescaling(1 / 127.5, offset=-1), layers.Conv2D(4, 3, name="conv"),
        layers.BatchNormalization(name="norm"), layers.ReLU(), layers.DepthwiseConv2D(3, name="depthwise"),
        layers.SeparableConv2D(5, 3, name="separable"), layers.Conv2DTranspose(3, 2, name="up"), layers.PReLU(shared_axes=[1, 2]),
        layers.GlobalAveragePooling2D(), layers.Dense(2, name="dense")])
    concrete = save("conv", model, [spec([None, 16, 16, 3])], model.variables)
    if concrete is not None:
        whole = concrete.graph.as_graph_def()
        note("unfrozen-conv", whole, [], variables=variables_of(whole))
    words = keras.Sequential([
        keras.Input([5], dtype="int32"), layers.Embedding(11, 4, name="words"), layers.LSTM(3, return_sequences=True, name="lstm"),
        layers.GRU(3, name="gru"), layers.Dense(2, name="dense")])
    save("lstm", words, [spec([2, 5], tf2.int32)], words.variables)
    save("lstm-functions", words, [spec([2, 5], tf2.int32)], words.variables, lower_control_flow=False)
    inputs = keras.Input([4], dtype="int32")
    x = layers.Embedding(10, 6, name="words")(inputs)
    y = layers.MultiHeadAttention(2, 3, name="attention")(x, x)
    x = layers.LayerNormalization(name="norm")(x + y)
    block = keras.Model(inputs, layers.Dense(3, name="dense")(x))
    save("attention", block, [spec([None, 4], tf2.int32)], block.variables)

    kernel, bias = tf2.Variable(tf2.zeros([4, 4]), name="kernel"), tf2.Variable(tf2.zeros([4]), name="bias")
    other = tf2.Variable(tf2.zeros([4, 4]), name="other")

    @tf2.function
    def inner(x, w):
        return tf2.matmul(x, tf2.transpose(w)) + bias

    def branches(x):
        for _ in tf2.range(3):
            x = tf2.tanh(inner(x, kernel))
        return tf2.cond(tf2.reduce_sum(x) > 0, lambda: tf2.matmul(x, other), lambda: x)
    save("branches", branches, [spec([2, 4])], [kernel, bias, other])
    concrete = save("branches-functions", branches, [spec([2, 4])], [kernel, bias, other],
                    lower_control_flow=False, aggressive_inlining=False)
    if concrete is not None:
        whole = concrete.graph.as_graph_def()
        note("unfrozen-captured", whole, [], variables=variables_of(whole))

    # A graph of 1.x's style in which a function makes its variable itself.
    graph = tf.Graph()
    with graph.as_default():
        @tf2.function
        def own(x):
            handle = tf2.raw_ops.VarHandleOp(container="", shared_name="inside", dtype=tf2.float32, shape=[2])
            return x + tf2.raw_ops.ReadVariableOp(resource=handle, dtype=tf2.float32)
        tf.identity(own(tf.placeholder(tf.float32, [2], name="input")), name="output")
    whole = graph.as_graph_def()
    names = [node.name for function in whole.library.function for node in function.node_def
             if node.op == "VarHandleOp"]
    note("unfrozen-function", whole, [], variables=names)


two() if IS_TWO else one()
head = {"writer": flow.version, "script": "Fixtures/make/checkpoints/" + os.path.basename(__file__)}
with io.open(os.path.join(folder, "weights.json"), "w", encoding="utf-8", newline="\n") as file:
    text = json.dumps(dict(head, graphs=rows), sort_keys=True, indent=1, separators=(",", ": "))
    file.write(u"%s\n" % text)
