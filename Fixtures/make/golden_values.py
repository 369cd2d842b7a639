"""Golden values beside fixtures, and lists of damaged files: shared by the scripts of this folder. Needs numpy, ml_dtypes."""
import base64
import json
import os

import ml_dtypes  # noqa: F401  (names of dtypes)
import numpy as np


def encoded(data):
    return base64.b64encode(bytes(data)).decode()


def row(name, array, dtype=None, **fields):
    """One tensor: row-major, little-endian. The dtype is the array's unless it is given."""
    array = np.asarray(array)
    result = {"name": name, "dtype": dtype, "shape": list(array.shape)}
    if array.dtype.kind in "SUOT":
        result["dtype"] = "string"
        items = [item if isinstance(item, bytes) else str(item).encode() for item in array.reshape(-1).tolist()]
        result["strings"] = [encoded(item) for item in items]
    else:
        if dtype is None:
            result["dtype"] = array.dtype.newbyteorder("=").name
        result["bytes"] = encoded(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
    result.update(fields)
    return result


def write(path, writer, script, tensors, **fields):
    """Golden values of `path`, beside it: its stem + .json."""
    rows = sorted(tensors, key=lambda item: item["name"].encode())
    values = {"writer": writer, "script": "Fixtures/make/" + os.path.basename(script), "tensors": rows}
    values.update(fields)
    write_json(os.path.splitext(path)[0] + ".json", values)


def write_json(path, values):
    with open(path, "w") as file:
        json.dump(values, file, indent=1)
        file.write("\n")


class Bad:
    """The folder bad/ and its README.md, one line for each file."""

    def __init__(self, folder, title):
        self.folder = os.path.join(folder, "bad")
        self.title = title
        self.lines = []
        os.makedirs(self.folder, exist_ok=True)

    def path(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def note(self, name, defect):
        self.lines.append("- `%s`: %s" % (name, defect))

    def add(self, name, data, defect):
        with open(self.path(name), "wb") as file:
            file.write(data)
        self.note(name, defect)

    def cuts(self, stem, extension, data, places):
        """Files that end early: {place: where that is}."""
        for place, where in sorted(places.items()):
            place = place if place >= 0 else len(data) + place
            self.add("%s-%d%s" % (stem, place, extension), data[:place], "cut after %d of %d bytes: %s" % (place, len(data), where))

    def finish(self):
        with open(os.path.join(self.folder, "README.md"), "w") as file:
            file.write("# %s\n\n%s\n" % (self.title, "\n".join(self.lines)))


def sample(random, dtype, shape):
    """Random elements; floats among them that need care."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape))
    if dtype.kind == "b":
        return random.randint(0, 2, count).astype(bool).reshape(shape)
    if dtype.kind in "iu":
        return np.frombuffer(random.bytes(count * dtype.itemsize), dtype).reshape(shape)
    if dtype.kind == "c":
        part = "f4" if dtype.itemsize == 8 else "f8"
        return sample(random, part, list(shape) + [2]).view(dtype).reshape(shape)
    array = random.standard_normal(count).astype(dtype)
    special = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1.0]
    array[: min(count, 6)] = np.array(special[: min(count, 6)]).astype(dtype)
    return array.reshape(shape)
