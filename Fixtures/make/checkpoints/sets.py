"""The sets of tensors that several writers save, so that their fixtures can be compared with each other."""
from fixture import Tensor, columns, count, counting, grid, noise_floats, of_every_value, rows

V1_DTYPES = ["float32", "float64", "int32", "uint8", "int16", "int8", "string", "complex64", "int64", "bool",
             "qint8", "quint8", "qint32", "uint16", "complex128", "float16"]
V2_DTYPES_012 = V1_DTYPES + ["bfloat16", "qint16", "quint16"]
V2_DTYPES_115 = V2_DTYPES_012 + ["uint32", "uint64"]
V2_DTYPES_2X = V2_DTYPES_115 + ["float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz",
                                "float8_e5m2fnuz", "int4", "uint4", "int2", "uint2"]


def dtypes(names):
    """A vector of awkward values and a small matrix (of the same bytes, shaped) for each dtype."""
    tensors = []
    for name in names:
        vector = of_every_value(name, "vector/" + name)
        tensors.append(vector)
        if name == "string":
            tensors.append(counting("matrix/string", "string", [2, 3]))
        else:
            width = len(vector.data) // count(vector.shape)
            tensors.append(Tensor("matrix/" + name, name, [1, 4], vector.data[:4 * width]))
    return tensors


def partitioned(dtypes_in_slices):
    tensors = [
        counting("whole", "float32", [2, 3]),
        counting("rows", "float32", [7, 3], slices=rows([3, 2, 2])),
        counting("columns", "float32", [3, 7], slices=columns([1, 4, 2])),
        counting("grid", "float32", [5, 6], slices=grid([2, 3], [4, 1, 1])),
        counting("vector", "float32", [9], slices=[[(0, 4)], [(4, 5)]]),
        counting("middle", "float32", [2, 4, 3], slices=[[None, (0, 1), None], [None, (1, 3), None]]),
        # one slice of every dimension, in an order that is not the order of the keys
        counting("cube", "int32", [2, 2, 2], slices=[[(a, 1), (b, 1), (c, 1)]
                                                     for c in (1, 0) for a in (0, 1) for b in (1, 0)]),
        # 70 rows: starts on both sides of 64, where the ordered code of a number grows to two bytes
        counting("seventy", "int64", [70, 2], slices=rows([60, 5, 5])),
        noise_floats("noise", [40, 30], "noise", slices=grid([25, 15], [10, 20])),
        counting("rows/Adam", "float32", [7, 3], 100, slices=rows([3, 2, 2])),
    ]
    tensors += [counting("dtype/" + dtype, dtype, [4, 3], slices=rows([1, 3])) for dtype in dtypes_in_slices]
    return tensors


def blocks():
    """Records beside each other around the limits of a data block: a block is closed once it holds 262 144 bytes,
    and a record of 524 288 bytes or more gets a block to itself."""
    return [counting("a/small_%02d" % i, "float32", [3], i) for i in range(20)] + [
        noise_floats("b/large", [140000], "large"), counting("c/small", "float32", [4]),
        noise_floats("d/middle", [70000], "middle"), counting("e/small", "int64", [4]),
        noise_floats("f/middle", [30000], "other"), counting("g/last", "float32", [2, 2])]


def many(number):
    """Scalars whose long names share little, so that the index grows to several blocks."""
    import hashlib
    return [counting("layer_%s/%s/value" % (hashlib.md5(b"%d" % i if str is bytes else str(i).encode()).hexdigest()[:8],
                                            hashlib.sha256(str(i).encode("ascii")).hexdigest() + "0123456789" * 4),
                     "int32", [], i) for i in range(number)]


def empty_strings():
    return [Tensor("none", "string", [0], []), Tensor("none/matrix", "string", [2, 0], []),
            Tensor("one_empty", "string", [1], [b""]), Tensor("scalar_empty", "string", [], [b""]),
            Tensor("all_empty", "string", [300], [b""] * 300),
            Tensor("mixed", "string", [2, 2], [b"", b"a", b"", b"bc"]),
            Tensor("long", "string", [3], [b"x" * 16383, b"", b"y" * 16384]), counting("after", "float32", [3])]


def small():
    return [counting("bias", "float32", [3], 1), counting("global_step", "int64", [], 7),
            counting("sliced", "float32", [4, 3], slices=rows([2, 2])),
            Tensor("text", "string", [2], [b"hello", b""]), counting("weights", "float32", [2, 3], 10),
            counting("zero", "float32", [0, 3])]


def compressible():
    """What Snappy can shorten: repeated values, runs, text; beside what it cannot."""
    tensors = [Tensor("constant", "float32", [40, 8], b"\x00\x00\x80\x3f" * 320),
               Tensor("zeros", "float64", [300], b"\0" * 2400),
               counting("counting", "int32", [500]), noise_floats("noise", [100], "snappy"),
               Tensor("words", "string", [6], [b"the quick brown fox " * 9, b"", b"ab" * 40, b"a", b"abcabcabc" * 9,
                                               bytes(bytearray(range(256)))]),
               counting("global_step", "int64", [], 12345)]
    return tensors + [counting("layer_%d/%s" % (i, part), "float32", [4], i)
                      for i in range(30) for part in ("weights", "biases", "weights/Momentum", "biases/Momentum")]
