#!/usr/bin/env python3
"""Measures what captions on Spark cost beside a plain process, for docs/cluster.md and Benchmarks/RESULTS.md.

    python integrations/spark/measure.py --decant PROGRAM --model FILE --pictures FOLDER

It needs decant-spark installed, and Linux. It repeats the pictures of FOLDER up to each count, as files of their own. The
plain process is `decant caption DIR` with two threads; the cluster has two executors with one core each. Both take turns.
Then it starts clusters of one, two and four workers, and prints how much memory their processes take.

Processor seconds count whatever else the machine does; the other seconds do not.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["PYSPARK_PYTHON"] = sys.executable

from decant_spark import caption
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
    """Processor seconds, and the peaks of memory of all processes, by kind."""
    now = list(processes())
    seconds = {kind: sum(process[2] for process in now if process[1] == kind) for kind in KINDS}
    peaks = {kind: [process[3] for process in now if process[1] == kind] for kind in KINDS}
    return seconds, peaks


class Pictures:
    """Folders with any number of files, whose contents repeat."""

    def __init__(self, source, scratch):
        self.sources = sorted(
            os.path.join(source, name) for name in os.listdir(source) if name.endswith((".jpg", ".png"))
        )
        self.scratch = scratch

    def folder(self, count):
        """A folder with `count` pictures."""
        folder = os.path.join(self.scratch, str(count))
        if not os.path.isdir(folder):
            os.mkdir(folder)
            for number in range(count):
                source = self.sources[number % len(self.sources)]
                os.symlink(source, os.path.join(folder, f"{number:06}{os.path.splitext(source)[1]}"))
        return folder


def plain(options, folder):
    """Seconds of `decant caption` on a folder."""
    started = time.monotonic()
    command = [options.decant, "caption", options.model, folder, "--threads", "2", "--json"]
    report = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    elapsed = time.monotonic() - started
    captioned = sum("captions" in image for image in json.loads(report)["runs"][0]["images"])
    assert captioned == len(os.listdir(folder)), f"{captioned} captions"
    return elapsed


class Cluster:
    """A cluster on this machine: executors with one core and one worker each."""

    def __init__(self, options, executors):
        self.options = options
        started = time.monotonic()
        builder = SparkSession.builder.master(f"local-cluster[{executors},1,2048]")
        builder = builder.config("spark.executor.memory", "1g").config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        self.spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "64").getOrCreate()
        self.spark.sparkContext.setLogLevel("OFF")
        self.executors = executors
        #: Until Spark takes jobs.
        self.ready = time.monotonic() - started
        self.caption(options.folders.folder(1))
        #: Until the first caption is here.
        self.first = time.monotonic() - started
        # One picture starts one worker.
        self.caption(options.folders.folder(4 * executors))

    def caption(self, folder):
        """Seconds until a folder has its captions."""
        started = time.monotonic()
        paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        table = self.spark.createDataFrame(list(enumerate(paths)), "id bigint, path string")
        table = table.repartition(min(4 * self.executors, len(paths)))
        captions = caption(table, self.options.model, "path", id="id", decant=self.options.decant)
        assert captions.filter("caption is not null").count() == len(paths)
        return time.monotonic() - started

    def stop(self):
        self.spark.stop()


def overhead():
    """Processor seconds of Java and Python, this program's among them."""
    seconds, _ = totals()
    return seconds["java"] + seconds["python"] + time.process_time()


def compare(options):
    """Prints the plain process beside the cluster, for every count."""
    one = statistics.median(plain(options, options.folders.folder(1)) for _ in range(3))
    before = overhead()
    cluster = Cluster(options, 2)
    print(f"A plain process has its first caption after {one:.2f} s. Spark takes jobs after {cluster.ready:.1f} s, and")
    print(f"has its first captions after {cluster.first:.1f} s and {overhead() - before:.0f} core-seconds.\n")
    print("| pictures | plain, s | a second | Spark, s | a second | Spark / plain | Java and Python, core-s |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for count in options.counts:
        folder = options.folders.folder(count)
        rounds = []
        for _ in range(options.rounds):
            ours, before = plain(options, folder) - one, overhead()
            rounds.append((ours, cluster.caption(folder), overhead() - before))
        ours, sparks, spent = (statistics.median(column) for column in zip(*rounds))
        rate, spark_rate = (count - 1) / ours, count / sparks
        print(
            f"| {count:,} | {ours:.1f} | {rate:.1f} | {sparks:.1f} | {spark_rate:.1f} | {spark_rate / rate:.3f} "
            f"| {spent:.1f} |"
        )
    cluster.stop()
    shares = [cluster.first / (cluster.first + count / spark_rate) for count in (100, 10_000)]
    print(f"\nAt this rate, the start takes {shares[0]:.0%} of a job of 100 pictures, and {shares[1]:.0%} of one of 10,000.")


def memory(options):
    """Prints the memory of clusters of several sizes."""
    print("\n| workers | their MiB in all | the largest | Python, the largest |\n|---:|---:|---:|---:|")
    for executors in options.executors:
        cluster = Cluster(options, executors)
        cluster.caption(options.folders.folder(100))
        _, peaks = totals()
        workers = peaks["worker"]
        print(f"| {len(workers)} | {sum(workers):.0f} | {max(workers):.0f} | {max(peaks['python']):.0f} |")
        cluster.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decant", required=True, metavar="PROGRAM")
    parser.add_argument("--model", required=True, metavar="FILE")
    parser.add_argument("--pictures", required=True, metavar="FOLDER")
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 2000, 10_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each count (default: 3)")
    parser.add_argument("--executors", type=int, nargs="*", default=[1, 2, 4], metavar="N")
    options = parser.parse_args()
    options.decant, options.model = os.path.abspath(options.decant), os.path.abspath(options.model)
    with tempfile.TemporaryDirectory() as scratch:
        options.folders = Pictures(os.path.abspath(options.pictures), scratch)
        compare(options)
        memory(options)


if __name__ == "__main__":
    main()
