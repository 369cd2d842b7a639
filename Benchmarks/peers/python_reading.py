"""Importing a reader in Python and reading all of the full-size checkpoint: Decant's module beside TensorFlow's reader.

    python3 -m peers.python_reading --wheel ../dist/decant_weights-*.whl --cache ~/.cache/decant [--rounds 7] [--json FILE]
        [--checkpoint-reader PYTHON]

PYTHON has tensorflow-checkpoint-reader, which needs Python 3.10 or earlier, numpy 1 and six.

Each run is a process of its own that keeps all arrays until it ends; the processes take turns, in another order every round. Prints
medians of wall-clock time, the largest resident set, and how Decant's relate to TensorFlow's.
"""

import argparse
import json
import os
import subprocess
import tempfile

from measure.commands import Command
from measure.rounds import measure_commands
from measure.summary import Summary

DECANT = "import decant, sys; arrays = decant.load(sys.argv[1]); assert len(arrays) == 383"

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

NUMPY = "import numpy"


def commands(python, cache, module, checkpoint_reader):
    found = []
    folder = os.path.join(cache, "full-size")
    for version, path in [("V1", "model.ckpt-3000000"), ("V2", "v2/model.ckpt-3000000")]:
        path = os.path.join(folder, path)
        found.append(Command("decant " + version, [python, "-c", DECANT, path], environment={"PYTHONPATH": module}))
        found.append(Command("TensorFlow " + version, [python, "-c", TENSORFLOW, path]))
    if checkpoint_reader:
        found.append(Command("tensorflow-checkpoint-reader V2", [checkpoint_reader, "-c", CHECKPOINT_READER, path]))
    found.append(Command("import numpy, nothing else", [python, "-c", NUMPY]))
    return found


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
        results = measure_commands(
            commands(python, arguments.cache, module, arguments.checkpoint_reader), arguments.rounds
        )
    figures = {}
    for name, result in results.items():
        figures[name] = {"seconds": Summary(result["seconds"]).median, "peak_bytes": result["peak_bytes"]}
        print("%-32s %6.2f s  %5.0f MB" % (name, figures[name]["seconds"], result["peak_bytes"] / 1e6))
    for version in ("V1", "V2"):
        ours, theirs = figures["decant " + version], figures["TensorFlow " + version]
        print(
            "%s: 1/%.1f of TensorFlow's time, 1/%.1f of its memory"
            % (version, theirs["seconds"] / ours["seconds"], theirs["peak_bytes"] / ours["peak_bytes"])
        )
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
