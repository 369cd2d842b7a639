"""Measures what people do with files of other formats.

    python3 -m measure.formats --decant FILE --scratch DIR [--python FILE]

A model of 1 GiB is written in several formats, and each conversion takes turns with what is compared with it: `cp` of the
same file, `gzip -dc` of the same archive, and, with --python, PyTorch's and safetensors' own functions.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile

from . import figures, huge, machine, places, rounds, tables
from .commands import Command

# A list of many small tensors, as checkpoints of large models have it.
MANY = 5000

PYTHON_WAY = """
import sys, torch
from safetensors.torch import save_file
save_file(torch.load(sys.argv[1], weights_only=True), sys.argv[2])
"""


def prepare(decant, scratch):
    """Writes the files that are read, through Decant where it writes the format."""
    def path(name):
        return os.path.join(scratch, name)

    def convert(source, output):
        subprocess.run([decant, "convert", path(source), "-o", path(output)], check=True, stdout=subprocess.DEVNULL)

    huge.write(path("model.safetensors"), {"layer_%03d/kernel" % index: (4096, 4096) for index in range(16)})
    convert("model.safetensors", "model.pth")
    huge.write(path("many.safetensors"), {"layer_%04d/bias" % index: (64,) for index in range(MANY)})
    convert("many.safetensors", "many.pth")
    subprocess.run(["tar", "-czf", path("model.tar.gz"), "-C", scratch, "model.safetensors"], check=True)


def commands(decant, scratch, python):
    def path(name):
        return os.path.join(scratch, name)

    def writes(name, arguments, *outputs):
        return Command(name, arguments, outputs=[path(output) for output in outputs])

    shards = ["out-%05d-of-00004.safetensors" % number for number in range(1, 5)] + ["out.safetensors.index.json"]
    measured = [
        writes("cp of the .pth", ["cp", path("model.pth"), path("copy")], "copy"),
        writes(".pth to safetensors", [decant, "convert", path("model.pth"), "-o", path("a.safetensors")], "a.safetensors"),
        writes(
            ".pth to safetensors, --no-digest",
            [decant, "convert", path("model.pth"), "--no-digest", "-o", path("b.safetensors")], "b.safetensors"),
        writes(
            "safetensors to 4 shards",
            [decant, "convert", path("model.safetensors"), "--max-shard-size", "256MiB", "-o", path("out.safetensors")],
            *shards),
        writes("safetensors to .pth", [decant, "convert", path("model.safetensors"), "-o", path("c.pth")], "c.pth"),
        writes("safetensors to GGUF", [decant, "convert", path("model.safetensors"), "-o", path("d.gguf")], "d.gguf"),
        writes(
            "safetensors to GGUF, q8_0",
            [decant, "convert", path("model.safetensors"), "--dtype", "q8_0", "-o", path("e.gguf")], "e.gguf"),
        Command("gzip -dc of the .tar.gz", ["gzip", "-dc", path("model.tar.gz")]),
        Command("inspect .tar.gz", [decant, "inspect", path("model.tar.gz")]),
        Command("inspect .pth of %d tensors" % MANY, [decant, "inspect", path("many.pth")]),
    ]
    if python:
        measured.append(
            writes(
                "torch.load and save_file", [python, "-c", PYTHON_WAY, path("model.pth"), path("f.safetensors")],
                "f.safetensors"))
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decant", required=True, metavar="FILE", help="the command, built for release")
    parser.add_argument("--scratch", required=True, metavar="DIR", help="has room for 6 GiB")
    parser.add_argument("--python", metavar="FILE", help="an interpreter with torch and safetensors")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="runs of each command (default: 5)")
    parser.add_argument("--json", metavar="FILE", help="write all figures to this file as well")
    options = parser.parse_args()
    os.makedirs(options.scratch, exist_ok=True)
    scratch = tempfile.mkdtemp(prefix="formats-", dir=options.scratch)
    decant = os.path.abspath(options.decant)
    try:
        prepare(decant, scratch)
        results = {"machine": machine.description(places.REPOSITORY)}
        results["formats"] = rounds.measure_commands(commands(decant, scratch, options.python), options.rounds)
    finally:
        shutil.rmtree(scratch)
    print("\n".join(machine.lines(results["machine"])))
    print("\n" + tables.text(*figures.of_commands(results["formats"])))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
