"""What real programs read from the fixtures, collected from the files of values beside them and from digests.json."""

import base64
import functools
import hashlib
import json
import os
import sys

import numpy as np

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
FIXTURES = os.path.join(ROOT, "Fixtures")
sys.path.insert(0, os.path.join(FIXTURES, "make"))

import tensor_digests  # noqa: E402


#: Folders in which each file has its values beside it, under its name with `.json`.
BESIDE = ["pytorch", "gguf", "onnx", "tflite"]

#: Files of pickles that would run code in Python: their tensors are read without what it returns.
WITH_CODE = {"pytorch/trainer.ckpt", "pytorch/named-tuple.pt", "pytorch/plain-pickle-calls.pkl"}

#: Files that the tests in Swift compare: they are a part of a model, or have tensors that Decant lists under other names or not at all.
NOT_COMPARED = {
    "pytorch/plain-pickle-odd.pkl",
    "pytorch/tar.pth",
    "gguf/split-00001-of-00003.gguf",
    "gguf/split-00002-of-00003.gguf",
    "gguf/split-00003-of-00003.gguf",
    "onnx/raw.onnx",
    "onnx/typed.onnx",
    "onnx/subgraphs.onnx",
    "tflite/shared.tflite",
}


def options(path):
    """What `decant.open` needs to be told about a fixture."""
    return {"ignore_code": True} if path in WITH_CODE else {}


class Expected:
    """A tensor: its dtype and shape, and a function that says whether an array has its elements."""

    def __init__(self, dtype, shape, has_elements):
        self.dtype = dtype
        self.shape = tuple(shape)
        self.has_elements = has_elements


def fixture(path):
    return os.path.join(FIXTURES, path)


@functools.lru_cache(maxsize=None)
def expected():
    """path -> list of name -> Expected: every file of values that is about the fixture."""
    found = {}

    def add(path, tensors):
        found.setdefault(path, []).append(tensors)

    for folder, _, files in os.walk(FIXTURES):
        if "values.json" in files:
            values = _json(os.path.join(folder, "values.json"))
            if "path" not in values:
                continue
            path = os.path.relpath(os.path.join(folder, values["path"].split("-?")[0]), FIXTURES)
            add(path, {tensor["name"]: _with_values(tensor) for tensor in values["tensors"]})
    for path, source in [
        ("npz/stored.npz", "npz/stored.json"),
        ("npz/deflated.npz", "npz/stored.json"),
        ("npz/single.npy", "npz/single.json"),
        ("npz/objects.npy", "npz/objects.json"),
        ("keras/weights-2.2.h5", "keras/weights-2.2.json"),
        ("keras/chunked-2.2.h5", "keras/chunked-2.2.json"),
        ("keras/model-3.h5", "keras/model-3.json"),
    ]:
        values = _json(fixture(source))
        add(path, {tensor["name"]: _with_values(tensor) for tensor in values.get("tensors") or values["weights"]})
    for folder in BESIDE:
        for name in sorted(os.listdir(fixture(folder))):
            stem, ending = os.path.splitext(name)
            path = folder + "/" + name
            values = fixture(folder + "/" + stem + ".json")
            if ending in ("", ".json", ".md") or path in NOT_COMPARED or not os.path.exists(values):
                continue
            tensors = _json(values)["tensors"]
            add(path, {tensor["name"]: _with_values(tensor) for tensor in tensors})
    for path, tensors in [("ordinary.h5", _json(fixture("hdf5/ordinary.json")))]:
        add("hdf5/" + path, {name: _with_hex(tensor) for name, tensor in tensors.items()})
    for path, tensors in _json(fixture("keras/dtypes.json")).items():
        add("keras/" + path, {name: _with_hex(tensor) for name, tensor in tensors.items()})
    for path, tensors in _json(fixture("digests.json"))["files"].items():
        add(path, {name: _with_digest(*tensor) for name, tensor in tensors.items()})
    return found


def dequantized():
    """path -> name -> Expected: what real programs make of quantized tensors."""
    found = {}
    for folder in ("gguf", "tflite"):
        for name in sorted(os.listdir(fixture(folder))):
            if not name.endswith(".json"):
                continue
            tensors = [tensor for tensor in _json(fixture(f"{folder}/{name}"))["tensors"] if "dequantized" in tensor]
            if tensors:
                found[f"{folder}/{name[:-5]}.{folder}"] = {tensor["name"]: _dequantized(tensor) for tensor in tensors}
    return found


def _dequantized(tensor):
    # Of GGUF the shape changes too.
    values = tensor["dequantized"]
    values = values if isinstance(values, dict) else {"shape": tensor["shape"], "bytes": values}
    return _with_values({"dtype": "float32", **values})


def _json(path):
    with open(path) as file:
        return json.load(file)


def _with_values(tensor):
    if "strings" in tensor:
        strings = [base64.b64decode(string) for string in tensor["strings"]]
        return Expected("string", tensor["shape"], lambda array: array.ravel().tolist() == strings)
    if "sha256" in tensor:
        return Expected(
            tensor["dtype"],
            tensor["shape"],
            lambda array: hashlib.sha256(array.tobytes()).hexdigest() == tensor["sha256"],
        )
    data = base64.b64decode(tensor["bytes"])
    return Expected(tensor["dtype"], tensor["shape"], lambda array: array.tobytes() == data)


def _with_hex(tensor):
    if tensor["dtype"] == "string":
        strings = [bytes.fromhex(string) for string in tensor["strings"]]
        return Expected("string", tensor["shape"], lambda array: array.ravel().tolist() == strings)
    data = bytes.fromhex(tensor["bytes"])
    return Expected(tensor["dtype"], tensor["shape"], lambda array: array.tobytes() == data)


def _with_digest(dtype, shape, digest):
    return Expected(dtype, shape, None if digest is None else lambda array: tensor_digests.digest(array) == digest)


def numpy_dtype(name):
    """The dtype that the module promises for TensorFlow's name."""
    import ml_dtypes

    integers = {"qint8": "int8", "qint16": "int16", "qint32": "int32", "quint8": "uint8", "quint16": "uint16"}
    if name == "string":
        return np.dtype(object)
    return np.dtype(getattr(ml_dtypes, name, None) or integers.get(name, name))
