"""Conversion of a column of checkpoints."""

from __future__ import annotations

from typing import Iterator, List, Optional, Sequence

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .captions import ERROR, SPARK_ERROR
from .files import absolute, local_path
from .tasks import Task, answered
from .worker import Answer, Request, error


def convert(
    df: DataFrame,
    source_column: str = "source",
    output_column: str = "output",
    *,
    id: Optional[str] = None,
    options: Sequence[str] = (),
    decant: str = "decant",
) -> DataFrame:
    """Converts checkpoints: a row for each row of `df`, in no promised order.

    The columns are `id`, `output`, `digest`, `tensors`, `skipped` (whether the output was there, made from the same
    source with the same options), `error` (null if there is none) and `seconds`.

    Args:
        df: the paths of checkpoints and of what to write. All executors must see both.
        source_column: the column of paths of checkpoints, as `decant convert` takes them.
        output_column: the column of paths of outputs; their names choose the format.
        id: the column that becomes `id`; by default the sources.
        options: options of `decant convert`, such as ["--names", "pytorch", "--inference-only"].
        decant: the program on the executors, a path or a name.
    """
    task = Task(
        decant=absolute(decant),
        before=("convert",),
        model=None,
        after=tuple(options),
        vocab=None,
        threads=None,
        threaded=False,
    )
    columns = {"id": id or source_column, "source": source_column, "output": output_column}
    selected = df.select(*(F.col(column).alias(name) for name, column in columns.items()))
    for name in ("source", "output"):
        kind = selected.schema[name].dataType
        if not isinstance(kind, T.StringType):
            raise ValueError(f"column {columns[name]} is {kind.simpleString()}. It must be string.")

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return answered(batches, task, _request, _output)

    return selected.mapInArrow(run, _schema(selected.schema["id"].dataType))


def _request(batch: pa.RecordBatch, row: int) -> Request:
    request = {}
    for name in ("source", "output"):
        path = batch.column(name)[row].as_py()
        if path is None:
            return error("bad-request", f"The {name} is null.")
        local = local_path(path)
        if local is None:
            return error("cannot-read", f"{path}: is not a path of a file system. Use one that all executors see.")
        request[name] = local
    return request


def _schema(id: T.DataType) -> T.StructType:
    return T.StructType(
        [
            T.StructField("id", id),
            T.StructField("output", T.StringType()),
            T.StructField("digest", T.StringType()),
            T.StructField("tensors", T.LongType()),
            T.StructField("skipped", T.BooleanType()),
            T.StructField("error", SPARK_ERROR),
            T.StructField("seconds", T.DoubleType()),
        ]
    )


def _output(ids: pa.Array, answers: List[Answer]) -> pa.RecordBatch:
    kinds = {
        "output": pa.string(),
        "digest": pa.string(),
        "tensors": pa.int64(),
        "skipped": pa.bool_(),
        "error": ERROR,
        "seconds": pa.float64(),
    }
    columns = [pa.array([answer.get(name) for answer in answers], kind) for name, kind in kinds.items()]
    return pa.RecordBatch.from_arrays([ids, *columns], ["id", *kinds])
