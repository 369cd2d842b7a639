"""Writes a section of RESULTS.md from the figures of `measure.bench` and `peers.compare`.

    python3 -m peers.report --bench bench.json --peers peers.json [--accuracy accuracy.txt] [--python python.json]
        [--spark spark.md] --out RESULTS.md
"""

import argparse
import json
import os
import re

from measure import figures, machine, tables

from . import bars, compare, python_reading

INTRODUCTION = """# Results

`make results` writes the section of one class of processors from one run of `make bench` and one of
`make bench-peers`, and leaves the other sections as they are. [README.md](README.md) says what is
measured and how. Times are medians, with minima in brackets. Only ratios within one run mean
something: the machines are virtual, and the same program is sometimes a third slower than at other
times.
"""

SECTIONS = (
    ("The bars", "The targets for Decant's speed. Ratios are of medians, and in brackets of minima.", bars.table),
    ("The libraries", "Times are in milliseconds. The difference is the largest of any value from Decant's, as a share of\nthe largest value.",
     compare.workers_table),
    ("Whole processes", "Each process runs from start to exit; processes take turns. `cold` has no cache folder, and the\nmodel's file is not in memory.",
     lambda results: figures.of_commands(results["commands"])),
)


def section(peers, bench, accuracy, python, spark):
    """What one machine measured, with headings below that of its class."""
    parts = _described("Beside others", peers["machine"])
    for title, text, table in SECTIONS:
        header, rows = table(peers)
        # `peers.compare --only` leaves some out.
        if rows:
            parts += ["#### %s\n" % title, text + "\n", tables.markdown(header, rows) + "\n"]
    parts += [
        *_described("The engine alone", bench["machine"]),
        tables.markdown(*figures.of_networks(bench["networks"])) + "\n",
        "#### By kernel\n",
        "Times are in milliseconds per image: the sum of the medians of all layers of a kind.\n",
        tables.markdown(*figures.of_kernels(bench["layers"])) + "\n",
        "#### Layer by layer\n",
        "GFLOP/s are at the minimum time. They count the multiplications of a layer's definition, whatever\nits algorithm saves.\n",
        tables.markdown(*figures.of_layers(bench["layers"])) + "\n"]
    if python:
        parts += python_section(python)
    if spark:
        parts += ["### On Spark\n", spark.strip() + "\n"]
    if accuracy:
        # Its own headings are one level above the page's.
        parts += ["### Accuracy\n", re.sub("(?m)^#", "##", accuracy.strip()) + "\n"]
    return "\n".join(parts)


def python_section(python):
    return [
        *_described("The Python module", python["machine"]),
        "Each process imports a reader, reads every tensor of the full-size model (383 tensors, 150 MB) and keeps\nall arrays until it ends.\n",
        tables.markdown(*python_reading.table(python["figures"])) + "\n"]


def page(old, processor_class, text):
    """The page with one class's section replaced; the others stay as they are in `old`."""
    sections = dict(_sections(old))
    sections[processor_class] = text
    known = [name for name in machine.CLASSES if name in sections]
    others = sorted(name for name in sections if name not in machine.CLASSES)
    return "\n".join([INTRODUCTION] + ["## %s\n\n%s" % (name, sections[name].strip("\n") + "\n") for name in known + others])


def _sections(page):
    """The title and the text of each section."""
    for part in ("\n" + page).split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        yield title, text


def _described(title, about):
    return ["### %s\n" % title, "\n".join("- " + line for line in machine.lines(about)) + "\n"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True, metavar="JSON", help="what measure.bench wrote")
    parser.add_argument("--peers", required=True, metavar="JSON", help="what peers.compare wrote")
    parser.add_argument("--accuracy", metavar="FILE", help="Markdown that is taken in as it is")
    parser.add_argument("--python", metavar="JSON", help="what peers.python_reading wrote")
    parser.add_argument("--spark", metavar="FILE", help="Markdown that is taken in as it is")
    parser.add_argument("--out", required=True, metavar="FILE")
    options = parser.parse_args()

    def contents(path):
        with open(path) as file:
            return file.read()

    accuracy = contents(options.accuracy) if options.accuracy else None
    spark = contents(options.spark) if options.spark else None
    peers, bench = json.loads(contents(options.peers)), json.loads(contents(options.bench))
    python = json.loads(contents(options.python)) if options.python else None
    old = contents(options.out) if os.path.exists(options.out) else ""
    with open(options.out, "w") as file:
        file.write(page(old, peers["machine"]["class"], section(peers, bench, accuracy, python, spark)))


if __name__ == "__main__":
    main()
