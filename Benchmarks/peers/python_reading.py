"""Importing a reader in Python and reading all of the full-size model: Decant's module beside TensorFlow's reader, safetensors and h5py.

    python3 -m peers.python_reading --wheel ../dist/decant_weights-*.whl --cache ~/.cache/decant [--rounds 7] [--json FILE]
        [--checkpoint-reader PYTHON]

PYTHON has tensorflow-checkpoint-reader, which needs Python 3.10 or earlier, numpy 1 and six.

Each run is a process of its own that keeps all arrays until it ends; the processes take turns, in another order every round. Prints
medians of wall-clock time, the largest resident set, and how Decant's relate to the others'.
"""

import argparse
import json
import os
import subprocess
import tempfile

from measure import machine
from measure.commands import Command
from measure.rounds import measure_commands
from measure.summary import Summary

DECANT = "import decant, sys; arrays = decant.load(sys.argv[1]); assert len(arrays) == int(sys.argv[2])"

TENSORFLOW = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow
reader = tensorflow.train.load_checkpoint(sys.argv[1])
arrays = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
assert len(arrays) == 383
"""

# tensorflow-checkpoint-reader 0.2.2: pure Python, V2 alone, compares no checksums. It maps the file; the copies read it.
CHECKPOINT_READER = """
import sys
import numpy
from tensorflow_checkpoint_reader.py_checkpoint_reader import NewCheckpointReader
reader = NewCheckpointReader(sys.argv[1])
arrays = {name: numpy.array(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}
assert len(arrays) == 383
"""

# It compares no checksums.
SAFETENSORS = "import sys; from safetensors.numpy import load_file; arrays = load_file(sys.argv[1]); assert len(arrays) == int(sys.argv[2])"

H5PY = """
import sys
import h5py
arrays = {}
with h5py.File(sys.argv[1], "r") as file:
    file.visititems(lambda name, item: arrays.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None)
assert len(arrays) == int(sys.argv[2])
"""

#: Whose figures Decant's are compared with, by the file that both read.
PEERS = {"V1": "TensorFlow", "V2": "TensorFlow", "safetensors": "safetensors", "HDF5": "h5py"}

TENSORS = "383"


def commands(python, cache, module, converted, checkpoint_reader):
    found = []
    folder = os.path.join(cache, "full-size")
    paths = {"V1": os.path.join(folder, "model.ckpt-3000000"), "V2": os.path.join(folder, "v2", "model.ckpt-3000000"), **converted}
    codes = {"TensorFlow": TENSORFLOW, "safetensors": SAFETENSORS, "h5py": H5PY}
    for kind, path in paths.items():
        found.append(Command("decant " + kind, [python, "-c", DECANT, path, TENSORS], environment={"PYTHONPATH": module}))
        found.append(Command(PEERS[kind] + " " + kind, [python, "-c", codes[PEERS[kind]], path, TENSORS]))
    if checkpoint_reader:
        found.append(Command("tensorflow-checkpoint-reader V2", [checkpoint_reader, "-c", CHECKPOINT_READER, paths["V2"]]))
    for name in ("decant", "tensorflow", "safetensors.numpy", "h5py", "numpy"):
        found.append(Command("import " + name, [python, "-c", "import " + name], environment={"PYTHONPATH": module}))
    return found


def convert(python, module, source, folder):
    """The model in the formats of other libraries, under the names of the checkpoint."""
    paths = {"safetensors": os.path.join(folder, "model.safetensors"), "HDF5": os.path.join(folder, "model.h5")}
    for path in paths.values():
        code = "import decant, sys; decant.convert(sys.argv[1], sys.argv[2], names='keep', digest=False)"
        subprocess.run([python, "-c", code, source, path], check=True, env=dict(os.environ, PYTHONPATH=module))
    return paths


def table(figures):
    """Rows for people."""
    rows = []
    for name, figure in figures.items():
        library, _, kind = name.rpartition(" ")
        peer = figures.get("%s %s" % (PEERS.get(kind), kind)) if library == "decant" else None
        ratio = ("%.2f" % (figure["seconds"] / peer["seconds"]), "%.2f" % (figure["peak_bytes"] / peer["peak_bytes"])) if peer else ("", "")
        rows.append([name, "%.2f s" % figure["seconds"], "%.0f MB" % (figure["peak_bytes"] / 1e6), *ratio])
    return ["process", "time", "peak memory", "of the other's time", "of its memory"], rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wheel", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    parser.add_argument("--checkpoint-reader")
    arguments = parser.parse_args()
    python = os.path.join(arguments.cache, "peers", "converter", "bin", "python")
    with tempfile.TemporaryDirectory() as module:
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--target", module]
            + [arguments.wheel],
            check=True,
        )
        source = os.path.join(arguments.cache, "full-size", "model.ckpt-3000000")
        converted = convert(python, module, source, module)
        described = machine.description(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
        results = measure_commands(
            commands(python, arguments.cache, module, converted, arguments.checkpoint_reader), arguments.rounds
        )
    figures = {}
    for name, result in results.items():
        figures[name] = {"seconds": Summary(result["seconds"]).median, "peak_bytes": result["peak_bytes"]}
    for row in table(figures)[1]:
        print("%-32s %8s %9s  %6s %6s" % tuple(row))
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"machine": described, "figures": figures}, file, indent=1)


if __name__ == "__main__":
    main()
