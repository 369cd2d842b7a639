"""MobileNet v1 and v2 and EfficientNet as their original programs build them. Python 3.7, TensorFlow 1.15.5.

mobile_tensorflow.py SLIM EFFICIENTNET fixtures FOLDER   the small checkpoints and the lists of names
mobile_tensorflow.py SLIM EFFICIENTNET run FOLDER        full networks for mobile_outputs.py: checkpoint, inputs, outputs

SLIM is the folder research/slim of tensorflow/models, EFFICIENTNET models/official/efficientnet of tensorflow/tpu.
"""
import gzip
import os
import sys

slim_folder, efficientnet_folder, task, folder = sys.argv[1:5]
sys.path[:0] = [slim_folder, efficientnet_folder]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
sys.argv = sys.argv[:1]
import efficientnet_builder
from absl import flags
from nets import mobilenet_v1
from nets.mobilenet import mobilenet_v2

flags.FLAGS(sys.argv)
slim = tf.contrib.slim


def mobilenet1(width, classes=1001, minimum=8):
    def build(images):
        with slim.arg_scope(mobilenet_v1.mobilenet_v1_arg_scope(is_training=False)):
            return mobilenet_v1.mobilenet_v1(
                images, classes, is_training=False, depth_multiplier=width, min_depth=minimum, global_pool=True)[0]
    return build


def mobilenet2(width, classes=1001, **depths):
    # The published checkpoints below width 1 keep the last convolution at 1280 channels.
    def build(images, **padding):
        with slim.arg_scope(mobilenet_v2.training_scope(is_training=False)):
            return mobilenet_v2.mobilenet(
                images, classes, depth_multiplier=width, finegrain_classification_mode=0.3 < width < 1,
                **dict(depths, **padding))[0]
    return build


def efficientnet(number, **override):
    def build(images):
        # With override_params, build_model adds to what it is given.
        return efficientnet_builder.build_model(images, "efficientnet-b%d" % number, False, dict(override))[0]
    return build


def initialize(session, gain=1.7):
    """Random values, the statistics of batch normalization too, such that activations neither vanish nor explode."""
    random = np.random.RandomState(7)
    values = {}
    for variable in tf.compat.v1.global_variables():
        shape = variable.shape.as_list()
        if len(shape) >= 2:
            inputs = shape[0] * shape[1] if "depthwise" in variable.op.name else int(np.prod(shape[:-1]))
            value = random.normal(0, np.sqrt(gain / inputs), shape)
        elif "variance" in variable.op.name or "gamma" in variable.op.name:
            value = random.uniform(0.6, 1.5, shape)
        elif variable.dtype.base_dtype == tf.int64:
            value = np.full(shape, 12345)
        else:
            value = random.normal(0, 0.2, shape)
        values[variable.initializer.inputs[1]] = value
    session.run([variable.initializer for variable in tf.compat.v1.global_variables()], values)


def graph(build, size, batch=1):
    tf.compat.v1.reset_default_graph()
    images = tf.compat.v1.placeholder("float32", [batch, size, size, 3])
    return images, build(images)


def names(variant, build, size):
    graph(build, size)
    lines = ["%s f32 %s\n" % (v.op.name, str(v.shape.as_list()).replace(" ", ""))
             for v in tf.compat.v1.global_variables()]
    path = os.path.join(folder, "names", variant + ".tensorflow.txt.gz")
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write("".join(sorted(lines)).encode())


def checkpoint(family, build, size, averages=False):
    path = os.path.join(folder, "checkpoints", family)
    os.makedirs(path, exist_ok=True)
    graph(build, size)
    with tf.compat.v1.Session() as session:
        variables = tf.compat.v1.global_variables()
        if averages:
            step = tf.compat.v1.train.get_or_create_global_step()
            # As the training program does: averages of everything, and RMSProp's slots.
            average = tf.train.ExponentialMovingAverage(0.9999, step)
            average.apply(variables)
            optimizer = tf.compat.v1.train.RMSPropOptimizer(0.01, 0.9, 0.9, 0.001)
            for slot in ("rms", "momentum"):
                for variable in tf.compat.v1.trainable_variables()[:4]:
                    optimizer._zeros_slot(variable, slot, optimizer._name)
        initialize(session)
        tf.compat.v1.train.Saver().save(session, os.path.join(path, "model.ckpt"), write_meta_graph=False, write_state=False)


def run(variant, build, size, gain=1.7):
    path = os.path.join(folder, variant)
    os.makedirs(path, exist_ok=True)
    images, logits = graph(build, size, 2)
    values = np.random.RandomState(3).uniform(-1, 1, images.shape.as_list()).astype("float32")
    with tf.compat.v1.Session() as session:
        initialize(session, gain)
        tf.compat.v1.train.Saver().save(session, os.path.join(path, "model.ckpt"), write_meta_graph=False, write_state=False)
        arrays = {"images": values, "logits": session.run(logits, {images: values})}
    if "v2" in variant:
        # As weights that PyTorch trained expect it; the note for 'tensorflow' has these arguments.
        tf.compat.v1.reset_default_graph()
        images = tf.compat.v1.placeholder("float32", values.shape)
        with slim.arg_scope([slim.batch_norm], epsilon=0.00001):
            logits = build(images, is_training=False, use_explicit_padding=True)
        with tf.compat.v1.Session() as session:
            tf.compat.v1.train.Saver().restore(session, os.path.join(path, "model.ckpt"))
            arrays["even"] = session.run(logits, {images: values})
    np.savez(os.path.join(path, "values.npz"), **arrays)


if task == "fixtures":
    for part in ("names", "checkpoints"):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    for width in (1.0, 0.25):
        names("mobilenet_v1_%.2f" % width, mobilenet1(width), 224)
    for width in (1.0, 1.4):
        names("mobilenet_v2_%.2f" % width, mobilenet2(width), 224)
    for number in range(8):
        names("efficientnet_b%d" % number, efficientnet(number), 224)
    checkpoint("mobilenet_v1", mobilenet1(0.05, 5, 3), 64)
    checkpoint("mobilenet_v2", mobilenet2(0.05, 5, min_depth=3, divisible_by=1), 64)
    small = dict(width_coefficient=0.05, depth_divisor=2, num_classes=5)
    checkpoint("efficientnet", efficientnet(0, **small), 64)
    checkpoint("efficientnet_ema", efficientnet(0, **small), 64, averages=True)
else:
    # Sizes that are halved to odd ones too, where SAME pads evenly: 170 becomes 85, 43, 22, 11 and 6.
    run("mobilenet_v1_0.25", mobilenet1(0.25), 192)
    run("mobilenet_v1_1.00", mobilenet1(1.0), 224)
    run("mobilenet_v2_0.50", mobilenet2(0.5), 170)
    run("mobilenet_v2_1.40", mobilenet2(1.4), 224)
    run("efficientnet_b0", efficientnet(0), 224)
    run("efficientnet_b1", efficientnet(1), 240)
    run("efficientnet_b5", efficientnet(5), 200, gain=1.35)  # deep: more would amplify what rounding does
