"""Digests of the tensors that torchvision, timm and Keras have: mobile_digests.py FILE.json.

Python 3.11 with torch 2.15.0, torchvision 0.29.2, timm 1.0.31, and Keras 3.15.1 on torch. A digest is the SHA-256
of the lines 'name dtype [extents]', sorted by name: what a file for load_state_dict or load_weights must have.
"""
import hashlib
import json
import os
import sys

os.environ.update(KERAS_BACKEND="torch", CUDA_VISIBLE_DEVICES="")
import keras
import timm
import torch
import torchvision

# Keras counts in i32 on torch, in i64 on TensorFlow and in the files of keras.applications.
DTYPES = {"float32": "f32", "int64": "i64", "int32": "i64"}


def torch_tensors(create):
    with torch.device("meta"):
        return [(name, str(value.dtype)[6:], value.shape) for name, value in create().state_dict().items()]


def keras_tensors(model):
    return [(weight.path, weight.dtype, weight.shape) for weight in model.weights]


def timm_mobilenet_v1(width):
    return timm.models.efficientnet._gen_mobilenet_v1("mobilenetv1_100", width, num_classes=1001)


def entries():
    for width in (1.0, 0.25):
        variant = "mobilenet_v1_%.2f" % width
        yield variant, "timm", "_gen_mobilenet_v1", torch_tensors(lambda: timm_mobilenet_v1(width))
        yield variant, "keras", "MobileNet", keras_tensors(
            keras.applications.MobileNet(alpha=width, weights=None, classes=1001))
    for width, name in ((1.0, "mobilenetv2_100"), (1.4, "mobilenetv2_140")):
        variant = "mobilenet_v2_%.2f" % width
        yield variant, "torchvision", "mobilenet_v2", torch_tensors(
            lambda: torchvision.models.mobilenet_v2(width_mult=width, num_classes=1001))
        yield variant, "timm", name, torch_tensors(lambda: timm.create_model(name, num_classes=1001))
        yield variant, "keras", "MobileNetV2", keras_tensors(
            keras.applications.MobileNetV2(alpha=width, weights=None, classes=1001))
    for number in range(8):
        variant = "efficientnet_b%d" % number
        yield variant, "torchvision", variant, torch_tensors(getattr(torchvision.models, variant))
        yield variant, "timm", "tf_" + variant, torch_tensors(lambda: timm.create_model("tf_" + variant))
        keras.backend.clear_session()  # so that the layer is called 'normalization'
        name = "EfficientNetB%d" % number
        yield variant, "keras", name, keras_tensors(getattr(keras.applications, name)(weights=None))


versions = {"torchvision": torchvision.__version__.split("+")[0], "timm": timm.__version__, "keras": keras.__version__}
rows = []
for variant, library, name, tensors in entries():
    lines = ["%s %s [%s]\n" % (key, DTYPES[dtype], ",".join(map(str, shape)))
             for key, dtype, shape in sorted(tensors, key=lambda tensor: tensor[0].encode())]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    family = variant.rsplit("_", 1)[0]
    rows.append({"family": family, "variant": variant, "names": library, "class": name, "version": versions[library],
                 "count": len(lines), "sha256": digest})
    print(variant, library, len(lines), flush=True)
    if "--lines" in sys.argv:
        with open(os.path.join(sys.argv[3], "%s.%s.txt" % (variant, library)), "w") as file:
            file.writelines(lines)
with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
