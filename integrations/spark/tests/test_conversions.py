"""Conversion of checkpoints on a cluster, with a fake worker."""

import decant_spark
import pytest


def test_rows_become_conversions(spark, fake):
    rows = [("a.ckpt", "a.safetensors"), ("file:/b.ckpt", "b.h5"), (None, "c"), ("d", None), ("s3://b/e", "e")]
    df = spark.createDataFrame(rows, "source string, output string").repartition(2)
    captions = decant_spark.convert(df, decant=fake, options=["--names", "pytorch"])
    assert captions.columns == ["id", "output", "digest", "tensors", "skipped", "error", "seconds"]
    found = {(row["id"], row["output"]): row for row in captions.collect()}
    assert len(found) == 5
    row = found["a.ckpt", "a.safetensors"]
    assert (row["digest"], row["tensors"], row["skipped"], row["error"]) == ("sha256:0", 3, False, None)
    assert found["file:/b.ckpt", "b.h5"]["error"] is None
    errors = {key[0]: row["error"]["code"] for key, row in found.items() if row["error"]}
    assert errors == {None: "bad-request", "d": "bad-request", "s3://b/e": "cannot-read"}


def test_columns_must_be_paths(spark, fake):
    df = spark.sql("select 1 as source, 'x' as output")
    with pytest.raises(ValueError, match="column source is int"):
        decant_spark.convert(df, decant=fake)
