"""Pixels as the original program gives them to the network: TensorFlow 0.12's resizing and cropping, in NumPy.

Pillow decodes baseline JPEG as TensorFlow 0.12 does, to the bit.
"""
import numpy
from PIL import Image


def network_input(path):
    """An image file as float32 [299, 299, 3] in -1...1: scaled to 346x346, the middle cut out."""
    image = numpy.asarray(Image.open(path).convert("RGB"), dtype=numpy.float32) * numpy.float32(1 / 255)
    for axis in (0, 1):
        image = resize(image, axis, 346)
    return (image[23:322, 23:322] - numpy.float32(0.5)) * numpy.float32(2)


def resize(image, axis, count):
    """Linear interpolation along an axis, without half-pixel centers."""
    position = numpy.arange(count, dtype=numpy.float32) * (numpy.float32(image.shape[axis]) / numpy.float32(count))
    low = position.astype(int)
    high = numpy.minimum(low + 1, image.shape[axis] - 1)
    share = (position - low.astype(numpy.float32)).reshape([-1 if i == axis else 1 for i in range(3)])
    low, high = image.take(low, axis), image.take(high, axis)
    return low + (high - low) * share
