"""Reads every fixture with the library that its format belongs to, and writes digests of its tensors: ../digests.json.

    python3 tensor_digests.py [--out ../digests.json]

Needs TensorFlow 2.x, h5py, safetensors, numpy and ml_dtypes (Benchmarks/peers/setup.sh makes such an environment). The tests of
Decant's Python module compare with the digests, and `make test-python-peers` with the values themselves. Fixtures that have their
values beside them are left out: an older release wrote those, and today's does not read them all.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np

FIXTURES = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

# What is not a file of tensors.
OTHER_ENDINGS = (".json", ".md", ".txt", ".jpg", ".png", ".tsv", ".py", ".meta")
OTHER_FOLDERS = ("make", "images", "pictures", "foreign", "bad")
# These have the values of each file beside it, as its own library reads them.
OTHER_FOLDERS += ("pytorch", "shards", "gguf", "onnx", "tflite", "tfjs", "flax", "coreml", "archives", "sharded")

# Dtypes whose values only the program that wrote them has.
WITHOUT_VALUES = ("resource", "variant")


class Unreadable(Exception):
    """The library does not read the file, or cannot say what its elements are."""


def candidates():
    """Paths of every fixture that may be a file of tensors, relative to the folder of fixtures; V2 checkpoints by their prefix."""
    found = []
    for folder, folders, files in os.walk(FIXTURES):
        folders[:] = sorted(name for name in folders if name not in OTHER_FOLDERS)
        for name in sorted(files):
            if name.endswith(OTHER_ENDINGS) or name.startswith("bad-") or ".data-" in name or name == "checkpoint":
                continue
            path = os.path.relpath(os.path.join(folder, name), FIXTURES)
            # The prefix of a V2 checkpoint, or of a V1 checkpoint of several files, which has no other file of its own.
            found.append(re.sub(r"\.index$|-\d{5}-of-\d{5}$", "", path))
    return sorted(set(found))


def is_covered(path):
    """Whether the values of the whole fixture are beside it, or it names the same tensors as another fixture."""
    folder, name = os.path.split(path)
    if name.startswith("saved_model.pb"):
        return True
    try:
        with open(os.path.join(FIXTURES, folder, "values.json")) as file:
            return json.load(file)["path"].split("-?")[0] == name
    except FileNotFoundError:
        return False


def read(path):
    """Returns name -> (TensorFlow's name of the dtype, shape, array) of a fixture; None for an array that has no values."""
    whole = os.path.join(FIXTURES, path)
    if path.endswith((".h5", ".hdf5")):
        return _read_hdf5(whole)
    if path.endswith(".safetensors"):
        from safetensors.numpy import load_file

        return {name: _described(array) for name, array in load_file(whole).items()}
    if path.endswith((".npz", ".npy")):
        return _read_numpy(whole)
    if os.path.basename(path).startswith("saved_model.pb"):
        return _read_checkpoint(os.path.join(os.path.dirname(whole), "variables", "variables"))
    if path.endswith(".pb"):
        return _read_graph(whole)
    return _read_checkpoint(whole)


def digest(array):
    """A digest of the elements: of their bytes, little-endian; of strings, each with its length before it."""
    if array.dtype.kind in "OSU":
        parts = []
        for element in array.ravel().tolist():
            element = element.encode() if isinstance(element, str) else element
            parts.append(len(element).to_bytes(8, "little") + element)
        data = b"".join(parts)
    else:
        # Quantized dtypes of TensorFlow are structures of one field.
        array = array if array.dtype.fields is None else array.view(array.dtype[0])
        # Of 4-bit and 2-bit integers only the low bits count.
        array = array.astype(np.int8) if re.fullmatch("u?int[24]", array.dtype.name) else array
        array = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
        data = np.ascontiguousarray(array).tobytes()
    return hashlib.sha256(data).hexdigest()[:16]


def _read_checkpoint(path):
    import tensorflow

    try:
        if os.path.exists(path + ".index") or os.path.exists(path):
            reader = tensorflow.train.load_checkpoint(path)
        else:
            reader = tensorflow.train.load_checkpoint(path + "-?????-of-?????")
    except Exception as error:
        raise Unreadable("TensorFlow: %s" % str(error)[:200])
    dtypes, values = reader.get_variable_to_dtype_map(), {}
    for name, shape in reader.get_variable_to_shape_map().items():
        try:
            value = None if dtypes[name].name in WITHOUT_VALUES else _array(reader.get_tensor(name))
            values[name] = (dtypes[name].name, shape, value)
        except Exception as error:
            print("%s: %s: left out: TensorFlow: %s" % (path, name, str(error)[:100]), file=sys.stderr)
    return values


def _read_graph(path):
    from google.protobuf.message import DecodeError
    from tensorflow import make_ndarray
    from tensorflow.core.framework import graph_pb2
    from tensorflow.dtypes import as_dtype

    graph = graph_pb2.GraphDef()
    with open(path, "rb") as file:
        try:
            graph.ParseFromString(file.read())
        except DecodeError:
            raise Unreadable("it is not a graph")
    values = {}
    for prefix, nodes in [("", graph.node)] + [(f.signature.name + "/", f.node_def) for f in graph.library.function]:
        for node in nodes:
            if node.op == "Const":
                value = _array(make_ndarray(node.attr["value"].tensor))
                values[prefix + node.name] = (as_dtype(node.attr["dtype"].type).name, value.shape, value)
    return values


def _read_hdf5(path):
    import h5py

    values = {}

    def visit(group, prefix, parents):
        for name in group:
            # Other links name what is there already, or in another file.
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            try:
                item = group[name]
                if isinstance(item, h5py.Group) and item.id not in parents:
                    visit(item, prefix + name + "/", parents + [item.id])
                elif isinstance(item, h5py.Dataset) and item.shape is not None:
                    values[prefix + name] = _dataset(item)
            except (OSError, ValueError, TypeError, RuntimeError, KeyError, Unreadable) as error:
                print("%s: %s: left out: h5py: %s" % (path, prefix + name, error), file=sys.stderr)

    with h5py.File(path, "r") as file:
        visit(file, "", [file.id])
        return {_keras_name(name, file): value for name, value in values.items()}


def _keras_name(name, file):
    """Keras keeps weights in a group for each layer, and has names for them without it."""
    base = "model_weights" if "model_weights" in file else "/"
    layers = [
        key for attribute, keys in file[base].attrs.items() if attribute.startswith("layer_names") for key in keys
    ]
    for layer in layers:
        prefix = (base + "/").lstrip("/") + (layer.decode() if isinstance(layer, bytes) else layer) + "/"
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def _dataset(item):
    import h5py
    import ml_dtypes

    # Dtypes that numpy lacks are opaque bytes or integers, with a note.
    note = item.attrs.get("dtype" if item.dtype.kind == "V" else "decant.dtype")
    note = note.decode() if isinstance(note, bytes) else note
    noted = getattr(ml_dtypes, note.split(" ")[0], None) if isinstance(note, str) else None
    if noted is not None and np.dtype(noted).itemsize == item.dtype.itemsize:
        return _described(np.ascontiguousarray(item[()]).view(noted))
    # Objects may be references, too.
    is_object = item.dtype.kind == "O" and h5py.check_string_dtype(item.dtype) is None
    if item.dtype.kind not in "biufcOS" or is_object or note is not None or h5py.check_enum_dtype(item.dtype):
        raise Unreadable("it has dtype %s" % item.dtype)
    return _described(_array(item[()]))


def _read_numpy(path):
    loaded = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        loaded = {os.path.splitext(os.path.basename(path))[0]: loaded}
    values = {}
    for name in loaded:
        try:
            array = loaded[name]
        except ValueError as error:
            print("%s: %s: left out: numpy: %s" % (path, name, error), file=sys.stderr)
            continue
        if isinstance(array, np.ndarray):
            values[name] = _described(array)
    return values


def _array(value):
    """An array; numpy would drop zero bytes at the end of a single string."""
    return np.asarray(value, object if isinstance(value, bytes) else None)


def _described(array):
    """What `read` returns of an array; its dtype has one name in any byte order."""
    name = "string" if array.dtype.kind in "OSU" else array.dtype.newbyteorder("=").name
    return name, array.shape, array


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=os.path.join(FIXTURES, "digests.json"))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    import h5py
    import safetensors
    import tensorflow

    lines = []
    for path in candidates():
        if is_covered(path):
            continue
        try:
            values = read(path)
        except Unreadable as error:
            print("%s: left out: %s" % (path, error), file=sys.stderr)
            continue
        rows = [
            "%s: %s" % (json.dumps(name), json.dumps([dtype, list(shape), None if array is None else digest(array)]))
            for name, (dtype, shape, array) in sorted(values.items())
        ]
        lines.append(json.dumps(path) + ": {\n" + ",\n".join(rows) + "\n}")
    writer = "TensorFlow %s, h5py %s, safetensors %s, numpy %s" % (
        tensorflow.__version__, h5py.__version__, safetensors.__version__, np.__version__
    )  # fmt: skip
    with open(arguments.out, "w") as file:
        file.write('{\n"writer": %s,\n"script": "Fixtures/make/tensor_digests.py",\n' % json.dumps(writer))
        file.write('"files": {\n' + ",\n".join(lines) + "\n}\n}\n")


if __name__ == "__main__":
    main()
