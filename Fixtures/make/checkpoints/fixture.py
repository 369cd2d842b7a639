# -*- coding: utf-8 -*-
"""What every fixture script shares: the tensors meant, the file `values.json`, and how TensorFlow writes
and reads back. Runs on Python 2.7 (TensorFlow 0.12.1) and on Python 3 (1.15.5 and 2.x)."""
from __future__ import print_function

import base64
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", "checkpoints"))
LARGEST_INLINE_BYTE_COUNT = 4096


class Tensor(object):
    """A tensor as it was meant: `data` is its row-major little-endian bytes, or a list of byte strings."""

    def __init__(self, name, dtype, shape, data, slices=None):
        self.name = name if isinstance(name, bytes) else name.encode("utf-8")
        self.dtype, self.shape, self.slices = dtype, list(shape), slices
        self.data = [bytes(item) for item in data] if dtype == "string" else bytes(data)


def count(shape):
    product = 1
    for extent in shape:
        product *= extent
    return product


_earlier = {}


def new_folder(name):
    """An empty folder for the fixture, so that nothing of an earlier run stays."""
    folder = os.path.join(ROOT, name)
    for parent, _, files in os.walk(folder):
        for each in files:
            if each.endswith((".meta", ".pb")):
                with open(os.path.join(parent, each), "rb") as file:
                    _earlier[os.path.join(parent, each)] = file.read()
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    return folder


def keep_equal_graphs(folder):
    """TensorFlow writes the entries of a protobuf map in an order that differs from run to run. A graph equal to the
    one of the last run keeps that one's bytes; the fingerprint of an equal SavedModel, which holds a random number, too.
    """
    same = True
    # reversed, so that saved_model.pb comes before fingerprint.pb and decides about both
    for path in sorted((path for path in _earlier if path.startswith(folder + os.sep)), reverse=True):
        if not os.path.exists(path):
            continue
        with open(path, "rb") as file:
            new, old = file.read(), _earlier[path]
        if new == old:  # also where TensorFlow cannot parse it, which is what v1-old-meta is for
            continue
        if not path.endswith("fingerprint.pb"):
            from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
            kind = meta_graph_pb2.MetaGraphDef if path.endswith(".meta") else saved_model_pb2.SavedModel
            pair = [kind.FromString(new), kind.FromString(old)]
            for graph in [graph for each in pair for graph in getattr(each, "meta_graphs", [each])]:
                graph.collection_def.pop("cond_context", None)  # messages with maps, stored as bytes
            same = pair[0] == pair[1]
        if same:
            with open(path, "wb") as file:
                file.write(old)


def write_graph(folder, file):
    """`graph.json`: what TensorFlow's own messages say of a `.meta` or a saved_model.pb."""
    from tensorflow.core.framework import variable_pb2
    from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
    with open(os.path.join(folder, file), "rb") as opened:
        data = opened.read()
    if file.endswith(".meta"):
        graphs = [meta_graph_pb2.MetaGraphDef.FromString(data)]
    else:
        graphs = saved_model_pb2.SavedModel.FromString(data).meta_graphs
    output = []
    for graph in graphs:
        ops, collections = {}, {}
        for node in graph.graph_def.node:
            ops[node.op] = ops.get(node.op, 0) + 1
        for name, collection in graph.collection_def.items():
            kind = collection.WhichOneof("kind")
            values = getattr(collection, kind).value
            row = {"kind": kind, "count": len(values)}
            if kind in ("node_list", "int64_list", "float_list"):
                row["values"] = list(values)
            elif "variables" in name or name == "global_step":
                row["variables"] = []
                for value in values:
                    variable = variable_pb2.VariableDef.FromString(value)
                    entry = {"name": variable.variable_name}
                    if variable.HasField("save_slice_info_def"):
                        info = variable.save_slice_info_def
                        entry["slice"] = {"full_name": info.full_name, "full_shape": list(info.full_shape),
                                          "offset": list(info.var_offset), "shape": list(info.var_shape)}
                    row["variables"].append(entry)
            collections[name] = row
        signatures = {}
        for name, signature in graph.signature_def.items():
            sides = {}
            for side in ("inputs", "outputs"):
                sides[side] = dict((key, {"name": info.name, "dtype": info.dtype,
                                          "shape": [dim.size for dim in info.tensor_shape.dim]})
                                   for key, info in getattr(signature, side).items())
            signatures[name] = dict(sides, method=signature.method_name)
        info = graph.meta_info_def
        output.append({"tensorflow_version": info.tensorflow_version, "tags": list(info.tags),
                       "op_definitions": len(info.stripped_op_list.op), "nodes": len(graph.graph_def.node), "ops": ops,
                       "functions": len(graph.graph_def.library.function),
                       "producer": graph.graph_def.versions.producer,
                       "saver": {"version": graph.saver_def.version, "sharded": graph.saver_def.sharded,
                                 "max_to_keep": graph.saver_def.max_to_keep},
                       "assets": [asset.filename for asset in graph.asset_file_def],
                       "collections": collections, "signatures": signatures})
    with io.open(os.path.join(folder, "graph.json"), "w", encoding="utf-8", newline="\n") as opened:
        text = json.dumps({"file": file, "graphs": output}, sort_keys=True, indent=1, separators=(",", ": "))
        opened.write(u"%s\n" % text)


def base64_text(data):
    return base64.b64encode(data).decode("ascii")


def quoted(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def write_json_lines(path, head, key, rows):
    """One row of `rows` a line, so that a change of one value is a change of one line."""
    with io.open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(u"{\n")
        for name, value in head:
            file.write(u'"%s": %s,\n' % (name, quoted(value)))
        file.write(u'"%s": [\n%s\n]}\n' % (key, u",\n".join(quoted(row) for row in rows)))


def write_values(folder, writer, script, form, path, note, meant, read, values_from=None):
    """Compare what was read back with what was meant, then write the former as `values.json`.

    `read` maps a name to (dtype, shape, data); it must hold exactly the tensors of `meant`.
    """
    names = sorted(tensor.name for tensor in meant)
    assert len(set(names)) == len(names), "a name twice"
    assert names == sorted(read), (set(names) ^ set(read))
    rows = []
    for tensor in sorted(meant, key=lambda tensor: tensor.name):
        dtype, shape, data = read[tensor.name]
        found = (dtype, list(shape), data)
        expected = (tensor.dtype, tensor.shape, tensor.data)
        assert found == expected, (folder, tensor.name, found, expected)
        row = {"name": tensor.name.decode("utf-8"), "dtype": dtype, "shape": list(shape)}
        if dtype == "string":
            row["strings"] = [base64_text(item) for item in data]
        elif len(data) > LARGEST_INLINE_BYTE_COUNT:
            row["sha256"] = hashlib.sha256(data).hexdigest()
        else:
            row["bytes"] = base64_text(data)
        if tensor.slices:
            row["slices"] = len(tensor.slices)
        rows.append(row)
    head = [("writer", writer), ("script", "Fixtures/make/checkpoints/" + os.path.basename(script)),
            ("format", form), ("path", path), ("values_from", values_from or writer), ("note", note)]
    write_json_lines(os.path.join(folder, "values.json"), head, "tensors", rows)
    keep_equal_graphs(folder)
    print("%-28s %5d tensors" % (os.path.relpath(folder, ROOT), len(rows)))


def tidy_state(folder):
    """The state file of TensorFlow holds this machine's folder and the time: keep the file names, count the times."""
    path = os.path.join(folder, "checkpoint")
    with io.open(path, encoding="utf-8") as file:
        text = file.read().replace(os.path.abspath(folder) + os.sep, u"")
    number = itertools.count(1500000000)
    text = re.sub(r"(timestamps?: )[0-9.]+", lambda match: "%s%d.5" % (match.group(1), next(number)), text)
    with io.open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


# ---------------------------------------------------------------------------------------------------------------
# Values. Everything is spelled as bytes, because a float in Python cannot hold a NaN's payload for certain.

PATTERNS = {
    # zeros of both signs, one, the smallest and largest subnormal, the smallest normal, the largest finite,
    # the infinities, quiet and signalling NaN with payloads
    "float32": ("<I", [0x00000000, 0x80000000, 0x3f800000, 0xc0490fdb, 0x00000001, 0x807fffff, 0x00800000,
                       0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001, 0x7fbfffff]),
    "float64": ("<Q", [0, 1 << 63, 0x3ff0000000000000, 0xc00921fb54442d18, 1, 0x800fffffffffffff,
                       0x0010000000000000, 0x7fefffffffffffff, 0x7ff0000000000000, 0xfff0000000000000,
                       0x7ff8000000000000, 0xfff8000000012345, 0x7ff0000000000001, 0x3fb999999999999a]),
    "float16": ("<H", [0x0000, 0x8000, 0x3c00, 0xbe00, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00,
                       0x7e00, 0xfe15, 0x7c01, 0x2e66]),
    "bfloat16": ("<H", [0x0000, 0x8000, 0x3f80, 0xc049, 0x0001, 0x807f, 0x0080, 0x7f7f, 0x7f80, 0xff80,
                        0x7fc0, 0xffd5, 0x7f81, 0x3dcd]),
    "int8": ("<b", [0, 1, -1, 63, -64, -65, 127, -128]),
    "uint8": ("<B", [0, 1, 2, 63, 64, 127, 128, 255]),
    "int16": ("<h", [0, 1, -1, 127, 128, -129, 32767, -32768]),
    "uint16": ("<H", [0, 1, 2, 127, 128, 32768, 65534, 65535]),
    "int32": ("<i", [0, 1, -1, 127, 128, -129, 16383, 16384, 2147483647, -2147483648]),
    "uint32": ("<I", [0, 1, 2, 127, 128, 1 << 31, (1 << 32) - 2, (1 << 32) - 1]),
    "int64": ("<q", [0, 1, -1, 127, 128, 1 << 31, -(1 << 31) - 1, (1 << 53) + 1, (1 << 63) - 1, -(1 << 63)]),
    "uint64": ("<Q", [0, 1, 2, 127, 128, 1 << 32, (1 << 53) + 1, 1 << 63, (1 << 64) - 2, (1 << 64) - 1]),
    "bool": ("<B", [0, 1, 1, 0, 1, 0, 0, 0, 1]),
    "int4": ("<b", [0, 1, -1, 3, -4, 5, 7, -8]),
    "uint4": ("<B", [0, 1, 2, 3, 7, 8, 14, 15]),
    "int2": ("<b", [0, 1, -1, -2]),
    "uint2": ("<B", [0, 1, 2, 3]),
}
for _name, _like in [("qint8", "int8"), ("quint8", "uint8"), ("qint16", "int16"), ("quint16", "uint16"),
                     ("qint32", "int32")]:
    PATTERNS[_name] = PATTERNS[_like]
for _name in ["float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz"]:
    PATTERNS[_name] = ("<B", list(range(0, 256, 5)) + [0x7f, 0x80, 0x7b, 0x7c, 0xfb, 0xfc, 0xfe])

STRINGS = [b"", b"a", b"hello", b"\x00", b"\x00\x01\xfe\xff", u"\u00e9t\u00e9 \u2603 \U0001f600".encode("utf-8"),
           b"line\nbreak\r\n\t\"quoted\" \\ ", b"\xff\xfe not UTF-8 \x80", b"x" * 127, b"y" * 128,
           bytes(bytearray(i * 7 % 256 for i in range(20000)))]


def packed(form, values):
    return b"".join(struct.pack(form, value) for value in values)


def of_every_value(dtype, name=None):
    """A vector of one dtype with its awkward values."""
    name = name or dtype
    if dtype == "string":
        return Tensor(name, dtype, [len(STRINGS)], STRINGS)
    if dtype in ("complex64", "complex128"):
        form, values = PATTERNS["float32" if dtype == "complex64" else "float64"]
        return Tensor(name, dtype, [len(values) // 2], packed(form, values))
    form, values = PATTERNS[dtype]
    return Tensor(name, dtype, [len(values)], packed(form, values))


def counting(name, dtype, shape, first=0, slices=None):
    """0, 1, 2 ... in the dtype given: a transposed or shifted element shows at once."""
    values = range(first, first + count(shape))
    form = {"float32": "<f", "float64": "<d", "int32": "<i", "int64": "<q", "uint8": "<B", "int8": "<b",
            "int16": "<h", "uint16": "<H", "bool": "<B"}
    if dtype == "string":
        data = [("s%d" % value).encode("ascii") for value in values]
    elif dtype == "bool":
        data = packed("<B", [value * 7 % 3 % 2 for value in values])
    elif dtype == "complex64":
        data = b"".join(struct.pack("<ff", value, -value) for value in values)
    elif dtype == "complex128":
        data = b"".join(struct.pack("<dd", value, -value) for value in values)
    elif dtype in ("float16", "bfloat16"):
        data = packed("<H", [0x3c00 + value for value in values])
    else:
        data = packed(form[dtype], values)
    return Tensor(name, dtype, shape, data, slices)


def noise_bytes(length, seed):
    """Bytes that look random and are the same everywhere: SHA-256 in counter mode."""
    output = b""
    number = 0
    while len(output) < length:
        output += hashlib.sha256(("%s %d" % (seed, number)).encode("ascii")).digest()
        number += 1
    return output[:length]


def noise_floats(name, shape, seed, slices=None):
    """Finite floats in [-1, 1) with full mantissas."""
    raw = noise_bytes(4 * count(shape), seed)
    whole = struct.unpack("<%di" % count(shape), raw)
    return Tensor(name, "float32", shape, packed("<f", [value / 2147483648.0 for value in whole]), slices)


def shapes(dtypes=("float32",)):
    """Scalars, empty tensors, high ranks and awkward names; for V1 and V2 alike."""
    tensors = [
        counting("scalar", "float32", [], 5), counting("scalar_int64", "int64", [], 7),
        counting("scalar_string", "string", []), counting("one", "float32", [1]),
        counting("one_one", "float32", [1, 1]), counting("vector", "float32", [130]),
        counting("matrix", "float32", [3, 5]), counting("rank3", "int32", [2, 3, 4]),
        counting("rank4", "float32", [3, 3, 2, 4]), counting("rank5", "float32", [2, 1, 3, 2, 2]),
        counting("rank8", "int64", [1, 2, 1, 2, 1, 2, 1, 2]),
        counting("empty", "float32", [0]), counting("empty/left", "float32", [0, 3]),
        counting("empty/right", "int32", [3, 0]), counting("empty/middle", "float64", [2, 0, 4]),
        counting("empty/strings", "string", [0]),
        counting("long/" + "name" * 60, "float32", [2]),
        counting("long/" + "name" * 60 + "/Adam", "float32", [2], 10),
        counting("longest/" + "x" * 3000, "float32", [1], 20),
        counting(u"\u30ab\u30bf\u30ed\u30b0/\u00e9t\u00e9/\U0001f600", "float32", [2], 30),
        counting("e\xcc\x81" if str is bytes else u"e\u0301", "float32", [1], 32),
        counting("a", "float32", [1], 40), counting("a/b", "float32", [1], 41), counting("a/b/c", "float32", [1], 42),
        counting("a/b_1", "float32", [1], 43), counting("a_1/b", "float32", [1], 44), counting("a.b", "float32", [1], 45),
        counting("A", "float32", [1], 46), counting("ab", "float32", [1], 47), counting("a b", "float32", [1], 48),
        counting(" leading and trailing ", "float32", [1], 50),
        counting("tab\tnew\nline\x1b[31m\"quote\" 'single' \\back", "float32", [1], 51),
        counting("nul\x00inside", "float32", [1], 52), counting(u"del\x7f\x80\u202e", "float32", [1], 53),
        counting("../../etc/passwd", "float32", [1], 54), counting("/absolute", "float32", [1], 55),
        counting("trailing/", "float32", [1], 56), counting("double//slash", "float32", [1], 57),
        counting(".", "float32", [1], 58), counting("..", "float32", [1], 59),
        counting("~/$HOME/`x`;%s{}*?[]", "float32", [1], 60), counting("__metadata__", "float32", [1], 61),
    ]
    return tensors


# ---------------------------------------------------------------------------------------------------------------
# TensorFlow. Imported late: the scripts of pure Python use the part above alone.

class Flow(object):
    """Writing and reading through TensorFlow's own operations, the same way in every version."""

    def __init__(self, devices=1):
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
        import numpy
        import tensorflow
        from tensorflow.python.ops import gen_io_ops
        self.np, self.ops, self.tf2 = numpy, gen_io_ops, tensorflow
        self.tf = tensorflow
        if hasattr(tensorflow, "compat") and hasattr(tensorflow.compat, "v1"):
            self.tf = tensorflow.compat.v1
        self.version = "TensorFlow " + tensorflow.__version__
        self.config = self.tf.ConfigProto(device_count={"CPU": devices}, intra_op_parallelism_threads=1,
                                          inter_op_parallelism_threads=1)

    def session(self, graph):
        return self.tf.Session(graph=graph, config=self.config)

    def array(self, tensor):
        if tensor.dtype == "string":
            array = self.np.empty(len(tensor.data), dtype=object)
            array[:] = tensor.data
            return array.reshape(tensor.shape)
        kind = self.np.dtype(self.tf.as_dtype(tensor.dtype).as_numpy_dtype)
        if count(tensor.shape) == 0:
            return self.np.zeros(tensor.shape, dtype=kind)
        return self.np.frombuffer(tensor.data, dtype=kind).reshape(tensor.shape)

    def data(self, array, dtype):
        """Bytes (or strings) of what a session returned, plus its shape."""
        if dtype == "string":
            if isinstance(array, bytes):
                return [], [array]
            items = [item for item in self.np.asarray(array, dtype=object).reshape(-1)]
            return list(self.np.shape(array)), [bytes(item) for item in items]
        array = self.np.asarray(array)
        expected = self.np.dtype(self.tf.as_dtype(dtype).as_numpy_dtype)
        if expected.fields:  # quantised dtypes are fed as records of one field and come back as plain integers
            expected = expected[0]
        assert array.dtype == expected, (array.dtype, expected)
        return list(array.shape), array.tobytes()

    def run_with(self, tensors, operation):
        """Feed the tensors to placeholders and run what `operation(placeholders)` makes."""
        graph = self.tf.Graph()
        with graph.as_default():
            holders, values = [], []
            for tensor in tensors:
                dtype = "float32" if self.is_widened(tensor) else tensor.dtype
                holders.append(self.tf.placeholder(self.tf.as_dtype(dtype), tensor.shape))
                values.append(self.tf.cast(holders[-1], tensor.dtype) if dtype != tensor.dtype else holders[-1])
            made = operation(values)
        with self.session(graph) as session:
            return session.run(made, dict((h, self.fed(t)) for h, t in zip(holders, tensors)))

    def is_widened(self, tensor):
        """0.12.1 cannot feed bfloat16; it goes in as the float32 with the same upper bits, and the cast cuts it."""
        return tensor.dtype == "bfloat16" and "0.12" in self.version

    def fed(self, tensor):
        array = self.array(tensor)
        if self.is_widened(tensor):
            array = (array.astype(self.np.uint32) << 16).view(self.np.float32)
        return array

    def pieces(self, tensors):
        """Every tensor, or each slice of it: (name, shape-and-slice text, piece)."""
        output = []
        for tensor in tensors:
            if not tensor.slices:
                output.append((tensor.name, "", tensor))
                continue
            whole = self.array(tensor)
            for extents in tensor.slices:
                index = tuple(slice(None) if e is None else slice(e[0], e[0] + e[1]) for e in extents)
                part = self.np.ascontiguousarray(whole[index])
                shape, data = self.data(part, tensor.dtype)
                output.append((tensor.name, slice_text(tensor.shape, extents),
                               Tensor(tensor.name, tensor.dtype, shape, data)))
        return output

    def save_v1(self, path, tensors):
        pieces = self.pieces(tensors)
        save = getattr(self.ops, "_save_slices", None) or self.ops.save_slices
        self.run_with([piece for _, _, piece in pieces], lambda holders: save(
            path, self.names(pieces), [text for _, text, _ in pieces], holders))

    def save_v2(self, path, tensors):
        pieces = self.pieces(tensors)
        self.run_with([piece for _, _, piece in pieces], lambda holders: self.ops.save_v2(
            path, self.names(pieces), [text for _, text, _ in pieces], holders))

    def names(self, pieces):
        return self.np.array([name for name, _, _ in pieces], dtype=object)

    def merge_v2(self, parts, path):
        graph = self.tf.Graph()
        with graph.as_default():
            merge = self.ops.merge_v2_checkpoints(parts, path)
        with self.session(graph) as session:
            session.run(merge)

    def restore(self, path, name, dtype, text=""):
        graph = self.tf.Graph()
        with graph.as_default():
            fetched = self.ops.restore_v2(path, self.np.array([name], dtype=object), [text],
                                          [self.tf.as_dtype(dtype)])[0]
        with self.session(graph) as session:
            return self.data(session.run(fetched), dtype)

    def read(self, path, meant, everything=True):
        """Read every tensor back with the restore operation and with the checkpoint reader, as far as each allows."""
        reader = self.tf.train.NewCheckpointReader(path)
        listed = dict((self.bytes_name(name), shape) for name, shape in reader.get_variable_to_shape_map().items())
        values, refused, by_slice = {}, set(), set()
        for tensor in meant:
            try:
                shape, data = self.restore(path, tensor.name, tensor.dtype)
            except Exception as error:
                if not tensor.slices:
                    raise
                by_slice.add(tensor.dtype)
                shape, data = self.restore_slices(path, tensor)
            if tensor.name in listed:
                assert list(listed[tensor.name]) == list(shape), (tensor.name, listed[tensor.name], shape)
            else:
                refused.add("listing " + repr(tensor.name))
            if count(tensor.shape) == 0 and tensor.shape[0] > 0:
                values[tensor.name] = (tensor.dtype, shape, data)  # the reader of V1 dies here: it divides by zero
                continue
            try:
                array = reader.get_tensor(tensor.name if str is bytes else tensor.name.decode("utf-8"))
                assert self.data(array, tensor.dtype) == (shape, data), tensor.name
            except AssertionError:
                raise
            except Exception as error:
                refused.add("%s (%s)" % (tensor.dtype, str(error)[:60]))
            values[tensor.name] = (tensor.dtype, shape, data)
        if not everything:
            return values
        extra = set(listed) - set(values)
        assert not extra, extra
        if refused:
            print("   checkpoint reader refuses: %s" % ", ".join(sorted(refused)))
        if by_slice:
            print("   only slice by slice: %s" % ", ".join(sorted(by_slice)))
        return values

    def restore_slices(self, path, tensor):
        """For dtypes that TensorFlow saves in slices and cannot put together itself."""
        whole = self.np.zeros(tensor.shape, dtype=self.np.dtype(self.tf.as_dtype(tensor.dtype).as_numpy_dtype)
                              if tensor.dtype != "string" else object)
        for extents in tensor.slices:
            shape, data = self.restore(path, tensor.name, tensor.dtype, slice_text(tensor.shape, extents))
            index = tuple(slice(None) if e is None else slice(e[0], e[0] + e[1]) for e in extents)
            whole[index] = self.array(Tensor(tensor.name, tensor.dtype, shape, data))
        return self.data(whole, tensor.dtype)

    def as_tensors(self, arrays):
        """Tensors from numpy arrays by name: the values of a live session or of live variables."""
        output = []
        for name, array in arrays.items():
            dtype = "string" if array.dtype.kind in "OSU" else self.tf.as_dtype(array.dtype).base_dtype.name
            shape, data = self.data(array, dtype)
            output.append(Tensor(name, dtype, shape, data))
        return output

    @staticmethod
    def bytes_name(name):
        return name if isinstance(name, bytes) else name.encode("utf-8")


def write_objects(flow, folder, script, path, prefix, live, note, form="v2"):
    """An object-based checkpoint has keys of its own, so the live values are compared as a set: each of them must be
    among the tensors read, and nothing else but the object graph and the save counter."""
    import table  # of Python 3, as are all writers of such checkpoints

    reader = flow.tf.train.NewCheckpointReader(prefix)
    dtypes = reader.get_variable_to_dtype_map()
    values = {}
    for name, dtype in dtypes.items():
        dtype = flow.tf.as_dtype(dtype).name
        shape, data = flow.restore(prefix, name, dtype)
        assert flow.data(reader.get_tensor(name), dtype) == (shape, data), name
        values[flow.bytes_name(name)] = (dtype, shape, data)
    allowed = set([b"_CHECKPOINTABLE_OBJECT_GRAPH", b"save_counter/.ATTRIBUTES/VARIABLE_VALUE"])
    rest = dict((name, value) for name, value in values.items() if name not in allowed)
    for array in live:
        dtype = flow.tf.as_dtype(array.dtype).name
        found = [name for name in sorted(rest) if rest[name] == (dtype,) + flow.data(array, dtype)]
        assert found, array
        del rest[found[0]]
    assert not rest, rest
    meant = [Tensor(name, *value) for name, value in values.items()]
    with open(prefix + ".index", "rb") as file:
        entries = dict(table.Table(file.read()).entries)
    for tensor in meant:
        tensor.slices = [value for number, value in table.fields(entries[tensor.name]) if number == 7]
    write_values(folder, flow.version, script, form, path, note, meant, values)


def slice_text(shape, extents):
    """TensorFlow's spelling: the full shape, a space, then `-` or `start,length` for each dimension."""
    return " ".join(str(e) for e in shape) + " " + ":".join("-" if e is None else "%d,%d" % e for e in extents)


def rows(parts):
    """Slices of the first dimension with the row counts given, for a matrix."""
    first, output = 0, []
    for part in parts:
        output.append([(first, part), None])
        first += part
    return output


def columns(parts):
    return [list(reversed(extents)) for extents in rows(parts)]


def grid(heights, widths):
    return [[row[0], column[1]] for row in rows(heights) for column in columns(widths)]
