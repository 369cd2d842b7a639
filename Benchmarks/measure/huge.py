"""A weight file that is larger than any model of its time: what grows with a file's size shows here."""

import array
import json
import os
import random
import shutil
import struct

TENSOR_COUNT = 128
SHAPE = (4096, 4096)
BYTE_COUNT = TENSOR_COUNT * SHAPE[0] * SHAPE[1] * 4

# The numbers repeat after so many bytes.
BLOCK_BYTE_COUNT = 1 << 24


def file(places):
    """Writes 8 GiB of float32 as safetensors into the scratch folder; None if there is not enough room for them."""
    if shutil.disk_usage(places.scratch).free < BYTE_COUNT + (1 << 30):
        return None
    path = os.path.join(places.scratch, "huge.safetensors")
    header = {}
    tensor_byte_count = BYTE_COUNT // TENSOR_COUNT
    for index in range(TENSOR_COUNT):
        header["layer_%03d/kernel" % index] = {
            "dtype": "F32", "shape": SHAPE,
            "data_offsets": [index * tensor_byte_count, (index + 1) * tensor_byte_count]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    # Like weights: a bell around zero, in the order of a generator that gives the same every time.
    generator = random.Random(1)
    block = array.array("f", (generator.gauss(0, 0.05) for _ in range(BLOCK_BYTE_COUNT // 4))).tobytes()
    with open(path, "wb") as output:
        output.write(struct.pack("<Q", len(text)) + text)
        for _ in range(BYTE_COUNT // len(block)):
            output.write(block)
    return path
