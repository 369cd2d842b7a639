"""Archives and arrays by numpy, with what numpy reads from them: npz.py FOLDER. Needs numpy; ml_dtypes for bfloat16."""
import base64
import io
import json
import os
import struct
import sys
import zipfile
import zlib

import ml_dtypes
import numpy as np
from numpy.lib import format as npy

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(5)


def path(name):
    return os.path.join(folder, name)


def rows(arrays):
    """Each array as Decant shows it: row-major, little-endian."""
    table = []
    for name, array in sorted(arrays.items(), key=lambda item: item[0].encode()):
        row = {"name": name, "shape": list(array.shape)}
        if array.dtype.kind in "SU":
            row["dtype"] = "string"
            items = [item if isinstance(item, bytes) else item.encode() for item in array.reshape(-1).tolist()]
            row["strings"] = [base64.b64encode(item).decode() for item in items]
        else:
            row["dtype"] = array.dtype.newbyteorder("=").name
            data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
            row["bytes"] = base64.b64encode(data).decode()
        table.append(row)
    return table


def write_values(name, arrays):
    with open(path(name + ".json"), "w") as file:
        json.dump({"writer": "numpy " + np.__version__, "tensors": rows(arrays)}, file, indent=1)
        file.write("\n")


def fixed_dates(source):
    """numpy writes the time of day into archives."""
    with zipfile.ZipFile(source) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(source, "w") as archive:
        for info, data in members:
            fixed = zipfile.ZipInfo(info.filename)
            fixed.compress_type = info.compress_type
            with archive.open(fixed, "w", force_zip64=True) as file:
                file.write(data)


dtypes = ["bool", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", "c8", "c16"]
arrays = {}
for dtype in dtypes:
    for order in "<>" if np.dtype(dtype).itemsize > 1 else "|":
        count = np.dtype(dtype).itemsize * 6
        data = (random.randint(0, 2, 6) if dtype == "bool" else random.randint(0, 256, count)).astype(np.uint8).tobytes()
        name = "%s/%s" % ({"<": "little", ">": "big", "|": "byte"}[order], np.dtype(dtype).name)
        arrays[name] = np.frombuffer(data, np.dtype(dtype).newbyteorder(order if order != "|" else "=")).reshape(2, 3)
arrays["fortran/cube"] = np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
arrays["fortran/big"] = np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3))
arrays["fortran/words"] = np.asfortranarray(np.array([["a", "bc", ""], ["d\u00e9", "e", "\U0001f600"]]))
arrays["scalar"] = np.array(2.5)
arrays["empty"] = np.zeros([3, 0, 2], np.int16)
arrays["text/bytes"] = np.array([b"one", b"", b"a\xffb"])
arrays["text/big"] = np.array(["ein W\u00f6rtchen", "x"]).astype(">U13")
arrays["../sideways \u001b[31m"] = np.zeros(1, np.uint8)
np.savez(path("stored.npz"), **arrays)
np.savez_compressed(path("deflated.npz"), **arrays)
for name in ["stored.npz", "deflated.npz"]:
    fixed_dates(path(name))
    loaded = np.load(path(name))
    assert sorted(loaded.files) == sorted(arrays)
write_values("stored", arrays)

single = np.arange(12, dtype=np.float32).reshape(3, 4).T
np.save(path("single.npy"), single)
write_values("single", {"single": single})
for version in [(2, 0), (3, 0)]:
    with open(path("version-%d.npy" % version[0]), "wb") as file:
        npy.write_array(file, np.arange(3, dtype=np.int64), version)

# Arrays that are no tensors, beside one that is.
with zipfile.ZipFile(path("refused.npz"), "w") as archive:
    def add(name, array, allow_pickle=False):
        data = io.BytesIO()
        npy.write_array(data, array, allow_pickle=allow_pickle)
        archive.writestr(zipfile.ZipInfo(name), data.getvalue())
    add("good.npy", np.arange(2, dtype=np.int32))
    add("objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    add("structured.npy", np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")]))
    add("dates.npy", np.array(["2020-01-01"], dtype="datetime64[D]"))
    add("brain.npy", np.array([1.5, 2.5], dtype=ml_dtypes.bfloat16))
    add("long.npy", np.zeros(1, np.longdouble))
    archive.writestr(zipfile.ZipInfo("notes.txt"), b"no array")
