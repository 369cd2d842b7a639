"""Files whose names are attacks, and files whose values are extreme."""

import json
import struct

HOSTILE_NAMES = [
    "<script>window.attacked = 1</script>",
    "</script></style><img src=x onerror=window.attacked=1>",
    "\" onmouseover=\"window.attacked=1\" x=\"",
    "' autofocus onfocus='window.attacked=1",
    "javascript:window.attacked=1",
    "&lt;b&gt; &amp; <b>",
    "rtl \u202e\u2066 tfel \u2069",
    "a\u0000b\u001b[2J\nline",
    "x" * 65536,
    "深い/スコープ/\U0001f5bc/ü",
    "../../../etc/passwd",
    "conv/kernel<svg/onload=window.attacked=1>",
]


def write_safetensors(path, tensors):
    """Writes float32 tensors, given as name: (shape, values)."""
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def hostile(path):
    """Every hostile name, alone, in the scope of another, and over a convolution, an embedding and an LSTM."""
    tensors = {name: ([2, 3], [1, -2, 3, 0, 5, 6]) for name in HOSTILE_NAMES}
    tensors |= {f"{name}/weights": ([3, 3, 3, 4], [i % 7 - 3 for i in range(108)]) for name in HOSTILE_NAMES[:5]}
    write_safetensors(path, tensors)


def extreme(path):
    """NaN, infinities, constants, no elements, one element, and the ends of float32."""
    nan, infinity = float("nan"), float("inf")
    write_safetensors(
        path,
        {
            "all/nan": ([4, 4], [nan] * 16),
            "all/infinite": ([4, 4], [infinity, -infinity] * 8),
            "some/nan": ([4, 4], [nan] + [0.5 * i for i in range(15)]),
            "constant": ([8, 8], [0.25] * 64),
            "zero": ([8, 8], [0.0] * 64),
            "dead/channels": ([4, 4], [1, 0, 2, 0] * 4),
            "empty": ([0, 7], []),
            "one": ([], [3.5]),
            "ends": ([4], [3.4028235e38, -3.4028235e38, 1e-45, -1e-45]),
            "conv/nan": ([3, 3, 3, 4], [nan, infinity, 1.0] * 36),
        },
    )
