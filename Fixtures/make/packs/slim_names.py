"""Lists the model variables of every network of TF-slim at full size: `name dtype [shape]`, one a line.

    SLIM_NETS=slim python3.7 slim_names.py ../../packs/names

Needs what slim_nets.py needs. Builds the graphs only.
"""
import gzip
import sys

import tensorflow as tf

import slim_nets

for variant, (_, classes, side) in slim_nets.VARIANTS.items():
    with tf.Graph().as_default():
        slim_nets.build(variant, tf.compat.v1.placeholder("float32", [1, side, side, 3]), classes)
        lines = [f"{v.op.name} f32 [{','.join(map(str, v.shape.as_list()))}]" for v in tf.compat.v1.model_variables()]
        assert len(lines) == len(tf.compat.v1.global_variables())
    with open(f"{sys.argv[1]}/{variant}.tensorflow.txt.gz", "wb") as raw:
        with gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:  # the same bytes each time
            file.write("".join(f"{line}\n" for line in sorted(lines)).encode())
    print(variant, len(lines))
