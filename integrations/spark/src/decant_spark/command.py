"""decant-caption-spark: captions a folder or a table of pictures into Parquet."""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
import time
from types import TracebackType
from typing import Dict, List, Optional, Type

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .captions import BATCH_ROWS, Progress, caption
from .files import local_path

#: In either case, as Hadoop writes patterns.
_PICTURES = "*.{[jJ][pP][gG],[jJ][pP][eE][gG],[pP][nN][gG]}"
#: Tasks that are done stay in the output if the job fails, so that --resume need not repeat them.
_COMMITTER = {"mapreduce.fileoutputcommitter.algorithm.version": "2"}


class CommandError(Exception):
    """A command line that makes no sense, or an input that is not there; the message is for people."""


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs the command, and returns its exit status."""
    options = _parser().parse_args(arguments)
    ours = SparkSession.getActiveSession() is None
    if (options.master or "").startswith("local"):
        # On this machine, the Python that has this package is the one that runs it.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("decant-caption-spark")
    spark = (builder.master(options.master) if options.master else builder).getOrCreate()
    try:
        print(_run(spark, options))
    except (CommandError, ValueError) as error:
        print(f"decant-caption-spark: {error}", file=sys.stderr)
        return 65
    except Exception as error:
        # Spark's own report, which is long, comes with what the worker said; that is what people need to read last.
        found = re.search(r"WorkerError: (.*?)(?:\n\n|\n\tat |\Z)", str(error), re.DOTALL)
        if found is None:
            raise
        print(f"decant-caption-spark: {found[1]}\nWhat is done is in the output; --resume goes on.", file=sys.stderr)
        return 70
    finally:
        if ours:
            spark.stop()
    return 0


def _run(spark: SparkSession, options: argparse.Namespace) -> str:
    """Writes the output, and returns the summary."""
    started = time.monotonic()
    spark.conf.set(BATCH_ROWS, str(options.batch_rows))
    spark.sparkContext.setJobDescription(f"Decant: captions of {options.input}")
    pictures = _without_done(spark, _pictures(spark, options), options)
    progress = Progress(spark)
    captions = caption(
        pictures, options.model, "picture", id="id", vocab=options.vocab, beams=options.beams,
        max_length=options.max_length, length_normalization=options.length_normalization,
        precision=options.precision, decant=options.decant, threads=options.threads, ship=options.ship,
        progress=progress,
    )  # fmt: skip
    with _Reports(progress, options.progress):
        try:
            mode = "append" if options.resume else "errorifexists"
            captions.write.options(**_COMMITTER).mode(mode).parquet(options.output)
        except AnalysisException as error:
            if "exists" not in str(error):
                raise
            raise CommandError(
                f"{options.output} exists. Give --resume to add what it lacks, or another --output."
            ) from None
    return summary(spark.read.parquet(options.output), progress, time.monotonic() - started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="decant-caption-spark",
        description="Caption pictures on a Spark cluster, into Parquet.",
        epilog="Example: spark-submit --master 'local[*]' decant-caption-spark --model im2txt.safetensors "
        "--input photos/ --output captions.parquet",
    )
    parser.add_argument("--master", metavar="URL", help="the cluster, if spark-submit does not say it")
    parser.add_argument("--model", required=True, metavar="FILE", help="the checkpoint or converted file")
    parser.add_argument("--input", required=True, metavar="PATH", help="a folder of pictures, or Parquet with --column")
    parser.add_argument("--output", required=True, metavar="PATH", help="the folder of Parquet files to write")
    parser.add_argument(
        "--column", metavar="NAME", help="the input is Parquet, and this column has the pictures: contents or paths"
    )
    parser.add_argument(
        "--id", metavar="NAME", help="the column of the Parquet that becomes the id (default: id or path)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="caption only what the output lacks, and add to the output"
    )
    parser.add_argument("--vocab", metavar="FILE", help="the word_counts.txt (default: the words in the model's file)")
    parser.add_argument("--beams", type=int, default=3, metavar="N", help="captions to follow at once (default: 3)")
    parser.add_argument("--max-length", type=int, metavar="N", help="the greatest number of words")
    parser.add_argument(
        "--length-normalization", type=float, metavar="X", help="divide scores by lengths to this power"
    )
    parser.add_argument("--precision", choices=("exact", "fast"), help="exact (default) or fast")
    parser.add_argument("--decant", default="decant", metavar="PROGRAM", help="the program on the executors")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of a worker (default: spark.task.cpus)")
    parser.add_argument("--ship", action="store_true", help="copy the model and vocabulary from here to the executors")
    parser.add_argument(
        "--partitions", type=int, metavar="N", help="divide the pictures into N tasks (default: as Spark reads them)"
    )
    parser.add_argument(
        "--batch-rows", type=int, default=64, metavar="N",
        help="pictures that Spark hands to Python at once (default: 64)",
    )  # fmt: skip
    parser.add_argument(
        "--progress",
        type=float,
        default=10,
        metavar="SECONDS",
        help="report at this interval, 0 for never (default: 10)",
    )
    return parser


def _pictures(spark: SparkSession, options: argparse.Namespace) -> DataFrame:
    """The columns `id` and `picture` of the input."""
    try:
        pictures = _table(spark, options) if options.column else _folder(spark, options.input)
    except AnalysisException as error:
        raise CommandError(str(error).splitlines()[0]) from None
    return pictures.repartition(options.partitions) if options.partitions else pictures


def _table(spark: SparkSession, options: argparse.Namespace) -> DataFrame:
    table = spark.read.parquet(options.input)
    named = options.id or next((name for name in ("id", "path") if name in table.columns), options.column)
    return table.select(F.col(named).alias("id"), F.col(options.column).alias("picture"))


def _folder(spark: SparkSession, folder: str) -> DataFrame:
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", _PICTURES)
    files = reader.load(folder)
    first = files.select("path").first()
    if first is None:
        raise CommandError(f"{folder} has no JPEG or PNG files.")
    # Workers read files themselves where they can: the contents then need not pass through the JVM.
    picture = "path" if local_path(first["path"]) is not None else "content"
    return files.select(F.col("path").alias("id"), F.col(picture).alias("picture"))


def _without_done(spark: SparkSession, pictures: DataFrame, options: argparse.Namespace) -> DataFrame:
    """With --resume, the pictures that the output lacks."""
    if not options.resume:
        return pictures
    try:
        output = spark.read.parquet(options.output)
    except AnalysisException:
        return pictures  # Nothing was written yet.
    if "id" not in output.columns:
        raise CommandError(f"{options.output} has no column id, so that it is not an output of this command.")
    done = output.select(F.col("id").alias("done"))
    # Two nulls are equal here, so that a picture without an ID is not captioned again and again.
    return pictures.join(done, pictures["id"].eqNullSafe(done["done"]), "left_anti")


def summary(output: DataFrame, progress: Progress, elapsed: float) -> str:
    """What this run did, and what the whole output has, for people."""
    done = progress.pictures.value
    rate = f", {done / elapsed:.1f} a second" if elapsed > 0 else ""
    lines = [
        f"This run: {_count(done, 'picture')}, {_count(progress.errors.value, 'error')}, {elapsed:.1f} s{rate}; "
        f"the workers spent {progress.seconds.value:.1f} s on pictures."
    ]
    groups = output.groupBy("model", "precision", F.col("error.code").alias("code")).count().collect()
    failed: Dict[str, int] = {}
    for group in groups:
        if group["code"] is not None:
            failed[group["code"]] = failed.get(group["code"], 0) + group["count"]
    total = sum(group["count"] for group in groups)
    lines.append(f"The output: {_count(total, 'row')}, {total - sum(failed.values())} with captions.")
    lines += [f"  {code}: {_count(count, 'error')}" for code, count in sorted(failed.items())]
    models = sorted({(group["model"] or "unknown", group["precision"] or "unknown") for group in groups})
    lines += [f"  model {model}, precision {precision}" for model, precision in models]
    if len(models) > 1:
        lines.append("Warning: captions of different models or precisions are in one output.")
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Reports:
    """Prints progress to standard error until the job ends."""

    def __init__(self, progress: Progress, interval: float) -> None:
        self._progress = progress
        self._interval = interval
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._report, name="decant-progress", daemon=True)

    def __enter__(self) -> None:
        if self._interval > 0:
            self._thread.start()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._ended.set()
        if self._interval > 0:
            self._thread.join()

    def _report(self) -> None:
        while not self._ended.wait(self._interval):
            progress = self._progress
            print(
                f"decant-caption-spark: {_count(progress.pictures.value, 'picture')}, "
                f"{_count(progress.errors.value, 'error')}, {progress.seconds.value:.1f} s of workers",
                file=sys.stderr,
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
