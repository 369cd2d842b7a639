"""A weight file that is larger than any model of its time: what grows with a file's size shows here."""

import array
import json
import math
import os
import random
import shutil
import struct
import subprocess

TENSOR_COUNT = 128
SHAPE = (4096, 4096)
BYTE_COUNT = TENSOR_COUNT * SHAPE[0] * SHAPE[1] * 4

# The numbers repeat after so many bytes.
BLOCK_BYTE_COUNT = 1 << 24


# The matrix that is put into other layouts.
MATRIX_SIDE = 16384


def file(places):
    """Writes 8 GiB of float32 as safetensors into the scratch folder; None if there is not enough room for them."""
    if shutil.disk_usage(places.scratch).free < BYTE_COUNT + (1 << 30):
        return None
    path = os.path.join(places.scratch, "huge.safetensors")
    write(path, {"layer_%03d/kernel" % index: SHAPE for index in range(TENSOR_COUNT)})
    return path


def matrix(places):
    """Writes a V2 checkpoint of one matrix of 1 GiB into the scratch folder; None if there is not enough room for it, a
    copy that is written and a temporary file."""
    if shutil.disk_usage(places.scratch).free < 5 << 30:
        return None
    path = os.path.join(places.scratch, "matrix.safetensors")
    checkpoint = os.path.join(places.scratch, "matrix.ckpt")
    write(path, {"matrix": (MATRIX_SIDE, MATRIX_SIDE)})
    subprocess.run(
        [places.decant, "convert", path, "--to", "tensorflow", "-o", checkpoint], check=True,
        stdout=subprocess.DEVNULL)
    os.remove(path)
    return checkpoint


def write(path, shapes):
    """Writes a safetensors file of float32; `shapes` maps names to shapes."""
    header, end = {}, 0
    for name, shape in shapes.items():
        start, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    # Like weights: a bell around zero, in the order of a generator that gives the same every time.
    generator = random.Random(1)
    count = min(BLOCK_BYTE_COUNT, end) // 4
    block = array.array("f", (generator.gauss(0, 0.05) for _ in range(count))).tobytes()
    with open(path, "wb") as output:
        output.write(struct.pack("<Q", len(text)) + text)
        for start in range(0, end, len(block)):
            output.write(block[:end - start])
