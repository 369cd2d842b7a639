# -*- coding: utf-8 -*-
"""Asks TensorFlow whether a checkpoint that Decant wrote holds what it should, bit for bit.

    python check_written.py WRITTEN EXPECTED [--rename OLD=NEW ...] [--skip NAME ...]

Runs in TensorFlow 0.12.1 (Python 2.7), 1.15.5 (3.7) and 2.x (3.11). WRITTEN is the prefix of a V2 checkpoint or a V1
file. EXPECTED is another checkpoint, which TensorFlow reads too, or a `values.json` of Fixtures/checkpoints. Every tensor
is loaded in two ways: by TensorFlow's checkpoint reader, and into the variables of a graph by a `tf.train.Saver`. Both
must give the same bytes, dtype and shape as expected. The reader of Python refuses some dtypes and the slices of V1 files,
and a Saver some dtypes; what only one of the two can load is counted, and what neither can is an error. Tensors of a V1
file with an extent of 0 behind the first are not loaded before TensorFlow 2: dividing by that 0 ends the process, also with
files that TensorFlow wrote itself.

Prints one line and exits with 0, or lists what differs and exits with 1.
"""
from __future__ import print_function

import argparse
import base64
import hashlib
import io
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

VERSION = getattr(tf, "__version__", "?")
if VERSION.startswith("2."):
    tf1 = tf.compat.v1
    tf1.disable_eager_execution()
else:
    tf1 = tf


def text(name):
    return name.decode("utf-8") if isinstance(name, bytes) else name


def data_of(array):
    """Row-major bytes, or a list of byte strings."""
    array = np.asarray(array)
    if array.dtype == object or array.dtype.kind in "SU":
        return [item if isinstance(item, bytes) else bytes(item) for item in array.reshape(-1).tolist()]
    return np.ascontiguousarray(array).tobytes()


def reader_of(prefix):
    make = getattr(tf1.train, "NewCheckpointReader", None)
    return make(prefix) if make else tf.train.load_checkpoint(prefix)


def crashes(prefix, shape):
    """Whether loading a tensor ends this TensorFlow's process, whoever wrote it."""
    return not os.path.exists(prefix + ".index") and not VERSION.startswith("2.") and 0 in shape[1:]


def kinds(prefix):
    """Name -> (dtype, shape), as the reader lists them."""
    reader = reader_of(prefix)
    shapes = reader.get_variable_to_shape_map()
    if hasattr(reader, "get_variable_to_dtype_map"):
        dtypes = reader.get_variable_to_dtype_map()
    else:
        dtypes = dict((name, None) for name in shapes)
    return dict((text(name), (dtypes[name], list(shapes[name]))) for name in shapes)


def read(prefix):
    """Name -> (dtype name or None, shape, data or the refusal), by the checkpoint reader."""
    reader, result = reader_of(prefix), {}
    for name, (dtype, shape) in kinds(prefix).items():
        try:
            if crashes(prefix, shape):
                raise ValueError("an extent of 0")
            value = reader.get_tensor(name.encode("utf-8") if sys.version_info[0] == 2 else name)
            found = (tf.as_dtype(np.asarray(value).dtype).name if dtype is None else dtype.base_dtype.name)
            result[name] = (found, list(np.shape(value)), data_of(value))
        except Exception as error:
            result[name] = (dtype.base_dtype.name if dtype is not None else None, shape, error)
    return result


def restore(prefix, wanted, is_v1):
    """Name -> (dtype name, shape, data or the refusal), by a Saver into variables of those dtypes and shapes."""
    from tensorflow.python.ops import gen_state_ops
    result = {}

    def run(names):
        with tf1.Graph().as_default(), tf1.Session() as session:
            variables = {}
            for number, name in enumerate(names):
                dtype, shape = wanted[name][:2]
                dtype = tf.as_dtype(dtype)
                initial = tf1.placeholder(dtype, shape)
                variables[name] = tf1.Variable(initial, name="v%d" % number, validate_shape=True, **(
                    {"use_resource": False} if VERSION[0] != "0" else {}))
            keys = dict((name.encode("utf-8") if sys.version_info[0] == 2 else name, variable)
                        for name, variable in variables.items())
            version = {"write_version": tf1.train.SaverDef.V1} if is_v1 and not VERSION.startswith("2.") else {}
            tf1.train.Saver(keys, **version).restore(session, prefix)
            return dict((name, session.run(variable)) for name, variable in variables.items())

    try:
        values = run(list(wanted)) if wanted else {}  # all at once, as a program would
    except Exception:
        values = {}
    for name in wanted:
        try:
            value = values[name] if name in values else run([name])[name]
        except Exception:
            try:
                value = restored(prefix, name, wanted[name][0])
            except Exception as error:
                result[name] = (wanted[name][0], wanted[name][1], error)
                continue
        result[name] = (wanted[name][0], list(np.shape(value)), data_of(value))
    return result


def restored(prefix, name, dtype):
    """What the operation gives that a Saver runs; some versions have variables of fewer dtypes than it can load."""
    from tensorflow.python.ops import gen_io_ops
    with tf1.Graph().as_default(), tf1.Session() as session:
        names = np.array([name.encode("utf-8")], dtype=object)
        return session.run(gen_io_ops.restore_v2(prefix, names, [""], [tf.as_dtype(dtype)])[0])


def expected_of(path):
    """Name -> (dtype name, shape, data or a digest or the refusal)."""
    if not path.endswith(".json"):
        return read(path)
    result = {}
    with io.open(path, encoding="utf-8") as file:
        rows = json.load(file)["tensors"]
    for row in rows:
        if "strings" in row:
            data = [base64.b64decode(item) for item in row["strings"]]
        elif "bytes" in row:
            data = base64.b64decode(row["bytes"])
        else:
            data = row["sha256"]
        result[row["name"]] = (row["dtype"], row["shape"], data)
    return result


def same(found, expected):
    if found[0] != expected[0] or found[1] != expected[1]:
        return False
    if isinstance(expected[2], type(u"")) or (isinstance(expected[2], str) and not isinstance(found[2], list)
                                              and len(expected[2]) == 64 != len(found[2])):
        return hashlib.sha256(found[2]).hexdigest() == expected[2]
    return found[2] == expected[2]


def main():
    parser = argparse.ArgumentParser(description="Compares a checkpoint with what it should hold, in TensorFlow.")
    parser.add_argument("written")
    parser.add_argument("expected")
    parser.add_argument("--rename", action="append", default=[], metavar="OLD=NEW", help="a name that was to change")
    parser.add_argument("--skip", action="append", default=[], metavar="NAME", help="a tensor that was left out")
    options = parser.parse_args()
    written = os.path.abspath(options.written)
    expected = expected_of(os.path.abspath(options.expected))
    for name in options.skip:
        del expected[text(name)]
    for pair in options.rename:
        old, new = text(pair).split(u"=", 1)
        expected[new] = expected.pop(old)

    is_v1 = not os.path.exists(written + ".index")
    by_reader = read(written)
    wanted = dict((name, kind) for name, kind in expected.items() if name in by_reader)
    skipped = [name for name in wanted if crashes(written, wanted[name][1])]
    for name in skipped:
        del wanted[name]
    by_saver = restore(written, wanted, is_v1)
    wrong, only_reader, only_saver = [], 0, 0
    if set(by_reader) != set(expected):
        wrong.append("names: %s" % sorted(set(by_reader) ^ set(expected)))
    for name in sorted(wanted):
        want = expected[name]
        ways = []
        for way, found in (("reader", by_reader[name]), ("Saver", by_saver[name])):
            if isinstance(found[2], Exception):
                continue
            ways.append(way)
            if isinstance(want[2], Exception):
                # TensorFlow's reader cannot read the expected one either: the kinds must agree, the Saver's bytes count.
                want = (found[0], want[1], found[2])
            if not same(found, want):
                wrong.append("%s by the %s: %r, expected %r" % (name, way, found[:2], want[:2]))
        if not ways:
            wrong.append("%s: loaded by neither: %s; %s" % (
                name, str(by_reader[name][2])[:100], str(by_saver[name][2])[:200]))
        only_reader += ways == ["reader"]
        only_saver += ways == ["Saver"]
    print("TensorFlow %s: %s %s: %d tensors, %d equal%s%s%s" % (
        VERSION, "V1" if is_v1 else "V2", os.path.basename(written), len(expected), len(wanted) - len(wrong),
        ", %d by the reader only" % only_reader if only_reader else "",
        ", %d by a Saver only" % only_saver if only_saver else "",
        ", %d would end the process" % len(skipped) if skipped else ""))
    for line in wrong:
        print("  " + line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
