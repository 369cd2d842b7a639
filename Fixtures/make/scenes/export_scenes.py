"""Puts trained weights into TensorFlow's graph and lets TensorFlow save them.

    python3 export_scenes.py --work DIR --tensorflow-0 PYTHON --tensorflow-1 PYTHON --output Fixtures/scenes

DIR is what train_scenes.py wrote. The two PYTHONs are interpreters with TensorFlow 0.12.1 and
1.15.5; ../save_im2txt.py runs in them. Written: model.ckpt-N and .meta (V1, names of 0.12),
v2/model.ckpt-N.* (names of 1.15) and word_counts.txt. N is the number of training steps.
Needs numpy.
"""

import argparse
import glob
import json
import os
import subprocess

import numpy as np

LIMIT = 8000000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", required=True)
    parser.add_argument("--tensorflow-0", required=True)
    parser.add_argument("--tensorflow-1", required=True)
    parser.add_argument("--output", required=True)
    args = parser.parse_args()
    weights = os.path.join(args.work, "weights.npz")
    with np.load(weights) as archive:
        step = int(archive["global_step"])
    with open(os.path.join(args.work, "words.json")) as f:
        words = json.load(f)

    modern = os.path.join(args.output, "v2")
    os.makedirs(modern, exist_ok=True)
    for old in glob.glob(os.path.join(args.output, "model.ckpt-*")) + glob.glob(os.path.join(modern, "*")):
        os.remove(old)
    save = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "save_im2txt.py")
    name = "model.ckpt-%d" % step
    for python, folder, form in ((args.tensorflow_0, args.output, "v1"), (args.tensorflow_1, modern, "v2")):
        subprocess.check_call([python, save, "--from", weights, "--out", os.path.join(folder, name),
                               "--format", form])
    # As Saver writes it, with a relative path.
    with open(os.path.join(modern, "checkpoint"), "w") as f:
        f.write('model_checkpoint_path: "%s"\nall_model_checkpoint_paths: "%s"\n' % (name, name))
    # The repr of bytes is what the original's script leaves behind when run in Python 3.
    with open(os.path.join(args.output, "word_counts.txt"), "w") as f:
        for word, count in words:
            f.write("%r %d\n" % (word.encode("utf-8"), count))
    for path in sorted(glob.glob(os.path.join(args.output, "model.ckpt-*")) + glob.glob(os.path.join(modern, "*"))):
        size = os.path.getsize(path)
        assert size < LIMIT, path
        print("%9d %s" % (size, path))


if __name__ == "__main__":
    main()
