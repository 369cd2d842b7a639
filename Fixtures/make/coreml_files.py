"""Core ML models with the weights that coremltools reads from them: coreml_files.py FOLDER. Needs coremltools 9 (no Mac needed).

Identifiers in Manifest.json are fixed, and the date of the conversion is removed. The golden values of FOLDER/X.mlmodel
and FOLDER/X.mlpackage are in FOLDER/X.json.
"""
import json
import os
import shutil
import struct
import sys
import warnings

warnings.simplefilter("ignore")
import logging

logging.disable(logging.ERROR)

import coremltools as ct
import coremltools.optimize.coreml as optimize
import numpy as np
from coremltools.converters.mil import Builder as mb
from coremltools.libmilstoragepython import _BlobStorageReader
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder, quantization_utils
from coremltools.proto import MIL_pb2, Model_pb2, NeuralNetwork_pb2
from google.protobuf.json_format import MessageToDict

import golden_values as golden

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(18)
writer_name = "coremltools " + ct.__version__


def path(name):
    return os.path.join(folder, name)


# Neural networks: .mlmodel

def weights_of(message, prefix):
    """The WeightParams in a message, with the names of the fields that lead there."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        try:
            items = [value] if not hasattr(value, "__len__") else list(value)
        except TypeError:
            items = [value]
        for number, item in enumerate(items):
            name = prefix + [descriptor.name] + ([str(number)] if hasattr(value, "__len__") else [])
            if isinstance(item, NeuralNetwork_pb2.WeightParams):
                yield name, item
            else:
                yield from weights_of(item, name)


def read_network(name, note):
    spec = ct.models.utils.load_spec(path(name))
    rows = []
    for layer in spec.neuralNetwork.layers:
        kind = layer.WhichOneof("layer")
        parameters = getattr(layer, kind)
        scalars = {descriptor.name: (list(value) if hasattr(value, "__len__") and not isinstance(value, (str, bytes)) else value)
                   for descriptor, value in parameters.ListFields() if descriptor.message_type is None}
        for fields, weight in weights_of(parameters, []):
            more = {"layer": layer.name, "layer_type": kind, "layer_fields": scalars}
            full = "/".join([layer.name] + fields)
            if len(weight.floatValue):
                rows.append(golden.row(full, np.array(weight.floatValue, np.float32), storage="floatValue", **more))
            elif weight.float16Value:
                rows.append(golden.row(full, np.frombuffer(weight.float16Value, np.float16), storage="float16Value", **more))
            elif weight.int8RawValue:
                rows.append(golden.row(full, np.frombuffer(weight.int8RawValue, np.int8), storage="int8RawValue", **more))
            elif weight.rawValue:
                quantization = MessageToDict(weight.quantization)
                raw = weight.rawValue
                rows.append(golden.row(full, np.frombuffer(raw, np.uint8), storage="rawValue", quantization=quantization, **more))
    golden.write(path(name), writer_name, __file__, rows, note=note, specification_version=spec.specificationVersion)


def network(quantizable=False):
    builder = NeuralNetworkBuilder([("x", datatypes.Array(2, 5, 5))], [("y", datatypes.Array(2))], disable_rank5_shape_mapping=True)
    builder.add_convolution("conv", 2, 3, 3, 3, 1, 1, "valid", 1, (random.standard_normal((3, 3, 2, 3)).astype(np.float32) if quantizable else golden.sample(random, "f4", (3, 3, 2, 3))), random.standard_normal(3).astype(np.float32), True, input_name="x", output_name="c")
    if not quantizable:  # the quantizer wants to fuse it, and fails
        builder.add_batchnorm("norm", 3, *[np.abs(random.standard_normal(3)).astype(np.float32) for _ in range(4)], input_name="c", output_name="n")
    builder.add_flatten("flat", 0, "c" if quantizable else "n", "f")
    builder.add_inner_product("dense", random.standard_normal((2, 27)).astype(np.float32), random.standard_normal(2).astype(np.float32), 27, 2, True, "f", "d")
    builder.add_load_constant_nd("constant", "k", np.arange(6, dtype=np.float32).reshape(1, 6), (1, 6))
    builder.add_embedding("embedding", random.standard_normal((4, 3)).astype(np.float32), None, 3, 4, False, "d", "e")
    cell = [random.standard_normal((2, 3)).astype(np.float32) for _ in range(4)]
    recurrent = [random.standard_normal((2, 2)).astype(np.float32) for _ in range(4)]
    builder.add_unilstm("lstm", recurrent, cell, [random.standard_normal(2).astype(np.float32) for _ in range(4)], 2, 3, ["e", "h", "s"], ["y", "h2", "s2"])
    return builder.spec


def save_network(name, spec, note):
    with open(path(name), "wb") as file:
        file.write(spec.SerializeToString(deterministic=True))
    if note:
        read_network(name, note)


flat = "The file keeps weights flat: shape is their number; layer_fields has the sizes. Name: layer/field."
spec = network()
save_network("network.mlmodel", spec, flat)
modes = [(16, "float16", None), (8, "linear8", ct.models._QUANTIZATION_MODE_LINEAR_QUANTIZATION),]
for bits, name, mode in modes:
    quantized = network(quantizable=True)
    try:
        quantized = quantization_utils._quantize_spec_weights(quantized, bits, mode or ct.models._QUANTIZATION_MODE_LINEAR_QUANTIZATION)
        save_network("network-%s.mlmodel" % name, quantized, flat if mode is None else None)
    except Exception as error:
        print("no network of", bits, mode, type(error), error)


# Programs: .mlpackage

readers = {"FLOAT32": ("read_float_data", np.float32), "FLOAT16": ("read_fp16_data", np.uint16), "INT8": ("read_int8_data", np.int8), "UINT8": ("read_uint8_data", np.uint8),
           "INT16": ("read_int16_data", np.int16), "UINT16": ("read_uint16_data", np.uint16), "INT32": ("read_int32_data", np.int32), "UINT32": ("read_uint32_data", np.uint32),
           "INT4": ("read_int4_data", np.int8), "UINT4": ("read_uint4_data", np.uint8), "UINT1": ("read_uint1_data", np.uint8), "UINT2": ("read_uint2_data", np.uint8),
           "UINT3": ("read_uint3_data", np.uint8), "UINT6": ("read_uint6_data", np.uint8)}


def immediate(value, kind, shape):
    tensor = value.immediateValue.tensor
    field = tensor.WhichOneof("value")
    if field == "bytes":
        dtype = {"FLOAT16": np.float16, "INT8": np.int8, "UINT8": np.uint8, "INT16": np.int16, "UINT16": np.uint16}.get(kind)
        return None if dtype is None else np.frombuffer(tensor.bytes.values, dtype).reshape(shape)
    dtype = {"floats": np.float32, "ints": np.int32, "bools": bool, "longInts": np.int64, "doubles": np.float64}.get(field)
    return None if dtype is None else np.array(getattr(tensor, field).values, dtype).reshape(shape)


def values_of(operations):
    """(name, operation, value) of all values that operations hold themselves."""
    for operation in operations:
        name = operation.outputs[0].name if len(operation.outputs) else operation.type
        for key, value in sorted(operation.attributes.items()):
            if key != "name":
                yield name if key == "val" else name + "/" + key, operation.type, value
        for key, argument in sorted(operation.inputs.items()):
            for binding in argument.arguments:
                if binding.WhichOneof("binding") == "value":
                    yield name + "/" + key, operation.type, binding.value
        for block in operation.blocks:
            yield from values_of(block.operations)


def read_program(name, note):
    package = path(name)
    spec = ct.models.MLModel(package, skip_model_load=True).get_spec()
    weights = os.path.join(package, "Data/com.apple.CoreML/weights/weight.bin")
    rows = []
    if os.path.exists(weights):
        reader = _BlobStorageReader(weights)
        with open(weights, "rb") as file:
            blob = file.read()
    for function_name, function in sorted(spec.mlProgram.functions.items()):
        for block in function.block_specializations.values():
            for value_name, operation, value in values_of(block.operations):
                if value.type.WhichOneof("type") != "tensorType":
                    continue
                kind = MIL_pb2.DataType.Name(value.type.tensorType.dataType)
                shape = [dimension.constant.size for dimension in value.type.tensorType.dimensions]
                fields = {"type": kind, "operation": operation}
                if len(spec.mlProgram.functions) > 1:
                    fields["function"] = function_name
                if value.WhichOneof("value") == "blobFileValue":
                    method, dtype = readers[kind]
                    offset = value.blobFileValue.offset
                    array = np.asarray(getattr(reader, method)(offset)).astype(dtype).reshape(shape)
                    if kind == "FLOAT16":
                        array = array.view(np.float16)
                    mark, code, size, start = struct.unpack_from("<IIQQ", blob, offset)
                    assert mark == 0xDEADBEEF
                    fields.update(file=value.blobFileValue.fileName, offset=offset, data_offset=start, size=size, blob_type=code, storage="weight.bin")
                else:
                    array = immediate(value, kind, shape)
                    if array is None:
                        continue
                    fields["storage"] = "immediate"
                sub_byte = kind in ["INT4", "UINT4", "UINT1", "UINT2", "UINT3", "UINT6"]
                rows.append(golden.row(value_name, array, dtype=kind.lower() if sub_byte else None, **fields))
    golden.write(package, writer_name, __file__, rows, note=note, specification_version=spec.specificationVersion)


def fixed(package):
    """Identifiers and dates that do not change."""
    manifest_name = os.path.join(package, "Manifest.json")
    with open(manifest_name) as file:
        manifest = json.load(file)
    entries, root = {}, None
    for number, (key, value) in enumerate(sorted(manifest["itemInfoEntries"].items(), key=lambda item: item[1]["path"])):
        new = "00000000-0000-4000-8000-%012d" % number
        entries[new] = value
        root = new if key == manifest["rootModelIdentifier"] else root
    manifest.update(itemInfoEntries=entries, rootModelIdentifier=root)
    with open(manifest_name, "w") as file:
        json.dump(manifest, file, indent=4)
    name = os.path.join(package, "Data/com.apple.CoreML/model.mlmodel")
    spec = Model_pb2.Model()
    with open(name, "rb") as file:
        spec.ParseFromString(file.read())
    spec.description.metadata.userDefined.pop("com.github.apple.coremltools.conversion_date", None)
    with open(name, "wb") as file:
        file.write(spec.SerializeToString(deterministic=True))
    os.chmod(name, 0o644)


def save_program(name, model, note):
    shutil.rmtree(path(name), ignore_errors=True)
    model.save(path(name))
    fixed(path(name))
    read_program(name, note)


def program(precision=ct.precision.FLOAT32, target=ct.target.iOS16, care=True):
    kernel = golden.sample(random, "f4", (4, 2, 3, 3)) if care else random.standard_normal((4, 2, 3, 3)).astype(np.float32)
    dense = random.standard_normal((8, 36)).astype(np.float32)
    table = np.arange(40, dtype=np.int32)

    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 2, 5, 5))], opset_version=target)
    def built(x):
        y = mb.conv(x=x, weight=mb.const(val=kernel, name="conv.weight"), bias=mb.const(val=np.arange(4, dtype=np.float32), name="conv.bias"), name="conv")
        y = mb.reshape(x=y, shape=(1, 36), name="flat")
        y = mb.linear(x=y, weight=mb.const(val=dense, name="dense_weight_0"), bias=mb.const(val=np.ones(8, np.float32), name="dense_bias_0"), name="dense")
        z = mb.gather(x=mb.const(val=table, name="table"), indices=mb.cast(x=y, dtype="int32"), axis=0, name="gathered", **({"validate_indices": False} if target >= ct.target.iOS17 else {}))
        return y, mb.cast(x=z, dtype="fp32", name="z")

    return ct.convert(built, convert_to="mlprogram", compute_precision=precision, minimum_deployment_target=target, skip_model_load=True)


def attempt(name, make, note):
    try:
        save_program(name, make(), note)
    except Exception as error:
        print("no", name, type(error), error)
        shutil.rmtree(path(name), ignore_errors=True)


where = ("offset is blobFileValue.offset: where a record of 64 bytes lies in weight.bin (0xDEADBEEF, type, size, data_offset); data_offset is where the elements lie. "
         "Types of less than a byte: one element in a byte here, packed in the file.")
attempt("float32.mlpackage", program, where)
attempt("float16.mlpackage", lambda: program(ct.precision.FLOAT16), where)
config = optimize.OptimizationConfig
attempt("int8.mlpackage", lambda: optimize.linear_quantize_weights(program(care=False), config(optimize.OpLinearQuantizerConfig(mode="linear_symmetric", weight_threshold=16))), where)
attempt("sparse.mlpackage", lambda: optimize.prune_weights(program(care=False), config(optimize.OpMagnitudePrunerConfig(target_sparsity=0.5, weight_threshold=16))), where)
attempt("int4-ios18.mlpackage", lambda: optimize.linear_quantize_weights(program(target=ct.target.iOS18, care=False), config(optimize.OpLinearQuantizerConfig(mode="linear", dtype="int4", granularity="per_block", block_size=2, weight_threshold=16))), where)
attempt("palette2-ios18.mlpackage", lambda: optimize.palettize_weights(program(target=ct.target.iOS18, care=False), config(optimize.OpPalettizerConfig(mode="uniform", nbits=2, weight_threshold=16))), where)

# Damaged packages

bad = golden.Bad(folder, "Damaged Core ML models: copies of float32.mlpackage, and of network.mlmodel")
shutil.rmtree(bad.folder)
os.makedirs(bad.folder)
weight_name = "Data/com.apple.CoreML/weights/weight.bin"
model_name = "Data/com.apple.CoreML/model.mlmodel"
with open(os.path.join(path("float32.mlpackage"), weight_name), "rb") as file:
    blob = file.read()
with open(os.path.join(path("float32.mlpackage"), model_name), "rb") as file:
    program_bytes = file.read()


def package(name, defect, weights=blob, model=program_bytes, manifest=None, remove=()):
    target = bad.path(name + ".mlpackage")
    shutil.copytree(path("float32.mlpackage"), target)
    for file_name, data in [(weight_name, weights), (model_name, model), ("Manifest.json", manifest)]:
        if data is not None:
            with open(os.path.join(target, file_name), "wb") as file:
                file.write(data)
    for file_name in remove:
        os.remove(os.path.join(target, file_name))
    bad.note(name + ".mlpackage", defect)


def patched(at, layout, value):
    data = bytearray(blob)
    struct.pack_into(layout, data, at, value)
    return bytes(data)


def with_value(change):
    model = Model_pb2.Model()
    model.ParseFromString(program_bytes)
    for block in model.mlProgram.functions["main"].block_specializations.values():
        for operation in block.operations:
            for value in operation.attributes.values():
                if value.WhichOneof("value") == "blobFileValue":
                    change(value)
                    return model.SerializeToString(deterministic=True)


def changed(**fields):
    def change(value):
        for key, item in fields.items():
            setattr(value.blobFileValue, key, item)
    return with_value(change)


def sized(sizes):
    def change(value):
        for dimension, size in zip(value.type.tensorType.dimensions, sizes):
            dimension.constant.size = size
    return with_value(change)


def manifest_with(old, new):
    with open(os.path.join(path("float32.mlpackage"), "Manifest.json")) as file:
        return file.read().replace(old, new).encode()


package("weights-missing", "weight.bin is not there", remove=[weight_name])
package("model-missing", "model.mlmodel is not there", remove=[model_name])
package("manifest-missing", "Manifest.json is not there", remove=["Manifest.json"])
package("manifest-cut", "Manifest.json ends early", manifest=manifest_with("rootModelIdentifier", "")[:100])
package("manifest-parent", "Manifest.json names ../../x", manifest=manifest_with("com.apple.CoreML/model.mlmodel", "../../x"))
package("manifest-absolute", "Manifest.json names /etc/passwd", manifest=manifest_with("com.apple.CoreML/model.mlmodel", "/etc/passwd"))
package("weights-empty", "weight.bin is empty", weights=b"")
package("weights-cut", "weight.bin ends early", weights=blob[:200])
package("weights-version", "weight.bin has version 99", weights=patched(4, "<I", 99))
package("sentinel", "the first record does not start with 0xDEADBEEF", weights=patched(64, "<I", 0xDEADBEE0))
package("record-type", "the first record has the type 99", weights=patched(68, "<I", 99))
package("record-size", "the first record has 2^60 bytes", weights=patched(72, "<Q", 2**60))
package("record-offset", "the first record's data are at 2^60", weights=patched(80, "<Q", 2**60))
package("record-offset-max", "the first record's data are at 2^64 - 4", weights=patched(80, "<Q", 2**64 - 4))
package("offset-outside", "a value's offset is after the end", model=changed(offset=10**6))
package("offset-unaligned", "a value's offset is 65", model=changed(offset=65))
package("offset-max", "a value's offset is 2^64 - 1", model=changed(offset=2**64 - 1))
package("file-parent", "a value lies in @model_path/../../../weight.bin", model=changed(fileName="@model_path/../../../weight.bin"))
package("file-absolute", "a value lies in /etc/passwd", model=changed(fileName="/etc/passwd"))
package("file-other", "a value lies in a file that is not there", model=changed(fileName="@model_path/weights/other.bin"))
package("shape-huge", "a value has 2^62 x 4 elements", model=sized([2**62, 4]))
package("shape-more", "a value's shape needs more bytes than its record has", model=sized([5]))
package("model-cut", "model.mlmodel ends early", model=program_bytes[: len(program_bytes) // 2])
with open(path("network.mlmodel"), "rb") as file:
    data = file.read()
bad.cuts("cut", ".mlmodel", data, {0: "empty file", 10: "in the description", len(data) // 2: "inside the weights", -1: "the last byte is missing"})
bad.finish()
