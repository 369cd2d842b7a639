"""Compares outputs of the original programs with those of other libraries: mobile_outputs.py DECANT PACKS FOLDER [WORD ...].

FOLDER is what 'mobile_tensorflow.py ... run FOLDER' wrote, PACKS Sources/C/CModelPacks/packs. Every checkpoint is
converted by DECANT to the names of each library, loaded strictly there, and run after the lines of code in the pack's
notes. Python 3.11 with torch 2.15.0, torchvision 0.29.2, timm 1.0.31, and Keras 3.15.1 on torch. WORDs choose runs.
"""
import json
import os
import subprocess
import sys

os.environ.update(KERAS_BACKEND="torch", CUDA_VISIBLE_DEVICES="")
import keras
import numpy as np
import safetensors.torch
import timm
import torch
import torchvision

decant, packs, folder = sys.argv[1:4]
words = sys.argv[4:]

EPSILON = "for m in model.modules(): m.eps = 0.001"
PADDING = (
    "for m in [m for m in model.modules() if getattr(m, 'stride', 0) == (2, 2)]: m.padding = 0; "
    "m.register_forward_pre_hook(lambda m, x: torch.nn.functional.pad(x[0], [p for n in x[0].shape[:1:-1] "
    "for p in ((m.kernel_size[0] - 2 + n % 2) // 2, (m.kernel_size[0] - 1 + n % 2) // 2)]))")
TIMM = "timm.create_model('%s', num_classes=1001, pad_type='same', bn_eps=0.001)"
TIMM_WIDTH = "timm.models.efficientnet._gen_mobilenet_v1('mobilenetv1_100', %s, num_classes=1001, pad_type='same', bn_eps=0.001)"


def keras_model(name, size, **options):
    keras.backend.clear_session()
    return getattr(keras.applications, name)(
        input_shape=(size, size, 3), weights=None, classifier_activation=None, **options)


def runs():
    """Variant, size of images, library, how to create the model, and lines of the notes that follow.

    "even" instead of lines: TensorFlow's outputs with the padding and epsilon of PyTorch.
    """
    for width, size in (("0.25", 192), ("1.00", 224)):
        variant = "mobilenet_v1_" + width
        line = TIMM % "mobilenetv1_100" if width == "1.00" else TIMM_WIDTH % "0.25"
        yield variant, size, "timm", line, []
        yield variant, size, "keras", "keras_model('MobileNet', %d, alpha=%s, classes=1001)" % (size, width), []
    for width, size, name in (("0.50", 170, "mobilenetv2_050"), ("1.40", 224, "mobilenetv2_140")):
        variant = "mobilenet_v2_" + width
        yield (variant, size, "torchvision",
               "torchvision.models.mobilenet_v2(width_mult=%s, num_classes=1001)" % width, [EPSILON, PADDING])
        yield variant, size, "torchvision", "torchvision.models.mobilenet_v2(width_mult=%s, num_classes=1001)" % width, "even"
        yield variant, size, "timm", TIMM % name, []
        yield variant, size, "timm", "timm.create_model('%s', num_classes=1001)" % name, "even"
        yield variant, size, "keras", "keras_model('MobileNetV2', %d, alpha=%s, classes=1001)" % (size, width), []
    for number, size in ((0, 224), (1, 240), (5, 200)):
        variant = "efficientnet_b%d" % number
        yield (variant, size, "torchvision",
               "torchvision.models.%s(num_classes=1000)" % variant, [EPSILON, PADDING])
        yield variant, size, "timm", "timm.create_model('tf_%s')" % variant, []
        yield variant, size, "keras", "keras_model('EfficientNetB%d', %d)" % (number, size), []


def pairs():
    """PyTorch's libraries among themselves: variant, size, library and model of the source, library and model."""
    yield ("mobilenet_v2", 96, "torchvision", "torchvision.models.mobilenet_v2(width_mult=0.5)",
           "timm", "timm.create_model('mobilenetv2_050')")
    yield ("efficientnet_b0", 96, "torchvision", "torchvision.models.efficientnet_b0()",
           "timm", "timm.create_model('efficientnet_b0')")
    yield ("efficientnet_b5", 96, "torchvision", "torchvision.models.efficientnet_b5()",
           "timm", "timm.create_model('efficientnet_b5', bn_eps=0.001)")
    yield ("efficientnet_b0", 96, "timm", "timm.create_model('efficientnet_b0')",
           "torchvision", "torchvision.models.efficientnet_b0()")


def convert(source, library, file):
    subprocess.run([decant, "convert", source, "--names", library, "-o", file],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def compare(title, got, expected):
    """Counts and prints."""
    global failed, ran
    scale = np.abs(expected).max()
    difference = np.abs(got - expected).max() / scale
    # The two images' outputs must differ by much more than a mistake in padding would, or they prove little.
    spread = np.abs(expected[0] - expected[1]).max() / scale
    good = bool(difference <= 1e-4) and bool(spread > 1e-3)
    failed += not good
    ran += 1
    print("%s %s: %.1e of the outputs' scale; two images differ by %.1e" % (
        "ok" if good else "DIFFERS", title, difference, spread), flush=True)


def check_notes(family, library, create, lines):
    """The notes must have the code that is run; only names of models, widths and sizes differ."""
    with open(os.path.join(packs, family + ".json")) as file:
        notes = " ".join(json.load(file)["names"][library].get("notes", []))
    for line in lines:
        assert line in notes, (family, library, line)
    if "_gen_mobilenet_v1" in create:
        create = create.replace("0.25", "0.5")
    create = create.replace("mobilenetv2_050", "mobilenetv2_100").replace("mobilenetv2_140", "mobilenetv2_100")
    if library == "timm" and family.startswith("mobilenet"):
        assert create in notes, create


failed = ran = 0
for variant, size, library, create, lines in runs():
    if words and not any(word in variant + " " + library for word in words):
        continue
    even = lines == "even"
    if even:
        lines = []
    else:
        check_notes(variant.rsplit("_", 1)[0], library, create, lines)
    values = np.load(os.path.join(folder, variant, "values.npz"))
    images, expected = values["images"], values["even" if even else "logits"]
    file = os.path.join(folder, variant, library + (".h5" if library == "keras" else ".safetensors"))
    convert(os.path.join(folder, variant, "model.ckpt"), library, file)
    model = eval(create)
    with torch.no_grad():
        if library == "keras":
            model.load_weights(file)
            if variant.startswith("efficientnet"):  # The model itself scales pixels from 0 to 255.
                images = (images * [0.229, 0.224, 0.225] + [0.485, 0.456, 0.406]) * 255
            got = keras.ops.convert_to_numpy(model(images.astype("float32"), training=False))
        else:
            model.load_state_dict(safetensors.torch.load_file(file), strict=True)
            for line in lines:
                exec(line)
            got = model.eval()(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
    os.remove(file)
    compare("%s %s%s" % (variant, library, ", even padding" if even else ""), got, expected)

for variant, size, source, create_source, library, create in pairs():
    if words and not any(word in "%s %s %s" % (variant, source, library) for word in words):
        continue
    torch.manual_seed(1)
    model = eval(create_source).eval()
    for name, value in model.state_dict().items():
        if value.dim() > 1:
            value.normal_(0, (1.7 / value[0].numel()) ** 0.5)
        elif name.endswith("running_var"):
            value.uniform_(0.6, 1.5)
        elif value.dtype.is_floating_point:
            value.add_(torch.empty_like(value).normal_(0, 0.2))
    images = torch.rand(2, 3, size, size) * torch.tensor([1.0, -3.0]).reshape(2, 1, 1, 1)
    file = os.path.join(folder, "%s.%s.safetensors")
    safetensors.torch.save_file(model.state_dict(), file % (variant, source))
    convert(file % (variant, source), library, file % (variant, library))
    other = eval(create).eval()
    other.load_state_dict(safetensors.torch.load_file(file % (variant, library)), strict=True)
    with torch.no_grad():
        compare("%s %s -> %s" % (variant, source, library), other(images).numpy(), model(images).numpy())
    os.remove(file % (variant, source))
    os.remove(file % (variant, library))
assert ran, "no run has these words"
sys.exit(1 if failed else 0)
