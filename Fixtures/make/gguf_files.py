"""GGUF files with what gguf-py reads from them: gguf_files.py FOLDER. Needs gguf 0.19, numpy, ml_dtypes."""
import importlib.metadata
import os
import signal
import struct
import sys

import gguf
import ml_dtypes
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader, GGUFValueType, GGUFWriter

import golden_values as golden

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(11)
writer_name = "gguf " + importlib.metadata.version("gguf")
plain_types = {Type.F32: "f4", Type.F16: "f2", Type.F64: "f8", Type.I8: "i1", Type.I16: "i2", Type.I32: "i4", Type.I64: "i8"}


def path(name):
    return os.path.join(folder, name)


# What gguf-py reads

def number(value, kind):
    if kind == GGUFValueType.BOOL:
        return "true" if value else "false"
    if kind == GGUFValueType.FLOAT32:
        return str(np.float32(value))
    if kind == GGUFValueType.FLOAT64:
        return str(np.float64(value))
    return str(int(value))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def value_text(reader, field):
    """The text of a value; arrays inside arrays are walked here, since gguf-py flattens them."""
    position = 3
    kind = field.types[0]
    order = "<" if reader.byte_order == "I" else ">"

    def part():
        nonlocal position
        position += 1
        return field.parts[position - 1]

    def walk(kind):
        if kind == GGUFValueType.ARRAY:
            inner = GGUFValueType(int(part()[0]))
            count = int(part()[0])
            return "[" + ", ".join(quoted(walk(inner)) if inner == GGUFValueType.STRING else walk(inner) for _ in range(count)) + "]"
        if kind == GGUFValueType.STRING:
            part()
            return part().tobytes().decode()
        return number(part()[0], kind)

    text = walk(kind)
    assert position == len(field.parts)
    return text


def read(name, note=None):
    reader = GGUFReader(path(name))
    swapped = reader.byte_order == "S"
    rows = []
    for tensor in reader.tensors:
        kind = tensor.tensor_type
        fields = {"type": kind.name}
        if kind in plain_types:
            rows.append(golden.row(tensor.name, tensor.data, **fields))
        elif kind == Type.BF16:
            words = np.ascontiguousarray(tensor.data).view(">u2" if swapped else "<u2").astype("<u2")
            rows.append(golden.row(tensor.name, words.view(ml_dtypes.bfloat16), **fields))
        else:
            if not swapped:
                floats = gguf.quants.dequantize(np.ascontiguousarray(tensor.data), kind)
                assert floats.dtype == np.float32 and np.isfinite(floats).all(), tensor.name
                fields["dequantized"] = {"shape": list(floats.shape), "bytes": golden.encoded(floats.astype("<f4").tobytes())}
            rows.append(golden.row(tensor.name, np.ascontiguousarray(tensor.data), **fields))
    metadata, types = {}, {}
    for key, field in reader.fields.items():
        if key in ["GGUF.version", "GGUF.tensor_count", "GGUF.kv_count"]:
            continue
        metadata[key] = value_text(reader, field)
        types[key] = " ".join(kind.name.lower() for kind in field.types)
    extra = {"note": note} if note else {}
    golden.write(path(name), writer_name, __file__, rows, metadata=metadata, metadata_types=types, **extra)
    return {tensor.name: tensor.data for tensor in reader.tensors}


def write(writer, split=False):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# Files by gguf-py

def add_plain(writer):
    for kind, dtype in plain_types.items():
        for shape in [(5,), (3, 2), (2, 1, 3), (2, 3, 1, 4)]:
            writer.add_tensor("%s.%d" % (kind.name.lower(), len(shape)), golden.sample(random, dtype, shape))
    for shape in [(7,), (3, 2), (2, 3, 2), (1, 2, 1, 3)]:
        data = golden.sample(random, ml_dtypes.bfloat16, shape)
        writer.add_tensor("bf16.%d" % len(shape), data.view(np.uint16), raw_dtype=Type.BF16)
    writer.add_tensor("blk.0.attn_q.weight", np.arange(6, dtype=np.float32).reshape(2, 3))
    writer.add_tensor("sch\u00f6n/\U0001f600", np.arange(4, dtype=np.int32))
    writer.add_tensor("ones", np.ones((1, 1, 3), np.float32))
    writer.add_tensor("scalar", np.array(2.5, np.float32))


def add_values(writer):
    writer.add_uint8("of.uint8", 250)
    writer.add_int8("of.int8", -100)
    writer.add_uint16("of.uint16", 65000)
    writer.add_int16("of.int16", -32768)
    writer.add_uint32("of.uint32", 4294967295)
    writer.add_int32("of.int32", -2147483648)
    writer.add_uint64("of.uint64", 18446744073709551615)
    writer.add_int64("of.int64", -9223372036854775808)
    writer.add_float32("of.float32", 0.1)
    writer.add_float64("of.float64", 0.1)
    writer.add_bool("of.true", True)
    writer.add_bool("of.false", False)
    writer.add_string("of.string", "zwei\nZeilen, \u00fc and \"quotes\" \\")
    writer.add_key_value("of.empty", "", GGUFValueType.STRING)
    strings = ["<unk>", "", "\u2581the", "tab\t", "\U0001f600"]
    writer.add_array("array.strings", strings)
    writer.add_array("array.bools", [True, False, True])
    writer.add_key_value("array.float32", [0.5, -1.0, 1e20], GGUFValueType.ARRAY, GGUFValueType.FLOAT32)
    writer.add_key_value("array.float64", [0.1, 1e300], GGUFValueType.ARRAY, GGUFValueType.FLOAT64)
    limits = {"UINT8": (0, 255), "INT8": (-128, 127), "UINT16": (0, 65535), "INT16": (-32768, 32767),
              "UINT32": (0, 2**32 - 1), "INT32": (-(2**31), 2**31 - 1), "UINT64": (0, 2**64 - 1), "INT64": (-(2**63), 2**63 - 1)}
    for name, pair in limits.items():
        writer.add_key_value("array." + name.lower(), list(pair), GGUFValueType.ARRAY, GGUFValueType[name])
    writer.add_key_value("array.one", [7], GGUFValueType.ARRAY, GGUFValueType.INT32)
    writer.add_array("array.arrays", [[1, 2, 3], [4], [5, 6]])
    writer.add_array("array.words", [["a", "b"], ["c"]])
    writer.add_array("array.deep", [[[1], [2, 3]], [[4]]])


writer = GGUFWriter(path("plain.gguf"), "decant")
add_plain(writer)
write(writer)
plain = read("plain.gguf")
assert plain["f32.2"].shape == (3, 2)

writer = GGUFWriter(path("values.gguf"), "decant")
add_values(writer)
writer.add_tensor("x", np.arange(3, dtype=np.float32))
write(writer)
read("values.gguf", "Keys of arrays inside arrays: metadata has them nested; gguf-py itself flattens them.")

# Every quantized type: those that gguf-py quantizes, and blocks of random bytes.
writer = GGUFWriter(path("quantized.gguf"), "decant")
for kind, shape in [(Type.Q8_0, (2, 64)), (Type.Q4_0, (3, 32)), (Type.Q4_1, (2, 32)), (Type.Q5_0, (1, 32)), (Type.Q5_1, (32,)), (Type.Q8_0, (2, 1, 2, 32))]:
    floats = random.standard_normal(shape).astype(np.float32)
    blocks = gguf.quants.quantize(floats, kind)
    writer.add_tensor("%s.%d" % (kind.name.lower(), len(shape)), blocks, raw_dtype=kind)
writer.add_tensor("f32", np.arange(3, dtype=np.float32))
write(writer)
read("quantized.gguf")

writer = GGUFWriter(path("blocks.gguf"), "decant")
left_out = []
for kind in Type:
    size, length = gguf.GGML_QUANT_SIZES[kind]
    if size == 1:
        continue
    for _ in range(200):
        blocks = random.randint(0, 256, (1, length)).astype(np.uint8)
        try:
            with np.errstate(all="ignore"):
                floats = gguf.quants.dequantize(blocks, kind)
        except NotImplementedError:
            left_out.append(kind.name)
            break
        if np.isfinite(floats).all() and np.abs(floats).max() < 1e30:
            writer.add_tensor(kind.name.lower(), blocks, raw_dtype=kind)
            break
write(writer)
read("blocks.gguf", "Blocks of random bytes. gguf-py does not dequantize " + ", ".join(left_out) + ": not in this file.")

for alignment in [8, 64, 256]:
    writer = GGUFWriter(path("aligned-%d.gguf" % alignment), "decant")
    writer.add_custom_alignment(alignment)
    for name in ["a", "b"]:
        writer.add_tensor(name, golden.sample(random, "f4", (3,)))
    writer.add_tensor("c", golden.sample(random, "i1", (9,)))
    write(writer)
    read("aligned-%d.gguf" % alignment)

writer = GGUFWriter(path("big-endian.gguf"), "decant", endianess=gguf.GGUFEndian.BIG)
add_values(writer)
for kind, dtype in plain_types.items():
    writer.add_tensor(kind.name.lower(), golden.sample(random, dtype, (2, 3)))
writer.add_tensor("bf16", golden.sample(random, ml_dtypes.bfloat16, (2, 3)).view(np.uint16), raw_dtype=Type.BF16)
blocks = gguf.quants.quantize(random.standard_normal((2, 32)).astype(np.float32), Type.Q8_0)
swapped = blocks.copy()
swapped[:, :2] = blocks[:, 1::-1]  # the scale, as gguf_convert_endian.py swaps it
writer.add_tensor("q8_0", swapped, raw_dtype=Type.Q8_0)
write(writer)
read("big-endian.gguf", "q8_0: bytes as they lie in the file; the float16 scale of each block is big-endian.")

writer = GGUFWriter(path("split.gguf"), "decant", split_max_tensors=2)
for number_ in range(5):
    writer.add_tensor("t%d" % number_, np.full((2, 2), number_, np.float32))
write(writer)
for number_ in range(1, 4):
    read("split-%05d-of-00003.gguf" % number_)

writer = GGUFWriter(path("no-tensors.gguf"), "decant")
writer.add_string("tokenizer.ggml.model", "gpt2")
write(writer)
read("no-tensors.gguf")


# Files by hand

def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(value)) + value


def key_value(key, kind, data):
    return text(key) + struct.pack("<I", kind) + data


def tensor_info(name, shape, kind, offset):
    return text(name) + struct.pack("<I%dQIQ" % len(shape), len(shape), *shape, kind, offset)


def file_of(values=(), tensors=(), data=b"", version=3, counts=None, alignment=32, tail=b""):
    count, value_count = counts or (len(tensors), len(values))
    head = b"GGUF" + struct.pack("<IQQ", version, count, value_count) + b"".join(values) + b"".join(tensors) + tail
    return head + b"\0" * (-len(head) % alignment) + data


arch = key_value("general.architecture", 8, text("decant"))
floats = np.arange(8, dtype="<f4").tobytes()
a, b = tensor_info("a", [8], 0, 0), tensor_info("b", [8], 0, 32)

with open(path("version-2.gguf"), "wb") as file:
    file.write(file_of([arch], [a, b], floats + floats, version=2))
read("version-2.gguf", "By a script: gguf-py writes version 3 only.")
with open(path("gaps.gguf"), "wb") as file:
    empty = key_value("array.empty", 9, struct.pack("<IQ", 8, 0))
    file.write(file_of([arch, empty], [tensor_info("late", [2, 2], 0, 96), tensor_info("early", [8], 0, 32)], b"\xff" * 32 + floats + b"\xff" * 32 + floats[:16] + b"tail"))
read("gaps.gguf", "By a script: tensors out of order, unused bytes between and after them, no padding after the last one, an empty array.")

bad = golden.Bad(folder, "Damaged GGUF files")
good = file_of([arch], [a, b], floats + floats)
bad.add("magic.gguf", b"GGUG" + good[4:], "wrong magic")
bad.add("version-99.gguf", file_of([arch], [a, b], floats + floats, version=99), "version 99")
bad.add("version-0.gguf", file_of([arch], [a, b], floats + floats, version=0), "version 0")
one = b"GGUF" + struct.pack("<III", 1, 1, 0) + struct.pack("<I", 1) + b"a" + struct.pack("<III", 1, 8, 0) + struct.pack("<Q", 0)
bad.add("version-1.gguf", one + b"\0" * (-len(one) % 32) + floats, "version 1, whose counts and lengths have 32 bits; gguf-py refuses it")
bad.add("tensor-count.gguf", file_of([arch], [a, b], floats, counts=(2**60, 1)), "2^60 tensors")
bad.add("tensor-count-max.gguf", file_of([arch], [a, b], floats, counts=(2**64 - 1, 1)), "2^64 - 1 tensors")
bad.add("tensor-count-3.gguf", file_of([arch], [a, b], floats + floats, counts=(3, 1)), "3 tensors are announced, 2 are there; gguf-py reads the data as the third")
bad.add("value-count.gguf", file_of([arch], [a, b], floats, counts=(2, 2**60)), "2^60 key-values")
bad.add("value-count-max.gguf", file_of([arch], [a, b], floats, counts=(2, 2**64 - 1)), "2^64 - 1 key-values")
bad.add("key-length.gguf", file_of([struct.pack("<Q", 2**60) + b"key"], [a], floats), "a key of 2^60 bytes")
bad.add("string-length.gguf", file_of([key_value("k", 8, struct.pack("<Q", 2**60) + b"value")], [a], floats), "a string of 2^60 bytes")
bad.add("string-length-max.gguf", file_of([key_value("k", 8, struct.pack("<Q", 2**64 - 1) + b"value")], [a], floats), "a string of 2^64 - 1 bytes")
bad.add("name-length.gguf", file_of([arch], [struct.pack("<Q", 2**60) + b"a" + struct.pack("<IQIQ", 1, 8, 0, 0)], floats), "a tensor's name of 2^60 bytes")
bad.add("array-length.gguf", file_of([key_value("k", 9, struct.pack("<IQ", 4, 2**60) + b"\0" * 16)], [a], floats), "an array of 2^60 numbers")
bad.add("array-length-max.gguf", file_of([key_value("k", 9, struct.pack("<IQ", 10, 2**61 + 1) + b"\0" * 16)], [a], floats), "an array of 2^61 + 1 numbers of 8 bytes: the product overflows to 8")
bad.add("array-of-strings-length.gguf", file_of([key_value("k", 9, struct.pack("<IQ", 8, 2**60) + text("a"))], [a], floats), "an array of 2^60 strings")
bad.add("array-of-arrays-length.gguf", file_of([key_value("k", 9, struct.pack("<IQ", 9, 2**60) + struct.pack("<IQ", 0, 0) * 64)], [a], floats), "an array of 2^60 arrays, of which 64 empty ones are there")
bad.add("value-type.gguf", file_of([key_value("k", 13, b"\0" * 8)], [a], floats), "a value of the unknown type 13")
bad.add("array-type.gguf", file_of([key_value("k", 9, struct.pack("<IQ", 99, 1) + b"\0" * 8)], [a], floats), "an array of the unknown type 99")
bad.add("bool.gguf", file_of([key_value("k", 7, b"\x02")], [a], floats), "a bool with the value 2; gguf-py reads it as true")
bad.add("key-twice.gguf", file_of([arch, arch], [a], floats), "a key twice")
bad.add("key-utf8.gguf", file_of([key_value(b"k\xff", 4, struct.pack("<I", 1))], [a], floats), "a key that is not UTF-8")
bad.add("key-empty.gguf", file_of([key_value("", 4, struct.pack("<I", 1))], [a], floats), "an empty key; gguf-py reads it")
bad.add("value-utf8.gguf", file_of([key_value("k", 8, text(b"\xff\xfe"))], [a], floats), "a string that is not UTF-8; gguf-py opens the file and fails on the value only")
nested = struct.pack("<IQ", 9, 1) * 999 + struct.pack("<IQI", 4, 1, 7)
bad.add("nested-1000.gguf", file_of([key_value("k", 9, nested)], [a], floats), "arrays inside arrays, 1000 deep")
bad.add("alignment-0.gguf", file_of([key_value("general.alignment", 4, struct.pack("<I", 0))], [a], floats), "alignment 0")
bad.add("alignment-24.gguf", file_of([key_value("general.alignment", 4, struct.pack("<I", 24))], [a], floats, alignment=24), "alignment 24, no power of two")
bad.add("alignment-2-31.gguf", file_of([key_value("general.alignment", 4, struct.pack("<I", 2**31))], [a], floats), "alignment 2^31: the data start far after the end")
bad.add("alignment-string.gguf", file_of([key_value("general.alignment", 8, text("32"))], [a], floats), "the alignment is a string")
bad.add("alignment-uint64.gguf", file_of([key_value("general.alignment", 10, struct.pack("<Q", 32))], [a], floats), "the alignment is a uint64, not a uint32")
bad.add("dimensions-5.gguf", file_of([arch], [tensor_info("a", [2, 1, 2, 1, 2], 0, 0)], floats), "5 dimensions; gguf-py reads them")
bad.add("dimensions-2-32.gguf", file_of([arch], [text("a") + struct.pack("<IQIQ", 2**32 - 1, 8, 0, 0)], floats), "2^32 - 1 dimensions")
bad.add("dimension-zero.gguf", file_of([arch], [tensor_info("a", [0, 8], 0, 0)], floats), "a dimension of 0; gguf-py reads it")
bad.add("dimension-2-60.gguf", file_of([arch], [tensor_info("a", [2**60], 0, 0)], floats), "a dimension of 2^60")
bad.add("dimension-2-63.gguf", file_of([arch], [tensor_info("a", [2**63], 0, 0)], floats), "a dimension of 2^63")
bad.add("dimensions-overflow.gguf", file_of([arch], [tensor_info("a", [2**32, 2**32, 1], 0, 0)], floats), "2^32 x 2^32 elements: the product overflows to 0")
bad.add("dimensions-overflow-bytes.gguf", file_of([arch], [tensor_info("a", [2**62 + 2], 0, 0)], floats), "2^62 + 2 floats: their bytes overflow to 8")
bad.add("row-partial.gguf", file_of([arch], [tensor_info("a", [33, 2], 8, 0)], b"\0" * 128), "rows of 33 elements in blocks of 32 (Q8_0)")
bad.add("row-overflow.gguf", file_of([arch], [tensor_info("a", [2**63 - 32], 8, 0)], b"\0" * 128), "a row of 2^63 - 32 elements (Q8_0): its bytes overflow")
bad.add("type-99.gguf", file_of([arch], [tensor_info("a", [8], 99, 0)], floats), "a tensor of the unknown type 99")
bad.add("type-4.gguf", file_of([arch], [tensor_info("a", [8], 4, 0)], floats), "a tensor of type 4, which llama.cpp removed")
bad.add("type-max.gguf", file_of([arch], [tensor_info("a", [8], 2**32 - 1, 0)], floats), "a tensor of type 2^32 - 1")
bad.add("offset-outside.gguf", file_of([arch], [a, tensor_info("b", [8], 0, 1024)], floats + floats), "a tensor's offset is after the end")
bad.add("offset-end.gguf", file_of([arch], [a, tensor_info("b", [8], 0, 64)], floats + floats), "a tensor starts at the end of the file")
bad.add("offset-max.gguf", file_of([arch], [a, tensor_info("b", [8], 0, 2**64 - 32)], floats + floats), "a tensor's offset is 2^64 - 32: before the data if the sum overflows, and so gguf-py reads it")
bad.add("offset-unaligned.gguf", file_of([arch], [a, tensor_info("b", [4], 0, 36)], floats + floats), "a tensor's offset is 36, no multiple of 32; gguf-py reads it")
bad.add("offset-overlap.gguf", file_of([arch], [tensor_info("a", [16], 0, 0), b], floats + floats), "two tensors share bytes; gguf-py reads them")
bad.add("offset-same.gguf", file_of([arch], [a, tensor_info("b", [8], 0, 0)], floats + floats), "two tensors at the same place; gguf-py reads them")
bad.add("name-twice.gguf", file_of([arch], [a, tensor_info("a", [8], 0, 32)], floats + floats), "two tensors of one name")
bad.add("name-empty.gguf", file_of([arch], [tensor_info("", [8], 0, 0)], floats), "an empty name; gguf-py reads it")
bad.add("name-utf8.gguf", file_of([arch], [tensor_info(b"a\xff", [8], 0, 0)], floats), "a name that is not UTF-8")
bad.add("name-nul.gguf", file_of([arch], [tensor_info("a\0b", [8], 0, 0)], floats), "a name with a zero byte; gguf-py reads it")
bad.add("name-sideways.gguf", file_of([arch], [tensor_info("../../a\x1b[31m", [8], 0, 0)], floats), "a name with `..` and an escape sequence; gguf-py reads it")
bad.add("name-100.gguf", file_of([arch], [tensor_info("a" * 100, [8], 0, 0)], floats), "a name of 100 bytes; llama.cpp allows 63, gguf-py reads it")
bad.add("no-padding.gguf", file_of([arch], [a], b"", alignment=1), "ends after the table, no padding and no data")
places = {0: "empty file", 3: "inside the magic", 4: "no version", 6: "inside the version", 8: "no counts", 20: "inside the counts", 24: "no key-values",
          28: "inside a key's length", 40: "inside a key", 54: "inside a value's type", 60: "inside a string's length", 66: "inside a string",
          len(good) - 64 - 40: "inside the tensors", len(good) - 64: "no data", len(good) - 40: "inside the first tensor", -1: "the last byte is missing"}
bad.cuts("cut", ".gguf", good, places)
bad.finish()



def late(*_):
    raise TimeoutError("no end in sight")


signal.signal(signal.SIGALRM, late)
for name, defect in [line[3:].split("`: ", 1) for line in bad.lines]:
    signal.alarm(2)
    try:
        for field in GGUFReader(bad.path(name)).fields.values():
            field.contents()
        if "reads" not in defect:
            print("gguf-py reads %s: %s" % (name, defect))
    except Exception as error:
        if "reads" in defect:
            print("gguf-py refuses %s: %s: %s" % (name, defect, error))
signal.alarm(0)
