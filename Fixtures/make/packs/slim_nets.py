"""The networks of TF-slim, at full size or thin, for the other slim_*.py.

Needs Python 3.7 with tensorflow 1.15.5, tf_slim 1.1.0 and protobuf below 3.20. Inception v4 and Inception-ResNet v2 are
not in tf_slim; give the directory that holds `nets/` of tensorflow/models, research/slim (2018 or 2019), in SLIM_NETS.

A thin network runs the same code: only the number of outputs that a convolution is asked for is divided.
"""
import contextlib
import functools
import os
import sys
import zlib

import numpy
import tensorflow as tf
import tf_slim
from tf_slim.layers import layers as layers_lib
from tf_slim.nets import inception_v1, inception_v2, inception_v3, resnet_v1, resnet_v2, vgg

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)

# The number of classes that the published checkpoint of 2016 or 2017 has, and the side of its pictures.
VARIANTS = {
    "inception_v1": ("inception_v1", 1001, 224), "inception_v2": ("inception_v2", 1001, 224),
    "inception_v3": ("inception_v3", 1001, 299), "inception_v4": ("inception_v4", 1001, 299),
    "inception_resnet_v2": ("inception_resnet_v2", 1001, 299),
    "resnet_v1_50": ("resnet_v1", 1000, 224), "resnet_v1_101": ("resnet_v1", 1000, 224),
    "resnet_v1_152": ("resnet_v1", 1000, 224),
    "resnet_v2_50": ("resnet_v2", 1001, 224), "resnet_v2_101": ("resnet_v2", 1001, 224),
    "resnet_v2_152": ("resnet_v2", 1001, 224),
    "vgg_16": ("vgg", 1000, 224), "vgg_19": ("vgg", 1000, 224),
}


@contextlib.contextmanager
def thin_convolutions(divisor):
    """Divides the number of outputs of every convolution but those of a classifier and of a residual sum."""
    modules = [tf_slim, tf_slim.layers, layers_lib]
    if "SLIM_NETS" in os.environ:
        from tensorflow.contrib import slim
        modules.append(slim)
    kept = []

    def wrap(function):
        @functools.wraps(function)
        def call(inputs, outputs, *arguments, **options):
            classifier = options.get("normalizer_fn", True) is None
            if isinstance(outputs, int) and not classifier:
                outputs = max(outputs // divisor, 1)
            return function(inputs, outputs, *arguments, **options)
        call.thin = True
        return call  # `wraps` keeps the key by which an arg_scope finds the function

    for module in modules:
        for name in ("conv2d", "separable_conv2d"):
            function = getattr(module, name, None)
            if function is not None and not hasattr(function, "thin"):  # a module may have several names
                kept.append((module, name, function))
                setattr(module, name, wrap(function))
    try:
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def residual(module, version, variant, images, classes, divisor):
    """A ResNet; thin ones have their own blocks, since a unit compares its depth with that of its input."""
    if divisor == 1:
        return getattr(module, variant)(images, classes, is_training=False)
    block = getattr(module, f"{version}_block")
    units = {"50": [3, 4, 6, 3], "101": [3, 4, 23, 3], "152": [3, 8, 36, 3]}[variant.rsplit("_", 1)[1]]
    blocks = [block(f"block{i + 1}", base_depth=max(64 * 2 ** i // divisor, 1), num_units=n, stride=1 if i == 3 else 2)
              for i, n in enumerate(units)]
    return getattr(module, version)(images, blocks, classes, is_training=False, scope=variant)


def build(variant, images, classes, divisor=1):
    """The logits of a network in inference, all widths divided."""
    family = VARIANTS[variant][0]
    modules = {"inception_v1": inception_v1, "inception_v2": inception_v2, "inception_v3": inception_v3, "vgg": vgg,
               "resnet_v1": resnet_v1, "resnet_v2": resnet_v2}
    if family in ("inception_v4", "inception_resnet_v2"):
        sys.path.insert(0, os.environ["SLIM_NETS"])
        from nets import inception_resnet_v2, inception_v4
        from tensorflow.contrib import slim
        modules.update(inception_v4=inception_v4, inception_resnet_v2=inception_resnet_v2)
        scope = slim.arg_scope
    else:
        scope = tf_slim.arg_scope
    module = modules[family]
    if family.startswith("resnet"):
        with scope(module.resnet_arg_scope()):
            logits, _ = residual(module, family, variant, images, classes, divisor)
    elif family == "inception_v3" and divisor > 1:  # has its own way
        with scope(module.inception_v3_arg_scope()):
            logits, _ = module.inception_v3(
                images, classes, is_training=False, depth_multiplier=1 / divisor, min_depth=2)
    elif family == "inception_v2" and divisor > 1:
        with scope(module.inception_v2_arg_scope()):
            logits, _ = module.inception_v2(
                images, classes, is_training=False, depth_multiplier=1 / divisor, min_depth=6)
    else:
        with thin_convolutions(divisor) if divisor > 1 else contextlib.nullcontext():
            with scope(getattr(module, "vgg_arg_scope" if family == "vgg" else f"{variant}_arg_scope")()):
                logits, _ = getattr(module, variant)(images, classes, is_training=False)
    return tf.reshape(logits, [-1, classes])


def random_values(variables):
    """Values that depend on a variable's name alone; statistics and scales are not 0 and 1."""
    values = {}
    for variable in variables:
        name = variable.op.name
        random = numpy.random.RandomState(zlib.crc32(name.encode()))
        shape = variable.shape.as_list()
        kind = name.rsplit("/", 1)[1]
        if kind in ("weights", "depthwise_weights", "pointwise_weights"):
            value = random.standard_normal(shape) * (2 / max(numpy.prod(shape[:-1]), 1)) ** 0.5
        elif kind in ("moving_variance", "gamma"):
            value = random.uniform(0.5, 1.5, shape)
        else:
            value = random.standard_normal(shape) * 0.2
        values[variable] = value.astype("f")
    return values
