#!/usr/bin/env python
"""Builds the same recurrent networks in whatever TensorFlow runs it, and records their variables and what they compute.

Runs in TensorFlow 0.12.1, 1.0.1, 1.1.0, 1.2.1 (Python 2.7) and 1.15.5 (Python 3.7):

    python2.7 recurrent_names.py ../../models/recurrent-0.12.1.json

1.0.1 gives the names of 1.1.0, and 1.2.1 those of 1.15.5 but for LSTMBlockFusedCell and GRUBlockCell; they are not kept.

Every network is built in a graph of its own. Its variables get values that depend on their place in the order of creation and on
nothing else, and it runs once on a fixed input. Where two versions compute the same numbers, variables of the same place are the same
variable in the same layout, whatever the versions call them; this is what the tests of NameMap rely on. A network that a version
cannot build is left out.
"""
import json
import os
import re
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

VERSION = tf.__version__
ERA0 = VERSION.startswith("0.")
C = tf.contrib.rnn
cells = tf.nn.rnn_cell if ERA0 else C
legacy = tf.nn.seq2seq if ERA0 else tf.contrib.legacy_seq2seq
BATCH, DEPTH, UNITS, STEPS = 2, 3, 4, 2
LENGTHS = [STEPS] * BATCH

global_variables = tf.all_variables if ERA0 else tf.global_variables


def static_rnn(cell, inputs, **kw):
    return (tf.nn.rnn if ERA0 else C.static_rnn)(cell, inputs, dtype=tf.float32, **kw)


def static_bidirectional(fw, bw, inputs, **kw):
    return (tf.nn.bidirectional_rnn if ERA0 else C.static_bidirectional_rnn)(fw, bw, inputs, dtype=tf.float32, **kw)


def dynamic(cell, inputs, **kw):
    return tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32, **kw)


def lstm(units=UNITS):
    return cells.BasicLSTMCell(units, state_is_tuple=True)


def peephole(**kw):
    return cells.LSTMCell(UNITS, use_peepholes=True, state_is_tuple=True, **kw)


def multi(*parts):
    return cells.MultiRNNCell(list(parts), state_is_tuple=True)


def gru():
    return cells.GRUCell(UNITS)


def scoped(scope, build):
    def run(x, steps):
        with tf.variable_scope(scope):
            return build(x, steps)
    return run


def attention_seq2seq(x, steps):
    ids = [tf.constant([1, 2]), tf.constant([0, 1])]
    return legacy.embedding_attention_seq2seq(
        ids, ids, gru(), num_encoder_symbols=5, num_decoder_symbols=5, embedding_size=DEPTH)


def rnn_seq2seq(x, steps):
    ids = [tf.constant([1, 2]), tf.constant([0, 1])]
    return legacy.embedding_rnn_seq2seq(
        ids, ids, lstm(), num_encoder_symbols=5, num_decoder_symbols=5, embedding_size=DEPTH)


def tied_seq2seq(x, steps):
    ids = [tf.constant([1, 2]), tf.constant([0, 1])]
    return legacy.embedding_tied_rnn_seq2seq(ids, ids, lstm(), num_symbols=5, embedding_size=DEPTH)


def attention_decoder(x, steps):
    states = tf.reshape(tf.concat(1, steps) if ERA0 else tf.concat(steps, 1), [BATCH, STEPS, DEPTH])
    return legacy.attention_decoder(steps, lstm().zero_state(BATCH, tf.float32), states, lstm())


def tied(x, steps):
    return legacy.tied_rnn_seq2seq(steps, steps, gru())


def embedding(x, steps):
    cell = cells.EmbeddingWrapper(gru(), embedding_classes=5, embedding_size=DEPTH)
    return static_rnn(cell, [tf.constant([1, 2]), tf.constant([0, 1])])


def by_hand(x, steps):
    """The cell called step by step in a scope of the program's own, as im2txt calls it."""
    cell = lstm()
    state = cell.zero_state(BATCH, tf.float32)
    with tf.variable_scope("lstm") as scope:
        _, state = cell(steps[0], state)
        scope.reuse_variables()
        return cell(steps[1], state)


def trained(build, optimizers):
    """A network with everything that training hangs on its variables."""
    def run(x, steps):
        output = build(x, steps)
        loss = sum(tf.reduce_sum(t) for t in flat(output))
        for make in optimizers:
            make().minimize(loss)
        trainable = tf.trainable_variables()
        tf.train.ExponentialMovingAverage(0.9).apply(trainable)
        return output
    return run


def block_fused(x, steps):
    return C.LSTMBlockFusedCell(UNITS, use_peephole=True)(x, dtype=tf.float32)


def attention_wrapper(x, steps):
    """Came with 1.1, as DynamicAttentionWrapper."""
    memory = tf.transpose(x, [1, 0, 2])
    mechanism = tf.contrib.seq2seq.BahdanauAttention(UNITS, memory)
    cell = multi(lstm(), gru())
    if VERSION.startswith("1.1."):
        cell = tf.contrib.seq2seq.DynamicAttentionWrapper(cell, mechanism, attention_size=2)
    else:
        cell = tf.contrib.seq2seq.AttentionWrapper(cell, mechanism, attention_layer_size=2)
    with tf.variable_scope("decoder"):
        state = cell.zero_state(batch_size=BATCH, dtype=tf.float32)
        output, state = cell(steps[0], state)
        tf.get_variable_scope().reuse_variables()
        return cell(steps[1], state)[0]


def raw_rnn(x, steps):
    cell = lstm()
    inputs = tf.TensorArray(tf.float32, STEPS).unpack(x) if ERA0 else tf.TensorArray(tf.float32, STEPS).unstack(x)

    def loop(time, output, state, loop_state):
        next_state = cell.zero_state(BATCH, tf.float32) if output is None else state
        done = tf.fill([BATCH], False) if output is None else tf.fill([BATCH], True)
        return (done, inputs.read(tf.minimum(time, STEPS - 1)), next_state, output, None)

    outputs, state, _ = tf.nn.raw_rnn(cell, loop)
    return state


class Residual(cells.RNNCell):
    """A cell of a program's own around one of TensorFlow's."""

    def __init__(self, cell):
        if not ERA0:
            super(Residual, self).__init__()
        self._cell = cell

    @property
    def state_size(self):
        return self._cell.state_size

    @property
    def output_size(self):
        return self._cell.output_size

    def __call__(self, inputs, state, scope=None):
        with tf.variable_scope(scope or type(self).__name__):
            return self._cell(inputs, state)


adam = lambda: tf.train.AdamOptimizer(0.1)
momentum = lambda: tf.train.MomentumOptimizer(0.1, 0.9)

NETWORKS = [
    ("static BasicLSTMCell", lambda x, s: static_rnn(lstm(), s)),
    ("dynamic BasicLSTMCell", lambda x, s: dynamic(lstm(), x, time_major=True)),
    ("raw BasicLSTMCell", raw_rnn),
    ("by hand BasicLSTMCell", by_hand),
    ("static BasicRNNCell", lambda x, s: static_rnn(cells.BasicRNNCell(UNITS), s)),
    ("dynamic GRUCell in a scope", lambda x, s: dynamic(gru(), x, time_major=True, scope="enc")),
    ("static GRUCell", lambda x, s: static_rnn(gru(), s)),
    ("dynamic LSTMCell", lambda x, s: dynamic(cells.LSTMCell(UNITS, state_is_tuple=True), x, time_major=True)),
    ("dynamic LSTMCell with peepholes", lambda x, s: dynamic(peephole(), x, time_major=True, scope="peep")),
    ("dynamic LSTMCell with projection", lambda x, s: dynamic(peephole(num_proj=2), x, time_major=True)),
    ("LSTMCell of joined states", lambda x, s: dynamic(cells.LSTMCell(UNITS, state_is_tuple=False), x, time_major=True)),
    ("static MultiRNNCell", lambda x, s: static_rnn(multi(lstm(), lstm()), s)),
    ("dynamic MultiRNNCell of three kinds", lambda x, s: dynamic(multi(gru(), peephole(), cells.BasicRNNCell(UNITS)), x, time_major=True)),
    ("nested MultiRNNCell", lambda x, s: static_rnn(multi(multi(lstm(), gru()), lstm()), s)),
    ("MultiRNNCell of eleven", lambda x, s: static_rnn(multi(*[cells.BasicRNNCell(UNITS) for _ in range(11)]), s)),
    ("MultiRNNCell in scopes", scoped("Model", scoped("decoder", lambda x, s: static_rnn(multi(lstm(), lstm()), s)))),
    ("scope called as the default of others", scoped("rnn_decoder", lambda x, s: dynamic(gru(), x, time_major=True))),
    ("static bidirectional", lambda x, s: static_bidirectional(lstm(), lstm(), s)),
    ("static bidirectional in a scope", lambda x, s: static_bidirectional(gru(), gru(), s, scope="encoder")),
    ("dynamic bidirectional", lambda x, s: tf.nn.bidirectional_dynamic_rnn(gru(), peephole(), x, LENGTHS, dtype=tf.float32, time_major=True)),
    ("dynamic bidirectional of MultiRNNCell in a scope", lambda x, s: tf.nn.bidirectional_dynamic_rnn(
        multi(lstm(), lstm()), multi(lstm(), lstm()), x, LENGTHS, dtype=tf.float32, time_major=True, scope="bi")),
    ("stack bidirectional", lambda x, s: C.stack_bidirectional_rnn([lstm(), lstm()], [lstm(), lstm()], s, dtype=tf.float32)),
    ("stack bidirectional dynamic", lambda x, s: C.stack_bidirectional_dynamic_rnn([gru(), gru()], [gru(), gru()], x, sequence_length=LENGTHS, dtype=tf.float32)),
    ("DropoutWrapper", lambda x, s: static_rnn(multi(cells.DropoutWrapper(lstm()), cells.DropoutWrapper(lstm())), s)),
    ("OutputProjectionWrapper", lambda x, s: static_rnn(cells.OutputProjectionWrapper(gru(), 2), s)),
    ("InputProjectionWrapper", lambda x, s: static_rnn(cells.InputProjectionWrapper(lstm(), 5), s)),
    ("both projections around MultiRNNCell", lambda x, s: static_rnn(
        cells.OutputProjectionWrapper(cells.InputProjectionWrapper(multi(gru(), lstm()), 5), 2), s)),
    ("EmbeddingWrapper", embedding),
    ("AttentionCellWrapper", lambda x, s: static_rnn(C.AttentionCellWrapper(lstm(), 2, state_is_tuple=True), s)),
    ("AttentionCellWrapper around MultiRNNCell", lambda x, s: dynamic(
        C.AttentionCellWrapper(multi(gru(), gru()), 2, state_is_tuple=True), x, time_major=True)),
    ("LSTMBlockCell", lambda x, s: static_rnn(C.LSTMBlockCell(UNITS), s)),
    ("LSTMBlockCell with peepholes", lambda x, s: static_rnn(C.LSTMBlockCell(UNITS, use_peephole=True), s)),
    ("LSTMBlockFusedCell", block_fused),
    ("GRUBlockCell", lambda x, s: static_rnn(C.GRUBlockCell(UNITS), s)),
    ("CoupledInputForgetGateLSTMCell", lambda x, s: static_rnn(
        C.CoupledInputForgetGateLSTMCell(UNITS, use_peepholes=True, num_proj=2, state_is_tuple=True), s)),
    ("LayerNormBasicLSTMCell", lambda x, s: static_rnn(C.LayerNormBasicLSTMCell(UNITS), s)),
    ("LayerNormBasicLSTMCell without norms", lambda x, s: static_rnn(C.LayerNormBasicLSTMCell(UNITS, layer_norm=False), s)),
    ("GridLSTMCell", lambda x, s: static_rnn(C.GridLSTMCell(
        UNITS, use_peepholes=True, feature_size=1, frequency_skip=1, num_frequency_blocks=[3]), s)),
    ("AttentionWrapper", attention_wrapper),
    ("basic seq2seq", lambda x, s: legacy.basic_rnn_seq2seq(s, s, gru())),
    ("tied seq2seq", tied),
    ("embedding seq2seq", rnn_seq2seq),
    ("embedding tied seq2seq", tied_seq2seq),
    ("embedding attention seq2seq", attention_seq2seq),
    ("attention decoder", attention_decoder),
    ("a cell of its own around BasicLSTMCell", lambda x, s: static_rnn(Residual(lstm()), s)),
    ("MultiRNNCell with one cell of its own", lambda x, s: static_rnn(multi(lstm(), Residual(lstm())), s)),
    ("trained MultiRNNCell", trained(lambda x, s: static_rnn(multi(lstm(), gru()), s), [adam])),
    ("trained bidirectional with two optimizers", trained(lambda x, s: static_bidirectional(lstm(), peephole(), s), [momentum, adam])),
    ("trained in a scope", scoped("train", trained(lambda x, s: static_rnn(gru(), s), [adam]))),
]


def flat(output):
    if isinstance(output, (list, tuple)):
        return [t for part in output for t in flat(part)]
    if isinstance(output, dict):
        return [t for key in sorted(output) for t in flat(output[key])]
    return [output]


def value(place, name, shape):
    """LSTMBlockCell and LSTMBlockFusedCell make their peepholes in another order since 1.3; theirs go by the gate."""
    gate = re.search(r"^Block .*(?:/wc|/[wW]_)([ifoIFO])(?:_diag)?$", name)
    seed = 100 + ord(gate.group(1).lower()) if gate else place + 1
    return np.random.RandomState(seed).uniform(-0.5, 0.5, shape).astype(np.float32)


def run(name, build):
    tf.reset_default_graph()
    kind = "Block " if "Block" in name else ""
    x = tf.constant(np.random.RandomState(0).uniform(-1, 1, [STEPS, BATCH, DEPTH]).astype(np.float32))
    steps = tf.unpack(x) if ERA0 else tf.unstack(x)
    output = flat(build(x, steps))
    trainable = tf.trainable_variables()
    with tf.Session() as session:
        session.run(tf.initialize_all_variables() if ERA0 else tf.global_variables_initializer())
        for place, variable in enumerate(trainable):
            session.run(variable.assign(value(place, kind + variable.op.name, variable.get_shape().as_list())))
        values = np.concatenate([v.reshape(-1) for v in session.run(output)])
    return {
        "network": name,
        "variables": [v.op.name for v in trainable],
        "shapes": [v.get_shape().as_list() for v in trainable],
        "others": [v.op.name for v in global_variables() if v not in trainable],
        "output": [round(float(v), 5) for v in values[:6]] + [round(float(np.abs(values).sum()), 4)],
    }


def main(path):
    networks = []
    for name, build in NETWORKS:
        try:
            networks.append(run(name, build))
        except Exception as error:
            sys.stderr.write("%s: %s: %s\n" % (name, type(error).__name__, str(error).split("\n")[0][:200]))
    lines = ",\n".join("    " + json.dumps(n, sort_keys=True) for n in networks)
    with open(path, "w") as file:
        file.write('{\n  "networks": [\n%s\n  ],\n  "tensorflow": "%s"\n}\n' % (lines, VERSION))


if __name__ == "__main__":
    main(sys.argv[1])
