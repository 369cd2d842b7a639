"""ONNX models with what onnx reads from them: onnx_files.py FOLDER [BIG]. Needs onnx 1.23, numpy, ml_dtypes.

BIG is a folder for the damaged files that are too large to keep.
"""
import os
import shutil
import sys

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import golden_values as golden

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(12)
writer_name = "onnx " + onnx.__version__
small = {T.INT4: np.int8, T.UINT4: np.uint8, T.INT2: np.int8, T.UINT2: np.uint8}


def path(name):
    full = os.path.join(folder, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


# What onnx reads

def row_of(tensor, name, base="", **fields):
    array = numpy_helper.to_array(tensor, base)
    fields["type"] = T.DataType.Name(tensor.data_type)
    if tensor.data_type == T.STRING:  # numpy would drop zeros at the end
        assert [item.encode() for item in array.reshape(-1).tolist()] == list(tensor.string_data)
        return golden.row(name, np.array(array, dtype=object), **fields)
    if tensor.data_type in small:
        return golden.row(name, array.astype(small[tensor.data_type]), dtype=array.dtype.name, **fields)
    if array.dtype.name.startswith(("float4_", "float6_")):
        return golden.row(name, array.view(np.uint8), dtype=array.dtype.name, **fields)
    return golden.row(name, array, **fields)


def constant(node):
    """A Constant node's array; numpy_helper reads tensors, onnx's reference evaluator the other attributes."""
    attribute = node.attribute[0]
    if attribute.name == "value":
        return None
    graph = helper.make_graph([node], "one", [], [helper.make_tensor_value_info(node.output[0], T.UNDEFINED, None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    return ReferenceEvaluator(model).run(None, {})[0]


def walk(graph_or_function, where, rows, unreadable, base):
    for tensor in getattr(graph_or_function, "initializer", []):
        rows.append(row_of(tensor, tensor.name, base, where=where + "initializer"))
    for sparse in getattr(graph_or_function, "sparse_initializer", []):
        unreadable.append({"name": sparse.values.name, "where": where + "sparse_initializer", "dims": list(sparse.dims)})
    for node in graph_or_function.node:
        if node.op_type == "Constant":
            attribute = node.attribute[0]
            if attribute.name == "value":
                rows.append(row_of(attribute.t, node.output[0], base, where=where + "Constant"))
            elif attribute.name == "sparse_value":
                unreadable.append({"name": node.output[0], "where": where + "Constant", "dims": list(attribute.sparse_tensor.dims)})
            else:
                array = np.asarray(constant(node))
                array = array.astype(object) if array.dtype.kind in "SU" else array
                rows.append(golden.row(node.output[0], array, where=where + "Constant", attribute=attribute.name))
        for attribute in node.attribute:
            for graph in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                walk(graph, "%s%s.%s " % (where, node.name, attribute.name), rows, unreadable, base)


def read(name, note=None):
    model = onnx.load(path(name), load_external_data=False)
    base = os.path.dirname(path(name))
    rows, unreadable = [], []
    walk(model.graph, "", rows, unreadable, base)
    for function in model.functions:
        walk(function, "function %s.%s " % (function.domain, function.name), rows, unreadable, base)
    extra = {"unreadable": unreadable} if unreadable else {}
    if note:
        extra["note"] = note
    extra["producer"] = " ".join([model.producer_name, model.producer_version]).strip()
    golden.write(path(name), writer_name, __file__, rows, **extra)
    return rows


def model_of(initializers=(), nodes=(), inputs=(), outputs=(), **fields):
    graph = helper.make_graph(list(nodes), "graph", list(inputs), list(outputs), initializer=list(initializers))
    model = helper.make_model(graph, producer_name="decant", producer_version="1", opset_imports=[helper.make_opsetid("", 21)], **fields)
    model.ir_version = 10
    return model


def save(model, name):
    data = model.SerializeToString(deterministic=True)
    with open(path(name), "wb") as file:
        file.write(data)
    return data


def array_of(kind, shape):
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    count = int(np.prod(shape))
    if dtype.name in ["int4", "uint4", "int2", "uint2"]:
        bits = int(dtype.name[-1])
        low = -(1 << bits - 1) if dtype.name[0] == "i" else 0
        return (np.arange(count) % (1 << bits) + low).astype(np.int8).astype(dtype).reshape(shape)
    if dtype.name.startswith(("float4_", "float6_")):
        return (np.arange(count) * 5 % (1 << int(dtype.name[5]))).astype(np.uint8).view(dtype).reshape(shape)
    if dtype.name.startswith("float8"):
        return np.frombuffer(random.bytes(count), np.uint8).view(dtype).reshape(shape)
    return golden.sample(random, dtype, shape)


kinds = [kind for kind in T.DataType.values() if kind not in [T.UNDEFINED, T.STRING]]
raw, typed = [], []
for kind in kinds:
    name = T.DataType.Name(kind).lower()
    for shape in [(2, 4), (3,), ()] if kind in [T.INT4, T.UINT4, T.FLOAT4E2M1, T.INT2, T.UINT2] else [(2, 4)]:
        array = array_of(kind, shape)
        suffix = name if shape == (2, 4) else "%s.%d" % (name, len(shape))
        raw.append(helper.make_tensor(suffix, kind, shape, array, raw=True))
        typed.append(helper.make_tensor(suffix, kind, shape, array))
words = helper.make_tensor("string", T.STRING, (2, 3), [b"one", b"", "zw\u00f6lf".encode(), b"a" * 200, b"\t", b"x y"])
for shape, name in [((), "scalar"), ((1,), "one"), ((0, 3), "empty"), ((1, 2, 1, 2, 1, 2, 1), "deep")]:
    array = golden.sample(random, "f4", shape)
    raw.append(helper.make_tensor(name, T.FLOAT, shape, array, raw=True))
    typed.append(helper.make_tensor(name, T.FLOAT, shape, array))
for name in ["layer.0.weight", "/model/layers.0/MatMul_output_0", "onnx::MatMul_12", "sch\u00f6n"]:
    raw.append(helper.make_tensor(name, T.FLOAT, (2,), np.ones(2, np.float32), raw=True))
save(model_of(raw), "raw.onnx")
save(model_of(typed + [words]), "typed.onnx")
small_note = "int4, uint4, int2, uint2: one element in a byte, sign-extended. float4, float6, float8_e8m0fnu: one code in a byte."
raw_rows = {item["name"]: item for item in read("raw.onnx", small_note)}
for item in read("typed.onnx", small_note):
    if item["name"] in raw_rows:
        assert item["bytes"] == raw_rows[item["name"]]["bytes"], item["name"]

# External data
tensors = {"a": golden.sample(random, "f4", (2, 3)), "b": golden.sample(random, "i8", (4,)), "c": golden.sample(random, "f2", (3, 1)), "d": np.zeros((0, 2), np.float32)}
initializers = [numpy_helper.from_array(array, name) for name, array in tensors.items()]
for name, single in [("external-one", True), ("external-many", False)]:
    shutil.rmtree(path(name), ignore_errors=True)
    onnx.save_model(model_of(initializers), path(name + "/model.onnx"), save_as_external_data=True, all_tensors_to_one_file=single,
                    location="model.onnx.data" if single else None, size_threshold=0)
    for item in read(name + "/model.onnx"):
        assert item["shape"] == list(tensors[item["name"]].shape)


def external(name, kind, dims, **entries):
    tensor = T(name=name, data_type=kind, dims=dims, data_location=T.EXTERNAL)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


os.makedirs(path("external-offsets/weights"), exist_ok=True)
blob = random.bytes(96)
for name, data in [("weights/part-0.bin", blob), ("weights/part-1.bin", blob[:32]), ("whole.bin", blob[:24])]:
    with open(path("external-offsets/" + name), "wb") as file:
        file.write(data)
part0, part1 = "weights/part-0.bin", "weights/part-1.bin"
save(model_of([
    external("offset-length", T.INT32, (2, 3), location=part0, offset=40, length=24),
    external("no-offset", T.INT16, (4,), location=part0, length=8),
    external("no-length", T.UINT8, (32,), location=part1),
    external("offset-no-length", T.UINT8, (4,), location=part1, offset=28),
    external("only-location", T.INT64, (3,), location="whole.bin"),
    external("unaligned", T.FLOAT16, (2,), location=part0, offset=3, length=4),
    external("shared", T.UINT32, (6,), location=part0, offset=40, length=24),
    external("checksum", T.UINT8, (8,), location="whole.bin", offset=0, length=8, checksum="0" * 40),
    external("packed", T.UINT4, (3,), location="whole.bin", offset=8, length=2),
    numpy_helper.from_array(np.arange(3, dtype=np.float32), "inside"),
]), "external-offsets/model.onnx")
read("external-offsets/model.onnx", "Entries of external_data in every combination; two tensors share bytes; the checksum is wrong, and onnx ignores it.")

# Constant nodes, subgraphs, functions, sparse tensors
array = golden.sample(random, "f4", (2, 2))
sparse = helper.make_sparse_tensor(helper.make_tensor("sparse_weight", T.FLOAT, [2], [1.5, -2.0]), helper.make_tensor("", T.INT64, [2], [1, 5]), [2, 4])
sparse_node = helper.make_sparse_tensor(helper.make_tensor("", T.FLOAT, [1], [3.0]), helper.make_tensor("", T.INT64, [1], [2]), [3])
nodes = [
    helper.make_node("Constant", [], ["const_tensor"], "node_0", value=numpy_helper.from_array(array, "not_this_name")),
    helper.make_node("Constant", [], ["const_int64"], value=numpy_helper.from_array(np.array([2, -1]))),
    helper.make_node("Constant", [], ["const_words"], value=helper.make_tensor("", T.STRING, [2], [b"a", b"bc"])),
    helper.make_node("Constant", [], ["const_float"], value_float=0.5),
    helper.make_node("Constant", [], ["const_floats"], value_floats=[1.5, 2.5]),
    helper.make_node("Constant", [], ["const_int"], value_int=7),
    helper.make_node("Constant", [], ["const_ints"], value_ints=[1, 2, 3]),
    helper.make_node("Constant", [], ["const_string"], value_string="text"),
    helper.make_node("Constant", [], ["const_strings"], value_strings=["p", "q"]),
    helper.make_node("Constant", [], ["const_sparse"], sparse_value=sparse_node),
    helper.make_node("ConstantOfShape", ["const_int64"], ["filled"], "fill", value=helper.make_tensor("value", T.FLOAT, [1], [9.0])),
    helper.make_node("MatMul", ["x", "weight"], ["y"], "matmul"),
]
model = model_of([numpy_helper.from_array(array.T.copy(), "weight")], nodes,
                 [helper.make_tensor_value_info("x", T.FLOAT, [1, 2]), helper.make_tensor_value_info("weight", T.FLOAT, [2, 2])],
                 [helper.make_tensor_value_info("y", T.FLOAT, [1, 2])])
model.graph.sparse_initializer.append(sparse)
model.graph.doc_string = "a graph"
model.metadata_props.add(key="author", value="nobody")
save(model, "nodes.onnx")
read("nodes.onnx", "`weight` is an input of the graph too. The tensor of ConstantOfShape is not a weight.")


def branch(name, extra=(), initializers=()):
    last = helper.make_node("Add", ["in_" + name, "in_" + name], ["out_" + name])
    value = [helper.make_tensor_value_info("out_" + name, T.FLOAT, [2])]
    tensors = [numpy_helper.from_array(golden.sample(random, "f4", (2,)), "in_" + name)] + list(initializers)
    return helper.make_graph(list(extra) + [last], name, [], value, initializer=tensors)


inner = helper.make_node("If", ["condition"], ["inner_out"], "inner_if", then_branch=branch("inner_then"), else_branch=branch("inner_else"))
twice = numpy_helper.from_array(np.full(2, 2, np.float32), "weight")
outer = helper.make_node("If", ["condition"], ["y"], "outer_if",
                         then_branch=branch("then", [inner, helper.make_node("Constant", [], ["const_then"], value=numpy_helper.from_array(np.arange(2)))]),
                         else_branch=branch("else", initializers=[twice]))
save(model_of([numpy_helper.from_array(np.array(True), "condition"), numpy_helper.from_array(np.ones(2, np.float32), "weight")], [outer],
              outputs=[helper.make_tensor_value_info("y", T.FLOAT, [2])]), "subgraphs.onnx")
read("subgraphs.onnx", "`where` says in which graph a tensor lies. `weight` is in the main graph and in a branch, which hides the main graph's: the row of the main graph has where = initializer.")

function = helper.make_function("decant", "Scale", ["x"], ["y"], [
    helper.make_node("Constant", [], ["factor"], value=numpy_helper.from_array(np.array([1.5, 2.5], np.float32))),
    helper.make_node("Mul", ["x", "factor"], ["y"]),
], [helper.make_opsetid("", 21)])
save(model_of([numpy_helper.from_array(np.ones((2, 2), np.float32), "x")], [helper.make_node("Scale", ["x"], ["y"], "scale", domain="decant")],
              outputs=[helper.make_tensor_value_info("y", T.FLOAT, [2, 2])], functions=[function]), "functions.onnx")
read("functions.onnx", "A Constant node in the body of a function; its name is the function's own.")


# The same things in other bytes of protocol buffers, by hand

def varint(value, pad=0):
    value &= 2**64 - 1
    out = []
    while value > 127 or pad > 0:
        out.append(value & 127 | 128)
        value >>= 7
        pad -= 1
    return bytes(out + [value])


def number(field, value, pad=0):
    return varint(field << 3) + varint(value, pad)


def message(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, kind, *parts):
    return b"".join(number(1, size) for size in dims) + number(2, kind) + b"".join(parts) + (message(8, name) if name is not None else b"")


def graph(*tensors, tail=b""):
    return message(7, b"".join(message(5, data) for data in tensors) + message(2, "graph") + tail)


def hand(*tensors, tail=b""):
    return number(1, 10) + graph(*tensors, tail=tail) + message(8, number(2, 21))


floats = np.arange(6, dtype="<f4")
unpacked = b"".join(b"\x25" + value.tobytes() for value in floats)
wire = [
    message(8, "packed-dims") + message(1, varint(2) + varint(3)) + number(2, T.FLOAT) + message(9, floats.tobytes()),
    tensor("unpacked-floats", [6], T.FLOAT, unpacked),
    tensor("mixed-floats", [6], T.FLOAT, message(4, floats[:2].tobytes()), unpacked[10:15], message(4, floats[3:].tobytes())),
    tensor("unpacked-int64", [3], T.INT64, number(7, 5), number(7, -5), number(7, 2**62)),
    tensor("packed-int32", [3], T.INT32, message(5, varint(1) + varint(-1) + varint(2**31 - 1, 6))),
    tensor("negative-uint8", [2], T.UINT8, number(5, 200), number(5, 255)),
    number(1, 9, 3) + tensor("last-wins", [], T.DOUBLE) + number(2, T.INT32) + message(9, np.arange(9, dtype="<i4").tobytes()) + message(8, "last-name-wins"),
    tensor("unknown-fields", [2], T.UINT8, number(500, 1), message(501, b"abc"), b"\x9d\x3f" + b"\0" * 4, message(9, b"\x01\x02")),
    tensor("unknown-group", [2], T.UINT8, varint(600 << 3 | 3) + number(1, 7) + varint(600 << 3 | 4), message(9, b"\x01\x02")),
]
with open(path("wire.onnx"), "wb") as file:
    half = len(wire) // 2
    file.write(graph(*wire[:half]) + message(8, number(2, 21)) + graph(*wire[half:]) + number(1, 10))
read("wire.onnx", "By a script: packed and unpacked numbers, unknown fields, fields in another order, the graph in two pieces.")

bad = golden.Bad(folder, "Damaged ONNX models")
raw6 = message(9, floats.tobytes())


def place(**entries):
    return b"".join(message(13, message(1, key) + message(2, str(value))) for key, value in entries.items()) + number(14, 1)


with open(bad.path("weights.bin"), "wb") as file:
    file.write(bytes(range(64)))
bad.note("weights.bin", "not damaged: 64 bytes for the files external-*")
hard = bad.path("link-inside.bin")
if os.path.lexists(hard):
    os.remove(hard)
os.symlink("weights.bin", hard)
bad.note("link-inside.bin", "a symbolic link to weights.bin, for external-symlink-inside.onnx")
for name, entries, defect in [
    ("parent", {"location": "../weights.bin", "length": 24}, "the location has `..`"),
    ("parent-inside", {"location": "x/../weights.bin", "length": 24}, "the location has `..`, but stays inside"),
    ("parent-deep", {"location": "../../../../../../etc/passwd", "length": 24}, "the location leads to /etc/passwd"),
    ("absolute", {"location": "/etc/passwd", "length": 24}, "the location is absolute"),
    ("backslash", {"location": "..\\weights.bin", "length": 24}, "the location has `..` and a backslash"),
    ("url", {"location": "file:///etc/passwd", "length": 24}, "the location is a URL"),
    ("empty", {"location": "", "length": 24}, "the location is empty"),
    ("dot", {"location": ".", "length": 24}, "the location is the folder"),
    ("nul", {"location": "weights.bin\0x", "length": 24}, "the location has a zero byte"),
    ("missing", {"location": "nothing.bin", "length": 24}, "the file is not there"),
    ("no-location", {"offset": 0, "length": 24}, "no location"),
    ("symlink-inside", {"location": "link-inside.bin", "length": 24}, "the file is a symbolic link that stays inside"),
    ("itself", {"location": "external-itself.onnx", "length": 24}, "the file is the model itself"),
    ("offset-past", {"location": "weights.bin", "offset": 4096, "length": 24}, "the offset is after the end of 64 bytes"),
    ("offset-part", {"location": "weights.bin", "offset": 48, "length": 24}, "offset + length is after the end of 64 bytes"),
    ("offset-negative", {"location": "weights.bin", "offset": -8, "length": 24}, "the offset is negative"),
    ("length-negative", {"location": "weights.bin", "offset": 0, "length": -24}, "the length is negative"),
    ("length-short", {"location": "weights.bin", "offset": 0, "length": 20}, "the length is 20, the shape needs 24 bytes"),
    ("length-long", {"location": "weights.bin", "offset": 0, "length": 28}, "the length is 28, the shape needs 24 bytes"),
    ("no-length", {"location": "weights.bin", "offset": 0}, "no length: the file has 64 bytes, the shape needs 24"),
    ("offset-word", {"location": "weights.bin", "offset": "0x10", "length": 24}, "the offset is no decimal number"),
    ("offset-2-64", {"location": "weights.bin", "offset": 2**64, "length": 24}, "the offset is 2^64"),
    ("sum-overflow", {"location": "weights.bin", "offset": 2**63 - 8, "length": 24}, "offset + length overflows 63 bits"),
]:
    bad.add("external-%s.onnx" % name, hand(tensor("a", [2, 3], T.FLOAT, place(**entries))), "external data: " + defect)
twice = message(13, message(1, "location") + message(2, "weights.bin")) + place(location="../weights.bin", length=24)
bad.add("external-location-twice.onnx", hand(tensor("a", [2, 3], T.FLOAT, twice)), "external data: two locations, the second with `..`")
bad.add("external-and-raw.onnx", hand(tensor("a", [2, 3], T.FLOAT, place(location="weights.bin", length=24), raw6)), "external data and raw_data")
bad.add("external-string.onnx", hand(tensor("a", [2], T.STRING, place(location="weights.bin", length=24))), "external data of strings")
bad.add("location-2.onnx", hand(tensor("a", [2, 3], T.FLOAT, number(14, 2), raw6)), "data_location 2 is unknown")
for name, dims, defect in [("overflow", [2**32, 2**32], "the product overflows to 0"), ("overflow-bytes", [2**62], "the bytes overflow to 0"),
                           ("negative", [-2, -3], "negative"), ("minus-one", [-1], "-1"), ("huge", [2**40], "2^40 elements"),
                           ("zero-huge", [0, 2**62, 2**62], "0 x 2^62 x 2^62: no elements, but the product overflows"), ("many", [1] * 5000, "5000 of them")]:
    bad.add("dims-%s.onnx" % name, hand(tensor("a", dims, T.FLOAT, raw6)), "dims: " + defect)
bad.add("dims-missing.onnx", hand(tensor("a", [], T.FLOAT, raw6)), "no dims: a scalar with 6 elements")
bad.add("raw-short.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(9, floats.tobytes()[:-1]))), "raw_data has 23 bytes instead of 24")
bad.add("raw-long.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(9, floats.tobytes() + b"\0" * 4))), "raw_data has 28 bytes instead of 24")
bad.add("raw-empty.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(9, b""))), "raw_data is empty")
bad.add("raw-and-floats.onnx", hand(tensor("a", [2, 3], T.FLOAT, raw6, message(4, floats[::-1].tobytes()))), "raw_data and float_data; onnx reads raw_data")
bad.add("raw-string.onnx", hand(tensor("a", [2], T.STRING, message(9, b"ab"))), "strings in raw_data")
bad.add("raw-int4-short.onnx", hand(tensor("a", [5], T.INT4, message(9, b"\x21\x43"))), "5 int4 elements in 2 bytes")
bad.add("floats-short.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(4, floats[:5].tobytes()))), "5 numbers in float_data instead of 6")
bad.add("floats-long.onnx", hand(tensor("a", [2], T.FLOAT, message(4, floats.tobytes()))), "6 numbers in float_data instead of 2")
bad.add("floats-ragged.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(4, floats.tobytes()[:-1]))), "packed float_data of 23 bytes")
bad.add("floats-wrong-field.onnx", hand(tensor("a", [2], T.FLOAT, message(10, np.arange(2, dtype="<f8").tobytes()))), "a float tensor with double_data")
bad.add("strings-short.onnx", hand(tensor("a", [3], T.STRING, message(6, "x"), message(6, "y"))), "2 strings instead of 3")
bad.add("strings-utf8.onnx", hand(tensor("a", [1], T.STRING, message(6, b"\xff\xfe"))), "a string that is not UTF-8; onnx refuses it, the bytes are well-formed otherwise")
bad.add("uint8-300.onnx", hand(tensor("a", [1], T.UINT8, number(5, 300))), "int32_data of a uint8 tensor has 300")
bad.add("bool-2.onnx", hand(tensor("a", [2], T.BOOL, message(9, b"\x02\x01"))), "a bool of value 2 in raw_data")
bad.add("complex-odd.onnx", hand(tensor("a", [1], T.COMPLEX64, message(4, floats[:1].tobytes()))), "a complex64 element with one number")
bad.add("empty-data.onnx", hand(tensor("a", [2, 3], T.FLOAT)), "no data at all")
bad.add("type-0.onnx", hand(tensor("a", [2, 3], 0, raw6)), "data_type 0, undefined")
bad.add("type-99.onnx", hand(tensor("a", [2, 3], 99, raw6)), "data_type 99")
bad.add("type-missing.onnx", hand(number(1, 6) + raw6 + message(8, "a")), "no data_type")
bad.add("segment.onnx", hand(tensor("a", [2, 3], T.FLOAT, message(3, number(1, 0) + number(2, 3)), raw6)), "a segment of a tensor")
bad.add("name-twice.onnx", hand(tensor("a", [2, 3], T.FLOAT, raw6), tensor("a", [6], T.FLOAT, raw6)), "two initializers of one name")
bad.add("name-missing.onnx", hand(tensor(None, [2, 3], T.FLOAT, raw6)), "an initializer without name")
bad.add("name-empty.onnx", hand(tensor("", [2, 3], T.FLOAT, raw6)), "an initializer with an empty name")
bad.add("name-utf8.onnx", hand(tensor(b"a\xff", [2, 3], T.FLOAT, raw6)), "a name that is not UTF-8")
bad.add("name-sideways.onnx", hand(tensor("../../a\x1b[31m", [2, 3], T.FLOAT, raw6)), "a name with `..` and an escape sequence; onnx reads it")
bad.add("no-graph.onnx", number(1, 10) + message(2, "decant"), "no graph")
bad.add("wire-type.onnx", hand(tensor("a", [2, 3], T.FLOAT, varint(9 << 3) + varint(24))), "raw_data with the wire type of a number")
bad.add("wire-7.onnx", hand(tensor("a", [2, 3], T.FLOAT, varint(9 << 3 | 7), raw6)), "the wire type 7, which does not exist")
bad.add("field-0.onnx", hand(tensor("a", [2, 3], T.FLOAT, b"\x02\x00", raw6)), "the field number 0")
bad.add("group-open.onnx", hand(tensor("a", [2, 3], T.FLOAT, raw6, varint(600 << 3 | 3))), "a group without end")
bad.add("varint-11.onnx", b"\x08" + b"\xff" * 10 + b"\x01" + graph(tensor("a", [2, 3], T.FLOAT, raw6)), "a number of 11 bytes")
bad.add("length-outside.onnx", number(1, 10) + varint(7 << 3 | 2) + varint(2**40) + b"\0" * 16, "a graph of 2^40 bytes")
bad.add("length-2-64.onnx", number(1, 10) + varint(7 << 3 | 2) + varint(2**64 - 1) + b"\0" * 16, "a graph of 2^64 - 1 bytes")
inner_length = number(1, 10) + message(7, varint(5 << 3 | 2) + varint(200) + tensor("a", [2, 3], T.FLOAT, raw6)) + message(8, number(2, 21)) + b"\0" * 200
bad.add("length-inside.onnx", inner_length, "an initializer that is longer than its graph")


def nested(levels):
    data = message(5, tensor("a", [2, 3], T.FLOAT, raw6))
    pieces = [data]
    size = len(data)
    for _ in range(levels):  # a graph in an attribute in a node
        for field in [6, 5, 1]:
            head = varint(field << 3 | 2) + varint(size)
            pieces.append(head)
            size += len(head)
    return number(1, 10) + varint(7 << 3 | 2) + varint(size) + b"".join(reversed(pieces))


bad.add("nested-2000.onnx", nested(2000), "2,000 graphs inside graphs (6,000 messages); 100,000 graphs are made by onnx_files.py FOLDER BIG")
bad.add("groups-2000.onnx", hand(tensor("a", [2, 3], T.FLOAT, varint(600 << 3 | 3) * 2000, varint(600 << 3 | 4) * 2000, raw6)), "2,000 groups of an unknown field inside each other")
good = hand(tensor("a", [2, 3], T.FLOAT, raw6), tensor("b", [3], T.STRING, message(6, "x"), message(6, "yz"), message(6, "")))
bad.cuts("cut", ".onnx", good, {0: "empty file", 1: "inside a field", 3: "inside the graph's length", 4: "no graph", 6: "inside an initializer", 20: "inside raw_data",
                               50: "inside the second initializer", -6: "inside the graph's end", -1: "the last byte is missing"})
bad.finish()
if len(sys.argv) > 2:
    os.makedirs(sys.argv[2], exist_ok=True)
    with open(os.path.join(sys.argv[2], "nested-100000.onnx"), "wb") as file:
        file.write(nested(100000))

for name, defect in [line[3:].split("`: ", 1) for line in bad.lines if ".onnx" in line[:40]]:
    try:
        model = onnx.load(bad.path(name), load_external_data=False)
        for item in model.graph.initializer:
            numpy_helper.to_array(item, bad.folder)
        print("onnx reads %s: %s" % (name, defect))
    except Exception as error:
        if "reads" in defect:
            print("onnx refuses %s: %s: %s" % (name, defect, error))
