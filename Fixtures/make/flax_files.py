"""Files by flax.serialization, with what Flax restores from them: flax_files.py FOLDER. Needs flax and its jax."""
import base64
import json
import os
import struct
import sys

import flax
import jax.numpy as jnp
import ml_dtypes
import msgpack
import numpy as np
from flax import serialization

folder = sys.argv[1]
os.makedirs(os.path.join(folder, "bad"), exist_ok=True)
random = np.random.RandomState(5)


def flat(tree, prefix=()):
    """Every array by its path; what is not an array is metadata."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from flat(value, prefix + (str(key),))
    elif isinstance(tree, (np.ndarray, np.generic)):
        yield "/".join(prefix), np.asarray(tree)


def rows(tree):
    table = []
    for name, array in sorted(flat(tree), key=lambda item: item[0].encode()):
        data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
        table.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "bytes": data})
    return table


def save(name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def save_with_values(name, data):
    save(name, data)
    values = {"writer": "flax " + flax.__version__, "tensors": rows(serialization.msgpack_restore(data))}
    with open(os.path.join(folder, os.path.splitext(name)[0] + ".json"), "w") as file:
        json.dump(values, file, indent=1)
        file.write("\n")


names = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32",
         "float64", "complex64", "complex128"]
arrays = {name: random.randint(0, 2 if name == "bool" else 100, (2, 3)).astype(name) for name in names}
for name in ["bfloat16", "float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz",
             "int4", "uint4"]:
    arrays[name] = random.randint(0, 7, (3, 2)).astype(getattr(ml_dtypes, name))
special = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], np.float32)
tree = {
    "params": {
        "encoder": {"Dense_0": {"kernel": random.randn(7, 5).astype("f4"), "bias": special}},
        "dtypes": arrays,
        "shapes": {"scalar": np.float32(1.5), "empty": np.zeros((3, 0, 2), "f4"), "array0": np.array(2, "i8"),
                   "fortran": np.asfortranarray(random.randn(4, 3).astype("f4"))},
    },
    "step": 1234, "rate": 0.25, "done": False, "note": "Zürich", "nothing": None, "turn": 1 + 2j,
    "unsigned": 2 ** 64 - 1, "negative": -129, "listed": [np.int32(3), np.int32(4)],
}
tree["listed"] = serialization.to_state_dict(tree["listed"])
save_with_values("model.msgpack", serialization.to_bytes(tree))

# A state of training, under the name that flax.training.checkpoints gives it.
state = {"step": np.int32(7), "params": {"w": jnp.arange(6, dtype=jnp.bfloat16).reshape(2, 3)},
         "opt_state": {"0": {"mu": {"w": jnp.ones((2, 3))}, "count": np.int32(7)}, "1": {}}}
data = serialization.to_bytes(state)
save("checkpoint_7", data)
values = {"writer": "flax " + flax.__version__, "tensors": rows(serialization.msgpack_restore(data))}
with open(os.path.join(folder, "checkpoint_7.json"), "w") as file:
    json.dump(values, file, indent=1)
    file.write("\n")

# Flax cuts arrays of more than 2^30 bytes; here, of more than 64.
serialization.MAX_CHUNK_SIZE = 64
big = {"a": {"big": random.randn(13, 5).astype("f4")}, "wide": np.arange(40, dtype="i8"), "small": np.ones(3, "f4")}
chunked = serialization.to_bytes(big)
assert b"__msgpack_chunked_array__" in chunked
save_with_values("chunked.msgpack", chunked)
save_with_values("single.msgpack", serialization.msgpack_serialize(np.arange(5, dtype="f4")))

# Damaged and hostile files.
bad = {}
good = serialization.to_bytes({"a": np.ones(3, "f4"), "b": np.arange(4, dtype="i4")})
bad["cut-short"] = good[:-3]
bad["cut-in-head"] = good[:5]
bad["trailing"] = good + b"\x00"
bad["bad-byte"] = b"\x81\xa1a\xc1"
bad["deep"] = b"\x81\xa1a" * 5000 + b"\xc0"
bad["deep-lists"] = b"\x91" * 3000 + b"\xc0"
bad["map-count"] = b"\xdf\xff\xff\xff\xff"
bad["list-count"] = b"\x81\xa1a\xdd\xff\xff\xff\xff"
bad["string-length"] = b"\x81\xdb\xff\xff\xff\xff"
bad["extension-length"] = b"\x81\xa1a\xc9\xff\xff\xff\xff\x01"
bad["key-is-map"] = b"\x81\x80\xc0"
bad["empty"] = b""


def array(shape, dtype, data):
    return msgpack.packb((shape, dtype, data))


def file(*parts):
    return msgpack.packb({"ok": msgpack.ExtType(1, array((2,), "int8", b"ab")),
                          **{name: msgpack.ExtType(kind, payload) for name, kind, payload in parts}})


bad["extension-type"] = file(("x", 9, b"ab"))
bad["dtype"] = file(("x", 1, array((1,), "datetime64[ns]", b"8" * 8)))
bad["quantized"] = file(("x", 1, array((1,), "qint8", b"8")))
bad["shape-negative"] = file(("x", 1, array((-1,), "int8", b"")))
bad["shape-huge"] = file(("x", 1, array((2 ** 62, 4), "int8", b"")))
bad["shape-rank"] = file(("x", 1, array((1,) * 300, "int8", b"1")))
bad["shape-not-list"] = file(("x", 1, array(3, "int8", b"123")))
bad["extent-not-integer"] = file(("x", 1, array((1.5,), "int8", b"1")))
bad["too-few-bytes"] = file(("x", 1, array((3,), "int32", b"12")))
bad["too-many-bytes"] = file(("x", 1, array((1,), "int8", b"12")))
bad["elements-not-bytes"] = file(("x", 1, msgpack.packb(((1,), "int8", 5))))
bad["dtype-not-name"] = file(("x", 1, msgpack.packb(((1,), 5, b"1"))))
bad["after-elements"] = file(("x", 1, array((1,), "int8", b"1") + b"\xc0"))
bad["complex"] = file(("x", 2, msgpack.packb((1, "a"))))
bad["twice"] = (b"\x83\xa1a\xc0\xa1b" + msgpack.packb(msgpack.ExtType(1, array((1,), "int8", b"1")))
                + b"\xa1b" + msgpack.packb(msgpack.ExtType(1, array((1,), "int8", b"2"))))


def chunks(shape, parts, **more):
    pieces = {key: msgpack.ExtType(1, array((len(data),), dtype, data)) for key, dtype, data in parts}
    value = {"__msgpack_chunked_array__": True, "shape": shape, "chunks": pieces, **more}
    return msgpack.packb({"ok": msgpack.ExtType(1, array((2,), "int8", b"ab")), "x": value})


two = [("0", "int8", b"12"), ("1", "int8", b"34")]
bad["chunks-missing"] = chunks({"0": 4}, [("0", "int8", b"12"), ("2", "int8", b"34")])
bad["chunks-dtypes"] = chunks({"0": 4}, [("0", "int8", b"12"), ("1", "uint8", b"34")])
bad["chunks-none"] = chunks({"0": 4}, [])
bad["chunks-shape"] = chunks({"0": 5}, two)
bad["chunks-extent"] = chunks({"0": "five"}, two)
bad["chunks-negative"] = chunks({"0": -4}, two)
bad["chunks-bad-one"] = chunks({"0": 4}, [("0", "int8", b"12"), ("1", "int77", b"34")])
bad["chunks-cut"] = chunks({"0": 4}, two)[:-2]
for name, data in bad.items():
    save("bad/" + name + ".msgpack", data)
