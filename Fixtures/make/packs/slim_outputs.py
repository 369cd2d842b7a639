"""Runs TF-slim's networks and those of torchvision, timm and keras on the weights that `decant` converts, and compares.

    SLIM_NETS=slim python3.7 slim_outputs.py run OUT [CHECKPOINTS [VARIANT DIVISOR]]
    python3.11 slim_outputs.py compare OUT DECANT [CHECKPOINTS [VARIANT]]

The first half needs what slim_nets.py needs. The second needs torch 2.15, torchvision 0.29, timm 1.0.31, keras 3.15,
tensorflow 2.21 and safetensors. CHECKPOINTS is what slim_checkpoints.py wrote; the default is ../../packs/checkpoints.

A library's network gets the widths of the file, loads it strictly, and then runs every piece of code in the pack's notes
literally. Exits with 1 if a difference is above 1e-4 of the scale of the outputs.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKPOINTS = f"{HERE}/../../packs/checkpoints"
PACKS = f"{HERE}/../../../Sources/C/CModelPacks/packs"
MEAN = [123.68, 116.78, 103.94]


def run(out, checkpoints=CHECKPOINTS, variant=None, divisor=None):
    """Writes pixels and the logits that TF-slim computes from them."""
    import tensorflow as tf
    import slim_nets
    from slim_checkpoints import DIVISORS

    for variant, divisor in ({variant: int(divisor)} if variant else DIVISORS).items():
        family, classes, side = slim_nets.VARIANTS[variant]
        pixels = numpy.random.RandomState(7).uniform(0, 255, (2, side, side, 3)).astype("f")
        images = pixels - numpy.array(MEAN, "f") if family in ("resnet_v1", "vgg") else pixels / 127.5 - 1
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            given = tf.compat.v1.placeholder("float32", [2, side, side, 3])
            logits = slim_nets.build(variant, given, classes if divisor == 1 else 5, divisor)
            tf.compat.v1.train.Saver(tf.compat.v1.model_variables()).restore(
                session, f"{checkpoints}/{family}/model.ckpt")
            numpy.savez(f"{out}/{variant}.npz", pixels=pixels, logits=session.run(logits, {given: images}))
        print(variant)


def torch_model(library, variant, classes):
    import timm
    import torchvision
    name = {"inception_v1": "googlenet"}.get(variant, variant)
    if library == "torchvision":
        name = re.sub(r"resnet_v1_|vgg_", lambda match: match[0].split("_")[0], name)
        options = {"inception_v3": {"aux_logits": True, "init_weights": False},
                   "googlenet": {"aux_logits": False, "init_weights": False}}
        return getattr(torchvision.models, name)(weights=None, num_classes=classes, **options.get(name, {}))
    name = re.sub(r"resnet_v1_|vgg_", lambda match: match[0].split("_")[0], name).replace("resnet_v2_", "resnetv2_")
    options = {"inception_v3": {"aux_logits": True}}
    return timm.create_model(name, num_classes=classes, **options.get(name, {}))


def torch_logits(library, variant, path, pixels, classes, notes):
    import safetensors.torch
    import torch
    state = safetensors.torch.load_file(path)
    model = torch_model(library, variant, classes).eval()
    for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
        if state[name].shape != tensor.shape:  # the widths of the file, in place of its own
            owner, _, last = name.rpartition(".")
            owner = model.get_submodule(owner)
            if isinstance(tensor, torch.nn.Parameter):
                setattr(owner, last, torch.nn.Parameter(torch.empty_like(state[name])))
            else:
                owner.register_buffer(last, torch.empty_like(state[name]))
    model.load_state_dict(state, strict=True)
    scope = {"model": model, "torch": torch, "pixels": torch.tensor(pixels), "mean": torch.tensor(MEAN)}
    for code in notes:
        exec(code, scope)
    with torch.no_grad():
        logits = model(scope["images"].permute(0, 3, 1, 2))
    return (logits[0] if isinstance(logits, tuple) else logits).numpy()


def keras_logits(variant, path, pixels, classes, notes):
    import h5py
    import keras
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer
    names = {"inception_v3": "InceptionV3", "inception_resnet_v2": "InceptionResNetV2"}
    name = names.get(variant) or re.sub(r"(resnet|vgg)_?(v\d)?_(\d+)", lambda match: {"resnet": "ResNet", "vgg": "VGG"}[
        match[1]] + match[3] + ("V2" if match[2] == "v2" else ""), variant)
    model = getattr(keras.applications, name)(weights=None, classes=classes, classifier_activation=None)
    config = model.get_config()
    with h5py.File(path) as file:  # the widths of the file, in place of its own
        for layer in config["layers"]:
            layer.pop("build_config", None)
            for kind, width in (("Conv2D", "filters"), ("Dense", "units")):
                if layer["class_name"] == kind:
                    layer["config"][width] = file[f"{layer['name']}/{layer['name']}/kernel:0"].shape[-1]
    keras.backend.clear_session()
    model = keras.Model.from_config(config, custom_objects={"CustomScaleLayer": CustomScaleLayer})
    model.load_weights(path)
    scope = {"model": model, "numpy": numpy, "pixels": pixels, "mean": numpy.array(MEAN, "f")}
    for code in notes:
        exec(code, scope)
    return numpy.array(model(scope["images"].astype("f"), training=False))


def compare(out, decant, checkpoints=CHECKPOINTS, variant=None):
    """Compares with every library; returns whether all agree."""
    failed = False
    for path in sorted(glob.glob(f"{out}/{variant or '*'}.npz")):
        variant = os.path.basename(path)[:-4]
        family = re.sub(r"_\d+$", "", variant)
        if not os.path.exists(f"{PACKS}/{family}.json"):
            continue
        with open(f"{PACKS}/{family}.json") as file:
            names = json.load(file)["names"]
        golden = numpy.load(path)
        for library, about in list(names.items())[1:]:
            notes = [code for note in about.get("notes", []) for code in re.findall("`([^`]+)`", note)]
            with tempfile.TemporaryDirectory() as directory:
                file = f"{directory}/model.{'h5' if library == 'keras' else 'safetensors'}"
                force = ["--force"] if about.get("network", "same") != "same" else []
                source = f"{checkpoints}/{family}/model.ckpt"
                subprocess.run([decant, "convert", source, "-o", file, "--names", library, *force],
                               check=True, stdout=subprocess.DEVNULL)
                classes = golden["logits"].shape[1]
                if library == "keras":
                    logits = keras_logits(variant, file, golden["pixels"], classes, notes)
                else:
                    logits = torch_logits(library, variant, file, golden["pixels"], classes, notes)
            difference = numpy.abs(logits - golden["logits"]).max() / numpy.abs(golden["logits"]).max()
            expected = about.get("network", "same") != "another"
            failed |= bool(difference > 1e-4) == expected
            print(f"{variant:20} {library:12} {difference:.1e} {'' if expected else 'another network'}", flush=True)
    return not failed


if __name__ == "__main__":
    sys.exit({"run": run, "compare": compare}[sys.argv[1]](*sys.argv[2:]) is False)
