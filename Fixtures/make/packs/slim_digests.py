"""Writes a digest of the names, dtypes and shapes of each library's own model, with the classes of slim's checkpoints.

    python3.11 slim_digests.py ../../packs/digests/slim.json

Needs torch 2.15, torchvision 0.29, timm 1.0.31 and keras 3.15 with tensorflow 2.21. A digest is the SHA-256 of the lines
`name dtype [extents]`, sorted by the bytes of the names: those of state_dict() in torch; in keras, `layer/weight` for
each layer of model.layers.
"""
import hashlib
import json
import sys

import timm
import torch
import torchvision
import keras  # after torch: the other way round, their two LLVMs collide

DTYPES = {"torch.float32": "f32", "torch.int64": "i64", "float32": "f32"}
entries = []


def add(family, variant, library, name, version, tensors):
    lines = sorted((f"{tensor} {DTYPES[str(dtype)]} [{','.join(map(str, shape))}]\n".encode()
                    for tensor, dtype, shape in tensors), key=lambda line: line.split(b" ")[0])
    entries.append({"family": family, "variant": variant, "names": library, "class": name, "version": version,
                    "count": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()})


def add_torch(family, variant, library, name, classes, **options):
    with torch.device("meta"):
        if library == "timm":
            model = timm.create_model(name, num_classes=classes, **options)
        else:
            model = getattr(torchvision.models, name)(weights=None, num_classes=classes, **options)
    version = (timm if library == "timm" else torchvision).__version__.split("+")[0]
    add(family, variant, library, name, version, [(n, t.dtype, t.shape) for n, t in model.state_dict().items()])


def add_keras(family, variant, name, classes):
    model = getattr(keras.applications, name)(weights=None, classes=classes)
    add(family, variant, "keras", name, keras.__version__,
        [(f"{layer.name}/{w.name}", w.dtype, w.shape) for layer in model.layers for w in layer.weights])
    keras.backend.clear_session()  # layers are numbered from 0 again


add_torch("inception_v1", "inception_v1", "torchvision", "googlenet", 1001, aux_logits=False, init_weights=False)
add_torch("inception_v3", "inception_v3", "torchvision", "inception_v3", 1001, aux_logits=True, init_weights=False)
add_torch("inception_v3", "inception_v3", "timm", "inception_v3", 1001, aux_logits=True)
add_keras("inception_v3", "inception_v3", "InceptionV3", 1001)
add_torch("inception_v4", "inception_v4", "timm", "inception_v4", 1001)
add_torch("inception_resnet_v2", "inception_resnet_v2", "timm", "inception_resnet_v2", 1001)
add_keras("inception_resnet_v2", "inception_resnet_v2", "InceptionResNetV2", 1001)
for depth in (50, 101, 152):
    add_torch("resnet_v1", f"resnet_v1_{depth}", "torchvision", f"resnet{depth}", 1000)
    add_torch("resnet_v1", f"resnet_v1_{depth}", "timm", f"resnet{depth}", 1000)
    add_keras("resnet_v1", f"resnet_v1_{depth}", f"ResNet{depth}", 1000)
    add_torch("resnet_v2", f"resnet_v2_{depth}", "timm", f"resnetv2_{depth}", 1001)
    add_keras("resnet_v2", f"resnet_v2_{depth}", f"ResNet{depth}V2", 1001)
for depth in (16, 19):
    add_torch("vgg", f"vgg_{depth}", "torchvision", f"vgg{depth}", 1000, init_weights=False)
    add_torch("vgg", f"vgg_{depth}", "timm", f"vgg{depth}", 1000)
    add_keras("vgg", f"vgg_{depth}", f"VGG{depth}", 1000)
with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(f"  {json.dumps(entry)}" for entry in entries) + "\n]\n")
