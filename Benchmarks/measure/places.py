"""Where everything lies that is run and read."""

import argparse
import os
import shutil

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCHMARKS = os.path.join(REPOSITORY, "Benchmarks")
CHECKPOINT_NAME = "model.ckpt-3000000"


class Places:
    """The programs, the full-size model and a folder for what runs write; the folder goes with `close`."""

    def __init__(self, options):
        self.decant = os.path.abspath(options.decant)
        self.engine_bench = os.path.abspath(options.engine_bench)
        self.cache = os.path.abspath(options.cache)
        self.full_size = os.path.join(self.cache, "full-size")
        self.checkpoint = os.path.join(self.full_size, CHECKPOINT_NAME)
        self.word_counts = os.path.join(self.full_size, "word_counts.txt")
        # Made by the Makefile from the checkpoint.
        self.model = os.path.join(self.cache, "bench", "model.safetensors")
        self.scratch = os.path.join(self.cache, "bench", "scratch-%d" % os.getpid())
        os.makedirs(self.scratch)
        self.images = sorted(
            os.path.join(folder, name)
            for folder in [os.path.join(REPOSITORY, "Fixtures", "scenes", "images")]
            for name in os.listdir(folder) if name.endswith(".jpg"))

    def many_images(self, count):
        """A folder with that many images, the same ones again and again."""
        folder = os.path.join(self.scratch, "images-%d" % count)
        os.makedirs(folder)
        for index in range(count):
            os.symlink(self.images[index % len(self.images)], os.path.join(folder, "image-%04d.jpg" % index))
        return folder

    def close(self):
        shutil.rmtree(self.scratch)


def arguments(description):
    """The command line that all measuring programs share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--decant", required=True, metavar="FILE", help="the command, built for release")
    parser.add_argument("--engine-bench", required=True, metavar="FILE", help="engine-bench, built for release")
    parser.add_argument("--cache", required=True, metavar="DIR", help="has full-size/ and bench/; see the Makefile")
    parser.add_argument("--json", metavar="FILE", help="write all figures to this file as well")
    return parser
