"""TensorFlow Lite models with their stored constants: tflite_files.py FOLDER. Needs TensorFlow 2.21, Keras 3.15.

The converter wrote the models, except `dtypes`, `shared`, `offsets` and `dequantize`: flatbuffers, by this script. The constants are
parsed with TensorFlow's own schema and compared with what the interpreter gives, where it gives them.
"""
import json
import os
import struct
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import flatbuffers
import ml_dtypes
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

import golden_values as golden

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(13)
tf.keras.utils.set_random_seed(13)
writer_name = "tensorflow " + tf.__version__
kinds = {getattr(schema.TensorType, name): name for name in dir(schema.TensorType) if not name.startswith("_")}
packed = {"INT4": (np.int8, 4), "UINT4": (np.uint8, 4), "INT2": (np.int8, 2)}


def path(name):
    return os.path.join(folder, name)


# What the file holds

def strings_of(data):
    count = struct.unpack_from("<i", data)[0]
    places = struct.unpack_from("<%di" % (count + 1), data, 4)
    return [data[start:end] for start, end in zip(places, places[1:])]


def unpacked(data, bits, signed, shape):
    count = int(np.prod(shape))
    values = [(byte >> shift) & ((1 << bits) - 1) for byte in data for shift in range(0, 8, bits)][:count]
    if signed:
        values = [value - (1 << bits) if value >> (bits - 1) else value for value in values]
    return np.array(values, np.int8 if signed else np.uint8).reshape(shape)


def listed(value):
    return [] if value is None else [float(item) if isinstance(item, (float, np.floating)) else int(item) for item in value]


def quantization_of(tensor):
    quantization = tensor.quantization
    if quantization is None or quantization.scale is None:
        return None
    return {"scale": listed(quantization.scale), "zero_point": listed(quantization.zeroPoint), "axis": quantization.quantizedDimension}


def read(name, note=None):
    with open(path(name), "rb") as file:
        data = file.read()
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    interpreter = tf.lite.Interpreter(path(name), experimental_preserve_all_tensors=True)
    rows, sparse, seen, uncompared = [], [], {}, []
    for number, graph in enumerate(model.subgraphs):
        for index, tensor in enumerate(graph.tensors):
            buffer = model.buffers[tensor.buffer]
            stored = None
            if buffer.data is not None and len(buffer.data):
                stored = bytes(bytearray(buffer.data))
            elif buffer.offset > 1:
                stored = data[buffer.offset:buffer.offset + buffer.size]
            if stored is None:
                continue
            kind = kinds[tensor.type]
            shape = listed(tensor.shape)
            tensor_name = tensor.name.decode()
            seen[tensor_name] = seen.get(tensor_name, 0) + 1
            fields = {"type": kind, "subgraph": number, "index": index, "buffer": tensor.buffer}
            quantization = quantization_of(tensor)
            if quantization:
                fields["quantization"] = quantization
            if tensor.sparsity is not None:
                sparse.append(dict(fields, name=tensor_name, shape=shape, stored=golden.encoded(stored),
                                   traversal_order=listed(tensor.sparsity.traversalOrder), block_map=listed(tensor.sparsity.blockMap)))
                continue
            if kind == "STRING":
                array = np.array(strings_of(stored) + [None], object)[:-1].reshape(shape)
                row = golden.row(tensor_name, array, **fields)
            elif kind in packed:
                dtype, bits = packed[kind]
                array = unpacked(stored, bits, dtype == np.int8, shape)
                row = golden.row(tensor_name, array, dtype=kind.lower(), **fields)
            else:
                dtype = np.dtype(ml_dtypes.bfloat16) if kind == "BFLOAT16" else np.dtype(kind.lower())
                array = np.frombuffer(stored, dtype).reshape(shape)
                row = golden.row(tensor_name, array, **fields)
            rows.append(row)
            try:
                value = interpreter.get_tensor(index, number)
            except ValueError:
                uncompared.append(kind)
                continue
            if kind == "STRING":
                assert [item for item in value.reshape(-1)] == [item for item in array.reshape(-1)], tensor_name
            elif kind in packed:
                uncompared.append(kind)
            else:
                assert list(value.shape) == shape and value.dtype.itemsize == array.dtype.itemsize and value.tobytes() == array.tobytes(), tensor_name
    repeated = sorted(key for key, count in seen.items() if count > 1)
    extra = {}
    if note:
        extra["note"] = note
    if repeated:
        extra["repeated_names"] = repeated
    if sparse:
        extra["sparse"] = sparse
    if uncompared:
        extra["not_from_interpreter"] = sorted(set(uncompared))
    golden.write(path(name), writer_name, __file__, rows, subgraphs=len(model.subgraphs), **extra)
    print(name, len(data), "subgraphs", len(model.subgraphs), "rows", len(rows), "repeated", repeated, "sparse", len(sparse), "not compared", set(uncompared))
    return data


def converted(name, converter, note=None, **options):
    for key, value in options.items():
        setattr(converter, key, value)
    data = converter.convert()
    with open(path(name), "wb") as file:
        file.write(data)
    return read(name, note)


# The converter's models

layers = tf.keras.layers


def network(units=2):
    x = layers.Input((6, 6, 2), batch_size=1, name="picture")
    y = layers.Conv2D(3, 3, activation="relu", name="conv")(x)
    y = layers.DepthwiseConv2D(2, name="depthwise")(y)
    y = layers.Flatten(name="flat")(y)
    return tf.keras.Model(x, layers.Dense(units, name="dense")(y))


model = network()
for variable in model.variables:
    variable.assign(random.standard_normal(variable.shape).astype(np.float32))
special = model.get_layer("dense").bias
special.assign([np.inf, -0.0])
convert = tf.lite.TFLiteConverter.from_keras_model
converted("float.tflite", convert(model))
special.assign([0.5, -0.25])
big = tf.keras.Sequential([layers.Input((32,), batch_size=1), layers.Dense(40, name="hidden"), layers.Dense(2, name="last")])
for variable in big.variables:
    variable.assign(random.standard_normal(variable.shape).astype(np.float32))
converted("dynamic.tflite", convert(big), optimizations=[tf.lite.Optimize.DEFAULT])
converted("float16.tflite", convert(model), optimizations=[tf.lite.Optimize.DEFAULT],
          target_spec=tf.lite.TargetSpec(supported_types=[tf.float16]))


def pictures():
    for _ in range(4):
        yield [random.standard_normal((1, 6, 6, 2)).astype(np.float32)]


converted("int8.tflite", convert(model), optimizations=[tf.lite.Optimize.DEFAULT], representative_dataset=pictures,
          target_spec=tf.lite.TargetSpec(supported_ops=[tf.lite.OpsSet.TFLITE_BUILTINS_INT8]),
          inference_input_type=tf.int8, inference_output_type=tf.int8)


class Loop(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(random.standard_normal((3, 3)).astype(np.float32), name="weight")

    @tf.function(input_signature=[tf.TensorSpec([1, 3], tf.float32)])
    def __call__(self, x):
        step = tf.constant([[0.5, -0.5, 0.25]])
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.matmul(y, self.weight) + step), [0, x])
        return tf.cond(tf.reduce_sum(y) > 0, lambda: y + tf.constant([[1.0, 2.0, 3.0]]), lambda: y * tf.constant([[4.0, 5.0, 6.0]]))


loop = Loop()
converted("loop.tflite", tf.lite.TFLiteConverter.from_concrete_functions([loop.__call__.get_concrete_function()], loop))


class Tables(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def __call__(self, x):
        words = tf.constant(["eins", "", "zw\u00f6lf", "vier"])
        numbers = tf.constant([2**40, -1, 7, 0], tf.int64)
        flags = tf.constant([True, False, True, True])
        return {"w": tf.gather(words, x), "n": tf.gather(numbers, x), "f": tf.gather(flags, x)}


tables = Tables()
converted("tables.tflite", tf.lite.TFLiteConverter.from_concrete_functions([tables.__call__.get_concrete_function()], tables))

weights = np.zeros((16, 32), np.float32)
for row in range(16):
    weights[row, random.permutation(32)[:3]] = random.standard_normal(3)
thin = tf.keras.Sequential([layers.Input((32,), batch_size=1), layers.Dense(16, name="thin")])
thin.set_weights([weights.T, np.arange(16, dtype=np.float32)])
try:
    converted("sparse.tflite", convert(thin), optimizations=[tf.lite.Optimize.EXPERIMENTAL_SPARSITY])
except Exception as error:
    print("no sparse model:", error)
try:
    converted("buffer-offset.tflite", convert(model), "The converter put the buffers after the flatbuffer (offset and size).", _experimental_use_buffer_offset=True)
except Exception as error:
    print("no model with offsets:", error)


# By hand

def tensor_of(name, shape, kind, buffer, quantization=None):
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type, tensor.buffer = name, shape, kind, buffer
    tensor.quantization = quantization
    return tensor


def file_of(tensors, buffers, graphs=None, offsets=None):
    """A model without operators; tensors: (name, shape, kind, index in buffers)."""
    model = schema.ModelT()
    model.version = 3
    model.description = "by hand"
    model.operatorCodes = []
    model.buffers = []
    for number, data in enumerate([b""] + list(buffers)):
        buffer = schema.BufferT()
        if offsets and number:
            buffer.offset, buffer.size = offsets[number - 1]
        elif data:
            buffer.data = np.frombuffer(data, np.uint8)
        model.buffers.append(buffer)
    model.subgraphs = []
    for number, group in enumerate(graphs or [tensors]):
        graph = schema.SubGraphT()
        graph.name = "main" if number == 0 else "graph_%d" % number
        graph.tensors = [item if isinstance(item, schema.TensorT) else tensor_of(*item) for item in group]
        graph.inputs, graph.outputs, graph.operators = [], [], []
        model.subgraphs.append(graph)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def hand(name, data, note):
    with open(path(name), "wb") as file:
        file.write(data)
    return read(name, note)


def string_bytes(items):
    places = [4 + 4 * (len(items) + 1)]
    for item in items:
        places.append(places[-1] + len(item))
    return struct.pack("<i%di" % len(places), len(items), *places) + b"".join(items)


types = schema.TensorType
tensors, buffers = [], []
for kind, dtype in [(types.FLOAT32, "f4"), (types.FLOAT16, "f2"), (types.FLOAT64, "f8"), (types.BFLOAT16, ml_dtypes.bfloat16), (types.COMPLEX64, "c8"),
                    (types.COMPLEX128, "c16"), (types.BOOL, "b1"), (types.INT8, "i1"), (types.UINT8, "u1"), (types.INT16, "i2"), (types.UINT16, "u2"),
                    (types.INT32, "i4"), (types.UINT32, "u4"), (types.INT64, "i8"), (types.UINT64, "u8")]:
    buffers.append(golden.sample(random, dtype, (2, 4)).tobytes())
    tensors.append((kinds[kind].lower(), [2, 4], kind, len(buffers)))
for name, shape, kind, data in [("string", [2, 2], types.STRING, string_bytes([b"one", b"", b"a\xffb", "zw\u00f6lf".encode()])),
                                ("int4", [3], types.INT4, b"\x21\x0f"), ("uint4", [2, 2], types.UINT4, b"\x21\xf8"), ("int2", [5], types.INT2, b"\xe4\x02"),
                                ("scalar", [], types.FLOAT32, b"\0\0\x20\x40"), ("sch\u00f6n/\U0001f600", [1], types.UINT8, b"\x07")]:
    buffers.append(data)
    tensors.append((name, shape, kind, len(buffers)))
tensors.append(("no-data", [2], types.FLOAT32, 0))
hand("dtypes.tflite", file_of(tensors, buffers), "By a script. int4, uint4, int2: one element in a byte, sign-extended; the first element lies in the low bits. `no-data` has the empty buffer 0.")

per_channel = schema.QuantizationParametersT()
per_channel.scale, per_channel.zeroPoint, per_channel.quantizedDimension = [0.5, 0.25], [0, 0], 1
block = np.arange(6, dtype=np.float32).tobytes()
hand("shared.tflite", file_of(None, [block, b"\x01\x02\x03\x04"], graphs=[
    [("w", [2, 3], types.FLOAT32, 1), ("w", [3, 2], types.FLOAT32, 1), tensor_of("q", [2, 2], types.INT8, 2, per_channel), ("", [6], types.FLOAT32, 1)],
    [("w", [6], types.INT32, 1), ("q", [4], types.UINT8, 2)],
]), "By a script: tensors of two subgraphs share buffers; the name w three times, q twice, one tensor without name.")

base = len(file_of([("a", [2, 3], types.FLOAT32, 1), ("b", [3], types.INT16, 2)], [b"", b""], offsets=[(10**6, 24), (10**6, 6)]))
start = -(-base // 16) * 16
data = file_of([("a", [2, 3], types.FLOAT32, 1), ("b", [3], types.INT16, 2)], [b"", b""], offsets=[(start, 24), (start + 32, 6)])
hand("offsets.tflite", data + b"\0" * (start - len(data)) + block + b"\0" * 8 + b"\x01\0\x02\0\xff\xff", "By a script: the buffers lie after the flatbuffer (offset and size).")

# Operators that dequantize constants, for what the interpreter makes of them

def dequantizing(name):
    draw = np.random.RandomState(5)  # its own, so that the files above stay as they are
    cases = [("int8", types.INT8, 1, 1, 7), ("int8-axis", types.INT8, 1, 5, 0), ("uint8", types.UINT8, 1, 1, 90), ("uint8-axis", types.UINT8, 1, 5, 128),
             ("int16", types.INT16, 2, 1, 0), ("int4", types.INT4, 0.5, 1, 0), ("int4-axis", types.INT4, 0.5, 5, 0)]
    shape, tensors, outputs, contents = [3, 5, 7], [], [], []
    for title, kind, width, count, zero in cases:
        quantization = schema.QuantizationParametersT()
        quantization.scale = [float(scale) for scale in draw.uniform(1e-4, 0.9, count).astype(np.float32)]
        quantization.zeroPoint, quantization.quantizedDimension = [zero] * count, 1 if count > 1 else 0
        contents.append(draw.bytes(int(np.ceil(105 * width))))
        tensors.append(tensor_of(title, shape, kind, len(contents), quantization))
        outputs.append(tensor_of(title + ".float32", shape, types.FLOAT32, 0))
    model = schema.ModelT.InitFromPackedBuf(file_of(tensors + outputs, contents), 0)
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    code.version = 6
    model.operatorCodes = [code]
    for number in range(len(cases)):
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = 0, [number], [number + len(cases)]
        model.subgraphs[0].operators = (model.subgraphs[0].operators or []) + [operator]
    model.subgraphs[0].inputs, model.subgraphs[0].outputs = [], list(range(len(cases), 2 * len(cases)))
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    hand(name + ".tflite", bytes(builder.Output()), "By a script, with `dequantized`: what the interpreter's reference kernels make of each constant.")
    interpreter = tf.lite.Interpreter(path(name + ".tflite"), experimental_preserve_all_tensors=True,
                                      experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    interpreter.invoke()
    with open(path(name + ".json")) as file:
        values = json.load(file)
    for row in values["tensors"]:
        floats = interpreter.get_tensor(row["index"] + len(cases))
        row["dequantized"] = golden.encoded(floats.astype("<f4").tobytes())
    golden.write_json(path(name + ".json"), values)


dequantizing("dequantize")

# Damaged files

bad = golden.Bad(folder, "Damaged TensorFlow Lite models")
good = file_of([("a", [2, 3], types.FLOAT32, 1), ("b", [3], types.INT16, 2)], [block, b"\x01\0\x02\0\x03\0"])


def u32(data, at):
    return struct.unpack_from("<I", data, at)[0]


def field(data, table, number):
    """Where a field of a table lies."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    size = struct.unpack_from("<H", data, vtable)[0]
    assert 4 + 2 * number < size, number
    offset = struct.unpack_from("<H", data, vtable + 4 + 2 * number)[0]
    assert offset, number
    return table + offset


def follow(data, at):
    return at + u32(data, at)


def entry(data, at, number):
    """The offset of an entry in a vector of tables; `at` is the field."""
    return follow(data, at) + 4 + 4 * number


def patched(*changes, data=good):
    data = bytearray(data)
    for at, layout, value in changes:
        struct.pack_into(layout, data, at, value)
    return bytes(data)


root = u32(good, 0)
root_vtable = root - struct.unpack_from("<i", good, root)[0]
graphs_field, buffers_field = field(good, root, 2), field(good, root, 4)
graph_entry = entry(good, graphs_field, 0)
graph = follow(good, graph_entry)
tensors_field = field(good, graph, 0)
tensor_entry = entry(good, tensors_field, 0)
tensor = follow(good, tensor_entry)
shape_field, buffer_field, name_field = [field(good, tensor, number) for number in [0, 2, 3]]
second = follow(good, entry(good, tensors_field, 1))
kind_field = field(good, second, 1)
buffer_entry = entry(good, buffers_field, 1)
buffer = follow(good, buffer_entry)
data_field = field(good, buffer, 0)

bad.add("identifier.tflite", good[:4] + b"TFL4" + good[8:], "the identifier is TFL4")
bad.add("identifier-none.tflite", good[:4] + b"\0\0\0\0" + good[8:], "no identifier")
bad.add("root-outside.tflite", patched((0, "<I", len(good) + 64)), "the root table is after the end")
bad.add("root-end.tflite", patched((0, "<I", len(good) - 2)), "the root table starts 2 bytes before the end")
bad.add("root-max.tflite", patched((0, "<I", 2**32 - 1)), "the root offset is 2^32 - 1")
bad.add("root-zero.tflite", patched((0, "<I", 0)), "the root offset is 0: the root table lies on the offset itself")
bad.add("root-odd.tflite", patched((0, "<I", root + 1)), "the root offset is odd")
bad.add("vtable-outside.tflite", patched((root, "<i", -len(good))), "the root's vtable is after the end")
bad.add("vtable-before.tflite", patched((root, "<i", 2**31 - 1)), "the root's vtable is before the start")
bad.add("vtable-min.tflite", patched((root, "<i", -(2**31))), "the root's vtable offset is -2^31")
bad.add("vtable-itself.tflite", patched((root, "<i", 0)), "the root's vtable is the table itself")
bad.add("vtable-odd.tflite", patched((root, "<i", root - root_vtable - 1)), "the root's vtable lies at an odd place")
bad.add("vtable-size.tflite", patched((root_vtable, "<H", 65534)), "a vtable of 65,534 bytes")
bad.add("vtable-size-odd.tflite", patched((root_vtable, "<H", 7)), "a vtable of 7 bytes")
bad.add("vtable-size-0.tflite", patched((root_vtable, "<H", 0)), "a vtable of 0 bytes")
bad.add("vtable-field.tflite", patched((root_vtable + 8, "<H", 65535)), "the field `subgraphs` is 65,535 bytes after its table")
bad.add("vtable-table-size.tflite", patched((root_vtable + 2, "<H", 65535)), "a table of 65,535 bytes")
bad.add("vtable-field-beyond-table.tflite", patched((root_vtable + 2, "<H", 4)), "a table of 4 bytes whose fields lie behind it")
for name, at, what in [("subgraphs", graphs_field, "subgraphs"), ("buffers", buffers_field, "buffers"), ("tensors", tensors_field, "tensors"),
                       ("shape", shape_field, "dimensions"), ("name", name_field, "bytes in a name"), ("data", data_field, "bytes in a buffer")]:
    vector = follow(good, at)
    bad.add("vector-%s.tflite" % name, patched((vector, "<I", 2**31)), "2^31 " + what)
    bad.add("vector-%s-2-30.tflite" % name, patched((vector, "<I", 2**30)), "2^30 %s: four bytes for each overflow to 0" % what)
    bad.add("vector-%s-outside.tflite" % name, patched((at, "<I", len(good))), "the vector of %s is after the end" % what)
    bad.add("vector-%s-max.tflite" % name, patched((at, "<I", 2**32 - 1)), "the offset to the %s is 2^32 - 1" % what)
bad.add("vector-name-zero.tflite", patched((name_field, "<I", 0)), "the offset to the name is 0")
bad.add("vector-shape-odd.tflite", patched((shape_field, "<I", u32(good, shape_field) + 1)), "the vector of dimensions lies at an odd place")
bad.add("vector-data-odd.tflite", patched((data_field, "<I", u32(good, data_field) + 1)), "the buffer's vector lies at an odd place, so its length is wrong")
bad.add("table-graph.tflite", patched((graph_entry, "<I", 2**31)), "a subgraph 2^31 bytes away")
bad.add("table-tensor.tflite", patched((tensor_entry, "<I", len(good))), "a tensor after the end")
bad.add("table-tensor-zero.tflite", patched((tensor_entry, "<I", 0)), "a tensor at its own offset")
bad.add("cycle-graph.tflite", patched((graph_entry, "<I", (root - graph_entry) % 2**32)), "a subgraph that is the root, if 32 bits overflow")
bad.add("cycle-tensor.tflite", patched((tensor_entry, "<I", (graph - tensor_entry) % 2**32)), "a tensor that is its own subgraph, if 32 bits overflow")
bad.add("cycle-buffers.tflite", patched((buffers_field, "<I", (graphs_field + u32(good, graphs_field) - buffers_field) % 2**32)), "the buffers are the subgraphs, if 32 bits overflow")
bad.add("buffer-index.tflite", patched((buffer_field, "<I", 3)), "a tensor's buffer is 3; there are 3 buffers")
bad.add("buffer-index-max.tflite", patched((buffer_field, "<I", 2**32 - 1)), "a tensor's buffer is 2^32 - 1")
bad.add("buffer-short.tflite", patched((follow(good, data_field), "<I", 20)), "a buffer of 20 bytes for a shape of 24")
bad.add("buffer-long.tflite", patched((follow(good, shape_field) + 4, "<i", 1)), "a buffer of 24 bytes for a shape of 12")
for name, value in [("negative", -2), ("minus-1", -1), ("huge", 2**31 - 1), ("zero", 0)]:
    bad.add("shape-%s.tflite" % name, patched((follow(good, shape_field) + 4, "<i", value)), "a dimension of %d" % value)
bad.add("shape-overflow.tflite", file_of([("a", [2**30, 2**30, 16], types.FLOAT32, 1)], [block]), "2^64 elements: the product overflows to 0")
bad.add("shape-many.tflite", file_of([("a", [1] * 5000 + [6], types.FLOAT32, 1)], [block]), "5,001 dimensions")
bad.add("type-100.tflite", patched((kind_field, "<b", 100)), "a tensor of type 100")
bad.add("type-negative.tflite", patched((kind_field, "<b", -1)), "a tensor of type -1")
bad.add("type-resource.tflite", file_of([("a", [6], types.RESOURCE, 1)], [block]), "a resource with data")
bad.add("type-variant.tflite", file_of([("a", [6], types.VARIANT, 1)], [block]), "a variant with data")
bad.add("name-utf8.tflite", patched((follow(good, name_field) + 4, "<B", 255)), "a name that is not UTF-8")
bad.add("name-sideways.tflite", file_of([("../../a\x1b[31m", [6], types.FLOAT32, 1)], [block]), "a name with `..` and an escape sequence")
for name, data, defect in [("count", struct.pack("<iii", 2**31 - 1, 12, 12), "2^31 - 1 strings"), ("count-negative", struct.pack("<iii", -1, 12, 12), "-1 strings"),
                           ("offset", struct.pack("<iii", 1, 12, 100) + b"ab", "a string that ends after the buffer"),
                           ("offset-negative", struct.pack("<iii", 1, -4, 12), "a string at a negative place"),
                           ("backwards", struct.pack("<iiii", 2, 18, 16, 18) + b"ab", "a string that ends before it starts"),
                           ("fewer", struct.pack("<iii", 1, 12, 14) + b"ab", "1 string for a shape of 2"), ("short", b"\x02\0", "a string buffer of 2 bytes")]:
    bad.add("strings-%s.tflite" % name, file_of([("a", [2] if name != "offset" else [1], types.STRING, 1)], [data]), defect)
bad.add("int4-short.tflite", file_of([("a", [5], types.INT4, 1)], [b"\x21\x43"]), "5 int4 elements in 2 bytes")
offset_tensors = [("a", [2, 3], types.FLOAT32, 1), ("b", [3], types.INT16, 2)]
for name, place, defect in [("outside", (10**6, 24), "is after the end"), ("max", (2**64 - 8, 24), "+ size overflows 64 bits"), ("partly", (start, 2**20), "+ size is after the end"),
                            ("size-max", (start, 2**64 - 1), "is inside, the size is 2^64 - 1"), ("inside", (8, 24), "points into the flatbuffer"),
                            ("one", (1, 24), "is 1"), ("no-size", (start, 0), "has no size"), ("short", (start, 20), "has a size of 20 for a shape of 24")]:
    data = file_of(offset_tensors, [b"", b""], offsets=[place, (start + 32, 6)])
    bad.add("offset-%s.tflite" % name, data + b"\0" * (start - len(data)) + block + b"\0" * 8 + b"\x01\0\x02\0\xff\xff", "the offset of a buffer outside the flatbuffer " + defect)
outside = tensor_of("a", [2, 3], types.FLOAT32, 0)
outside.externalBuffer = 1
bad.add("external-buffer.tflite", file_of([outside], [block]), "a tensor in an external buffer, which is not there")
wrong = schema.QuantizationParametersT()
wrong.scale, wrong.zeroPoint, wrong.quantizedDimension = [0.5, 0.25, 1.0], [0, 0, 0], 7
bad.add("quantization-axis.tflite", file_of([tensor_of("a", [4], types.INT8, 1, wrong)], [b"\1\2\3\4"]), "quantized along dimension 7 of 1")

# Few bytes, many tables: every entry of a vector is the same table.

def bomb_of(graphs, tensors):
    """By hand: root, a vector of `graphs` offsets to one subgraph, its vector of `tensors` offsets to one tensor."""
    data = bytearray(b"\0\0\0\0TFL3")

    def pad():
        while len(data) % 4:
            data.append(0)

    def table(vtable, body):
        pad()
        at = len(data)
        data.extend(struct.pack("<%dH" % (2 + len(vtable)), 4 + 2 * len(vtable), 4 + 4 * body, *vtable))
        pad()
        start = len(data)
        data.extend(struct.pack("<i", start - at) + b"\0" * 4 * body)
        return start

    def vector(at, count):
        start = len(data)
        struct.pack_into("<I", data, at, start - at)
        data.extend(struct.pack("<I", count) + b"\0" * 4 * count)
        return start

    def fill(start, count, target):
        for number in range(count):
            at = start + 4 + 4 * number
            struct.pack_into("<I", data, at, target - at)

    main = table([0, 0, 4, 0, 8], 2)  # subgraphs, buffers
    struct.pack_into("<I", data, 0, main)
    buffer_vector = vector(main + 8, 2)
    graph_vector = vector(main + 4, graphs)
    graph = table([4], 1)
    fill(graph_vector, graphs, graph)
    tensor_vector = vector(graph + 4, tensors)
    tensor = table([4, 0, 8, 12], 3)  # shape, buffer, name
    fill(tensor_vector, tensors, tensor)
    shape = vector(tensor + 4, 1)
    struct.pack_into("<i", data, shape + 4, 1)
    struct.pack_into("<I", data, tensor + 8, 1)
    name = vector(tensor + 12, 1)
    data[name:name + 8] = struct.pack("<I", 1) + b"a\0\0\0"
    holder = table([4], 1)
    fill(buffer_vector, 2, holder)
    content = vector(holder + 4, 1)
    struct.pack_into("<I", data, content, 4)
    return bytes(data)


small = bomb_of(1, 2)
check = schema.ModelT.InitFromPackedBuf(small, 0)
assert [item.name for item in check.subgraphs[0].tensors] == [b"a", b"a"] and list(check.buffers[1].data) == [0, 0, 0, 0]
bad.add("many.tflite", bomb_of(4000, 4000), "4,000 subgraphs that are one and the same, with 4,000 tensors that are one and the same: 16 million tensors in 32 KB")
places = {0: "empty file", 4: "no identifier", 8: "no tables", root: "no root table", root + 4: "inside the root table", graph + 2: "inside a subgraph",
          tensor + 2: "inside a tensor", buffer + 2: "inside a buffer's table", follow(good, data_field) + 10: "inside a buffer", -4: "the last 4 bytes are missing"}
bad.cuts("cut", ".tflite", good, places)
bad.finish()
