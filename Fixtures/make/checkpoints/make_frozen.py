# -*- coding: utf-8 -*-
"""Frozen graphs: variables turned into constants by TensorFlow's own function, and constants in each form that a
TensorProto has. Runs on TensorFlow 0.12.1 (Python 2.7), 1.15.5 and 2.x (Python 3). `values.json` holds what a session
makes of each constant."""
from __future__ import print_function

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import fixture
from fixture import Flow, Tensor, new_folder, noise_floats

flow = Flow()
tf, np = flow.tf, flow.np
graph_util = getattr(tf, "graph_util", None)
if not hasattr(graph_util, "convert_variables_to_constants"):  # 0.12
    from tensorflow.python.framework import graph_util

RELEASE = flow.version.split()[1]
NAME = "frozen-" + (RELEASE.rsplit(".", 1)[0] if not RELEASE.startswith("2") else "2x")

FIELDS = {"float32": "float_val", "float64": "double_val", "int32": "int_val", "uint8": "int_val", "int16": "int_val",
          "int8": "int_val", "int64": "int64_val", "bool": "bool_val", "string": "string_val", "uint16": "int_val",
          "float16": "half_val", "bfloat16": "half_val", "uint32": "uint32_val", "uint64": "uint64_val",
          "complex64": "scomplex_val", "complex128": "dcomplex_val"}
OLD = ["float32", "float64", "int32", "uint8", "int16", "int8", "int64", "bool", "string", "complex64"]
LATE = ["float8_e5m2", "float8_e4m3fn", "int4", "uint4"]


def numbers(dtype):
    """Three values as the field of a dtype takes them."""
    if dtype in ("float32", "float64"):
        return [1.5, -2.25, 1e-3]
    if dtype in ("complex64", "complex128"):
        return [1.0, -1.0, 0.5, 2.0, -3.0, 0.25]
    if dtype == "bool":
        return [True, False, True]
    if dtype == "string":
        return [b"one", b"", b"a \xff\x00 b"]
    if dtype in ("float16", "bfloat16"):
        return [0x3c00, 0xc000, 0x7bff]
    if dtype.startswith("uint"):
        return [1, 7, 3] if dtype == "uint4" else [1, 200, 3]
    return [1, -2, 3] if dtype == "int4" else [1, -100, 3]


def forms(graph_def):
    """Constants with a full list, a list whose last value is repeated, no value at all, and no element."""
    dtypes = OLD if RELEASE.startswith("0") else sorted(FIELDS)
    if RELEASE.startswith("2"):
        dtypes = dtypes + LATE
    for dtype in dtypes:
        for form, shape in (("list", [3]), ("fill", [2, 3]), ("zero", [2]), ("empty", [0, 3])):
            node = graph_def.node.add()
            node.name, node.op = "%s/%s" % (form, dtype), "Const"
            node.attr["dtype"].type = tf.as_dtype(dtype).as_datatype_enum
            tensor = node.attr["value"].tensor
            tensor.dtype = tf.as_dtype(dtype).as_datatype_enum
            for extent in shape:
                tensor.tensor_shape.dim.add().size = extent
            if form in ("list", "fill"):
                values = numbers(dtype)
                if dtype.startswith("float8"):
                    tensor.float8_val = b"\x38\xc0\x07"
                else:
                    getattr(tensor, FIELDS.get(dtype, "int_val")).extend(values)


def model():
    """Two layers, of which one is shared; frozen as TensorFlow freezes."""
    def noise(name, shape):
        return flow.array(noise_floats(name, shape, name))
    graph = tf.Graph()
    with graph.as_default():
        images = tf.placeholder(tf.float32, [None, 3], name="images")
        kernel = tf.Variable(noise("kernel", [3, 4]), name="dense/kernel")
        bias = tf.Variable(noise("bias", [4]), name="dense/bias")
        scores = tf.nn.softmax(tf.matmul(images, kernel) + bias, name="scores")
        tf.constant(0.25, shape=[4, 5], name="filled")
        label = tf.constant(u"ein Wörtchen", name="label")
        tf.add(scores, 1.0, name="output")
        start = getattr(tf, "global_variables_initializer", None) or tf.initialize_all_variables
        with flow.session(graph) as session:
            session.run(start())
            return graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["output", "filled", "label"])


frozen = model()
forms(frozen)
folder = new_folder(os.path.join("..", "graphs", NAME))
with open(os.path.join(folder, "frozen.pb"), "wb") as file:
    file.write(frozen.SerializeToString())

constants = [node for node in frozen.node if node.op == "Const"]
graph = tf.Graph()
with graph.as_default():
    tf.import_graph_def(frozen, name="")
read, meant = {}, []
with flow.session(graph) as session:
    for node in constants:
        dtype = tf.as_dtype(node.attr["value"].tensor.dtype).name
        shape, data = flow.data(session.run(node.name + ":0"), dtype)
        name = flow.bytes_name(node.name)
        read[name] = (dtype, shape, data)
        meant.append(Tensor(name, dtype, shape, data))
fixture.write_values(folder, flow.version, __file__, "frozen", "frozen.pb",
                     "Variables frozen to constants, and constants of %d dtypes in every form of a TensorProto."
                     % len(set(tensor.dtype for tensor in meant)), meant, read)
