"""HDF5 files that Decant did not write: what h5py makes of ordinary arrays, and one file for each thing that is refused.

    python hdf5.py OUTPUT_DIRECTORY

Needs Python 3 with h5py, NumPy and ml_dtypes (made with h5py 3.16, NumPy 2.4 and ml_dtypes 0.6). The names of bad files are their defects. `ordinary.json` has, for each
dataset of `ordinary.h5`, the dtype that Decant should give it, its shape, and its elements as little-endian bytes in hexadecimal, or as a
list of such strings.
"""

import json
import os
import sys

import h5py
import ml_dtypes
import numpy as np

OUT = sys.argv[1]
NUMBERS = np.arange(6, dtype=np.float32).reshape(2, 3) / 7


def create(name, **options):
    return h5py.File(os.path.join(OUT, name), "w", **options)


def ordinary():
    expected = {}

    def put(name, array, dtype, **options):
        h.create_dataset(name, data=array, track_times=False, **options)
        array = np.asarray(array)
        expected[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "bytes": array.astype(array.dtype.newbyteorder("<")).tobytes().hex(),
        }

    with create("ordinary.h5") as h:
        h.attrs["title"] = "made by h5py"
        h.attrs["layer_names"] = ["a", "b"]
        put("float32", NUMBERS, "float32")
        put("big-endian/float32", NUMBERS.astype(">f4"), "float32")
        put("big-endian/int64", np.arange(-3, 3).astype(">i8"), "int64")
        put("big-endian/complex64", (NUMBERS + 2j * NUMBERS).astype(">c8"), "complex64")
        put("float16", NUMBERS.astype(np.float16), "float16")
        put("bool", np.array([True, False, True]), "bool")
        put("complex128", (NUMBERS * 1j).astype(np.complex128), "complex128")
        put("scalar", np.uint16(7), "uint16")
        put("empty", np.zeros((0, 3), np.int8), "int8")
        random = np.random.RandomState(1).randint(0, 4, (30, 17, 3)).astype(np.int32)
        put("tiles", random, "int32", chunks=(8, 5, 2), compression="gzip", shuffle=True, fletcher32=True)
        put("growing", NUMBERS, "float32", maxshape=(None, 3), chunks=(1, 3))
        put("deep/a/b/c/d", NUMBERS.astype(np.float64), "float64")
        h.create_dataset("never-written", (2, 2), np.float32, fillvalue=np.float32(1.5), track_times=False)
        expected["never-written"] = {
            "dtype": "float32", "shape": [2, 2], "bytes": np.full((2, 2), 1.5, "<f4").tobytes().hex()}
        h.create_dataset("words", data=["a", "", "d\u00e9j\u00e0"], track_times=False)
        expected["words"] = {"dtype": "string", "shape": [3], "strings": ["61", "", "64c3a96ac3a0"]}
        h.create_dataset("fixed-words", data=np.array([b"ab", b"", b"abc"], "S4"), track_times=False)
        expected["fixed-words"] = {"dtype": "string", "shape": [3], "strings": ["6162", "", "616263"]}
        h["alias"] = h5py.SoftLink("/float32")
        h["dangling"] = h5py.SoftLink("/nothing")
        h["again"] = h["float32"]
        expected["again"] = expected["float32"]
        h["deep/a/circle"] = h["deep"]
    with open(os.path.join(OUT, "ordinary.json"), "w") as f:
        json.dump(expected, f, indent=1, sort_keys=True)
        f.write("\n")


def small():
    """Small enough to be damaged at every place: a chunked and a plain dataset, as the first release and 1.10 lay them out."""
    for name, version in [("small.h5", "earliest"), ("small-v110.h5", "v110")]:
        with create(name, libver=version) as h:
            h.create_dataset("a", data=NUMBERS, chunks=(2, 2), compression="gzip", track_times=False)
            h.create_dataset("b", data=np.arange(3, dtype=np.int16), track_times=False)


def opaque():
    """What h5py makes of dtypes that NumPy has not: bytes of which the file does not say what they are, and sometimes an attribute does."""
    with create("opaque.h5", libver="v110") as h:
        for name in ["bfloat16", "float8_e4m3fn", "float8_e5m2fnuz", "int4"]:
            values = np.arange(-2, 4).reshape(2, 3).astype(getattr(ml_dtypes, name))
            h.create_dataset(name, data=values, track_times=False).attrs["dtype"] = name
        values = (np.arange(3000, dtype=np.float32) - 1500).astype(ml_dtypes.bfloat16)
        h.create_dataset("packed", data=values, track_times=False, chunks=(700,), compression="gzip", shuffle=True)
        h["packed"].attrs["dtype"] = "bfloat16"
        h.create_dataset("empty", (0, 3), "V2", track_times=False).attrs["dtype"] = "bfloat16"
        # Marked as what they cannot be.
        for name, mark in [("no-dtype", "bfloat17"), ("too-wide", "bfloat16"), ("not-opaque", "float32")]:
            h.create_dataset(name, (2,), "V4", track_times=False).attrs["dtype"] = mark
        h.create_dataset("unmarked", (2,), "V2", track_times=False)
        times = np.array(["2026-01-01"], "M8[s]")
        h.create_dataset("times", data=times.astype(h5py.opaque_dtype(times.dtype)), track_times=False)
    # An attribute of that name says nothing about what is not opaque. Small, to be damaged at every place.
    with create("small-opaque.h5", libver="v110") as h:
        values = np.arange(4).astype(ml_dtypes.bfloat16)
        h.create_dataset("a", data=values, track_times=False).attrs["dtype"] = "bfloat16"
        h.create_dataset("b", data=np.arange(2, dtype=np.int16), track_times=False).attrs["dtype"] = "bfloat16"


def notes():
    """int4 as Decant stores it: as TensorFlow has it, or trimmed elements sign-extended."""
    with create("notes-int4.h5") as h:
        h.create_dataset("as-it-is", data=np.array([1, 13, 7, 8], np.int8), track_times=False)
        h["as-it-is"].attrs["decant.dtype"] = "int4"
        h.create_dataset("extended", data=np.array([1, -3, 7, -8], np.int8), track_times=False)
        h["extended"].attrs["decant.dtype"] = "int4 as int8"


def problems():
    """Two good arrays among everything that costs one array: types that no tensor has, filters, links out of the file, damage."""
    path = os.path.join(OUT, "problems.h5")
    with create("problems.h5") as h:
        h.create_dataset("good/first", data=NUMBERS, track_times=False)
        h.create_dataset("good/second", data=np.arange(4, dtype=">i2"), track_times=False)
        put = lambda name, *arguments, **options: h.create_dataset("bad/" + name, *arguments, track_times=False, **options)
        put("array", (1,), np.dtype(("<f4", (2,))))
        put("compound", data=np.zeros(2, [("x", "<f4"), ("y", "<f4")]))
        put("enumeration", (1,), h5py.enum_dtype({"X": 0, "Y": 1}, np.int8))
        put("float128", data=np.zeros(1, np.longdouble))
        put("lzf", data=NUMBERS, chunks=(2, 3), compression="lzf")
        put("null", data=h5py.Empty("f4"))
        put("opaque", data=np.array([b"abc"], "V3"))
        put("reference", data=np.array([h["good/first"].ref], dtype=h5py.ref_dtype))
        put("sequence", (1,), h5py.vlen_dtype(np.int32))
        put("damaged", data=np.arange(5, dtype=np.float32))
        put("broken-chunk", data=np.arange(64, dtype=np.float32), chunks=(64,), compression="gzip")
        chunk = h["bad/broken-chunk"].id.get_chunk_info(0).byte_offset
        header = h5py.h5o.get_info(h["bad/damaged"].id).addr
        h["bad/link"] = h5py.ExternalLink("ordinary.h5", "/float32")
        h["type"] = np.dtype("<f4")
    with open(path, "r+b") as f:
        # The version of the object's header, and the first bytes of the compressed elements.
        f.seek(header)
        f.write(b"\xff")
        f.seek(chunk)
        f.write(b"\xff\xff")


def bad():
    with create("bad-external-link.h5") as h:
        h["a"] = h5py.ExternalLink("ordinary.h5", "/float32")
    with create("bad-external-data.h5") as h:
        h.create_dataset("a", (4,), np.uint8, external=[("../README.md", 0, 4)], track_times=False)
    with create("bad-virtual.h5") as h:
        layout = h5py.VirtualLayout(shape=(2, 3), dtype=np.float32)
        layout[:] = h5py.VirtualSource("ordinary.h5", "float32", shape=(2, 3))
        h.create_virtual_dataset("a", layout)
    # Of one without end the library opens the other file when it is asked for the shape.
    with create("bad-virtual-endless.h5") as h:
        layout = h5py.VirtualLayout(shape=(2, 3), maxshape=(None, 3), dtype=np.float32)
        source = h5py.VirtualSource("ordinary.h5", "float32", shape=(2, 3), maxshape=(None, 3))
        layout[0:h5py.h5s.UNLIMITED:1] = source[0:h5py.h5s.UNLIMITED:1]
        h.create_virtual_dataset("a", layout)
    with create("bad-filter-lzf.h5") as h:
        h.create_dataset("a", data=NUMBERS, chunks=(2, 3), compression="lzf", track_times=False)
    with create("bad-filter-scaleoffset.h5") as h:
        h.create_dataset("a", data=np.arange(6), chunks=(6,), scaleoffset=0, track_times=False)
    with create("bad-type-opaque.h5") as h:
        h.create_dataset("a", data=np.array([b"ab"], "V2"), track_times=False)
    with create("bad-type-compound.h5") as h:
        h.create_dataset("a", data=np.zeros(2, [("x", "<f4"), ("y", "<f4")]), track_times=False)
    with create("bad-type-reference.h5") as h:
        h.create_dataset("b", data=NUMBERS, track_times=False)
        h.create_dataset("a", data=np.array([h["b"].ref], dtype=h5py.ref_dtype), track_times=False)
    with create("bad-type-sequence.h5") as h:
        h.create_dataset("a", (1,), h5py.vlen_dtype(np.int32), track_times=False)
    with create("bad-type-enumeration.h5") as h:
        h.create_dataset("a", (1,), h5py.enum_dtype({"X": 0, "Y": 1}, np.int8), track_times=False)
    with create("bad-type-array.h5") as h:
        h.create_dataset("a", (1,), np.dtype(("<f4", (2,))), track_times=False)
    with create("bad-type-float128.h5") as h:
        h.create_dataset("a", data=np.zeros(1, np.longdouble), track_times=False)
    with create("bad-named-type.h5") as h:
        h["a"] = np.dtype("<f4")
    with create("bad-null-dataspace.h5") as h:
        h.create_dataset("a", data=h5py.Empty("f4"), track_times=False)
    with create("bad-huge-shape.h5") as h:
        h.create_dataset("a", (1 << 40,), np.float32, chunks=(16,), track_times=False)
    with create("bad-huge-chunk.h5") as h:
        h.create_dataset("a", (4,), np.float32, maxshape=(None,), chunks=(1 << 29,), track_times=False)
    with create("bad-note-dtype.h5") as h:
        h.create_dataset("a", data=np.zeros(2, np.int8), track_times=False).attrs["decant.dtype"] = "qint32"
    with create("bad-note-unknown-dtype.h5") as h:
        h.create_dataset("a", data=np.zeros(2, np.int8), track_times=False).attrs["decant.dtype"] = "int5"
    with create("bad-note-same-name.h5") as h:
        h.create_dataset("a", data=NUMBERS, track_times=False)
        h.create_dataset("b", data=NUMBERS, track_times=False).attrs["decant.name"] = "a"
    with create("bad-deep.h5", libver="latest") as h:
        h.create_group("/".join(["g"] * 300))
    with open(os.path.join(OUT, "ordinary.h5"), "rb") as f:
        whole = f.read()
    with open(os.path.join(OUT, "bad-truncated.h5"), "wb") as f:
        f.write(whole[:1000])


if __name__ == "__main__":
    if not os.path.isdir(OUT):
        os.makedirs(OUT)
    ordinary()
    small()
    opaque()
    notes()
    problems()
    bad()
