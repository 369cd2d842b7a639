"""Writes small checkpoints trained for one step by every optimizer at hand, and says which variables are the model's.

Runs in TensorFlow 0.12.1 (Python 2.7), 1.15.5 (Python 3.7) and 2.x with Keras 3 and tf_keras; each writes the cases of its release:

    python optimizers.py --out DIR [--all] [--only CASE ...]

Every case is a directory: the checkpoint or weight file, and `truth.json` with the names of the variables that the model has
(`model`; all others are of training, `trainingCount` in number) and, where weights are averaged, the average of each (`averages`).
In TensorFlow 1 the model's variables are those that exist before the optimizer does; in Keras a tensor is the model's if it has the
values of one of the model's weights, which are random numbers and so are nobody else's.
"""

from __future__ import print_function

import argparse
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

MAJOR, MINOR = [int(x) for x in tf.__version__.split(".")[:2]]
CASES = []
# Much like others, and left out of the fixtures for their size; --all writes them.
MORE = {
    "tf0-adam-meta", "tf1-shampoo-meta", "k3-weights-h5-lion", "k3-weights-h5-subclassed", "k3-h5-own", "k3-accumulated",
    "k3-averaged", "k2-averaged", "k3-export", "k3-metrics", "k2-metrics", "k2-legacy-rmsprop-centred", "k3-rmsprop-centred",
}


def case(name):
    def add(function):
        CASES.append((name, function))
        return function
    return add


def write_truth(folder, writer, files, model, training, averages=None):
    truth = {"writer": writer, "file": files, "model": sorted(model), "trainingCount": len(training)}
    if averages:
        truth["averages"] = averages
    with open(os.path.join(folder, "truth.json"), "w") as out:
        json.dump(truth, out, indent=0, sort_keys=True, separators=(",", ": "))
        out.write("\n")


# TensorFlow 0.12.1 and 1.15

def variable(name, shape, trainable=True, **options):
    return tf.get_variable(name, shape, initializer=tf.random_normal_initializer(), trainable=trainable, **options)


def network(partitioned=False):
    """A kernel and a bias, an embedding, a normalization, an LSTM, and layers whose names are those of slots."""
    ids = tf.constant([[1, 2, 3], [4, 5, 6]])
    with tf.variable_scope("embedding"):
        partitioner = tf.fixed_size_partitioner(2) if partitioned else None
        table = variable("table", [8, 4], partitioner=partitioner)
    inputs = tf.nn.embedding_lookup(table if not partitioned else list(table), ids)
    with tf.variable_scope("lstm"):
        if MAJOR == 0:
            cell = tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=True)
        else:
            cell = tf.nn.rnn_cell.BasicLSTMCell(4)
        outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
    x = outputs[:, -1]
    with tf.variable_scope("dense"):
        x = tf.matmul(x, variable("kernel", [4, 6])) + variable("bias", [6])
    from tensorflow.contrib import layers
    x = layers.batch_norm(x, is_training=True, scale=True, scope="BatchNorm", updates_collections=None)
    # A layer that is called like an optimizer, and a variable beside another of nearly its name.
    with tf.variable_scope("Momentum"):
        x = tf.matmul(x, variable("kernel", [6, 6])) + variable("bias", [6])
    with tf.variable_scope("Adam"):
        x = x * variable("w", [6]) + variable("w_1", [6])
    with tf.variable_scope("m"):
        x = tf.matmul(x, variable("v", [6, 3]))
    return tf.reduce_mean(tf.square(x - 1.0))


def graph_case(folder, make, step=True, partitioned=False, scope=None, meta=False, average=None):
    """Trains the network with an optimizer, saves all variables by name, and tells those of the model."""
    tf.reset_default_graph()
    tf.set_random_seed(5)
    loss = network(partitioned)
    global_variables = tf.global_variables

    def saved(variables):
        names = set()
        for v in variables:
            info = v._save_slice_info if hasattr(v, "_save_slice_info") else None
            names.add(info.full_name if info else v.op.name)
        return names

    model = saved(global_variables())
    global_step = tf.contrib.framework.get_or_create_global_step() if MAJOR == 0 else tf.train.get_or_create_global_step()
    result = make(loss, global_step)
    before, train = result if isinstance(result, tuple) else (None, result)
    averages = {}
    if average:
        with tf.control_dependencies([train]):
            ema = tf.train.ExponentialMovingAverage(0.9, num_updates=global_step)
            train = ema.apply(tf.trainable_variables() if average == "trainable" else average())
    everything = saved(global_variables())
    for name in model:
        if average and name + "/ExponentialMovingAverage" in everything:
            averages[name] = name + "/ExponentialMovingAverage"
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        if before is not None:
            session.run(before)
        if step:
            session.run(train)
        saver = tf.train.Saver(write_version=tf.train.SaverDef.V2)
        saver.save(session, os.path.join(folder, "model.ckpt"), write_meta_graph=bool(meta))
    state = os.path.join(folder, "checkpoint")
    if os.path.exists(state):
        os.remove(state)
    if meta:
        shrink(os.path.join(folder, "model.ckpt.meta"))
    write_truth(folder, "TensorFlow " + tf.__version__, "model.ckpt", model, everything - model, averages)


def shrink(path):
    """Leaves the variables and collections of a graph; the operations between them are a hundred kilobytes."""
    from tensorflow.core.protobuf import meta_graph_pb2
    graph = meta_graph_pb2.MetaGraphDef()
    with open(path, "rb") as file:
        graph.ParseFromString(file.read())
    nodes = [n for n in graph.graph_def.node if n.op in ("Variable", "VariableV2", "VarHandleOp")]
    del graph.graph_def.node[:]
    graph.graph_def.node.extend(nodes)
    del graph.graph_def.library.function[:]
    del graph.meta_info_def.stripped_op_list.op[:]
    for name in list(graph.collection_def):
        if "variables" not in name:
            del graph.collection_def[name]
    graph.ClearField("saver_def")
    with open(path, "wb") as file:
        file.write(graph.SerializeToString())


def minimize(optimizer):
    return lambda loss, step: optimizer().minimize(loss, global_step=step)


def add_graph_case(name, make, **options):
    CASES.append((name, lambda folder: graph_case(folder, make, **options)))


def graph_cases():
    era = "tf0" if MAJOR == 0 else "tf1"
    t = tf.train
    common = [
        ("gradient-descent", lambda: t.GradientDescentOptimizer(0.1)),
        ("momentum", lambda: t.MomentumOptimizer(0.1, 0.9)),
        ("nesterov", lambda: t.MomentumOptimizer(0.1, 0.9, use_nesterov=True)),
        ("adam", lambda: t.AdamOptimizer(0.1)),
        ("adagrad", lambda: t.AdagradOptimizer(0.1)),
        ("adadelta", lambda: t.AdadeltaOptimizer(0.1)),
        ("rmsprop", lambda: t.RMSPropOptimizer(0.1, momentum=0.5)),
        ("rmsprop-centred", lambda: t.RMSPropOptimizer(0.1, centered=True)),
        ("ftrl", lambda: t.FtrlOptimizer(0.1)),
        ("proximal-adagrad", lambda: t.ProximalAdagradOptimizer(0.1)),
        ("proximal-gradient", lambda: t.ProximalGradientDescentOptimizer(0.1)),
    ]
    for name, make in common:
        add_graph_case(era + "-" + name, minimize(make))

    def dual_averaging(loss, step):
        optimizer = t.AdagradDAOptimizer(0.1, step)
        pairs = [(tf.convert_to_tensor(g), v) for g, v in optimizer.compute_gradients(loss)]
        return optimizer.apply_gradients(pairs, global_step=step)
    add_graph_case(era + "-adagrad-da", dual_averaging)
    add_graph_case(era + "-averaged", minimize(lambda: t.AdamOptimizer(0.1)), average="trainable")
    add_graph_case(
        era + "-partitioned", minimize(lambda: t.MomentumOptimizer(0.1, 0.9)), partitioned=True, average="trainable")

    def own(loss, step):
        class Own(t.MomentumOptimizer):
            def _create_slots(self, variables):
                super(Own, self)._create_slots(variables)
                for v in variables:
                    self._zeros_slot(v, "second", self._name)
        return Own(0.1, 0.9, name="MyOpt").minimize(loss, global_step=step)
    add_graph_case(era + "-own-name", own)
    add_graph_case(era + "-own-name-meta", own, meta=True)
    add_graph_case(era + "-adam-meta", minimize(lambda: t.AdamOptimizer(0.1)), meta=True, average="trainable")

    def two(loss, step):
        variables = tf.trainable_variables()
        some = t.AdamOptimizer(0.1).minimize(loss, var_list=variables[:4], global_step=step)
        rest = t.AdamOptimizer(0.1).minimize(loss * 2.0, var_list=variables[2:])
        return tf.group(some, rest)
    add_graph_case(era + "-two-adams", two)

    def optimize_loss(loss, step):
        from tensorflow.contrib import layers
        return layers.optimize_loss(loss, step, 0.1, lambda rate: t.AdamOptimizer(rate))

    def in_scope(loss, step):
        with tf.variable_scope("train"):
            return optimize_loss(loss, step)
    add_graph_case(era + "-optimize-loss", in_scope)
    add_graph_case(era + "-bert", bert)
    add_graph_case(era + "-variable-clipping", lambda loss, step: tf.contrib.opt.VariableClippingOptimizer(
        t.MomentumOptimizer(0.1, 0.9), {tf.trainable_variables()[0]: [1]}, 1.0).minimize(loss, global_step=step))
    add_graph_case(era + "-moving-average", lambda loss, step: tf.contrib.opt.MovingAverageOptimizer(
        t.MomentumOptimizer(0.1, 0.9)).minimize(loss, global_step=step))
    if MAJOR == 1:
        contrib_cases()


def bert(loss, step):
    """AdamWeightDecayOptimizer of BERT's optimization.py, as far as its variables are concerned."""
    assignments = []
    variables = tf.trainable_variables()
    for gradient, v in zip(tf.gradients(loss, variables), variables):
        name = v.op.name
        with tf.variable_scope(tf.get_variable_scope()):
            m = tf.get_variable(name + "/adam_m", v.get_shape().as_list(), trainable=False, initializer=tf.zeros_initializer() if MAJOR else tf.zeros_initializer)
            v2 = tf.get_variable(name + "/adam_v", v.get_shape().as_list(), trainable=False, initializer=tf.zeros_initializer() if MAJOR else tf.zeros_initializer)
        gradient = tf.convert_to_tensor(gradient)
        next_m = 0.9 * m + 0.1 * gradient
        next_v = 0.999 * v2 + 0.001 * tf.square(gradient)
        assignments += [v.assign_sub(0.1 * next_m / (tf.sqrt(next_v) + 1e-6)), m.assign(next_m), v2.assign(next_v)]
    return tf.group(*(assignments + [step.assign_add(1)]))


def adafactor(loss, step, style="t2t", beta1=0.0):
    """The slots of Adafactor under the names of tensor2tensor, of Mesh TensorFlow and of gpt2-ml.

    - Source: tensor2tensor `utils/adafactor.py`, mesh `mesh_tensorflow/optimize.py`, gpt2-ml `train/optimization_adafactor.py`.
    """
    class Adafactor(tf.train.Optimizer):
        def __init__(self):
            super(Adafactor, self).__init__(False, "Adafactor")

        def _create_slots(self, variables):
            for v in variables:
                shape = v.get_shape().as_list()
                if beta1:
                    self._zeros_slot(v, "m", self._name)
                if len(shape) >= 2:
                    self._get_or_make_slot(v, tf.zeros(shape[:-1]), "vr", self._name)
                    self._get_or_make_slot(v, tf.zeros(shape[:-2] + shape[-1:]), "vc", self._name)
                else:
                    self._get_or_make_slot(v, tf.zeros(shape), "v", self._name)

        def _apply_dense(self, gradient, v):
            return v.assign_sub(0.1 * gradient)

        def _apply_sparse(self, gradient, v):
            return v.assign_sub(0.1 * tf.convert_to_tensor(gradient))

        def _resource_apply_dense(self, gradient, v):
            return v.assign_sub(0.1 * gradient)

    if style == "t2t":
        return Adafactor().minimize(loss, global_step=step)
    separator = "_slot_" if style == "mesh" else "/adafactor_"
    for v in tf.trainable_variables():
        shape = v.get_shape().as_list()
        slots = {"vr": shape[:-1], "vc": shape[:-2] + shape[-1:]} if len(shape) >= 2 else {"v": shape}
        if beta1:
            slots["m"] = shape
        for slot, extents in sorted(slots.items()):
            tf.get_variable(v.op.name + separator + slot, extents, trainable=False, initializer=tf.ones_initializer())
    return tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)


def contrib_cases():
    from tensorflow.contrib import opt
    t = tf.train
    for name, make in [
        ("add-sign", lambda: opt.AddSignOptimizer(0.1)),
        ("power-sign", lambda: opt.PowerSignOptimizer(0.1)),
        ("adamax", lambda: opt.AdaMaxOptimizer(0.1)),
        ("adamw", lambda: opt.AdamWOptimizer(0.01, 0.1)),
        ("momentumw", lambda: opt.MomentumWOptimizer(0.01, 0.1, 0.9)),
        ("lazy-adam", lambda: opt.LazyAdamOptimizer(0.1)),
        ("adam-gs", lambda: opt.AdamGSOptimizer(learning_rate=0.1)),
        ("nadam", lambda: opt.NadamOptimizer(0.1)),
        ("lars", lambda: opt.LARSOptimizer(0.1)),
        ("reg-adagrad", lambda: opt.RegAdagradOptimizer(0.1)),
    ]:
        add_graph_case("tf1-" + name, minimize(make))

    def dense(make):
        def apply(loss, step):
            optimizer = make()
            pairs = [(tf.convert_to_tensor(g), v) for g, v in optimizer.compute_gradients(loss)]
            return optimizer.apply_gradients(pairs, global_step=step)
        return apply
    add_graph_case("tf1-ggt", dense(lambda: opt.GGTOptimizer(0.1)))

    def shampoo(loss, step):
        return opt.ShampooOptimizer(step, learning_rate=0.1).minimize(loss, global_step=step)
    add_graph_case("tf1-shampoo", shampoo, step=False)
    add_graph_case("tf1-shampoo-meta", shampoo, step=False, meta=True)

    def decayed(loss, step):
        kind = opt.extend_with_decoupled_weight_decay(t.AdagradOptimizer)
        return kind(weight_decay=0.01, learning_rate=0.1).minimize(loss, global_step=step)
    add_graph_case("tf1-decoupled-adagrad", decayed)

    def scaled(loss, step):
        manager = tf.contrib.mixed_precision.ExponentialUpdateLossScaleManager(128, 10)
        return tf.contrib.mixed_precision.LossScaleOptimizer(t.AdamOptimizer(0.1), manager).minimize(loss, global_step=step)
    add_graph_case("tf1-loss-scale", scaled)

    def mixed(loss, step):
        optimizer = t.AdamOptimizer(0.1)
        scaled = tf.train.experimental.DynamicLossScale()
        from tensorflow.python.training.experimental import loss_scale_optimizer
        return loss_scale_optimizer.MixedPrecisionLossScaleOptimizer(optimizer, scaled).minimize(loss, global_step=step)
    add_graph_case("tf1-mixed-precision", mixed)
    add_graph_case("tf1-adafactor-t2t", lambda loss, step: adafactor(loss, step))
    add_graph_case("tf1-adafactor-t2t-beta1", lambda loss, step: adafactor(loss, step, beta1=0.9))
    add_graph_case("tf1-adafactor-mesh", lambda loss, step: adafactor(loss, step, style="mesh", beta1=0.9))
    add_graph_case("tf1-adafactor-gpt2", lambda loss, step: adafactor(loss, step, style="gpt2"))

    def ema_of_statistics():
        return [v for v in tf.global_variables() if v.op.name != "global_step" and v.dtype.base_dtype == tf.float32
                and not v.op.name.split("/")[-1].startswith("Momentum")]
    add_graph_case("tf1-averaged-statistics", minimize(lambda: t.MomentumOptimizer(0.1, 0.9)), average=ema_of_statistics)

    CASES.append(("tf1-keras-saver", keras_graph))
    CASES.append(("tf1-keras-own", lambda folder: keras_graph(folder, own=True)))
    CASES.append(("tf1-objects", objects_in_graph))
    CASES.append(("tf1-keras-objects", keras_objects_in_graph))
    CASES.append(("tf1-zero-debias", zero_debias))
    CASES.append(("tf1-elastic", elastic))
    CASES.append(("tf1-model-average", model_average))


def save_by_name(folder, session, model, everything, averages=None):
    tf.train.Saver().save(session, os.path.join(folder, "model.ckpt"), write_meta_graph=False)
    os.remove(os.path.join(folder, "checkpoint"))
    write_truth(folder, "TensorFlow " + tf.__version__, "model.ckpt", model, everything - model, averages)


def keras_graph(folder, own=False):
    """tf.keras in a graph, saved by a Saver: slots lie in `training/Adam/`."""
    tf.keras.backend.clear_session()
    tf.reset_default_graph()
    model = keras_model(tf.keras)
    names = {v.op.name for v in model.weights}
    kind = tf.keras.optimizers.Adam
    if own:
        class Own(tf.keras.optimizers.Adam):
            pass
        kind = lambda **options: Own(name="Shine", **options)
    model.compile(kind(learning_rate=0.1), "mse")
    model.train_on_batch(*keras_batch())
    everything = {v.op.name for v in tf.global_variables()}
    save_by_name(folder, tf.keras.backend.get_session(), names, everything)


def objects_in_graph(folder):
    """tf.train.Checkpoint with an optimizer of TensorFlow 1: `.OPTIMIZER_SLOT` and powers of beta."""
    tf.reset_default_graph()
    layer, head = tf.keras.layers.Dense(3, name="dense"), tf.keras.layers.Dense(2, name="head")
    loss = tf.reduce_mean(tf.square(head(layer(tf.ones([2, 4])))))
    optimizer = tf.train.AdamOptimizer(0.1)
    step = tf.train.get_or_create_global_step()
    train = optimizer.minimize(loss, global_step=step)
    checkpoint = tf.train.Checkpoint(layer=layer, head=head, optimizer=optimizer, step=step)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        checkpoint.save(os.path.join(folder, "ckpt"), session=session)
        values = session.run(layer.weights + head.weights)
    finish_values(folder, "TensorFlow " + tf.__version__, "ckpt-1", values)


def keras_objects_in_graph(folder):
    tf.keras.backend.clear_session()
    tf.reset_default_graph()
    model = keras_model(tf.keras)
    model.compile(tf.keras.optimizers.Adadelta(0.1), "mse", metrics=["mae"])
    model.train_on_batch(*keras_batch())
    randomize(model)
    model.save_weights(os.path.join(folder, "weights"), save_format="tf")
    finish_values(folder, "TensorFlow " + tf.__version__, "weights", model.get_weights())


def zero_debias(folder):
    """batch_norm with zero_debias_moving_mean keeps `biased` and `local_step` beside the mean."""
    tf.reset_default_graph()
    x = tf.random_normal([4, 3])
    x = tf.matmul(x, variable("w", [3, 5]))
    y = tf.contrib.layers.batch_norm(x, is_training=True, scope="BatchNorm", updates_collections=None,
                                     zero_debias_moving_mean=True)
    model = {"w", "BatchNorm/beta", "BatchNorm/moving_mean", "BatchNorm/moving_variance"}
    train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_mean(tf.square(y)))
    everything = {v.op.name for v in tf.global_variables()}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        save_by_name(folder, session, model, everything)


def elastic(folder):
    """ElasticAverageOptimizer in a cluster of one: the local variables of the worker and the center of all."""
    tf.reset_default_graph()
    getter = tf.contrib.opt.ElasticAverageCustomGetter(worker_device="/job:localhost/task:0")
    step = tf.train.get_or_create_global_step()
    with tf.variable_scope("", custom_getter=getter):
        loss = network()
    optimizer = tf.contrib.opt.ElasticAverageOptimizer(
        tf.train.MomentumOptimizer(0.1, 0.9), num_worker=1, ea_custom_getter=getter, communication_period=1)
    model = {v.op.name for v in tf.global_variables()} - {"global_step"}
    train = optimizer.minimize(loss, global_step=step)
    everything = {v.op.name for v in tf.global_variables()}
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        save_by_name(folder, session, model, everything)


def model_average(folder):
    tf.reset_default_graph()
    getter = tf.contrib.opt.ModelAverageCustomGetter(worker_device="/job:localhost/task:0")
    step = tf.train.get_or_create_global_step()
    with tf.variable_scope("", custom_getter=getter):
        loss = network()
    model = {v.op.name for v in tf.global_variables()} - {"global_step"}
    optimizer = tf.contrib.opt.ModelAverageOptimizer(
        tf.train.MomentumOptimizer(0.1, 0.9), num_worker=1, is_chief=True, ma_custom_getter=getter, interval_steps=1)
    optimizer.minimize(loss, global_step=step)
    everything = {v.op.name for v in tf.global_variables()}
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        save_by_name(folder, session, model, everything)


# Keras, in TensorFlow 1.15 and 2.x

def keras_model(k, subclassed=False):
    """Few weights, since their names take the room: an LSTM, a normalization, and a layer that is called like an optimizer."""
    layers = k.layers
    chain = [layers.LSTM(4, name="lstm"), layers.BatchNormalization(name="norm"), layers.Dense(3, name="Adam")]
    if subclassed:
        class Model(k.Model):
            def __init__(self):
                super(Model, self).__init__()
                self.lstm, self.norm, self.adam = chain

            def call(self, x):
                for layer in (self.lstm, self.norm, self.adam):
                    x = layer(x)
                return x
        model = Model()
        model(np.ones([2, 3, 5], "float32"))
        return model
    inputs = k.Input((3, 5))
    x = inputs
    for layer in chain:
        x = layer(x)
    return k.Model(inputs, x)


def keras_batch():
    return np.arange(30, dtype="float32").reshape(2, 3, 5) / 30, np.ones([2, 3], "float32")


def randomize(model, seed=11):
    random = np.random.RandomState(seed)
    model.set_weights([(random.standard_normal(w.shape)).astype(w.dtype) for w in model.get_weights()])


def finish_values(folder, writer, name, values, averages=None):
    """Tells the tensors of a file apart by their values, and removes what is not part of the checkpoint."""
    state = os.path.join(folder, "checkpoint")
    if os.path.exists(state):
        os.remove(state)
    found = {}
    path = os.path.join(folder, name)
    if name.endswith(".h5"):
        import h5py

        def visit(key, item):
            if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
                found[key] = item[()]

        with h5py.File(path, "r") as file:
            file.visititems(visit)
    else:
        reader = tf.train.load_checkpoint(path + "/variables/variables" if os.path.isdir(path) else path)
        for key in reader.get_variable_to_shape_map():
            if key != "_CHECKPOINTABLE_OBJECT_GRAPH":
                found[key] = reader.get_tensor(key)

    def same(a, b):
        a, b = np.asarray(a), np.asarray(b)
        return a.shape == b.shape and a.size > 1 and (a == b).all()
    model, used = set(), [0] * len(values)
    for key, value in found.items():
        for i, weight in enumerate(values):
            if same(value, weight):
                model.add(key)
                used[i] += 1
        # The state of a generator of random numbers is read by the model.
        if np.asarray(value).dtype == np.uint32:
            model.add(key)
    assert all(used), "a weight of the model is not in %s: %s" % (path, used)
    pairs = {}
    for weight, average in averages or []:
        raw = [k for k in found if same(found[k], weight)]
        mean = [k for k in found if same(found[k], average)]
        assert len(mean) == 1, (raw, mean)
        for key in raw:
            pairs[key] = mean[0]
    write_truth(folder, writer, name, model, set(found) - model, pairs)


def keras_cases():
    import keras
    import tf_keras

    def compiled(k, optimizer, subclassed=False, metrics=("mae",), **options):
        k.utils.set_random_seed(3)
        k.backend.clear_session()
        model = keras_model(k, subclassed)
        model.compile(optimizer(), "mse", metrics=list(metrics), **options)
        model.fit(*keras_batch(), epochs=1, verbose=0)
        randomize(model)
        return model

    def writer(k):
        return ("Keras " if k is keras else "tf_keras ") + k.__version__ + ", TensorFlow " + tf.__version__

    def add(name, k, optimizer, save, **options):
        def run(folder):
            model = compiled(k, optimizer, **options)
            file = save(folder, model)
            averages = []
            finish_values(folder, writer(k), file, model.get_weights(), averages)
        CASES.append((name, run))

    def checkpoint(folder, model):
        tf.train.Checkpoint(model=model).save(os.path.join(folder, "ckpt"))
        return "ckpt-1"

    def with_optimizer(folder, model):
        tf.train.Checkpoint(net=model, optimizer=model.optimizer, step=tf.Variable(3, dtype=tf.int64)).save(
            os.path.join(folder, "ckpt"))
        return "ckpt-1"

    def optimizer_only(folder, model):
        tf.train.Checkpoint(optimizer=model.optimizer, weights=list(model.weights)).save(os.path.join(folder, "ckpt"))
        return "ckpt-1"

    def weights_h5(folder, model):
        model.save_weights(os.path.join(folder, "model.weights.h5"))
        return "model.weights.h5"

    def whole_h5(folder, model):
        model.save(os.path.join(folder, "model.h5"))
        return "model.h5"

    def weights_tf(folder, model):
        model.save_weights(os.path.join(folder, "weights"), save_format="tf")
        return "weights"

    def saved_model(folder, model):
        model.save(os.path.join(folder, "saved"), save_format="tf")
        strip_saved_model(os.path.join(folder, "saved"))
        return "saved"

    def exported(folder, model):
        model.export(os.path.join(folder, "saved"), verbose=False)
        strip_saved_model(os.path.join(folder, "saved"))
        return "saved"

    o3 = keras.optimizers
    for name in ["Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Muon", "Nadam",
                 "RMSprop", "ScheduleFreeAdamW"]:
        if hasattr(o3, name):
            add("k3-%s" % name.lower(), keras, getattr(o3, name), checkpoint)
    add("k3-sgd", keras, lambda: o3.SGD(0.1), checkpoint)
    add("k3-sgd-momentum", keras, lambda: o3.SGD(0.1, momentum=0.9), checkpoint)
    add("k3-rmsprop-centred", keras, lambda: o3.RMSprop(0.1, momentum=0.9, centered=True), checkpoint)
    add("k3-amsgrad", keras, lambda: o3.Adam(0.1, amsgrad=True), with_optimizer)
    add("k3-loss-scale", keras, lambda: o3.LossScaleOptimizer(o3.Adam(0.1)), checkpoint)
    add("k3-accumulated", keras, lambda: o3.Adam(0.1, gradient_accumulation_steps=2), checkpoint)
    add("k3-averaged", keras, lambda: o3.Adam(0.1, use_ema=True), checkpoint)
    add("k3-subclassed", keras, lambda: o3.Adam(0.1), checkpoint, subclassed=True)
    add("k3-optimizer-list", keras, lambda: o3.Adam(0.1), optimizer_only)

    class Shine(o3.Optimizer):
        def build(self, variables):
            if self.built:
                return
            super().build(variables)
            self.glow = [self.add_variable_from_reference(v, name="glow") for v in variables]

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, keras.ops.convert_to_tensor(gradient) * 0.1)
    add("k3-own", keras, lambda: Shine(0.1), checkpoint)
    add("k3-weights-h5", keras, lambda: o3.Adam(0.1), weights_h5)
    add("k3-weights-h5-lion", keras, lambda: o3.Lion(0.1), weights_h5)
    add("k3-weights-h5-subclassed", keras, lambda: o3.Adam(0.1), weights_h5, subclassed=True)
    add("k3-weights-h5-own", keras, lambda: Shine(0.1), weights_h5)
    add("k3-h5", keras, lambda: o3.Adam(0.1), whole_h5)
    add("k3-h5-own", keras, lambda: Shine(0.1), whole_h5)
    add("k3-export", keras, lambda: o3.Adam(0.1), exported)
    metrics = lambda k: [k.metrics.MeanSquaredError(), k.metrics.RootMeanSquaredError()]
    add("k3-metrics", keras, lambda: o3.Adam(0.1), checkpoint, metrics=metrics(keras))

    o2 = tf_keras.optimizers
    for name in ["Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop"]:
        add("k2-%s" % name.lower(), tf_keras, getattr(o2, name), weights_tf)
    add("k2-sgd-momentum", tf_keras, lambda: o2.SGD(0.1, momentum=0.9), weights_tf)
    add("k2-averaged", tf_keras, lambda: o2.Adam(0.1, use_ema=True), weights_tf)
    add("k2-checkpoint", tf_keras, lambda: o2.Adam(0.1), with_optimizer)
    add("k2-saved-model", tf_keras, lambda: o2.Adam(0.1), saved_model)
    add("k2-saved-model-legacy", tf_keras, lambda: o2.legacy.Adam(0.1), saved_model)
    add("k2-h5", tf_keras, lambda: o2.Adam(0.1), whole_h5)
    add("k2-h5-legacy", tf_keras, lambda: o2.legacy.Adam(0.1), whole_h5)
    add("k2-weights-h5", tf_keras, lambda: o2.Adam(0.1), weights_h5)
    for name in ["Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop"]:
        add("k2-legacy-%s" % name.lower(), tf_keras, getattr(o2.legacy, name), weights_tf)
    add("k2-legacy-sgd", tf_keras, lambda: o2.legacy.SGD(0.1, momentum=0.9), weights_tf)
    add("k2-legacy-rmsprop-centred", tf_keras, lambda: o2.legacy.RMSprop(0.1, centered=True, momentum=0.5), weights_tf)
    add("k2-loss-scale", tf_keras,
        lambda: tf_keras.mixed_precision.LossScaleOptimizer(o2.legacy.Adam(0.1)), weights_tf)
    add("k2-metrics", tf_keras, lambda: o2.Adam(0.1), weights_tf, metrics=metrics(tf_keras))
    CASES.append(("k3-averages", lambda folder: averages_case(folder, keras, checkpoint, writer(keras))))
    CASES.append(("k2-averages", lambda folder: averages_case(folder, tf_keras, weights_tf, writer(tf_keras))))
    CASES.append(("k3-cycle", lambda folder: cycle_case(folder, keras, writer(keras))))
    CASES.append(("k3-two-optimizers", lambda folder: two_case(folder, keras, writer(keras))))
    CASES.append(("k2-two-optimizers", lambda folder: two_case(folder, tf_keras, writer(tf_keras))))


def averages_case(folder, k, save, writer):
    k.utils.set_random_seed(3)
    k.backend.clear_session()
    model = keras_model(k)
    model.compile(k.optimizers.Adam(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=None), "mse")
    model.fit(*keras_batch(), epochs=3, verbose=0)
    weights = [np.array(v) for v in model.trainable_variables]
    means = [np.array(v) for v in model.optimizer._model_variables_moving_average]
    # The optimizer overwrites the weights at the end of training; others tell the two apart.
    model.set_weights([w + 1 for w in model.get_weights()])
    pairs = list(zip([np.array(v) for v in model.trainable_variables], means))
    finish_values(folder, writer, save(folder, model), model.get_weights(), pairs)


def cycle_case(folder, k, writer):
    """Objects that hold one another, and a layer under the name of an optimizer."""
    k.utils.set_random_seed(3)
    k.backend.clear_session()
    model = keras_model(k)
    optimizer = k.optimizers.Adam(0.1)
    model.compile(optimizer, "mse")
    model.fit(*keras_batch(), epochs=1, verbose=0)

    inner = tf.Module()
    inner.optimizer = tf.Module()
    inner.optimizer.kernel = tf.Variable(np.random.RandomState(3).standard_normal([4, 6]).astype("float32"))
    inner.optimizer.learning_rate = tf.Variable(np.random.RandomState(4).standard_normal([4]).astype("float32"))
    randomize(model)
    root = tf.train.Checkpoint(optimizer=optimizer, inner=inner, net=model)
    inner.back = root
    root.save(os.path.join(folder, "ckpt"))
    values = model.get_weights() + [inner.optimizer.kernel.numpy(), inner.optimizer.learning_rate.numpy()]
    finish_values(folder, writer, "ckpt-1", values)


def two_case(folder, k, writer):
    """A generator and a discriminator, each with its optimizer, stepped by hand."""
    k.utils.set_random_seed(3)
    k.backend.clear_session()
    parts = {}
    for name, width in (("generator", 4), ("discriminator", 3)):
        inputs = k.Input((4,))
        parts[name] = k.Model(inputs, k.layers.Dense(width)(k.layers.Dense(6)(inputs)))
    optimizers = {"generator_optimizer": k.optimizers.Adam(0.1), "discriminator_optimizer": k.optimizers.RMSprop(0.1)}
    for (_, part), (_, optimizer) in zip(sorted(parts.items()), sorted(optimizers.items())):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(part(tf.ones([2, 4])) - 1.0))
        optimizer.apply_gradients(zip(tape.gradient(loss, part.trainable_variables), part.trainable_variables))
    for seed, (_, part) in enumerate(sorted(parts.items())):
        randomize(part, seed)
    tf.train.Checkpoint(**dict(parts, **optimizers)).write(os.path.join(folder, "ckpt-1"))
    finish_values(folder, writer, "ckpt-1", [w for part in parts.values() for w in part.get_weights()])


def strip_saved_model(folder):
    """Leaves the variables; the graph is large and nothing here reads it."""
    from tensorflow.core.protobuf import saved_model_pb2
    path = os.path.join(folder, "saved_model.pb")
    model = saved_model_pb2.SavedModel()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    for graph in model.meta_graphs:
        graph.ClearField("graph_def")
        graph.ClearField("object_graph_def")
        del graph.meta_info_def.stripped_op_list.op[:]
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    for name in ("keras_metadata.pb", "fingerprint.pb"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    if os.path.isdir(os.path.join(folder, "assets")) and not os.listdir(os.path.join(folder, "assets")):
        os.rmdir(os.path.join(folder, "assets"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    if MAJOR < 2:
        graph_cases()
    else:
        keras_cases()
    failed = 0
    for name, run in CASES:
        if name not in arguments.only if arguments.only else name in MORE and not arguments.all:
            continue
        folder = os.path.join(arguments.out, name)
        if not os.path.isdir(folder):
            os.makedirs(folder)
        try:
            run(folder)
            truth = json.load(open(os.path.join(folder, "truth.json")))
            print("%-32s %3d of the model, %3d of training" % (name, len(truth["model"]), truth["trainingCount"]))
        except Exception as error:
            failed += 1
            print("%-32s FAILED %s: %s" % (name, type(error).__name__, str(error)[:600]))
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


main()
