"""Writes what TensorFlow decodes of the pictures of Fixtures/images/, as digests.

    python pixels.py ../../images/*.jpg > jpeg.json      (Python 2.7, TensorFlow 0.12.1)
    python pixels.py ../../images/*.png > png.json       (Python 3.7, TensorFlow 1.15.5)

JPEG through DecodeJpeg of 0.12.1 with its defaults and three channels, which is what im2txt calls; PNG through DecodePng of
1.15.5, since the 0.12.1 program takes no PNG. `input_sha256` is of the float32 values, [299, 299, 3], little-endian, after
im2txt's preprocessing. A file that TensorFlow refuses has its error instead.
"""

from __future__ import absolute_import, division, print_function

import collections
import hashlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf


def build(is_png):
    contents = tf.placeholder(tf.string, [])
    decoded = tf.image.decode_png(contents, channels=3) if is_png else tf.image.decode_jpeg(contents, channels=3)
    image = tf.image.convert_image_dtype(decoded, dtype=tf.float32)
    image = tf.image.resize_images(image, (346, 346), method=tf.image.ResizeMethod.BILINEAR)
    image = tf.image.resize_image_with_crop_or_pad(image, 299, 299)
    return contents, decoded, (image - 0.5) * 2.0


def main():
    paths = sorted(sys.argv[1:])
    contents, decoded, image = build(paths[0].endswith(".png"))
    results = []
    with tf.Session() as session:
        for path in paths:
            result = collections.OrderedDict([("file", os.path.basename(path))])
            with open(path, "rb") as file:
                data = file.read()
            try:
                pixels, values = session.run([decoded, image], {contents: data})
                result["width"], result["height"] = pixels.shape[1], pixels.shape[0]
                result["rgb_sha256"] = hashlib.sha256(pixels.tobytes()).hexdigest()
                result["input_sha256"] = hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()
            except tf.errors.InvalidArgumentError as error:
                result["error"] = error.message.splitlines()[0]
            results.append(result)
    lines = ",\n".join("    " + json.dumps(result) for result in results)
    print('{\n  "tensorflow": "%s",\n  "images": [\n%s\n  ]\n}' % (tf.__version__, lines))


if __name__ == "__main__":
    main()
