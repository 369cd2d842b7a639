"""Fixtures that no TensorFlow at hand writes, made from the description of the formats by table.py. The TensorFlow that
runs this script (1.15.5) reads them back where it can; `values_from` in values.json says where it cannot."""
import os
import struct

import fixture
import sets
import table
from fixture import Flow, Tensor, counting, new_folder, of_every_value, write_values
from table import Bundle, DTYPES, field, fixed32

WRITER = "table.py (pure Python, after the format's description)"


def finish(folder, form, file, note, tensors, ask=True):
    """Read back with TensorFlow; what it refuses is recorded with the refusal, and the values are those meant."""
    values, refusals = {}, []
    for tensor in tensors:
        try:
            if not ask:
                raise ValueError("TensorFlow reads beyond the empty value list and dies")
            values.update(flow.read(os.path.join(folder, file), [tensor], everything=False))
        except AssertionError:
            raise
        except Exception as error:  # TensorFlow's errors have many classes
            reason = str(error).split("\n")[0].split(" [")[0].split("; ")[0].replace(folder + os.sep, "")
            refusals.append("%s: %s" % (tensor.name.decode(), reason))
            values[tensor.name] = (tensor.dtype, tensor.shape, tensor.data)
    origin = flow.version
    if refusals:
        origin += " for %d of %d tensors; this script for those it refuses (%s%s)" % (
            len(tensors) - len(refusals), len(tensors), refusals[0], ", ..." if len(refusals) > 1 else "")
    write_values(folder, WRITER, __file__, form, file, note, tensors, values, origin)
    if refusals:
        print("   %s" % origin)


def v1_file(tensors, proto=table.tensor_proto, versions=field(1, 1), **options):
    meta, records = [], []
    for name, _, piece, extents in pieces(tensors):
        records.append(table.v1_record(name, extents, proto(piece.dtype, piece.data)))
    for tensor in tensors:
        slices = tensor.slices or [[None] * len(tensor.shape)]
        meta.append((tensor.name, tensor.shape, DTYPES[tensor.dtype], slices))
    return table.table([table.v1_meta(meta, versions)] + sorted(records), **options)


def pieces(tensors):
    cut = flow.pieces(tensors)
    extents = [e for tensor in tensors for e in (tensor.slices or [[None] * len(tensor.shape)])]
    return [(name, text, piece, e) for (name, text, piece), e in zip(cut, extents)]


def v2_files(folder, tensors, shards=1, big=False, gap=b"", shard_of=lambda number: 0, header=None, skip=(),
             **options):
    bundle = Bundle(shards, big)
    for number, (name, _, piece, extents) in enumerate(pieces(tensors)):
        whole = all(e is None for e in extents)
        key = name if whole else table.slice_key(name, extents)
        bundle.add(key, piece.dtype, piece.shape, piece.data, shard_of(number), gap if number else b"")
    for tensor in tensors:
        if tensor.slices:
            bundle.entries.append((tensor.name, table.sliced_entry(DTYPES[tensor.dtype], tensor.shape, tensor.slices)))
    write(folder, "model.ckpt.index", bundle.index(header, **options))
    for shard, data in enumerate(bundle.shards):
        if shard not in skip:
            write(folder, table.data_name("model.ckpt", shard, shards), bytes(data))


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def check_snappy(path, blocks=1):
    """Every block really is compressed, and every kind of element occurs."""
    with open(path, "rb") as file:
        data = file.read()
    found = table.Table(data)
    kinds = [0, 0, 0, 0]
    for (offset, size), kind in zip(found.blocks, found.kinds):
        assert kind == 1
        for number, amount in enumerate(table.unsnappy(data[offset:offset + size])[1]):
            kinds[number] += amount
    assert min(kinds) > 0 and len(found.blocks) >= blocks, (kinds, len(found.blocks))
    print("   Snappy elements (literal, copy 1, 2, 4): %s in %d blocks" % (kinds, len(found.blocks)))


def snappy():
    partitioned = [t for t in sets.partitioned([]) if t.name != b"noise"]
    for name, size, note in [("snappy", 262144, "one data block"), ("snappy-blocks", 1024, "many small data blocks")]:
        folder = new_folder("v1-" + name)
        tensors = sets.compressible() + partitioned
        write(folder, "model.ckpt", v1_file(tensors, compress=True, block_size=size))
        check_snappy(os.path.join(folder, "model.ckpt"), 1 if size > 1024 else 10)
        finish(folder, "v1", "model.ckpt", "V1 with every block compressed by Snappy, %s." % note, tensors)
        folder = new_folder("v2-" + name)
        v2_files(folder, tensors, shards=2, shard_of=lambda n: n % 2, compress=True, block_size=size)
        check_snappy(os.path.join(folder, "model.ckpt.index"), 1 if size > 1024 else 5)
        finish(folder, "v2", "model.ckpt", "V2 with every block of the index compressed by Snappy, %s, as early "
               "sharded bundles were; two shards." % note, tensors)


def big_endian():
    folder = new_folder("v2-big-endian")
    tensors = [of_every_value(dtype) for dtype in sets.V2_DTYPES_115]
    tensors += [counting("partitioned", "float32", [5, 2], slices=fixture.rows([2, 3])),
                counting("scalar", "int64", [], 258), counting("empty", "float64", [0, 2])]
    v2_files(folder, tensors, big=True)
    finish(folder, "v2", "model.ckpt", "A bundle as a big-endian machine writes it; the values are given little-endian.",
           tensors)


def unpacked():
    dtypes = [dtype for dtype in sets.V1_DTYPES]
    tensors, turn = [], iter(range(10000))
    for dtype in dtypes:
        tensors += [of_every_value(dtype, kind + "/" + dtype) for kind in ("chunks", "mixed", "one_by_one")]

    def proto(dtype, data):
        """In turn: three packed runs; a packed run and then single values; single values only."""
        kind = next(turn) % 3
        if dtype == "string" or kind == 0:
            return table.tensor_proto(dtype, data, chunks=3)
        if kind == 2:
            return table.tensor_proto(dtype, data, unpacked=True)
        width = 2 * struct.calcsize(table.FORMS[dtype])
        return (table.tensor_proto(dtype, data[:2 * width]) + table.tensor_proto(dtype, data[2 * width:], unpacked=True)
                + field(7777, b"unknown field"))

    folder = new_folder("v1-value-lists")
    write(folder, "model.ckpt", v1_file(tensors, proto))
    finish(folder, "v1", "model.ckpt", "Value lists in several packed runs, one value at a time, and both mixed; with "
           "an unknown field after some.", tensors)

    folder = new_folder("v1-tensor-content")
    tensors = [of_every_value(dtype) for dtype in ("float32", "int32", "int64", "float16")]
    write(folder, "model.ckpt", v1_file(tensors, lambda dtype, data: field(4, data)))
    finish(folder, "v1", "model.ckpt", "Values in tensor_content, which no TensorFlow writes into a V1 file.", tensors,
           ask=False)

    folder = new_folder("v1-dtypes-late")
    tensors = [of_every_value(dtype) for dtype in ("qint16", "quint16")]
    write(folder, "model.ckpt", v1_file(tensors))
    finish(folder, "v1", "model.ckpt", "The dtypes that V1 could hold in int_val but the versions at hand refuse to "
           "save there.", tensors)


def odd_bundles():
    folder = new_folder("v2-gaps")
    v2_files(folder, sets.small(), gap=b"\0" * 13)
    finish(folder, "v2", "model.ckpt", "Thirteen bytes of padding between tensors: offsets, not sizes, place them.",
           sets.small())

    folder = new_folder("v2-unused-shards")
    v2_files(folder, sets.small(), shards=5, shard_of=lambda number: (0, 3)[number % 2], skip=(1, 2, 4))
    finish(folder, "v2", "model.ckpt", "Five shards announced, tensors in two, the other files absent: complete all "
           "the same.", sets.small())

    folder = new_folder("v2-old-header")
    v2_files(folder, sets.small(), header=(b"", field(1, 1)))
    finish(folder, "v2", "model.ckpt", "A header without a version message, as before September 2016.", sets.small())

    folder = new_folder("v2-odd-messages")
    tensors = [counting("plain", "float32", [2, 2]), counting("scalar", "float32", [], 9), counting("last", "int64", [3])]
    data = [tensor.data for tensor in tensors]
    crcs = [table.masked(table.crc32c(item)) for item in data]
    long_zero = b"\x80\x80\x80\x00"
    entries = [
        # fields in descending order, an unknown field of each wire type, a named dimension
        (b"plain", fixed32(6, crcs[0]) + field(5, 16) + field(4, 4) + field(2, field(2, field(1, 2) + field(2, b"rows"))
         + field(2, field(1, 2))) + field(1, 1) + field(99, 5) + field(100, b"unknown") + fixed32(101, 1)
         + table.varint(102 << 3 | 1) + bytes(8)),
        # no shape message at all; every zero spelled out, one of them over-long
        (b"scalar", field(1, 1) + field(3, 0) + table.varint(4 << 3) + long_zero + field(5, 4) + fixed32(6, crcs[1])),
        # a scalar field twice: the last one counts; a shape in two messages: they merge
        (b"last", field(1, 1) + field(1, DTYPES["int64"]) + field(2, b"") + field(2, field(2, field(1, 3)))
         + field(4, 999) + field(4, 20) + field(5, 24) + fixed32(6, crcs[2])),
    ]
    write(folder, "model.ckpt.index", table.table([table.bundle_header()] + sorted(entries)))
    write(folder, "model.ckpt.data-00000-of-00001", data[1] + data[0] + data[2])
    finish(folder, "v2", "model.ckpt", "Legal but unusual protobuf: fields in any order, unknown fields, repeated "
           "fields, over-long varints, a scalar without a shape.", tensors)


def old_meta():
    """As the releases before 2016 wrote it: an opaque second field, variables without a third name, node lists."""
    folder = new_folder("v1-old-meta")
    write(folder, "model.ckpt", v1_file(sets.small()))

    def collection(name, kind, values):
        return field(4, field(1, name) + field(2, field(kind, b"".join(field(1, value) for value in values))))

    def variable(name, extra=b""):
        return field(1, name + b":0") + field(2, name + b"/Assign") + field(3, name + b"/read:0") + extra

    part = field(4, field(1, b"sliced") + field(2, b"\x04\x03") + field(3, b"\x02\x00") + field(4, 2) + field(4, 3))
    nodes = b"".join(field(1, field(1, name) + field(2, op)) for name, op in [
        (b"weights", b"Variable"), (b"bias", b"Variable"), (b"sliced/part_1", b"Variable"), (b"step", b"Const")])
    data = (field(1, field(1, b"alpha") + field(2, b"\xff\x00not an OpList") + field(4, b"train"))
            + field(2, nodes + field(3, 4))
            + field(3, field(1, b"save/Const:0") + field(2, b"save/control_dependency:0") + field(3, b"save/restore_all")
                    + field(4, 5) + fixed32(6, 0x461C4000))
            + collection(b"variables", 2, [variable(b"weights"), variable(b"bias"), variable(b"sliced/part_1", part)])
            + collection(b"trainable_variables", 2, [variable(b"weights")])
            + collection(b"global_step", 1, [b"step:0"])
            + collection(b"unknown", 5, [field(1, b"type.example/Thing") + field(2, b"\x01")]))
    write(folder, "model.ckpt.meta", data)
    finish(folder, "v1", "model.ckpt", "A .meta with the layout of the first releases: an opaque second field in "
           "meta_info_def, no TensorFlow version, a Saver of version LEGACY, VariableDef without initial_value_name, a "
           "slice in packed and single numbers, a node list and an any list. What it holds is in the script.",
           sets.small())


if __name__ == "__main__":
    flow = Flow()
    snappy()
    big_endian()
    unpacked()
    odd_bundles()
    old_meta()
