"""Fixtures written by a current TensorFlow 2.x (Python 3): late dtypes, object-based checkpoints, SavedModel."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import fixture
import sets
from fixture import Flow, new_folder, noise_floats, tidy_state, write_objects, write_values

flow = Flow()
tf = flow.tf2
assert tf.__version__.startswith("2."), flow.version


def raw(name, tensors, note):
    path = os.path.join(new_folder(name), "model.ckpt")
    flow.save_v2(path, tensors)
    write_values(os.path.dirname(path), flow.version, __file__, "v2", "model.ckpt", note, tensors,
                 flow.read(path, tensors))


def noise(name, shape):
    return flow.array(noise_floats(name, shape, name))


class Dense(tf.Module):
    """A layer as Keras has it, without Keras."""

    def __init__(self, name, inputs, outputs):
        super().__init__(name)
        self.kernel = tf.Variable(noise(name, [inputs, outputs]), name="kernel")
        self.bias = tf.Variable(noise(name + "b", [outputs]), name="bias")

    def __call__(self, x):
        return tf.matmul(x, self.kernel) + self.bias


class Model(tf.Module):
    def __init__(self):
        super().__init__("model")
        self.layers = [Dense("first", 3, 4), Dense("second", 4, 2)]
        self.named = {"alias": self.layers[0].bias, "extra/with slash": tf.Variable(noise("extra", [2]))}
        self.steps = tf.Variable(40, dtype=tf.int64, trainable=False)
        self.label = tf.Variable("a label", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="images")])
    def __call__(self, images):
        x = images
        for layer in self.layers:
            x = layer(x)
        return {"scores": tf.nn.softmax(x)}


def listed(dtype, values):
    """A tensor that TensorFlow makes of a list of integers in a graph."""
    graph = tf.compat.v1.GraphDef()
    node = graph.node.add()
    node.name, node.op = "c", "Const"
    node.attr["dtype"].type = dtype.as_datatype_enum
    tensor = node.attr["value"].tensor
    tensor.dtype = dtype.as_datatype_enum
    tensor.tensor_shape.dim.add().size = len(values)
    tensor.int_val.extend(values)
    return tf.compat.v1.wrap_function(lambda: tf.import_graph_def(graph, return_elements=["c:0"], name="")[0], [])()


def objects():
    model = Model()
    folder = new_folder("tf2-object")
    optimizer = tf.compat.v1.train.AdamOptimizer(0.1)
    weights = [layer.kernel for layer in model.layers] + [layer.bias for layer in model.layers]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(tf.ones([2, 3]))["scores"][:, 0])
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(os.path.join(folder, "ckpt"))
    tidy_state(folder)
    live = [v.numpy() for v in weights + optimizer.variables()] + [
        model.named["extra/with slash"].numpy(), model.steps.numpy(), flow.np.array(model.label.numpy(), dtype=object)]
    write_objects(flow, folder, __file__, os.path.basename(path), path, live,
                  "tf.train.Checkpoint of nested modules, a list, a dictionary with an alias and a slash in a key, a "
                  "string variable, and Adam with slots in the object graph.")

    folder = new_folder("saved-model-tf2")
    tf.saved_model.save(model, os.path.join(folder, "model"), signatures=model.__call__)
    fixture.write_graph(folder, os.path.join("model", "saved_model.pb"))
    live = [v.numpy() for v in weights] + [model.named["extra/with slash"].numpy(), model.steps.numpy(),
                                           flow.np.array(model.label.numpy(), dtype=object)]
    write_objects(flow, folder, __file__, "model", os.path.join(folder, "model", "variables", "variables"), live,
                  "A SavedModel of the same modules with one signature, its object graph and fingerprint.pb.",
                  "saved_model")


def keras():
    import keras
    folder = new_folder("tf2-keras")
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input([4, 3]), keras.layers.LSTM(2, name="lstm"),
                              keras.layers.BatchNormalization(name="norm"), keras.layers.Dense(2, name="scores")])
    for number, variable in enumerate(model.weights):
        if variable.dtype == "float32":
            variable.assign(noise("keras%d" % number, list(variable.shape)))
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build(model.trainable_variables)
    optimizer.apply([tf.constant(noise("gradient%d" % n, list(v.shape)))
                     for n, v in enumerate(model.trainable_variables)])
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(os.path.join(folder, "ckpt"))
    tidy_state(folder)
    live = [flow.np.asarray(v) for v in model.weights + optimizer.variables]
    write_objects(flow, folder, __file__, os.path.basename(path), path, live,
                  "tf.train.Checkpoint of a Keras %s model (LSTM, BatchNormalization, Dense) and its Adam optimizer."
                  % keras.__version__)


def sharded():
    """The sharding policy of recent versions: a variable is cut where a shard is full."""
    from tensorflow.python.checkpoint.sharding import sharding_policies
    folder = new_folder("tf2-sharded")
    values = {"table": noise("table", [40, 6]), "small": noise("small", [5]), "wide": noise("wide", [3, 50])}
    holder = tf.train.Checkpoint(**{name: tf.Variable(value) for name, value in values.items()})
    options = tf.train.CheckpointOptions(
        experimental_sharding_callback=sharding_policies.MaxShardSizePolicy(max_shard_size=600))
    path = holder.save(os.path.join(folder, "ckpt"), options=options)
    tidy_state(folder)
    write_objects(flow, folder, __file__, os.path.basename(path), path, list(values.values()),
                  "An object-based checkpoint cut into shards of at most 600 bytes: whole variables become slices.")


def shared():
    """A layer that two models share, a lookup table, and a dataset's position, which is stored as variants."""
    import keras
    from tensorflow.core.protobuf import trackable_object_graph_pb2
    folder = new_folder("tf2-shared")
    keras.utils.set_random_seed(2)
    common = keras.layers.Dense(2, name="common")
    first, second = keras.Input([3]), keras.Input([3])
    models = {"left": keras.Model(first, keras.layers.Dense(1, name="head")(common(first))),
              "right": keras.Model(second, common(second))}
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    table.insert(["a", "bb"], [1, 2])
    position = iter(tf.data.Dataset.range(5))
    next(position)
    path = tf.train.Checkpoint(table=table, position=position, **models).save(os.path.join(folder, "ckpt"))
    tidy_state(folder)
    reader = tf.train.load_checkpoint(path)
    graph = trackable_object_graph_pb2.TrackableObjectGraph.FromString(
        reader.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
    slots = {slot.slot_variable_node_id: slot for node in graph.nodes for slot in node.slot_variables}
    rows = [{"key": attribute.checkpoint_key, "full_name": attribute.full_name, "node": number,
             # a table and a dataset's position save tensors whose keys only begin so
             "tensors": {key: [dtype.name, list(reader.get_variable_to_shape_map()[key])]
                         for key, dtype in reader.get_variable_to_dtype_map().items()
                         if key == attribute.checkpoint_key or attribute.name != "VARIABLE_VALUE"
                         and key.startswith(attribute.checkpoint_key)},
             "slot": slots[number].slot_name if number in slots else ""}
            for number, node in enumerate(graph.nodes) for attribute in node.attributes]
    edges = [[[child.local_name, child.node_id] for child in node.children] for node in graph.nodes]
    head = [("writer", flow.version), ("script", "Fixtures/make/checkpoints/make_tf2.py"), ("path", "ckpt-1"),
            ("note", "Two Keras models with a shared layer, a lookup table and a dataset's position; the object graph as "
             "TensorFlow's own messages have it."), ("children", edges)]
    fixture.write_json_lines(os.path.join(folder, "objects.json"), head, "attributes",
                             sorted(rows, key=lambda row: row["key"]))

    # Negative integers of less than a byte: numpy and casts trim them to their bits, a list in a graph has them sign-extended.
    folder = new_folder("v2-narrow")
    values = {"int4": [0, 1, -1, 3, -4, 5, 7, -8], "int2": [0, 1, -1, -2], "uint4": [0, 7, 8, 15], "uint2": [0, 1, 2, 3]}
    tensors = {"cast/int4": tf.cast(tf.constant(values["int4"]), "int4")}
    for dtype in values:
        numbers = flow.np.array(values[dtype]).astype(tf.as_dtype(dtype).as_numpy_dtype)
        tensors["numpy/" + dtype] = tf.constant(numbers)
        tensors["list/" + dtype] = listed(tf.as_dtype(dtype), values[dtype])
    names = sorted(tensors)
    tf.raw_ops.SaveV2(prefix=os.path.join(folder, "model.ckpt"), tensor_names=names, shape_and_slices=[""] * len(names),
                      tensors=[tensors[name] for name in names])

    # What SaveV2 does with a list of tensors. It aborts the process for a resource handle.
    folder = new_folder("v2-variant")
    items = tf.raw_ops.TensorListFromTensor(tensor=tf.constant([[1., 2.], [3., 4.]]), element_shape=[2])
    tf.raw_ops.SaveV2(prefix=os.path.join(folder, "model.ckpt"), tensor_names=["list", "w"], shape_and_slices=["", ""],
                      tensors=[items, tf.constant([1.5])])


if __name__ == "__main__":
    raw("v2-dtypes-2x", sets.dtypes(sets.V2_DTYPES_2X),
        "Every dtype that TensorFlow %s writes to V2, with the 8-bit floats and the 4- and 2-bit integers (one byte "
        "for each element)." % tf.__version__)
    objects()
    keras()
    sharded()
    shared()
