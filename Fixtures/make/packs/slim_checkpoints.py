"""Writes a checkpoint of random values of a thin network of each family of TF-slim.

    SLIM_NETS=slim python3.7 slim_checkpoints.py ../../packs/checkpoints [VARIANT [DIVISOR]]

Needs what slim_nets.py needs. With a variant, only that one, of full size unless a divisor is given.
"""
import os
import sys

import tensorflow as tf

import slim_nets

# How much thinner than the published networks are; at most 300 KB each.
DIVISORS = {
    "inception_v1": 16, "inception_v2": 16, "inception_v3": 24, "inception_v4": 32, "inception_resnet_v2": 32,
    "resnet_v1_50": 32, "resnet_v2_50": 32, "vgg_16": 64,
}


def main(directory, variant=None, divisor=1):
    for variant, divisor in ({variant: int(divisor)} if variant else DIVISORS).items():
        family, classes, side = slim_nets.VARIANTS[variant]
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            slim_nets.build(variant, tf.compat.v1.placeholder("float32", [1, side, side, 3]),
                            classes if divisor == 1 else 5, divisor)
            variables = tf.compat.v1.model_variables()
            values = slim_nets.random_values(variables)
            session.run([v.initializer for v in variables], {v.initializer.inputs[1]: values[v] for v in variables})
            os.makedirs(f"{directory}/{family}", exist_ok=True)
            prefix = f"{directory}/{family}/model.ckpt"
            tf.compat.v1.train.Saver(variables).save(session, prefix, write_meta_graph=False, write_state=False)
            print(variant, sum(os.path.getsize(f"{prefix}.{end}") for end in ("index", "data-00000-of-00001")))


if __name__ == "__main__":
    main(*sys.argv[1:])
