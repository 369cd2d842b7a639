"""Writes RESULTS.md from the figures of `measure.bench` and `peers.compare`.

    python3 -m peers.report --bench bench.json --peers peers.json [--accuracy accuracy.txt] --out RESULTS.md
"""

import argparse
import json

from measure import figures, machine, tables

from . import bars, compare

INTRODUCTION = """# Results

Written by `make results` from one run of `make bench` and one of `make bench-peers`; README.md says what is measured and
how. Times are medians, with minima in brackets. Only ratios within one run mean something: the machine is virtual, and the
same program is a third slower at some times than at others.
"""

SECTIONS = (
    ("The bars", "How fast Decant is meant to be. Ratios are of medians, in brackets of minima.", bars.table),
    ("The libraries", "Milliseconds. The difference is the largest of any value from Decant's, as a share of the largest value.",
     compare.workers_table),
    ("Whole processes", "From start to exit, interleaved. `cold` has no cache and the model's file is not in memory.",
     lambda results: figures.of_commands(results["commands"])),
)


def page(peers, bench, accuracy):
    """The whole page."""
    parts = [INTRODUCTION, *_described("Beside others", peers["machine"])]
    for title, text, table in SECTIONS:
        header, rows = table(peers)
        # `peers.compare --only` leaves some out.
        if rows:
            parts += ["### %s\n" % title, text + "\n", tables.markdown(header, rows) + "\n"]
    parts += [
        *_described("The engine alone", bench["machine"]),
        tables.markdown(*figures.of_networks(bench["networks"])) + "\n",
        "### By kernel\n",
        "Milliseconds an image: the medians of all layers of a kind, added up.\n",
        tables.markdown(*figures.of_kernels(bench["layers"])) + "\n",
        "### Layer by layer\n",
        "GFLOP/s count the multiplications of a layer's definition, whatever its algorithm saves, at the minimum.\n",
        tables.markdown(*figures.of_layers(bench["layers"])) + "\n"]
    if accuracy:
        parts += ["## Accuracy\n", accuracy.strip() + "\n"]
    return "\n".join(parts)


def _described(title, about):
    return ["## %s\n" % title, "\n".join("- " + line for line in machine.lines(about)) + "\n"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True, metavar="JSON", help="what measure.bench wrote")
    parser.add_argument("--peers", required=True, metavar="JSON", help="what peers.compare wrote")
    parser.add_argument("--accuracy", metavar="FILE", help="Markdown that is taken in as it is")
    parser.add_argument("--out", required=True, metavar="FILE")
    options = parser.parse_args()

    def contents(path):
        with open(path) as file:
            return file.read()

    accuracy = contents(options.accuracy) if options.accuracy else None
    with open(options.out, "w") as file:
        file.write(page(json.loads(contents(options.peers)), json.loads(contents(options.bench)), accuracy))


if __name__ == "__main__":
    main()
