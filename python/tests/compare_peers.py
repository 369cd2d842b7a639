"""Reads every fixture with Decant and with the library that its format belongs to, and compares; then lets those libraries read what
Decant writes. Prints what differs, and exits with 1 if something does.

    python3 compare_peers.py

Needs the wheel, TensorFlow 2.x, h5py, safetensors and numpy; python/test_peers.sh has them.
"""

import os
import sys
import tempfile
import warnings

import golden
import ml_dtypes
import numpy as np
import tensor_digests

import decant

#: Tensors that Decant's readers and the peers' have different views of, with the reason.
KNOWN = {
    # Keras stores bfloat16 and float8 as opaque bytes without a note of the dtype; Decant finds it in the model's description.
    "keras/bfloat16-2.h5",
    "keras/bfloat16-2.weights.h5",
    "keras/bfloat16-3.h5",
    "keras/float8-3.h5",
    "keras/float8-3.weights.h5",
}


def compare_reading():
    counts = {"files": 0, "tensors": 0}
    differences = []
    for path in tensor_digests.candidates():
        try:
            checkpoint = decant.open(golden.fixture(path))
        except decant.Error:
            continue
        try:
            wanted = tensor_digests.read(path)
        except tensor_digests.Unreadable:
            continue
        counts["files"] += 1
        with checkpoint:
            only = set(checkpoint) - set(wanted)
            if only and path not in KNOWN and not checkpoint.problems:
                # Today's TensorFlow does not read all that older releases wrote; such tensors have values beside them.
                only -= {name for tensors in golden.expected().get(path, []) for name in tensors}
                differences += ["%s: %s: only Decant has it" % (path, name) for name in sorted(only)]
            for name in set(checkpoint) & set(wanted):
                dtype, shape, array = wanted[name]
                counts["tensors"] += 1
                if (dtype, tuple(shape)) != (checkpoint.dtypes[name], checkpoint.shapes[name]):
                    differences.append(
                        "%s: %s: %s %s, not %s %s"
                        % (path, name, checkpoint.dtypes[name], checkpoint.shapes[name], dtype, tuple(shape))
                    )
                elif array is not None and tensor_digests.digest(checkpoint[name]) != tensor_digests.digest(array):
                    differences.append("%s: %s: other elements" % (path, name))
    print("read: %(files)d files, %(tensors)d tensors" % counts)
    return differences


def compare_writing():
    generator = np.random.default_rng(7)
    names = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
    arrays = {name: generator.integers(0, 100, (3, 5)).astype(name) for name in names}
    arrays["bool"] = np.array([True, False])
    arrays["complex64"] = np.array([1 + 2j], np.complex64)
    extended = {
        name: arrays["int8"].astype(getattr(ml_dtypes, name)) for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")
    }
    strings = {"string": np.array([b"a", b"b\0c", b""], object)}
    outputs = {
        "a.ckpt": {**arrays, **extended, **strings},
        # safetensors has no 8-bit floats for numpy.
        "a.safetensors": {**arrays, "bfloat16": extended["bfloat16"]},
        "a.npz": arrays,
        "a.h5": arrays,
    }
    differences = []
    with tempfile.TemporaryDirectory() as folder:
        for name, given in outputs.items():
            path = os.path.join(folder, name)
            decant.save(given, path)
            found = tensor_digests.read(path)
            # Where Decant keeps what a file says about itself, in an npz.
            found.pop("__metadata__", None)
            if set(found) != set(given):
                differences.append("%s: %s" % (name, sorted(set(found) ^ set(given))))
            for key in set(found) & set(given):
                dtype, shape, array = found[key]
                if tuple(shape) != given[key].shape or tensor_digests.digest(array) != tensor_digests.digest(
                    given[key]
                ):
                    differences.append("%s: %s: other elements" % (name, key))
            print("wrote %s: %d tensors" % (name, len(given)))
    return differences


def main():
    warnings.simplefilter("ignore")
    differences = compare_reading() + compare_writing()
    for difference in differences:
        print(difference)
    print("%d differences" % len(differences))
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
