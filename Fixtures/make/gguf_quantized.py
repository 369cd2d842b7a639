"""What gguf-py's quantizer makes of floating-point arrays: gguf_quantized.py FILE.json. Needs numpy and gguf."""
import base64
import json
import sys

import gguf
import numpy

random = numpy.random.default_rng(19)
rows = []


def add(name, array):
    with numpy.errstate(all="ignore"):
        blocks = gguf.quants.quantize(array.astype(numpy.float32), gguf.GGMLQuantizationType.Q8_0)
    rows.append({
        "name": name, "dtype": str(array.dtype), "shape": list(array.shape),
        "bytes": base64.b64encode(array.tobytes()).decode(), "q8_0": base64.b64encode(blocks.tobytes()).decode(),
        "q8_0_shape": list(blocks.shape),
    })


add("normal", random.normal(size=(7, 96)).astype(numpy.float32))
add("float16", random.normal(size=(3, 64)).astype(numpy.float16))
add("float64", random.normal(size=(2, 2, 32)))
# Halves, which round away from 0, and both zeros.
halves = numpy.arange(-64, 64, dtype=numpy.float32).reshape(2, 64) + 0.5
halves[:, 0] = 127
halves[:, 1] = -0.0
add("halves", halves)
add("zeros", numpy.zeros((1, 32), numpy.float32))
# Scales beyond float16, subnormal scales, and those whose inverse is infinite.
scales = random.normal(size=(6, 32)) * numpy.array([[1e30], [1e7], [1e-5], [1e-8], [1e-37], [1e-42]])
add("scales", scales.astype(numpy.float32))
# Any bits but those of NaN, whose payload numpy does not define.
bits = random.integers(0, 1 << 32, size=(16, 32), dtype=numpy.uint32).view(numpy.float32)
add("bits", numpy.where(numpy.isfinite(bits), bits / numpy.float32(4), numpy.float32(0)))
special = random.normal(size=(2, 32)).astype(numpy.float32)
special[0, 3], special[1, 4] = numpy.inf, -numpy.inf
add("special", special)

with open(sys.argv[1], "w") as file:
    json.dump({
        "writer": "gguf %s, numpy %s" % (gguf.__version__ if hasattr(gguf, "__version__") else "0.19", numpy.__version__),
        "script": "Fixtures/make/gguf_quantized.py", "tensors": rows,
    }, file, indent=0)
    file.write("\n")
