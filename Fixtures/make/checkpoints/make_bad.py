"""Damaged checkpoints, one folder per defect, made from v1-small, v2-small and v2-shards. Standard library only.

Damage that lies behind a checksum is made first and the checksum computed over it, so that a reader meets the defect
itself. Each `expected.json` says what to open, what is wrong and what a reader should say; `tensors` lists what is
damaged where the rest of the checkpoint is still sound.
"""
import gzip
import io
import os
import struct

import fixture
import table
from table import (DTYPES, FOOTER, Table, bundle_entry, bundle_header, crc32c, data_name, field, fixed32, footer, handle,
                   masked, optional, ordered_unsigned, shape_message, slice_key, slice_message, sliced_entry, v1_meta,
                   v1_record, varint)

ROOT = fixture.ROOT


def good(folder, name):
    with open(os.path.join(ROOT, folder, name), "rb") as file:
        return file.read()


V1 = good("v1-small", "model.ckpt")
INDEX = good("v2-small", "model.ckpt.index")
DATA = good("v2-small", "model.ckpt.data-00000-of-00001")
SHARD = data_name("model.ckpt", 0, 1)
seen = set()


def bad(name, files, file, defect, expect, tensors=None):
    """Write the folder. `files` maps file names to bytes, `file` is what a user would open."""
    assert name not in seen
    seen.add(name)
    folder = fixture.new_folder(os.path.join("bad", name))
    for each, data in files.items():
        with open(os.path.join(folder, each), "wb") as output:
            output.write(data)
    head = {"file": file, "defect": defect, "expect": expect}
    if tensors is not None:
        head["tensors"] = tensors
    with io.open(os.path.join(folder, "expected.json"), "w", encoding="utf-8", newline="\n") as output:
        keys = [key for key in ("file", "defect", "expect", "tensors") if key in head]
        output.write(u"{\n" + u",\n".join(u'"%s": %s' % (key, fixture.quoted(head[key])) for key in keys) + u"}\n")


def v1(name, data, defect, expect, tensors=None):
    bad("v1-" + name, {"model.ckpt": data}, "model.ckpt", defect, expect, tensors)


def v2(name, index, defect, expect, tensors=None, data=DATA):
    bad("v2-" + name, {"model.ckpt.index": index, SHARD: data}, "model.ckpt", defect, expect, tensors)


def flip(data, at, bit=0):
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


def replaced(entries, key, value):
    assert any(each == key for each, _ in entries)
    return [(each, value if each == key else old) for each, old in entries]


# ---------------------------------------------------------------------------------------------------------------


def other_files():
    """What lies at a checkpoint's path when a download went wrong."""
    html = (b"<!DOCTYPE html>\n<html lang=\"en\"><head><title>404 Not Found</title></head>\n<body><h1>Not Found</h1>"
            b"<p>The page you asked for does not exist.</p></body></html>\n")
    pointer = (b"version https://git-lfs.github.com/spec/v1\noid sha256:"
               b"4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 149002244\n")
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(V1)
    kinds = [("empty", b"", "the file is empty", "says that the file is empty, an interrupted save or download"),
             ("lfs-pointer", pointer, "a Git LFS pointer in place of the file",
              "names Git LFS and says to fetch the real file of 149002244 bytes"),
             ("html", html, "an HTML page in place of the file", "says that this is a web page, a failed download"),
             ("gzip", packed.getvalue(), "a gzip file", "names gzip and says to unpack it"),
             ("zip", b"PK\x03\x04" + bytes(60), "a ZIP archive (a PyTorch file, for example)", "names ZIP"),
             ("hdf5", b"\x89HDF\r\n\x1a\n" + bytes(88), "an HDF5 file (Keras weights)", "names HDF5"),
             ("safetensors", struct.pack("<Q", 2) + b"{}", "a safetensors file", "names safetensors or a foreign file"),
             ("text", b"model_checkpoint_path: \"nowhere\"\n", "text", "says that this is not a checkpoint table"),
             ("47-bytes", V1[-47:], "shorter than a footer", "says that 47 bytes are fewer than a footer's 48"),
             ("random", fixture.noise_bytes(400, "bad"), "arbitrary bytes",
              "bad magic number: found and expected eight bytes")]
    for name, data, defect, expect in kinds:
        v1(name, data, defect, expect)
        bad("v2-index-" + name, {"model.ckpt.index": data, SHARD: DATA}, "model.ckpt", defect + ", as the index", expect)
    bad("v2-data-without-index", {SHARD: DATA}, SHARD, "a data file without its index",
        "names the missing model.ckpt.index; the data file alone tells neither names nor shapes")
    bad("v2-index-without-data", {"model.ckpt.index": INDEX}, "model.ckpt", "an index without its data file",
        "names the missing " + SHARD, sorted(["bias", "global_step", "sliced", "text", "weights"]))
    bad("v2-meta-only", {"model.ckpt.meta": b""}, "model.ckpt", "neither an index nor a V1 file, only .meta",
        "says which files were looked for")
    bad("state-without-files", {"checkpoint": b'model_checkpoint_path: "model.ckpt-9"\n'}, "checkpoint",
        "the state file names a checkpoint that is not there", "names model.ckpt-9 and the folder searched")
    bad("state-without-path", {"checkpoint": b'all_model_checkpoint_paths: "model.ckpt-9"\n'}, "checkpoint",
        "the state file has no model_checkpoint_path", "names the missing line")
    bad("state-not-text", {"checkpoint": fixture.noise_bytes(200, "state")}, "checkpoint",
        "the state file is not text", "says so with the place of the first bad byte or line")
    for name, data, defect in [("lfs-pointer", pointer, "a Git LFS pointer in place of the data file"),
                               ("empty", b"", "the data file is empty")]:
        v2("data-" + name, INDEX, defect, "says that the shard is shorter than its tensors need; names what it is",
           ["bias", "global_step", "sliced", "text", "weights"], data)
    model = good(os.path.join("saved-model-tf1", "model"), "saved_model.pb")
    bad("saved-model-without-variables", {"saved_model.pb": model}, ".", "a SavedModel without its variables folder",
        "names the missing variables/variables.index")
    bad("saved-model-truncated", {"saved_model.pb": model[:1000]}, "saved_model.pb", "saved_model.pb is cut short",
        "message runs past the end, with the offset")
    shards = {"model.ckpt-7.index": good("v2-shards", "model.ckpt-7.index")}
    for number in (0, 1, 2):
        name = data_name("model.ckpt-7", number, 3)
        shards[name] = good("v2-shards", name)
    missing = data_name("model.ckpt-7", 1, 3)
    damaged = ["layer%d/%s" % (i, part) for i in range(6) for part in ("biases", "weights")
               if (2 * i + (part == "biases")) % 3 == 1] + ["table", "wide"]
    bad("v2-missing-shard", {name: data for name, data in shards.items() if name != missing}, "model.ckpt-7",
        "the second of three shards is missing", "names " + missing + " and the tensors that need it", sorted(damaged))
    for number in (0, 1, 2):
        name = "model.ckpt-7-%05d-of-00003" % number
        shards[name] = good("v1-sharded", name)
    bad("v1-missing-shard", {name: data for name, data in shards.items() if "-of-" in name and "data" not in name
                             and "00001-of" not in name}, "model.ckpt-7-00000-of-00003",
        "one file of a sharded V1 set is missing", "names model.ckpt-7-00001-of-00003", sorted(damaged))


def bits_and_ends():
    """The same damage in a V1 file and in a V2 index."""
    for v, data in ((v1, V1), (v2, INDEX)):
        parts = Table(data)
        end = len(data) - FOOTER
        (block_offset, block_size), (index_offset, index_size) = parts.blocks[0], parts.index
        kind = "V1 file" if v is v1 else "index"
        v("flip-footer", flip(data, end + len(handle(*parts.metaindex)), 3), "a bit flipped in the footer's index handle",
          "the index block's handle leads outside the file, or its block fails its checksum, with the offset")
        v("flip-footer-metaindex", flip(data, end, 3), "a bit flipped in the footer's metaindex handle",
          "as flip-footer where a reader looks at the metaindex block; TensorFlow does not, and reads the file", [])
        v("flip-magic", flip(data, len(data) - 1), "a bit flipped in the magic number", "bad magic number")
        v("flip-index-block", flip(data, index_offset + index_size // 2), "a bit flipped in the index block",
          "checksum of the index block at byte %d" % index_offset)
        v("flip-data-block", flip(data, block_offset + block_size // 2, 5), "a bit flipped in a data block",
          "checksum of the data block at byte %d" % block_offset)
        v("flip-block-checksum", flip(data, block_offset + block_size + 2), "a bit flipped in a block's checksum",
          "checksum of the data block at byte %d" % block_offset)
        v("truncated", data[:len(data) * 2 // 3], "the last third of the %s is missing" % kind, "bad magic number, truncated")
        v("truncated-footer", data[:-7], "the last seven bytes are missing", "bad magic number, truncated")
        v("one-byte-more", data + b"\n", "one byte appended", "bad magic number; appended bytes")
        v("wrong-magic", data[:-8] + struct.pack("<Q", 0x88E241B785F4CFF7), "the magic number of another table format",
          "bad magic number: found and expected")
        start = data[:end]
        index = handle(*parts.index)
        v("handle-beyond-end", start + footer(handle(*parts.metaindex), handle(len(data) * 1000, 10)),
          "the footer's index handle lies beyond the file", "handle outside the file: offset, size, file size")
        v("handle-overflow", start + footer(handle(*parts.metaindex), handle((1 << 64) - 8, 100)),
          "offset plus size of the index handle exceeds 64 bits", "handle outside the file; must not trap")
        v("handle-endless-varint", start + footer(b"\xff" * 20, b""), "a varint of more than ten bytes in the footer",
          "bad varint in the footer")
        v("handle-huge-size", start + footer(handle(*parts.metaindex), handle(index_offset, 1 << 62)),
          "the index block is said to hold 4 EiB", "handle outside the file; must not allocate")
        v("block-handle-beyond-end", table.table(parts.entries, handles=lambda places: [(1 << 40, 100)]),
          "a data block's handle lies beyond the file", "handle outside the file, in the index block")
        v("block-handle-overflow", table.table(parts.entries, handles=lambda places: [((1 << 64) - 3, 100)]),
          "offset plus size of a data block's handle exceeds 64 bits", "handle outside the file; must not trap")
        contents = data[block_offset:block_offset + block_size]

        def with_block(stored, kind=0):
            """A file with this one block as its data block, all checksums right."""
            output = stored + table.trailer(stored, kind)
            places = []
            for each in (table.block([], 1), table.block([(b"z", handle(0, len(stored)))], 1)):
                places.append(handle(len(output), len(each)))
                output += each + table.trailer(each, 0)
            return output + footer(*places)

        v("restart-count", table.table(parts.entries, restart_count=0x7FFFFFFF), "more restart points than fit the block",
          "restart count 2147483647 in a block of its size")
        v("restart-count-zero", table.table(parts.entries, restart_count=0), "no restart point at all",
          "bad restart count, or entries that run into the restart array")
        v("empty-block", with_block(b""), "a data block of zero bytes", "block too short for a restart count")
        v("block-type", with_block(contents, 7), "block type 7", "unknown block type 7")
        v("entry-shared-too-long", with_block(b"\x05\x01\x01kv" + struct.pack("<II", 0, 1)),
          "the first entry shares five bytes with no key", "shared bytes exceed the previous key")
        v("entry-runs-out", with_block(b"\x00\x01\x7fkv" + struct.pack("<II", 0, 1)),
          "a value longer than the block", "entry runs past the block")
        v("entry-length-overflow", with_block(b"\x00\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0fkv" + struct.pack("<II", 0, 1)),
          "key and value lengths of 4 GiB each", "entry runs past the block; must not trap or allocate")
        for name, stored, defect in [
                ("snappy-garbage", fixture.noise_bytes(64, "garbage"), "a Snappy block of arbitrary bytes"),
                ("snappy-offset", b"\x08\x00a\x09\x09" + b"\x00b", "a Snappy copy from before the start"),
                ("snappy-offset-zero", b"\x05\x00a\x01\x00", "a Snappy copy with offset 0"),
                ("snappy-bomb", varint(0xFFFFFFFF) + b"\x00a" + b"\xfe\x01\x00" * 50,
                 "a Snappy block that claims 4 GiB from 157 bytes"),
                ("snappy-short", table.snappy(contents)[:-3], "a Snappy block cut short"),
                ("snappy-long", varint(len(contents) - 5) + table.snappy(contents)[len(varint(len(contents))):],
                 "a Snappy block that yields more than it declares")]:
            v(name, with_block(stored, 1), defect, "damaged Snappy block at byte 0; must not trap or allocate")
        rest = parts.entries[1:]
        v("header-missing", table.table(rest), "no entry under the empty key", "header (empty key) missing")
        v("header-empty", table.table([(b"", b"")] + rest), "an empty value under the empty key",
          "neither a V1 nor a V2 checkpoint")
        v("header-garbage", table.table([(b"", b"\xff" * 12)] + rest), "the header is not a message",
          "header does not parse")
        swapped = list(parts.entries)
        swapped[-1], swapped[-2] = swapped[-2], swapped[-1]
        v("unordered-keys", table.table(swapped), "the last two keys in the wrong order", "keys not in order, both named")
        v("duplicate-key", table.table(parts.entries + parts.entries[-1:]), "the last key twice", "duplicate key, named")
        v("no-tensors", table.table(parts.entries[:1] if v is v2 else [v1_meta([])]), "a header and nothing else",
          "reads, and holds no tensors (not an error)")


SLICES = [[(0, 2), None], [(2, 2), None]]
HALVES = [struct.pack("<6f", *range(6)), struct.pack("<6f", *range(6, 12))]


def v1_made(name, tensors, records, defect, expect, damaged):
    """`tensors` as for `v1_meta`; `records` are (name, extents, value list)."""
    entries = [v1_meta(tensors)] + sorted(v1_record(*record) for record in records)
    v1(name, table.table(entries), defect, expect, damaged)


def v1_messages():
    one, six = DTYPES["float32"], table.tensor_proto("float32", HALVES[0])
    whole = [[None, None]]

    def single(name, shape, slices, proto, defect, expect, dtype=one):
        v1_made(name, [(b"w", shape, dtype, slices)], [(b"w", slices[0], proto)], defect, expect, ["w"])

    single("count-short", [2, 3], whole, table.tensor_proto("float32", HALVES[0][:-4]), "five values for a shape of six",
           "value count: expected 6, found 5")
    single("count-long", [2, 3], whole, table.tensor_proto("float32", HALVES[0] + HALVES[0][:4]),
           "seven values for a shape of six", "value count: expected 6, found 7")
    single("ragged-run", [2, 3], whole, field(5, HALVES[0][:-1]), "a packed run of 23 bytes for four-byte values",
           "packed run is not a multiple of 4 bytes")
    single("wrong-field", [2, 3], whole, table.tensor_proto("int64", bytes(48)), "int64 values under a float32 tensor",
           "value count: expected 6, found 0 (values of another type)")
    single("huge-shape", [1 << 40, 1 << 40], whole, six, "a shape whose element count exceeds 64 bits",
           "element count overflows; must not trap or allocate")
    single("huge-shape-fits", [1 << 45], [[None]], six, "a shape of 128 TiB with six values",
           "value count: expected 35184372088832, found 6; must not allocate")
    single("overflow-then-zero", [1 << 40, 1 << 40, 0], [[None, None, None]], six,
           "a shape that overflows before its zero dimension", "element count overflows")
    single("negative-dimension", [-2, 3], whole, six, "a dimension of -2", "negative dimension")
    single("unknown-dtype", [2, 3], whole, six, "data type 77", "unknown data type 77, tensor named", 77)
    single("reference-dtype", [2, 3], whole, six, "data type 101, a reference", "reference type in a checkpoint", 101)
    single("invalid-dtype", [2, 3], whole, six, "data type 0", "no data type", 0)
    single("truncated-varint", [2], [[None]], field(7, b"\x01\xff"), "a packed run that ends inside a varint",
           "truncated varint in the values", DTYPES["int32"])
    single("long-varint", [1], [[None]], field(7, b"\xff" * 11 + b"\x01"), "a varint of twelve bytes",
           "varint longer than ten bytes", DTYPES["int32"])
    single("out-of-range", [2], [[None]], table.tensor_proto("int32", struct.pack("<2i", 300, -300)),
           "300 and -300 as values of int8", "value outside the type's range (or the low byte, flagged)", DTYPES["int8"])
    single("string-count", [3], [[None]], table.tensor_proto("string", [b"a", b"b"]), "two strings for a shape of three",
           "value count: expected 3, found 2", DTYPES["string"])
    single("truncated-message", [2, 3], whole, b"\x2a\x80\x80\x40" + HALVES[0], "a value list longer than its record",
           "message runs past the record")
    meta = (b"w", [4, 3], one, SLICES)
    records = [(b"w", extents, table.tensor_proto("float32", half)) for extents, half in zip(SLICES, HALVES)]
    v1_made("missing-record", [meta], records[:1], "one of two slices has no record", "slice missing, tensor and rows named",
            ["w"])
    v1_made("extra-record", [meta], records + [(b"ghost", [None], six)], "a record that no header names",
            "reads; the extra record is mentioned", [])
    v1_made("slice-hole", [(b"w", [5, 3], one, [[(0, 2), None], [(3, 2), None]])],
            [(b"w", [(0, 2), None], six), (b"w", [(3, 2), None], six)], "row 2 is in no slice", "hole named", ["w"])
    v1_made("slice-overlap", [(b"w", [3, 3], one, [[(0, 2), None], [(1, 2), None]])],
            [(b"w", [(0, 2), None], six), (b"w", [(1, 2), None], six)], "row 1 is in two slices", "overlap named", ["w"])
    v1_made("slice-beyond", [(b"w", [3, 3], one, [[(0, 2), None], [(2, 2), None]])],
            [(b"w", [(0, 2), None], six), (b"w", [(2, 2), None], six)], "a slice ends beyond its dimension",
            "slice outside the shape", ["w"])
    v1_made("slice-rank", [(b"w", [2, 3], one, [[None]])], [(b"w", [None], six)], "a slice of rank 1 of a matrix",
            "rank of slice and shape differ", ["w"])
    v1_made("slice-overflow", [(b"w", [2, 3], one, [[((1 << 63) - 1, 2), None]])],
            [(b"w", [((1 << 63) - 1, 2), None], six)], "start plus length of a slice exceeds 64 bits",
            "slice outside the shape; must not trap", ["w"])
    v1_made("duplicate-tensor", [(b"w", [2, 3], one, whole), (b"w", [2, 3], one, whole)], [(b"w", [None, None], six)],
            "the same tensor twice in the header", "duplicate tensor, named", ["w"])
    entries = [v1_meta([(b"w", [2, 3], one, whole)]),
               (slice_key(b"w", [None, None]), v1_record(b"x", [None, None], six)[1])]
    v1("record-name", table.table(entries), "the record under w's key names x", "names differ: key and record", ["w"])
    entries[1] = (slice_key(b"w", [None, None]), field(1, b""))
    v1("record-without-data", table.table(entries), "the record holds no slice", "no data in the record", ["w"])
    deep = b""
    for _ in range(5000):
        deep = field(15, field(3, deep))  # variant_val, tensors
    single("deep-record", [2, 3], whole, deep + six, "a record nested 10000 deep in fields that no V1 tensor uses",
           "reads six values (skipped), or refuses the depth; must not exhaust the stack")


def entry_of(tensor=b"weights"):
    return dict(Table(INDEX).entries)[tensor]


def v2_messages():
    entries = Table(INDEX).entries
    float32 = DTYPES["float32"]
    weights = dict(entries)[b"weights"]
    offset = DATA.find(struct.pack("<6f", *range(10, 16)))
    payload = DATA[offset:offset + 24]
    crc = crc32c(payload)
    assert weights == bundle_entry(float32, [2, 3], 0, offset, 24, crc)

    def single(name, value, defect, expect, data=DATA, key=b"weights"):
        v2(name, table.table(replaced(entries, key, value)), defect, expect, [key.decode()], data)

    single("flip-tensor", weights, "a bit flipped in the data of weights", "checksum of weights: found and expected",
           flip(DATA, offset + 5))
    v2("data-cut", INDEX, "the data file is cut short by 30 bytes", "shard shorter than its tensors need, by how much",
       None, DATA[:-30])
    single("crc-unmasked", field(1, float32) + field(2, shape_message([2, 3])) + field(4, offset) + field(5, 24)
           + fixed32(6, crc), "a checksum stored without its mask", "checksum of weights")
    single("size-short", bundle_entry(float32, [2, 3], 0, offset, 20, crc32c(payload[:20])), "20 bytes for six floats",
           "size: expected 24, found 20")
    single("size-long", bundle_entry(float32, [2, 3], 0, offset, 28, crc32c(DATA[offset:offset + 28])),
           "28 bytes for six floats", "size: expected 24, found 28")
    single("size-zero", bundle_entry(float32, [2, 3], 0, 0, 0, 0), "no bytes for six floats", "size: expected 24, found 0")
    single("size-negative", bundle_entry(float32, [2, 3], 0, offset, -24, crc), "a size of -24", "negative size")
    single("offset-negative", bundle_entry(float32, [2, 3], 0, -1, 24, crc), "an offset of -1", "negative offset")
    single("offset-beyond", bundle_entry(float32, [2, 3], 0, len(DATA), 24, crc), "an offset at the end of the shard",
           "tensor lies outside the shard: offset, size, shard length")
    single("offset-overflow", bundle_entry(float32, [2, 3], 0, (1 << 63) - 1, 24, crc),
           "offset plus size exceeds 63 bits", "tensor lies outside the shard; must not trap")
    single("huge-shape", bundle_entry(float32, [1 << 40, 1 << 40], 0, offset, 24, crc),
           "a shape whose element count exceeds 64 bits", "element count overflows; must not trap or allocate")
    single("huge-bytes", bundle_entry(DTYPES["complex128"], [1 << 60], 0, offset, 24, crc),
           "a shape whose byte count exceeds 64 bits", "byte count overflows; must not trap")
    single("huge-tensor", bundle_entry(float32, [1 << 45], 0, offset, 1 << 47, crc), "a tensor of 128 TiB",
           "tensor lies outside the shard; must not allocate")
    single("overflow-then-zero", bundle_entry(float32, [1 << 40, 1 << 40, 0], 0, 0, 0, 0),
           "a shape that overflows before its zero dimension", "element count overflows")
    single("negative-dimension", bundle_entry(float32, [-2, -3], 0, offset, 24, crc), "dimensions of -2 and -3",
           "negative dimension")
    single("unknown-rank", field(1, float32) + field(2, field(3, 1)) + field(4, offset) + field(5, 24)
           + fixed32(6, masked(crc)), "a shape of unknown rank", "shape of unknown rank")
    single("rank-300", bundle_entry(float32, [1] * 300, 0, offset, 4, crc32c(payload[:4])), "a shape of 300 dimensions",
           "rank 300 exceeds 254")
    single("unknown-dtype", bundle_entry(77, [2, 3], 0, offset, 24, crc), "data type 77",
           "unknown data type 77, tensor named; the others still read")
    single("invalid-dtype", bundle_entry(0, [2, 3], 0, offset, 24, crc), "data type 0", "no data type")
    single("resource-dtype", bundle_entry(20, [], 0, offset, 24, crc), "data type 20, a resource, with data",
           "resource handles hold no data")
    single("shard-beyond", bundle_entry(float32, [2, 3], 4, offset, 24, crc), "shard 4 of 1", "shard 4 does not exist")
    single("shard-negative", bundle_entry(float32, [2, 3], -1, offset, 24, crc), "shard -1", "shard -1 does not exist")
    single("entry-garbage", b"\xff\xff\xff", "an entry that is not a message", "entry of weights does not parse")
    single("entry-truncated", weights[:-2], "an entry cut short", "entry of weights does not parse")
    single("entry-empty", b"", "an empty entry", "no data type")
    single("entry-group", b"\x0b" * 5000 + weights, "groups opened 5000 deep in an entry",
           "groups refused; must not exhaust the stack")
    single("overlap", bundle_entry(float32, [2, 3], 0, 0, 24, crc32c(DATA[:24])), "weights lies over other tensors",
           "tensors share bytes, both named")
    headers = [("header-no-shards", field(3, field(1, 1)), "num_shards 0", "number of shards: at least 1"),
               ("header-negative-shards", field(1, -1) + field(3, field(1, 1)), "num_shards -1", "number of shards"),
               ("header-many-shards", field(1, 0x7FFFFFFF) + field(3, field(1, 1)), "num_shards 2147483647",
                "number of shards exceeds the limit; must not allocate"),
               ("header-endianness", field(1, 1) + field(2, 5) + field(3, field(1, 1)), "endianness 5",
                "unknown byte order 5"),
               ("header-too-new", field(1, 1) + field(3, field(1, 9) + field(2, 9)), "a reader of version 9 is demanded",
                "written for version 9, this reader knows 1"),
               ("header-bad-consumer", field(1, 1) + field(3, field(1, 1) + field(3, varint(1))),
                "readers of version 1 are excluded", "excluded by bad_consumers")]
    for name, value, defect, expect in headers:
        v2(name, table.table(replaced(entries, b"", value)), defect, expect)
    strings()
    slices(float32)


def strings():
    def single(name, payload, crc, defect, expect, elements=2):
        entry = bundle_entry(DTYPES["string"], [elements], 0, 0, len(payload), crc)
        v2("string-" + name, table.table([bundle_header(), (b"text", entry)]), defect, expect, ["text"], payload)

    payload, crc = table.string_payload([b"hello", b""])
    single("flip-length", flip(payload, 0), crc, "a bit flipped in a length", "checksum of the lengths of text")
    single("flip-length-checksum", flip(payload, 3), crc, "a bit flipped in the lengths' checksum",
           "checksum of the lengths of text")
    single("flip-text", flip(payload, 8), crc, "a bit flipped in the text", "checksum of text")
    single("cut", payload[:-2], crc, "the last two bytes are missing", "strings run past the tensor's bytes")
    single("slack", payload + b"zz", crc, "two bytes after the last string",
           "bytes left over: expected and found")
    single("count-huge", payload, crc, "a shape of 2^40 strings in 11 bytes",
           "more strings than bytes; must not allocate", 1 << 40)
    lengths = varint((1 << 64) - 1) + b"\x01"
    check = crc32c(struct.pack("<I", 1), crc32c(struct.pack("<Q", (1 << 64) - 1)))
    stored = struct.pack("<I", masked(check))
    single("length-huge", lengths + stored + b"a", crc32c(b"a", crc32c(stored, check)),
           "a string of 2^64 - 1 bytes; the sum of lengths exceeds 64 bits", "string longer than the tensor; must not trap")
    single("endless-varint", b"\xff" * 16, 0, "a length of more than ten varint bytes", "bad varint")


def slices(float32):
    def made(name, shape, listed, stored, defect, expect, damaged=True):
        """`listed`: slices of the full entry; `stored`: (extents, entry's shape, dtype) of the slice entries."""
        entries, data = [], b""
        for extents, part, dtype in stored:
            payload = bytes(4 * fixture.count(part))
            entries.append((slice_key(b"w", extents), bundle_entry(dtype, part, 0, len(data), len(payload), crc32c(payload))))
            data += payload
        entries.append((b"w", sliced_entry(float32, shape, listed)))
        v2("slice-" + name, table.table([bundle_header()] + sorted(entries)), defect, expect, ["w"] if damaged else [], data)

    a, b = SLICES
    half = [2, 3]
    made("missing", [4, 3], [a, b], [(a, half, float32)], "one of two slices has no entry", "slice missing, rows named")
    made("hole", [5, 3], [a, [(3, 2), None]], [(a, half, float32), ([(3, 2), None], half, float32)],
         "row 2 is in no slice", "hole named")
    made("overlap", [3, 3], [a, [(1, 2), None]], [(a, half, float32), ([(1, 2), None], half, float32)],
         "row 1 is in two slices", "overlap named")
    made("beyond", [3, 3], [a, b], [(a, half, float32), (b, half, float32)], "a slice ends beyond its dimension",
         "slice outside the shape")
    made("rank", [4, 3], [[(0, 2)], [(2, 2)]], [([(0, 2)], [2], float32), ([(2, 2)], [2], float32)],
         "slices of rank 1 of a matrix", "rank of slice and shape differ")
    made("zero-length", [4, 3], [a, b, [(0, 0), None]], [(a, half, float32), (b, half, float32)],
         "a slice of length 0", "slice without elements")
    made("negative", [4, 3], [[(-1, 2), None], b], [(b, half, float32)], "a slice that starts at -1", "negative start")
    made("overflow", [4, 3], [[((1 << 63) - 1, 2), None], b], [(b, half, float32)],
         "start plus length exceeds 63 bits", "slice outside the shape; must not trap")
    made("dtype", [4, 3], [a, b], [(a, half, float32), (b, half, DTYPES["int32"])], "a slice of another data type",
         "data types of slice and tensor differ")
    made("shape", [4, 3], [a, b], [(a, half, float32), (b, [3, 2], float32)], "a slice entry whose shape is not its extent",
         "shapes of slice and extent differ")
    made("twice", [4, 3], [a, b, b], [(a, half, float32), (b, half, float32)], "a slice listed twice", "overlap named")
    made("scalar", [], [[]], [], "a scalar in slices", "slices of a scalar")
    orphan = (slice_key(b"ghost", [(0, 1), None]), bundle_entry(float32, [1, 3], 0, 0, 12, crc32c(bytes(12))))
    plain = (b"w", bundle_entry(float32, [3], 0, 12, 12, crc32c(bytes(12))))
    v2("slice-orphan", table.table([bundle_header(), orphan, plain]), "a slice entry that no tensor lists",
       "reads; the orphan is mentioned", [], bytes(24))
    key = b"\x00ghost\x00\x77" + ordered_unsigned(2)
    v2("slice-key-garbage", table.table([bundle_header(), (key, orphan[1]), plain]),
       "a key that begins as a slice's and is none", "reads or refuses; must not trap", [], bytes(24))


def metagraphs():
    """`.meta` beside a good checkpoint: the variables must still be readable."""
    deep = b""
    for _ in range(3000):
        # NodeDef.attr value -> AttrValue.func -> NameAttrList.attr
        deep = field(10, field(1, b"f") + field(2, field(1, b"k") + field(2, deep)))
    node = field(1, field(1, b"n") + field(2, b"NoOp") + field(5, field(1, b"a") + field(2, deep)))
    info = field(1, field(5, b"1.3.0"))
    tensor = b""
    for _ in range(3000):
        tensor = field(15, field(3, tensor))
    sound = info + field(2, field(1, field(1, b"weights") + field(2, b"VariableV2"))) + field(3, field(7, 2))
    cases = [("deep-function", info + field(2, node), "functions nested 3000 deep in an attribute",
              "nesting too deep; must not exhaust the stack"),
             ("deep-tensor", info + field(2, field(1, field(1, b"n") + field(5, field(1, b"value") + field(2, field(8, tensor))))),
              "tensors nested 3000 deep in an attribute", "nesting too deep; must not exhaust the stack"),
             ("deep-groups", b"\xfb\x07" * 5000 + sound, "groups opened 5000 deep", "groups refused"),
             ("truncated", sound[:-9], "the last nine bytes are missing", "message runs past the end, with the offset"),
             ("empty", b"", "an empty file", "empty .meta"),
             ("html", b"<!DOCTYPE html><html><body>Not Found</body></html>\n", "an HTML page", "says that this is a web page"),
             ("length-overflow", b"\x12" + varint((1 << 64) - 1), "a length of 2^64 - 1", "message runs past the end; must not trap"),
             ("wrong-wire-type", field(2, 5), "the graph as a number", "graph_def has the wrong wire type"),
             ("field-zero", b"\x02\x00" + sound, "field number 0", "field number 0"),
             ("bad-utf8", info + field(2, field(1, field(1, b"\xff\xfe") + field(2, b"NoOp"))),
              "a node's name that is not UTF-8", "reads with the name escaped, or says where")]
    for name, data, defect, expect in cases:
        bad("meta-" + name, {"model.ckpt.index": INDEX, SHARD: DATA, "model.ckpt.meta": data}, "model.ckpt.meta",
            ".meta: " + defect, expect + "; the checkpoint itself still reads", [])


if __name__ == "__main__":
    other_files()
    bits_and_ends()
    v1_messages()
    v2_messages()
    metagraphs()
    print("bad: %d folders" % len(seen))
