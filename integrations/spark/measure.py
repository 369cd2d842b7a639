#!/usr/bin/env python3
"""Measures what captions on Spark cost beside the engine, for docs/cluster.md.

    python integrations/spark/measure.py --decant PROGRAM --model FILE --pictures FOLDER

It needs decant-spark installed, and Linux. It repeats the pictures of FOLDER up to each count, captions them in a
cluster of two executors with one core each, and prints a table: seconds from start to end, processor seconds of Java,
Python and the workers, and the MiB of the largest process of each. The line to compare with is a worker that this
program starts alone, on the same pictures.

Processor seconds count whatever else the machine does; the other seconds do not.
"""

import argparse
import os
import resource
import sys
import time

os.environ["PYSPARK_PYTHON"] = sys.executable

from decant_spark import Worker, caption
from pyspark.sql import SparkSession

TICKS = os.sysconf("SC_CLK_TCK")
KINDS = ("java", "python", "worker")


def processes():
    """The processes below this one: of which kind, processor seconds with their dead children, and the most MiB."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{name}/cmdline") as file:
                command = file.read().split("\0")
            with open(f"/proc/{name}/status") as file:
                peak = next((int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:")), 0.0)
        except OSError:
            continue
        kind = "worker" if "--worker" in command else "java" if command[0].endswith("java") else "python"
        found[int(name)] = (int(fields[1]), kind, sum(map(int, fields[11:15])) / TICKS, peak)
    below, generation = {}, {os.getpid()}
    while generation:
        generation = {pid for pid, process in found.items() if process[0] in generation}
        below.update((pid, found[pid]) for pid in generation)
    return below.values()


def totals():
    """Processor seconds, and the memory of the largest process, of each kind."""
    now = list(processes())
    seconds = {kind: sum(process[2] for process in now if process[1] == kind) for kind in KINDS}
    peaks = {kind: max((process[3] for process in now if process[1] == kind), default=0.0) for kind in KINDS}
    return seconds, peaks


def alone(options, paths, count):
    """The same pictures through one worker, without Spark."""
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Worker([options.decant, "caption", options.model, "--worker", "--threads", "1"]) as worker:
        loaded = time.monotonic() - started
        answers = list(worker.answers({"path": paths[number % len(paths)]} for number in range(count)))
        assert all("captions" in answer for answer in answers), answers
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"| one worker alone | {count:,} | {time.monotonic() - started:.1f} | {loaded:.2f} | | | {cpu:.1f} | | | |")


def on_spark(options, paths, count):
    """The same pictures through a cluster that starts and ends with them."""
    # The driver's Java goes on from one count to the next.
    before, _ = totals()
    started = time.monotonic()
    builder = SparkSession.builder.master("local-cluster[2,1,2048]").config("spark.executor.memory", "1g")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "64").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    ready = time.monotonic() - started
    rows = [(number, paths[number % len(paths)]) for number in range(count)]
    table = spark.createDataFrame(rows, "id bigint, path string").repartition(8)
    captions = caption(table, options.model, "path", id="id", decant=options.decant)
    assert captions.filter("caption is not null").count() == count
    seconds, peaks = totals()
    elapsed = time.monotonic() - started
    spark.stop()
    cells = [f"{seconds[kind] - before[kind]:.1f}" for kind in KINDS] + [f"{peaks[kind]:.0f}" for kind in KINDS]
    print(f"| Spark, 2 executors | {count:,} | {elapsed:.1f} | {ready:.2f} | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decant", required=True, metavar="PROGRAM")
    parser.add_argument("--model", required=True, metavar="FILE")
    parser.add_argument("--pictures", required=True, metavar="FOLDER")
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 100, 1000, 10_000], metavar="N")
    options = parser.parse_args()
    folder = os.path.abspath(options.pictures)
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith((".jpg", ".png")))
    kinds = [f"{kind} {unit}" for unit in ("CPU s", "MiB") for kind in KINDS]
    print("| run | pictures | s | s until ready | " + " | ".join(kinds) + " |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for count in options.counts:
        alone(options, paths, count)
        on_spark(options, paths, count)


if __name__ == "__main__":
    main()
