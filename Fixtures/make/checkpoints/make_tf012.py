"""Fixtures written by TensorFlow 0.12.1 (Python 2.7): everything in V1, and V2 as its first release wrote it."""
from __future__ import print_function

import os
import uuid

import fixture
import graphs
import sets
from fixture import Flow, counting, new_folder, noise_floats, tidy_state, write_values

uuid.uuid4 = lambda: uuid.UUID(int=1)  # a sharded Saver puts one into its graph
flow = Flow(devices=3)
assert flow.version == "TensorFlow 0.12.1", flow.version
tf = flow.tf


def raw(name, form, file, tensors, note):
    """Save with the operation a Saver would use, which lets us choose every name, dtype and slice."""
    path = os.path.join(new_folder(name), file)
    (flow.save_v1 if form == "v1" else flow.save_v2)(path, tensors)
    write_values(os.path.dirname(path), flow.version, __file__, form, file, note, tensors, flow.read(path, tensors))


def sharded(name, form, note):
    """A real sharded Saver over three devices; variables cut in slices lie on several of them."""
    folder = new_folder(name)
    meant = [noise_floats("layer%d/%s" % (i, part), shape, "%d%s" % (i, part))
             for i in range(6) for part, shape in (("weights", [5, 4]), ("biases", [4]))]
    meant.append(counting("global_step", "int64", [], 7))
    cut = [counting("table", "float32", [6, 4], slices=fixture.rows([2, 2, 2])),
           counting("wide", "float32", [2, 9], slices=fixture.columns([3, 3, 3]))]
    graph = tf.Graph()
    with graph.as_default():
        for i, tensor in enumerate(meant):
            with tf.device("/cpu:%d" % (i % 3)):
                tf.Variable(flow.array(tensor), name=tensor.name, dtype=tensor.dtype)
        for tensor, slicing in zip(cut, ([3, 1], [1, 3])):
            turn = iter(range(3))
            value = tf.constant(flow.array(tensor))
            with tf.device(lambda op: "/cpu:%d" % next(turn) if op.type.startswith("Variable") else op.device):
                tf.create_partitioned_variables(tensor.shape, slicing, value, name=tensor.name)
        version = tf.train.SaverDef.V1 if form == "v1" else tf.train.SaverDef.V2
        saver = tf.train.Saver(sharded=True, write_version=version)
        initialize = tf.global_variables_initializer()
    with flow.session(graph) as session:
        session.run(initialize)
        path = saver.save(session, os.path.join(folder, "model.ckpt"), global_step=7)
    tidy_state(folder)
    fixture.write_graph(folder, [name for name in os.listdir(folder) if name.endswith(".meta")][0])
    write_values(folder, flow.version, __file__, form, os.path.basename(path), note, meant + cut,
                 flow.read(path, meant + cut))


def main():
    for form in ("v1", "v2"):
        raw(form + "-small", form, "model.ckpt", sets.small(),
            "One tensor of each kind; the damaged files of bad/ are made from it.")
    raw("v1-dtypes", "v1", "model.ckpt", sets.dtypes(sets.V1_DTYPES),
        "Every dtype that TensorFlow 0.12.1 writes to V1, with awkward values; it refuses bfloat16, qint16 and "
        "quint16 (see v1-dtypes-late). Its checkpoint reader refuses bool, half, uint16 and complex: those values "
        "come from the restore operation.")
    raw("v1-shapes", "v1", "model.ckpt", fixture.shapes(),
        "Scalars, empty tensors, rank up to 8, and names that are long, in other scripts, or need escaping.")
    raw("v1-partitioned", "v1", "model.ckpt",
        sets.partitioned(["float64", "int32", "int64", "uint8", "int16", "int8", "bool", "float16", "complex64",
                          "complex128", "string"]),
        "Tensors saved in several slices: rows, columns, both, inner dimensions.")
    raw("v1-big-blocks", "v1", "model.ckpt", sets.blocks(),
        "A record over 512 KiB between small ones, and middling ones that share blocks.")
    sharded("v1-sharded", "v1", "One V1 file for each of three devices, with the glob that Saver returns as its path.")
    raw("v2-dtypes-0.12", "v2", "model.ckpt", sets.dtypes(sets.V2_DTYPES_012),
        "Every dtype that TensorFlow 0.12.1 writes to V2.")
    raw("v2-shapes", "v2", "model.ckpt", fixture.shapes(), "As v1-shapes, in V2.")
    raw("v2-partitioned", "v2", "model.ckpt",
        sets.partitioned(["float64", "int32", "int64", "uint8", "int16", "int8", "bool", "complex64", "complex128"]),
        "As v1-partitioned, in V2: all slices in one shard.")
    sharded("v2-shards", "v2", "Three shards merged by a sharded Saver of 0.12.1; two variables have a slice in each.")
    raw("v2-empty-strings", "v2", "model.ckpt", sets.empty_strings(),
        "String tensors without elements, with empty elements, and with lengths of two and three bytes.")
    graphs.lstm(flow, __file__, "v1-lstm-matrix", "v1", cell="real", optimizer="sgd",
                note="A small im2txt-like decoder under the names of TensorFlow up to 0.12, trained for three steps by "
                     "plain gradient descent: global_step (int32) and learning_rate beside the weights; .meta.")
    graphs.lstm(flow, __file__, "v2-lstm-matrix", "v2", cell="real", optimizer="momentum",
                note="The same in V2 with Momentum slots and moving averages; .meta of 0.12.1.")


if __name__ == "__main__":
    main()
