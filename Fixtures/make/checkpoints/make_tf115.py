"""Fixtures written by TensorFlow 1.15.5 (Python 3.7): V2 at the end of the first era, SavedModel, `.meta`."""
import io
import os
import tempfile
import uuid

import fixture
import graphs
import sets
from fixture import Flow, Tensor, counting, new_folder, noise_floats, tidy_state, write_values

uuid.uuid4 = lambda: uuid.UUID(int=1)  # SavedModel's builder puts one into the graph
flow = Flow(devices=3)
assert flow.version == "TensorFlow 1.15.5", flow.version
tf = flow.tf


def raw(name, tensors, note):
    path = os.path.join(new_folder(name), "model.ckpt")
    flow.save_v2(path, tensors)
    write_values(os.path.dirname(path), flow.version, __file__, "v2", "model.ckpt", note, tensors,
                 flow.read(path, tensors))


def merged(name, note):
    """Four writers and a merge: slices of one tensor in several shards, and a writer that saved nothing of some."""
    folder = new_folder(name)
    whole = counting("table", "float32", [8, 6], slices=fixture.grid([3, 5], [2, 4]))
    tall = counting("tall", "int64", [9, 2], slices=fixture.rows([3, 3, 3]))
    bias = [counting("bias_%d" % i, "float32", [3], i) for i in range(4)]
    text = Tensor("words", "string", [3], [b"a", b"", b"\xff"])
    parts = []
    for number in range(4):
        pieces = [Tensor("table", "float32", [8, 6], whole.data, [whole.slices[number]]), bias[number]]
        if number:
            pieces.append(Tensor("tall", "int64", [9, 2], tall.data, [tall.slices[number - 1]]))
        if number == 2:
            pieces.append(text)
        parts.append(os.path.join(folder, "part-%d" % number))
        flow.save_v2(parts[-1], pieces)
    path = os.path.join(folder, "model.ckpt")
    flow.merge_v2(parts, path)
    tensors = [whole, tall, text] + bias
    write_values(folder, flow.version, __file__, "v2", "model.ckpt", note, tensors, flow.read(path, tensors))


def saved_model():
    folder = new_folder("saved-model-tf1")
    graph = tf.Graph()
    with graph.as_default():
        images = tf.placeholder(tf.float32, [None, 3], name="images")
        weights = tf.get_variable("dense/kernel", initializer=tf.constant(flow.array(noise_floats("k", [3, 2], "k"))))
        bias = tf.get_variable("dense/bias", initializer=tf.constant([0.5, -0.5]), use_resource=True)
        step = tf.train.get_or_create_global_step()
        scores = tf.nn.softmax(tf.matmul(images, weights) + bias, name="scores")
        # a relative path, so that the graph does not hold this machine's folders
        os.chdir(tempfile.mkdtemp())
        with open("words.txt", "w") as file:
            file.write("a\nb\n")
        assets = [tf.constant("words.txt", name="words_file")]
        initialize = tf.global_variables_initializer()
        tensors = {variable.op.name: variable for variable in (weights, bias, step)}
        info = tf.saved_model.build_tensor_info
        signature = tf.saved_model.build_signature_def({"images": info(images)}, {"scores": info(scores)},
                                                       "tensorflow/serving/predict")
        classify = tf.saved_model.build_signature_def({"inputs": info(images)}, {"classes": info(scores)},
                                                      "tensorflow/serving/classify")
    with flow.session(graph) as session:
        session.run(initialize)
        live = session.run(tensors)
        builder = tf.saved_model.Builder(os.path.join(folder, "model"))
        builder.add_meta_graph_and_variables(session, ["serve", "cpu"],
                                             {"serving_default": signature, "classify": classify}, assets)
        builder.save()
    fixture.write_graph(folder, os.path.join("model", "saved_model.pb"))
    meant = flow.as_tensors(live)
    path = os.path.join(folder, "model", "variables", "variables")
    write_values(folder, flow.version, __file__, "saved_model", "model",
                 "A SavedModel with two tags, two signatures, an asset, and a plain variable beside a resource variable.",
                 meant, flow.read(path, meant))


def object_based():
    folder = new_folder("tf1-object")
    graph = tf.Graph()
    with graph.as_default():
        weights = tf.Variable(flow.array(noise_floats("w", [3, 2], "w")), name="w", use_resource=True)
        bias = tf.Variable([1.0, 2.0], name="b", use_resource=True)
        optimizer = tf.train.AdamOptimizer(0.1)
        train = optimizer.minimize(tf.reduce_sum(tf.square(weights)) + tf.reduce_sum(tf.square(bias)),
                                   global_step=tf.train.get_or_create_global_step())
        holder = tf.train.Checkpoint(weights=weights, layer=tf.train.Checkpoint(bias=bias), optimizer=optimizer,
                                     step=tf.train.get_global_step())
        initialize = tf.global_variables_initializer()
        variables = tf.global_variables()
    with flow.session(graph) as session:
        session.run(initialize)
        session.run(train)
        live = session.run(variables)
        path = holder.save(os.path.join(folder, "object.ckpt"), session=session)
    tidy_state(folder)
    fixture.write_objects(flow, folder, __file__, os.path.basename(path), path, live,
                          "An object-based checkpoint of 1.15: keys are object paths, with an object graph beside them "
                          "and Adam's slots under .OPTIMIZER_SLOT.")


def absolute(folder):
    with io.open(os.path.join(folder, "checkpoint"), "w", newline="\n") as file:
        file.write(u'model_checkpoint_path: "/home/someone/training/model.ckpt-10"\n'
                   u'all_model_checkpoint_paths: "/home/someone/training/model.ckpt-10"\n')


def spelling(folder):
    with io.open(os.path.join(folder, "checkpoint"), "w", newline="\n") as file:
        file.write(u"# moved by hand\r\n  model_checkpoint_path :  'model.' \"\\143kpt\" '-\\x310' ;\r\n\r\n"
                   u"all_model_checkpoint_paths:\"C:\\\\models\\\\model.ckpt-5\",all_model_checkpoint_paths:'model.ckpt-10'\r\n"
                   u"last_preserved_timestamp: 1.5e9")


def main():
    raw("v2-dtypes-1.15", sets.dtypes(sets.V2_DTYPES_115), "Every dtype that TensorFlow 1.15.5 writes to V2.")
    raw("v2-partitioned-1.15", sets.partitioned(sets.V2_DTYPES_115[:10] + ["uint16", "complex128", "float16", "bfloat16"]),
        "Slices of dtypes that TensorFlow saves in parts and cannot put together (string, uint16, half): their values "
        "were read slice by slice.")
    raw("v2-multi-block", sets.many(4000),
        "4000 scalars with long names: the index holds several data blocks.")
    merged("v2-merged", "Four shards made by four writers and a merge; one tensor has a slice in each of them.")
    graphs.lstm(flow, __file__, "v2-lstm-weights", "v2", cell=("weights", "biases"), optimizer="rmsprop",
                note="The decoder under the names of TensorFlow 1.0 and 1.1 (the names are given by the script), with "
                     "RMSProp slots and moving averages; .meta of 1.15.5.")
    graphs.lstm(flow, __file__, "v2-lstm-kernel", "v2", cell="real", optimizer="adam",
                note="The decoder under the names since TensorFlow 1.2, with Adam slots, beta powers and moving averages.")
    graphs.lstm(flow, __file__, "v1-lstm-kernel", "v1", cell="real", optimizer="adagrad",
                note="The same graph saved as V1 by 1.15.5, with Adagrad accumulators.")
    graphs.kept(flow, __file__, "v2-kept", "Three checkpoints kept of four, with a state file of relative paths; the "
                "values are those of the last.")
    graphs.kept(flow, __file__, "v2-state-absolute", "The state file, edited by the script, names an absolute path that "
                "does not exist; the checkpoint lies beside it.", absolute)
    graphs.kept(flow, __file__, "v2-state-spelling", "The state file, edited by the script, in legal but unusual "
                "text: quotes, escapes, a comment, CRLF, Windows paths.", spelling)
    saved_model()
    object_based()


if __name__ == "__main__":
    main()
