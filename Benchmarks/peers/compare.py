"""Measures Decant beside other libraries: the same model, images and threads, in turns.

    python3 -m peers.compare --decant FILE --engine-bench FILE --cache DIR

Two groups take turns, one after the other: workers, which answer requests with the model loaded (workers.py), and whole
processes. Before a worker's times count, its results are compared with Decant's.
"""

import json
import os
import random
import subprocess

from measure import decant_commands, figures, machine, places, rounds, tables
from measure.commands import Command
from measure.summary import Summary

from . import agreement, bars
from .workers import Worker

THREADS = 2
ENCODES = (bars.ENCODE_1, bars.ENCODE_8)
ALL_REQUESTS = ENCODES + (bars.DECODE,)
# What is measured a second time at once, and only then counted: short work is slowed by what the others left in the caches.
WARMED = (bars.ENCODE_1, bars.DECODE)
IMAGE_COUNT = 8

GROUPS = ("workers", "processes")

# Modules of this package that run as workers, and what they can be asked.
LIBRARIES = {
    "onnxruntime_peer": ALL_REQUESTS, "mnn_peer": ALL_REQUESTS, "openvino_peer": ALL_REQUESTS, "ncnn_peer": ENCODES}
# Those that may choose a precision by themselves, and the instruction set without which they stay with float32.
OWN_PRECISION = {"openvino_peer": None, "onnxruntime_peer": "asimd"}


class Environments:
    """The Python interpreters that setup.sh made, and what they are given."""

    def __init__(self, where):
        folder = os.path.join(where.cache, "peers")
        self.libraries = os.path.join(folder, "libraries", "bin", "python")
        self.converter = os.path.join(folder, "converter", "bin", "python")
        self.tensorflow = os.environ.get("TF012") or os.path.join(folder, "tensorflow", "bin", "python")
        self.has_tensorflow = os.path.exists(self.tensorflow)
        self.models = os.path.join(folder, "models")
        # The graph of the original program.
        self.variables = {"PYTHONPATH": os.path.join(places.REPOSITORY, "Fixtures", "make")}


def start_workers(where, environments):
    """All workers with the requests that each can answer; Decant is the first."""
    subprocess.run(
        [where.engine_bench, "inputs", where.model, "--out", where.scratch, *where.images[:IMAGE_COUNT]], check=True)
    inputs = ["--inputs", where.scratch]
    environment = dict(os.environ, **environments.variables)

    def ours(threads):
        command = [where.engine_bench, "serve", where.model, "--threads", str(threads), *inputs]
        return Worker(command, places.BENCHMARKS, environment)

    def peer(python, module, *more):
        command = [
            python, "-m", "peers." + module, "--models", environments.models, "--threads", str(THREADS), *inputs, *more]
        return Worker(command, places.BENCHMARKS, environment)

    workers = [(ours(THREADS), ALL_REQUESTS), (ours(1), ENCODES)]
    workers[1][0].name = bars.ONE_THREAD
    workers += [(peer(environments.libraries, module), requests) for module, requests in LIBRARIES.items()]
    for module, needed in OWN_PRECISION.items():
        if needed is None or needed in machine.description(places.REPOSITORY)["instruction_sets"]:
            worker = peer(environments.libraries, module, "--precision", "default")
            worker.name += bars.OWN_PRECISION_SUFFIX
            workers.append((worker, LIBRARIES[module]))
    if environments.has_tensorflow:
        tensorflow = peer(environments.tensorflow, "tensorflow_peer", "--checkpoint", where.checkpoint)
        workers.append((tensorflow, ALL_REQUESTS))
    return workers


def measure_workers(workers, folder, count):
    """What the workers are, and request -> name -> milliseconds of each run."""
    reference = workers[0][0]
    about = [
        {"name": worker.name, "version": worker.version, "settings": worker.settings,
         "difference": agreement.check(worker, reference, requests, folder, _tolerance(worker)),
         "idle_share": worker.idle_share()}
        for worker, requests in workers]
    times = {request: {worker.name: [] for worker, able in workers if request in able} for request in ALL_REQUESTS}
    for _ in rounds.count_rounds("workers", count):
        for request in ALL_REQUESTS:
            for worker, able in random.sample(workers, len(workers)):
                if request not in able:
                    continue
                if request in WARMED:
                    worker.milliseconds(request)
                times[request][worker.name].append(worker.milliseconds(request))
    return about, times


def _tolerance(worker):
    if worker.name.endswith(bars.OWN_PRECISION_SUFFIX):
        return agreement.OWN_PRECISION_TOLERANCE
    return agreement.TOLERANCE


def other_programs(where, environments):
    """Whole processes of others."""
    def module(name, python, program, *arguments):
        return Command(
            name, [python, "-m", "peers." + program, *arguments, where.images[0]], folder=places.BENCHMARKS,
            environment=environments.variables)

    programs = [module(
        bars.ONNXRUNTIME_PROGRAM, environments.libraries, "onnxruntime_program",
        os.path.join(environments.models, "encoder.onnx"))]
    copy, converted = (os.path.join(where.scratch, name) for name in ("hashed-copy", "converted.safetensors"))
    programs.append(Command(
        bars.COPY_AND_HASH, ["sh", "-c", 'cp "$1" "$2" && sha256sum "$2"', "sh", where.checkpoint, copy], outputs=[copy]))
    programs.append(Command(
        bars.TENSORFLOW_CONVERSION,
        [environments.converter, "-m", "peers.tensorflow_conversion", where.checkpoint, converted], outputs=[converted],
        folder=places.BENCHMARKS, rounds=5))
    if environments.has_tensorflow:
        programs.append(module(
            bars.TENSORFLOW_PROGRAM, environments.tensorflow, "tensorflow_program", where.checkpoint,
            where.word_counts))
    return programs


def measure(where, count, groups):
    environments = Environments(where)
    if not environments.has_tensorflow:
        print("TensorFlow 0.12.1 is left out: no interpreter at %s" % environments.tensorflow)
    results = {"machine": machine.description(places.REPOSITORY), "workers": [], "requests": {}, "commands": {}}
    if "workers" in groups:
        workers = start_workers(where, environments)
        results["workers"], results["requests"] = measure_workers(workers, where.scratch, count)
        for worker, _ in workers:
            worker.close()
    if "processes" in groups:
        commands = decant_commands.commands(where) + [decant_commands.longest(where)]
        results["commands"] = rounds.measure_commands(commands + other_programs(where, environments), count)
    return results


def workers_table(results):
    """Header and rows: one worker a row."""
    header = ["worker", "version", "settings", "encode, batch 1", "batch 8, per image", "decode", "difference"]
    rows = []
    for about in results["workers"]:
        times = [results["requests"][request].get(about["name"]) for request in ALL_REQUESTS]
        rows.append(
            [about["name"], about["version"], about["settings"]]
            + [figures.number(Summary(values) / bars.IMAGE_COUNT[request]) if values else ""
               for request, values in zip(ALL_REQUESTS, times)]
            + ["%.0e" % about["difference"]])
    return header, rows


def main():
    parser = places.arguments(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="runs of each (default: 50)")
    parser.add_argument("--only", choices=GROUPS, metavar="GROUP", help="measure only `workers` or `processes`")
    options = parser.parse_args()
    where = places.Places(options)
    try:
        results = measure(where, options.rounds, [options.only] if options.only else GROUPS)
    finally:
        where.close()
    print("\n".join(machine.lines(results["machine"])))
    for header, rows in (bars.table(results), workers_table(results), figures.of_commands(results["commands"])):
        if rows:
            print("\n" + tables.text(header, rows))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
