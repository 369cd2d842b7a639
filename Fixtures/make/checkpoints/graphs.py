"""Small real graphs, the same for TensorFlow 0.12.1 and 1.15.5: a decoder as im2txt has it, trained for a few steps,
saved by tf.train.Saver with its `.meta` and state file."""
from __future__ import print_function

import os

import fixture
from fixture import new_folder, noise_floats, tidy_state, write_values

VOCABULARY, EMBEDDING, UNITS = 11, 4, 5


def lstm(flow, script, name, form, cell, optimizer, note):
    """`cell` is "real" for the cell of the running version, or the two names its variables had in another era."""
    tf = flow.tf
    folder = new_folder(name)
    graph = tf.Graph()
    with graph.as_default():
        step = tf.Variable(0, name="global_step", trainable=False, dtype=tf.int32,
                           collections=[tf.GraphKeys.GLOBAL_STEP, tf.GraphKeys.GLOBAL_VARIABLES])
        rate = tf.Variable(0.5, name="learning_rate", trainable=False)

        def variable(path, shape):
            start = flow.array(noise_floats(path, shape, path))
            return tf.get_variable(path, shape, initializer=lambda *a, **k: tf.constant(start))

        words = tf.placeholder(tf.int64, [None], name="input_feed")
        memory = tf.placeholder(tf.float32, [None, 2 * UNITS], name="state_feed")
        with tf.variable_scope("image_embedding"):
            image = tf.matmul(tf.ones([1, 6]), variable("weights", [6, EMBEDDING]))
        with tf.variable_scope("seq_embedding"):
            embedded = tf.nn.embedding_lookup(variable("map", [VOCABULARY, EMBEDDING]), words) + image
        carry, hidden = memory[:, :UNITS], memory[:, UNITS:]
        if cell == "real":
            rnn = tf.nn.rnn_cell
            kind = rnn.BasicLSTMCell(num_units=UNITS, state_is_tuple=True)
            # The initializer of the scope reaches the matrix inside the cell, the bias starts at zero.
            values = flow.array(noise_floats("kernel", [EMBEDDING + UNITS, 4 * UNITS], "kernel"))
            with tf.variable_scope("lstm", initializer=lambda *a, **k: tf.constant(values)):
                output, (carry, hidden) = kind(embedded, rnn.LSTMStateTuple(carry, hidden))
        else:
            with tf.variable_scope("lstm/basic_lstm_cell"):
                joined = tf.concat([embedded, hidden], 1)
                gates = tf.nn.bias_add(tf.matmul(joined, variable(cell[0], [EMBEDDING + UNITS, 4 * UNITS])),
                                       variable(cell[1], [4 * UNITS]))
                i, j, f, o = tf.split(gates, 4, 1)
                carry = carry * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
                output = tf.tanh(carry) * tf.sigmoid(o)
        with tf.variable_scope("logits"):
            logits = tf.matmul(output, variable("weights", [UNITS, VOCABULARY])) + variable("biases", [VOCABULARY])
        softmax = tf.nn.softmax(logits, name="softmax")
        loss = -tf.reduce_mean(tf.log(softmax[:, 3]))
        make = {"sgd": lambda: tf.train.GradientDescentOptimizer(rate),
                "momentum": lambda: tf.train.MomentumOptimizer(rate, 0.9),
                "adam": lambda: tf.train.AdamOptimizer(rate),
                "rmsprop": lambda: tf.train.RMSPropOptimizer(rate, momentum=0.5),
                "adagrad": lambda: tf.train.AdagradOptimizer(rate)}[optimizer]
        train = make().minimize(loss, global_step=step)
        if optimizer != "sgd":
            averages = tf.train.ExponentialMovingAverage(0.9, step)
            with tf.control_dependencies([train]):
                train = averages.apply(tf.trainable_variables())
        tf.add_to_collection("learning_rate_decay", 0.25)
        tf.add_to_collection("steps", 7)
        tf.add_to_collection("softmax", softmax)
        version = tf.train.SaverDef.V1 if form == "v1" else tf.train.SaverDef.V2
        saver = tf.train.Saver(write_version=version)
        initialize = tf.global_variables_initializer()
        variables = tf.global_variables()
    with flow.session(graph) as session:
        session.run(initialize)
        for _ in range(3):
            session.run(train, {words: [1, 3, 2], memory: flow.np.full([3, 2 * UNITS], 0.25, flow.np.float32)})
        live = session.run(dict((variable.op.name, variable) for variable in variables))
        path = saver.save(session, os.path.join(folder, "model.ckpt"), global_step=step)
    tidy_state(folder)
    fixture.write_graph(folder, os.path.basename(path) + ".meta")
    meant = flow.as_tensors(live)
    write_values(folder, flow.version, script, form, os.path.basename(path), note, meant, flow.read(path, meant))
    print("   " + " ".join(sorted(live)))


def kept(flow, script, name, note, edit=None):
    """A Saver that keeps several checkpoints; `edit` may change the state file afterwards."""
    tf = flow.tf
    folder = new_folder(name)
    graph = tf.Graph()
    with graph.as_default():
        weights = tf.get_variable("weights", [2, 3], initializer=tf.constant_initializer(1.5))
        step = tf.Variable(0, name="global_step", trainable=False, dtype=tf.int64)
        train = tf.group(weights.assign_add(tf.ones([2, 3])), step.assign_add(10))
        saver = tf.train.Saver(max_to_keep=3)
        initialize = tf.global_variables_initializer()
    with flow.session(graph) as session:
        session.run(initialize)
        for _ in range(4 if edit is None else 1):
            session.run(train)
            path = saver.save(session, os.path.join(folder, "model.ckpt"), global_step=step, write_meta_graph=False)
        live = session.run({"weights": weights, "global_step": step})
    meant = flow.as_tensors(live)
    read = flow.read(path, meant)
    tidy_state(folder)
    if edit:
        edit(folder)
    write_values(folder, flow.version, script, "v2", os.path.basename(path), note, meant, read)
