"""TensorFlow.js models with what tensorflowjs reads from them: tfjs_files.py FOLDER.

Needs tensorflowjs 4.22 installed without its dependencies, and numpy: only write_weights.py, read_weights.py and
quantization.py are imported. The golden values of FOLDER/X/model.json are in FOLDER/X/values.json.
"""
import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import types

import numpy as np

import golden_values as golden

# The package imports all of TensorFlow; three modules of it need nothing but GFile.
package = types.ModuleType("tensorflowjs")
package.__path__ = list(importlib.util.find_spec("tensorflowjs").submodule_search_locations)
sys.modules["tensorflowjs"] = package
stub = types.ModuleType("tensorflow")
stub.io = types.SimpleNamespace(gfile=types.SimpleNamespace(GFile=open))
sys.modules["tensorflow"] = stub
from tensorflowjs import read_weights, write_weights  # noqa: E402

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(14)
version = importlib.metadata.version("tensorflowjs")
writer_name = "tensorflowjs " + version
topology = {"keras_version": "2.15.0", "backend": "tensorflow", "model_config": {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
    {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "dtype": "float32", "units": 3, "activation": "linear", "use_bias": True,
                                       "batch_input_shape": [None, 2]}}]}}}
graph = {"node": [{"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": {"shape": {"dim": [{"size": "-1"}]}}}},
                  {"name": "weight", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}, "value": {"tensor": {"dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "4"}]}}}}}],
         "library": {}, "versions": {"producer": 1087}}


def model_json(manifest, layout="layers-model", **changes):
    model = {"format": layout, "generatedBy": "keras v2.15.0" if layout == "layers-model" else "2.15.0", "convertedBy": "TensorFlow.js Converter v" + version,
             "modelTopology": topology if layout == "layers-model" else graph, "weightsManifest": manifest}
    if layout == "graph-model":
        model["signature"] = {"inputs": {"x": {"name": "x:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "-1"}]}}}, "outputs": {}}
    model.update(changes)
    return model


def read(name, note=None):
    place = os.path.join(folder, name)
    with open(os.path.join(place, "model.json")) as file:
        manifest = json.load(file)["weightsManifest"]
    quantized = {entry["name"]: entry["quantization"]["dtype"] for group in manifest for entry in group["weights"] if "quantization" in entry}
    groups = read_weights.read_weights(manifest, place)
    rows = []
    for number, group in enumerate(groups):
        for entry in group:
            fields = {"group": number}
            if entry["name"] in quantized:
                fields["quantized"] = quantized[entry["name"]]
            array = entry["data"]
            rows.append(golden.row(entry["name"], array, **fields))
    golden.write(os.path.join(place, "values.json"), writer_name, __file__, rows, **({"note": note} if note else {}))
    return manifest


def write(name, groups, shard=4 << 20, layout="layers-model", note=None, **options):
    place = os.path.join(folder, name)
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place)
    groups = [[{"name": key, "data": array} for key, array in group.items()] for group in groups]
    manifest = write_weights.write_weights(groups, place, shard_size_bytes=shard, write_manifest=False, **options)
    with open(os.path.join(place, "model.json"), "w") as file:
        json.dump(model_json(manifest, layout), file)
    return read(name, note)


def dense(prefix="dense"):
    return {prefix + "/kernel": golden.sample(random, "f4", (2, 3)), prefix + "/bias": golden.sample(random, "f4", (3,))}


write("layers", [dense()])
words = np.array([["one", ""], ["zw\u00f6lf", "\U0001f600 a\tb"]], dtype=object)
every = {"float32": golden.sample(random, "f4", (2, 4)), "int32": golden.sample(random, "i4", (3,)), "bool": golden.sample(random, "b1", (5,)),
         "uint8": golden.sample(random, "u1", (3, 1)), "uint16": golden.sample(random, "u2", (2, 2)), "string": words,
         "complex64": golden.sample(random, "c8", (2, 2)), "scalar": np.array(2.5, np.float32), "empty": np.zeros((2, 0), np.float32),
         "from float64": np.array([0.1, 1e300]), "from int64": np.array([-5, 2**31 + 5]), "sch\u00f6n": np.array([7], np.int32),
         "bytes": np.array([b"a\xffb", b""], dtype=object)}
with np.errstate(all="ignore"):
    write("dtypes", [every], note="The tensors after `bool` lie at odd places. The writer turned float64 and int64 into float32 and int32.")
    shards = {"a": golden.sample(random, "f4", (10,)), "words": words, "b": golden.sample(random, "i4", (7,))}
    write("shards", [shards], shard=23, note="Shards of 23 bytes cut tensors, elements and strings.")
write("groups", [dense("first"), dense("second"), {"third/kernel": golden.sample(random, "f4", (4, 4))}], shard=20)
weight = random.standard_normal((3, 5)).astype(np.float32)
positive = np.abs(random.standard_normal(6).astype(np.float32)) + 1
quantized = {"both": weight, "positive": positive, "negative": -positive, "equal": np.full(4, 0.25, np.float32), "zero": np.zeros(3, np.float32), "left int32": np.arange(4, dtype=np.int32)}
for dtype in ["uint8", "uint16", "float16"]:
    write("quantized-" + dtype, [{key: array.copy() for key, array in quantized.items()}], quantization_dtype_map={dtype: True})
write("quantized-mixed", [{"conv/kernel": weight, "conv/bias": positive, "dense/kernel": weight.T.copy(), "plain": weight[:1].copy()}], shard=16, layout="graph-model",
      quantization_dtype_map={"uint8": ["conv/kernel"], "float16": ["conv/bias"], "uint16": "dense/*"})
write("graph", [{"weight": golden.sample(random, "f4", (4,)), "StatefulPartitionedCall/model/dense/MatMul/ReadVariableOp": golden.sample(random, "f4", (2, 2))}], layout="graph-model")

# As TensorFlow.js itself saves a model to files.
place = os.path.join(folder, "javascript")
os.makedirs(place, exist_ok=True)
kernel = golden.sample(random, "f4", (2, 3))
with open(os.path.join(place, "weights.bin"), "wb") as file:
    file.write(kernel.tobytes() + np.array([3, 250], np.uint8).tobytes())
manifest = [{"paths": ["./weights.bin"], "weights": [
    {"name": "dense_Dense1/kernel", "shape": [2, 3], "dtype": "float32"},
    {"name": "dense_Dense1/int32", "shape": [2], "dtype": "int32", "quantization": {"min": -10.6, "scale": 0.5, "dtype": "uint8", "original_dtype": "int32"}}]}]
with open(os.path.join(place, "model.json"), "w") as file:
    json.dump(model_json(manifest, generatedBy="TensorFlow.js tfjs-layers v4.22.0", convertedBy=None, trainingConfig={"loss": "meanSquaredError"}), file)
read("javascript", "By a script: the layout of files that TensorFlow.js saves; and an int32 tensor quantized to uint8.")

# Damaged models: each a folder with model.json.
bad = golden.Bad(folder, "Damaged TensorFlow.js models")
shutil.rmtree(bad.folder)
entry = {"name": "a", "shape": [2, 3], "dtype": "float32"}
second = {"name": "b", "shape": [3], "dtype": "int32"}
data = np.arange(6, dtype="<f4").tobytes() + np.arange(3, dtype="<i4").tobytes()


def add(name, defect, weights=(entry, second), paths=("group1-shard1of1.bin",), content=data, text=None, manifest=None, **changes):
    with open(bad.path(name + "/model.json"), "w") as file:
        group = {"paths": list(paths), "weights": list(weights)}
        file.write(json.dumps(model_json(manifest if manifest is not None else [group], **changes)) if text is None else text)
    if content is not None:
        with open(bad.path(name + "/group1-shard1of1.bin"), "wb") as file:
            file.write(content)
    bad.note(name, defect)


def changed(**fields):
    return [{key: value for key, value in dict(entry, **fields).items() if value is not None}]


with open(bad.path("outside.bin"), "wb") as file:
    file.write(data)
bad.note("outside.bin", "not damaged: what paths with `..` lead to")
add("shard-missing", "the shard is not there", content=None)
add("second-shard-missing", "the second of two shards is not there", paths=["group1-shard1of1.bin", "group1-shard2of2.bin"], content=data[:20])
add("shard-short", "the shard has 35 bytes instead of 36", content=data[:-1])
add("shard-empty", "the shard is empty", content=b"")
add("shard-long", "the shard has 40 bytes instead of 36; tensorflowjs reads it", content=data + b"\0" * 4)
add("shard-twice", "a shard twice: 72 bytes instead of 36; tensorflowjs reads it", paths=["group1-shard1of1.bin"] * 2)
add("paths-empty", "no paths", paths=[])
add("paths-missing", "a group without `paths`", manifest=[{"weights": [entry]}])
add("weights-missing", "a group without `weights`", manifest=[{"paths": ["group1-shard1of1.bin"]}])
add("manifest-missing", "no weightsManifest", text=json.dumps({"format": "layers-model", "modelTopology": topology}))
add("manifest-object", "weightsManifest is an object", manifest={})
add("manifest-empty", "weightsManifest is empty; tensorflowjs reads no tensors", manifest=[])
add("path-parent", "a path with `..`", paths=["../outside.bin"])
add("path-parent-inside", "a path with `..` that stays inside", paths=["x/../group1-shard1of1.bin"])
add("path-absolute", "an absolute path", paths=["/etc/passwd"])
add("path-url", "a URL", paths=["https://example.invalid/group1-shard1of1.bin"])
add("path-file-url", "a file URL", paths=["file:///etc/passwd"])
add("path-backslash", "a path with `..` and a backslash", paths=["..\\outside.bin"])
add("path-empty", "an empty path", paths=[""])
add("path-dot", "a path to the folder", paths=["."])
add("path-nul", "a path with a zero byte", paths=["group1-shard1of1.bin\0"])
add("path-number", "a path that is a number", paths=[7])
add("path-itself", "the shard is model.json; tensorflowjs reads it", paths=["model.json"])
add("paths-many", "500 times the same shard", paths=["group1-shard1of1.bin"] * 500)
for name, shape, defect in [("negative", [-2, -3], "negative"), ("huge", [2**40], "2^40"), ("overflow", [2**32, 2**32], "the product overflows"), ("fraction", [1.5, 4], "1.5"),
                            ("string", ["2", 3], "a string"), ("null", [None, 3], "null"), ("object", {"0": 2}, "an object"), ("big", [10**30], "10^30")]:
    add("shape-" + name, "a dimension: " + defect, changed(shape=shape))
add("shape-missing", "no shape", changed(shape=None))
add("shape-many", "5,000 dimensions", changed(shape=[1] * 5000 + [6]))
add("name-twice", "two tensors of one name; tensorflowjs reads both", [entry, dict(second, name="a")])
add("name-twice-groups", "one name in two groups; tensorflowjs reads both", manifest=[{"paths": ["group1-shard1of1.bin"], "weights": [entry]}] * 2)
add("name-missing", "no name", changed(name=None))
add("name-number", "a name that is a number", changed(name=5))
add("name-empty", "an empty name; tensorflowjs reads it", changed(name=""))
add("name-sideways", "a name with `..` and an escape sequence; tensorflowjs reads it", changed(name="../../a\x1b[31m"))
add("name-surrogate", "a name with half of a surrogate pair", changed(name="a\ud800"))
add("dtype-unknown", "the dtype `quaternion`", changed(dtype="quaternion"))
add("dtype-float64", "the dtype float64", changed(dtype="float64", shape=[3]))
add("dtype-int64", "the dtype int64", changed(dtype="int64", shape=[3]))
add("dtype-missing", "no dtype", changed(dtype=None))
add("dtype-number", "the dtype is a number", changed(dtype=1))
add("quantization-dtype", "quantized to int8", changed(quantization={"dtype": "int8", "min": 0, "scale": 1}))
add("quantization-scale-missing", "quantized, no scale", changed(quantization={"dtype": "uint8", "min": 0}))
add("quantization-scale-string", "the scale is a string", changed(quantization={"dtype": "uint8", "min": 0, "scale": "1"}))
add("quantization-scale-nan", "the scale is NaN, which JSON does not have", changed(quantization={"dtype": "uint8", "min": 0, "scale": float("nan")}))
add("quantization-scale-huge", "the scale is 1e400", text=json.dumps(model_json([{"paths": ["group1-shard1of1.bin"], "weights": changed(quantization={"dtype": "uint8", "min": 0, "scale": 77777})}])).replace("77777", "1e400"))
add("quantization-string", "quantization is a string", changed(quantization="uint8"))
add("quantization-float16-int32", "int32 quantized to float16", changed(dtype="int32", quantization={"dtype": "float16"}))
add("quantization-bool", "bool quantized to uint8", changed(dtype="bool", quantization={"dtype": "uint8", "min": 0, "scale": 1}))
strings = dict(entry, name="s", dtype="string", shape=[2])
add("string-long", "a string of 2^32 - 1 bytes", [strings], content=b"\xff\xff\xff\xff" + b"abc")
add("string-short", "the second string is cut", [strings], content=b"\x01\0\0\0a\x05\0\0\0bc")
add("string-missing", "one string instead of two", [strings], content=b"\x01\0\0\0a")
add("string-many", "2^30 strings", [dict(strings, shape=[2**30])], content=b"\0\0\0\0" * 4)
add("bool-2", "a bool of value 2", [dict(entry, dtype="bool", shape=[2])], content=b"\x02\x01")
good = json.dumps(model_json([{"paths": ["group1-shard1of1.bin"], "weights": [entry, second]}]))
add("json-empty", "model.json is empty", text="")
add("json-cut", "model.json ends early", text=good[:-20])
add("json-tail", "text after the JSON", text=good + "x")
add("json-comma", "a comma too many", text=good.replace('"dtype": "int32"', '"dtype": "int32",'))
add("json-array", "model.json is an array", text="[" + good + "]")
add("json-number", "model.json is a number", text="7")
add("json-key-twice", "weightsManifest twice, first an empty one; tensorflowjs reads the second", text='{"weightsManifest": [], ' + good[1:])
add("json-deep", "arrays inside arrays, 5,000 deep, in modelTopology", text=good.replace('"modelTopology": {', '"deep": ' + "[" * 5000 + "]" * 5000 + ', "modelTopology": {'))
add("json-bom", "a byte order mark before the JSON", text="\ufeff" + good)
bad.finish()

for name, defect in [line[3:].split("`: ", 1) for line in bad.lines if ".bin`" not in line]:
    try:
        with open(bad.path(name + "/model.json")) as file:
            manifest = json.load(file)["weightsManifest"]
        with np.errstate(all="ignore"):
            if "many" not in name:
                read_weights.read_weights(manifest, bad.path(name))
                if "reads" not in defect:
                    print("tensorflowjs reads %s: %s" % (name, defect))
    except Exception as error:
        if "reads" in defect:
            print("tensorflowjs refuses %s: %s: %s" % (name, defect, error))
