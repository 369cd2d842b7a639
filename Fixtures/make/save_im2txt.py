"""Writes an im2txt checkpoint with TensorFlow's own Saver.

    python save_im2txt.py --from weights.npz --out model.ckpt-1000 --format v1

The weights come from an .npz file or from another checkpoint, under the variable names of any TensorFlow version. The
sizes of the model follow from their shapes. The names written are those of the TensorFlow that runs this script:
0.12.1 (Python 2.7) for V1 files of 2016, 1.15.5 (Python 3.7) for V2 files with today's names. A `.meta` file with the
inference graph is written beside the checkpoint.
"""

from __future__ import absolute_import, division, print_function

import argparse

import numpy as np
import tensorflow as tf

import im2txt_graph


def load(path):
    """All tensors of an .npz file or a checkpoint, by name."""
    if path.endswith(".npz"):
        with np.load(path) as archive:
            return {name: archive[name] for name in archive.files}
    reader = tf.train.NewCheckpointReader(path)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def assign_all(session, tensors):
    """Gives every variable of the default graph its value from `tensors`, refusing leftovers and gaps."""
    tensors = dict(tensors)
    for variable in im2txt_graph.variables():
        stored = [name for name in im2txt_graph.spellings(variable.op.name) if name in tensors]
        if not stored:
            raise ValueError("no value for %s" % variable.op.name)
        value = tensors.pop(stored[0])
        if list(value.shape) != variable.get_shape().as_list():
            raise ValueError("%s is %s, expected %s" % (
                stored[0], list(value.shape), variable.get_shape().as_list()))
        dtype = variable.dtype.base_dtype.as_numpy_dtype
        if value.dtype != dtype and variable.op.name != "global_step":
            raise ValueError("%s is %s, expected %s" % (stored[0], value.dtype, np.dtype(dtype)))
        # Feeding the input of the initializer's assignment spares the graph a placeholder per variable.
        session.run(variable.initializer, {variable.initializer.inputs[1]: value.astype(dtype)})
    if tensors:
        raise ValueError("values without a variable: %s" % ", ".join(sorted(tensors)))


def main():
    parser = argparse.ArgumentParser(
        description="Writes an im2txt checkpoint (and its .meta) with TensorFlow's Saver.",
        epilog="Python 2.7 with TensorFlow 0.12.1 writes the names of 2016, Python 3.7 with 1.15.5 today's.")
    parser.add_argument("--from", dest="source", required=True, metavar="PATH",
                        help="an .npz file or a checkpoint with all variables of the inference graph")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="where to save, e.g. model.ckpt-1000")
    parser.add_argument("--format", choices=["v1", "v2"], required=True)
    parser.add_argument("--global-step", type=int, metavar="N", help="overrides the value of global_step")
    parser.add_argument("--shards", type=int, default=1, metavar="N",
                        help="spread the variables over N files (default 1)")
    options = parser.parse_args()

    tensors = load(options.source)
    if options.global_step is not None:
        tensors["global_step"] = np.array(options.global_step, np.int32)
    shapes = {name: value.shape for name, value in tensors.items()}

    # A sharded Saver writes one file per device, so the variables are spread over pretended CPUs.
    with tf.device(_Spread(options.shards) if options.shards > 1 else None):
        im2txt_graph.build(im2txt_graph.sizes_from_shapes(shapes))
    version = tf.train.SaverDef.V1 if options.format == "v1" else tf.train.SaverDef.V2
    saver = tf.train.Saver(sharded=options.shards > 1, write_version=version)
    config = tf.ConfigProto(device_count={"CPU": options.shards})
    with tf.Session(config=config) as session:
        assign_all(session, tensors)
        # Not write_state: a `checkpoint` file would hold whatever path was given here.
        print(saver.save(session, options.out, write_state=False))


class _Spread(object):
    """A device function that puts every new variable on the CPU that holds least so far."""

    def __init__(self, count):
        self.loads = [0] * count

    def __call__(self, op):
        if op.type not in ("Variable", "VariableV2"):
            return op.device or "/cpu:0"
        index = self.loads.index(min(self.loads))
        self.loads[index] += 1 + int(np.prod([dim.size for dim in op.node_def.attr["shape"].shape.dim]))
        return "/job:localhost/task:0/cpu:%d" % index


if __name__ == "__main__":
    main()
