"""Captions of a column of pictures."""

from __future__ import annotations

import warnings
from typing import Any, Iterator, List, Optional, Tuple

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .files import absolute, local_path, shared
from .tasks import Task, answered
from .worker import Answer, Request, error

_CAPTION = pa.struct(
    [
        ("text", pa.string()),
        ("words", pa.list_(pa.string())),
        ("ids", pa.list_(pa.int32())),
        ("logprob", pa.float64()),
        ("score", pa.float64()),
    ]
)
ERROR = pa.struct([("code", pa.string()), ("message", pa.string())])

SPARK_ERROR = T.StructType([T.StructField("code", T.StringType()), T.StructField("message", T.StringType())])
_SPARK_CAPTION = T.StructType(
    [
        T.StructField("text", T.StringType()),
        T.StructField("words", T.ArrayType(T.StringType())),
        T.StructField("ids", T.ArrayType(T.IntegerType())),
        T.StructField("logprob", T.DoubleType()),
        T.StructField("score", T.DoubleType()),
    ]
)

BATCH_ROWS = "spark.sql.execution.arrow.maxRecordsPerBatch"


class Progress:
    """Accumulators that the tasks of a caption job add to. A task that is repeated may count twice."""

    def __init__(self, spark: SparkSession) -> None:
        self.pictures = spark.sparkContext.accumulator(0)
        self.errors = spark.sparkContext.accumulator(0)
        #: The seconds that the workers spent on pictures.
        self.seconds = spark.sparkContext.accumulator(0.0)

    def add(self, answers: List[Answer]) -> None:
        """Counts what a worker answered."""
        self.pictures.add(len(answers))
        self.errors.add(sum("error" in answer for answer in answers))
        self.seconds.add(sum(answer.get("seconds") or 0.0 for answer in answers))


def caption(
    df: DataFrame,
    model: str,
    path_or_content_column: str,
    *,
    id: Optional[str] = None,
    vocab: Optional[str] = None,
    beams: int = 3,
    max_length: Optional[int] = None,
    length_normalization: Optional[float] = None,
    precision: Optional[str] = None,
    decant: str = "decant",
    threads: Optional[int] = None,
    ship: bool = False,
    progress: Optional[Progress] = None,
) -> DataFrame:
    """Captions pictures: a row for each row of `df`, in no promised order.

    The columns are `id`, `caption` (the text of the best one), `captions` (all, best first), `error` (null if there is
    none), `model` (its digest), `kernels`, `precision` and `seconds`.

    A row that has no readable picture gets an `error`. A worker that dies, or does not start, fails its task, which
    Spark repeats.

    Args:
        df: the pictures.
        model: the checkpoint or converted file: a path, a `file:` URI, or, with `ship`, a URI that Spark reads.
        path_or_content_column: a column of strings, the paths of JPEG and PNG files that all executors see, or of
            binary, their contents.
        id: the column that becomes `id`. By default, the column of paths, or else `id` or `path` if `df` has one.
        vocab: the word_counts.txt, if the words are not in the model's file.
        beams: how many captions are followed at once.
        max_length: the greatest number of words.
        length_normalization: the exponent of the length by which scores are divided.
        precision: "exact" or "fast".
        decant: the program on the executors, a path or a name.
        threads: the threads of a worker; by default spark.task.cpus.
        ship: whether to copy the model and the vocabulary to the executors. Otherwise all of them must see the paths.
        progress: what counts the pictures.
    """
    spark = df.sparkSession
    task = Task(
        decant=absolute(decant),
        before=("caption",),
        model=shared(spark, model, ship),
        after=options(
            beams=beams, max_length=max_length, length_normalization=length_normalization, precision=precision
        ),
        vocab=None if vocab is None else shared(spark, vocab, ship),
        threads=threads,
        threaded=True,
    )
    picture = df.select(F.col(path_or_content_column).alias("picture"))
    kind = picture.schema["picture"].dataType
    if not isinstance(kind, (T.StringType, T.BinaryType)):
        raise ValueError(f"column {path_or_content_column} is {kind.simpleString()}. It must be string or binary.")
    by_path = isinstance(kind, T.StringType)
    if not by_path:
        _warn_of_large_batches(spark)
    chosen = id or _default_id(df, path_or_content_column if by_path else None)
    selected = df.select(F.col(chosen).alias("id"), F.col(path_or_content_column).alias("picture"))

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return answered(
            batches, task, _by_path if by_path else _by_content, lambda ids, got: _output(ids, got, progress)
        )

    return selected.mapInArrow(run, _schema(selected.schema["id"].dataType))


def options(**values: Any) -> Tuple[str, ...]:
    """Options of the command line, without those that are None."""
    words: List[str] = []
    for name, value in values.items():
        if value is not None:
            words += ["--" + name.replace("_", "-"), str(value)]
    return tuple(words)


def _default_id(df: DataFrame, path: Optional[str]) -> str:
    if path is not None:
        return path
    for name in ("id", "path"):
        if name in df.columns:
            return name
    raise ValueError('no column says which picture is which. Name one: caption(..., id="column").')


def _warn_of_large_batches(spark: SparkSession) -> None:
    rows = int(spark.conf.get(BATCH_ROWS) or 0)
    if rows <= 0 or rows > 1000:
        warnings.warn(
            f"Spark gives a Python process {rows or 'all'} pictures at once, and holds all of them in memory. "
            f'Set a smaller batch: spark.conf.set("{BATCH_ROWS}", 64).',
            stacklevel=3,
        )


def _by_path(batch: pa.RecordBatch, row: int) -> Request:
    path = batch.column("picture")[row].as_py()
    if path is None:
        return error("bad-request", "The path is null.")
    local = local_path(path)
    if local is None:
        message = (
            f"{path}: is not a path of a file system. Read the picture with Spark's binaryFile, and give the content."
        )
        return error("cannot-read", message)
    return {"path": local}


def _by_content(batch: pa.RecordBatch, row: int) -> Request:
    content = batch.column("picture")[row].as_buffer()
    return error("bad-request", "The content is null.") if content is None else {"bytes": content}


def _schema(id: T.DataType) -> T.StructType:
    return T.StructType(
        [
            T.StructField("id", id),
            T.StructField("caption", T.StringType()),
            T.StructField("captions", T.ArrayType(_SPARK_CAPTION)),
            T.StructField("error", SPARK_ERROR),
            T.StructField("model", T.StringType()),
            T.StructField("kernels", T.StringType()),
            T.StructField("precision", T.StringType()),
            T.StructField("seconds", T.DoubleType()),
        ]
    )


def _output(ids: pa.Array, answers: List[Answer], progress: Optional[Progress]) -> pa.RecordBatch:
    if progress is not None:
        progress.add(answers)
    captions = [answer.get("captions") for answer in answers]
    columns = {
        "id": ids,
        "caption": pa.array([found[0]["text"] if found else None for found in captions], pa.string()),
        "captions": pa.array(captions, pa.list_(_CAPTION)),
        "error": pa.array([answer.get("error") for answer in answers], ERROR),
        **{name: pa.array([answer.get(name) for answer in answers], pa.string())
           for name in ("model", "kernels", "precision")},
        "seconds": pa.array([answer.get("seconds") for answer in answers], pa.float64()),
    }  # fmt: skip
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
