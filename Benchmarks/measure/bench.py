"""Measures the engine by layer and by network, and whole runs of the command.

    python3 -m measure.bench --decant FILE --engine-bench FILE --cache DIR
"""

import json
import os
import subprocess

from . import decant_commands, figures, machine, places, rounds, tables

BATCHES = (1, 8)


def measure(where, options):
    results = {"machine": machine.description(places.REPOSITORY)}
    results["layers"] = {
        str(batch): engine_bench(where, "layers", "--batch", str(batch), "--runs", str(options.runs))
        for batch in BATCHES}
    results["networks"] = engine_bench(where, "networks", "--runs", str(options.runs))
    commands = decant_commands.commands(where) + decant_commands.of_huge_file(where)
    commands += decant_commands.of_matrix(where)
    results["commands"] = rounds.measure_commands(commands, options.rounds)
    return results


def engine_bench(where, kind, *arguments):
    """What one subcommand of engine-bench measures."""
    path = os.path.join(where.scratch, kind + ".json")
    subprocess.run(
        [where.engine_bench, kind, where.model, *arguments, "--json", path], check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        return json.load(file)


def main():
    parser = places.arguments(__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=25, metavar="N", help="runs of each network (default: 25)")
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="runs of each command (default: 9)")
    options = parser.parse_args()
    where = places.Places(options)
    try:
        results = measure(where, options)
    finally:
        where.close()
    print("\n".join(machine.lines(results["machine"])))
    layers = results["layers"]
    for table in (
            figures.of_layers(layers), figures.of_kernels(layers), figures.of_networks(results["networks"]),
            figures.of_commands(results["commands"])):
        print("\n" + tables.text(*table))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
