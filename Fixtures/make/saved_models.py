"""Writes Fixtures/saved-models/: SavedModels of every writer, with and without assets.

    python3.7 saved_models.py ../saved-models       # TensorFlow 1.15: simple_save, the builder in binary and in text
    python3.11 saved_models.py ../saved-models      # TensorFlow 2.x: tf.saved_model.save with an asset; Keras 2; Keras 3

Each run writes the folders of its own TensorFlow and leaves the others. Files are a few KB each.
"""

import os
import shutil
import sys
import tempfile

import tensorflow as tf

out = sys.argv[1]


def fresh(name):
    path = os.path.join(out, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


def text(name, lines):
    path = os.path.join(tempfile.mkdtemp(), name)
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def table(asset):
    initializer = tf.lookup.TextFileInitializer(
        asset, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER)
    return tf.lookup.StaticVocabularyTable(initializer, 1)


def with_tensorflow_1():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        y = tf.matmul(x, tf.get_variable("w", [3, 2]))
        session.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(session, fresh("tf1-simple"), {"x": x}, {"y": y})
    for name, as_text in [("tf1-builder", False), ("tf1-text", True)]:
        with tf.Graph().as_default(), tf.Session() as session:
            words = tf.constant(text("words.txt", ["a", "b", "c"]), name="words")
            labels = tf.constant(text("labels.txt", ["cat", "dog"]), name="labels")
            for asset in [words, labels]:
                tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, asset)
            x = tf.placeholder(tf.string, [None])
            y = tf.nn.embedding_lookup(tf.get_variable("embedding", [4, 2]), table(words).lookup(x))
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            builder = tf.saved_model.builder.SavedModelBuilder(fresh(name))
            builder.add_meta_graph_and_variables(
                session, ["serve"],
                signature_def_map={"serving_default": tf.saved_model.predict_signature_def({"x": x}, {"y": y})},
                assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
                main_op=tf.tables_initializer())
            builder.save(as_text=as_text)
    with tf.Graph().as_default() as graph:
        tf.get_variable("w", [3, 2])
        folder = fresh("tf1-text-graphs")
        tf.train.write_graph(graph, folder, "graph.pbtxt", as_text=True)
        tf.train.export_meta_graph(os.path.join(folder, "model.ckpt.meta"), as_text=True)


class Words(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable([[1.0, 2.0]])
        self.asset = tf.saved_model.Asset(text("tokens.txt", ["a", "b", "c"]))
        self.table = table(self.asset)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, x):
        return self.table.lookup(x)


def with_tensorflow_2():
    import keras
    import tf_keras

    words = Words()
    tf.saved_model.save(words, fresh("tf2-asset"), signatures=words.__call__)
    model = tf_keras.Sequential([tf_keras.layers.Input((3,)), tf_keras.layers.Dense(2, name="fc")])
    model.save(fresh("keras2"), save_format="tf")
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2, name="fc")])
    fresh("serving")
    for version in ["1", "2", "10"]:
        model.export(os.path.join(out, "serving", version))
    # What TensorFlow Serving replays when it loads a version.
    extra = os.path.join(out, "serving", "10", "assets.extra")
    os.makedirs(extra)
    with tf.io.TFRecordWriter(os.path.join(extra, "tf_serving_warmup_requests")) as writer:
        writer.write(b"")


with_tensorflow_1() if tf.__version__.startswith("1.") else with_tensorflow_2()
