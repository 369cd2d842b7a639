"""Captions on a cluster of two executors, with a fake worker that can break."""

import os
import threading
import time

import decant_spark
import processes
import pytest
from pyspark.errors import PySparkException


def table(spark, pictures, partitions=4):
    """A table of numbered pictures."""
    rows = [(number, picture) for number, picture in enumerate(pictures)]
    return spark.createDataFrame(rows, "id bigint, picture binary").repartition(partitions)


def by_id(captions):
    rows = captions.collect()
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), "an answer came twice"
    return found


def test_every_row_has_its_answer(spark, fake):
    df = table(spark, [bytearray(b"say a %d" % number) for number in range(500)])
    progress = decant_spark.Progress(spark)
    found = by_id(decant_spark.caption(df, "model", "picture", decant=fake, progress=progress))
    assert {id: row["caption"] for id, row in found.items()} == {number: f"a {number}" for number in range(500)}
    row = found[7].asDict(recursive=True)
    assert row["captions"] == [
        {"text": "a 7", "words": ["a", "7"], "ids": [0, 1], "logprob": -1.25, "score": -1.25},
        {"text": "another", "words": ["another"], "ids": [0], "logprob": -2.5, "score": -2.5},
    ]
    assert (row["error"], row["kernels"], row["precision"], row["seconds"]) == (None, "plain", "exact", 0.001)
    assert progress.pictures.value == 500
    assert progress.errors.value == 0
    assert progress.seconds.value == pytest.approx(0.5)


def test_the_schema(spark, fake):
    df = decant_spark.caption(table(spark, []), "model", "picture", decant=fake)
    assert df.columns == ["id", "caption", "captions", "error", "model", "kernels", "precision", "seconds"]
    assert df.schema["captions"].dataType.simpleString() == (
        "array<struct<text:string,words:array<string>,ids:array<int>,logprob:double,score:double>>"
    )
    assert df.schema["error"].dataType.simpleString() == "struct<code:string,message:string>"
    assert df.collect() == []


def test_a_worker_serves_many_partitions(spark, fake):
    df = table(spark, [bytearray(b"say hello")] * 400, partitions=20)
    models = {row["model"] for row in decant_spark.caption(df, "reused", "picture", decant=fake).collect()}
    assert 1 <= len(models) <= 2  # The fake's model is the ID of its process; there are two executors.
    assert len(processes.workers("reused") | processes.workers(fake)) <= 2


def test_rows_without_a_picture_get_errors(spark, fake):
    garbage = [None, bytearray(b""), bytearray(b"\x00\xff\n{}\"'"), bytearray(b"say fine"), bytearray(bytes(100_000))]
    found = by_id(decant_spark.caption(table(spark, garbage, 1), "model", "picture", decant=fake))
    assert [found[id]["caption"] for id in range(5)] == [None, None, "7", "fine", "100000"]
    assert [found[id]["error"] and found[id]["error"]["code"] for id in range(5)] == [
        "bad-request", "not-a-picture", None, None, None,
    ]  # fmt: skip
    assert found[0]["captions"] is None


def test_paths(spark, fake, tmp_path):
    names = ["plain", "with space", "per%20cent", 'quo"te', "ünï", "new\nline"]
    for name in names:
        (tmp_path / name).write_bytes(b"say " + str(names.index(name)).encode())
    forms = [f"{form}{tmp_path}/{name}" for name in names for form in ("", "file:", "file://")]
    rows = [(form,) for form in [*forms, f"{tmp_path}/absent", "s3://bucket/picture.jpg", str(tmp_path), None]]
    df = spark.createDataFrame(rows, "place string").repartition(2)
    found = by_id(decant_spark.caption(df, "model", "place", decant=fake))
    for form in forms:
        assert found[form]["caption"] == str(names.index(form.rpartition("/")[2])), form
    assert found[f"{tmp_path}/absent"]["error"]["code"] == "no-such-file"
    assert found[str(tmp_path)]["error"]["code"] == "cannot-read"
    assert found["s3://bucket/picture.jpg"]["error"]["code"] == "cannot-read"
    assert "binaryFile" in found["s3://bucket/picture.jpg"]["error"]["message"]
    assert found[None]["error"]["code"] == "bad-request"


@pytest.mark.parametrize("kind", ["timestamp", "decimal(20,3)", "struct<a:int,b:array<string>>", "binary", "void"])
def test_ids_of_every_kind_come_back(spark, fake, kind):
    values = {
        "timestamp": "timestamp'2017-05-01 12:00:00.123456'",
        "decimal(20,3)": "cast(12345678901234567.125 as decimal(20,3))",
        "struct<a:int,b:array<string>>": "named_struct('a', 1, 'b', array('x', null))",
        "binary": "X'00FF'",
        "void": "cast(null as string)",
    }
    df = spark.sql(f"select {values[kind]} as key, cast('say x' as binary) as picture")
    captions = decant_spark.caption(df, "model", "picture", id="key", decant=fake)
    assert captions.select("id").first()[0] == df.select("key").first()[0]
    assert captions.first()["caption"] == "x"


def test_columns_that_make_no_sense_are_refused(spark, fake):
    df = spark.sql("select 1 as number, cast('say x' as binary) as picture")
    with pytest.raises(ValueError, match="must be string or binary"):
        decant_spark.caption(df, "model", "number", decant=fake)
    with pytest.raises(ValueError, match="which picture is which"):
        decant_spark.caption(df, "model", "picture", decant=fake)
    with pytest.raises(ValueError, match="hdfs"):
        decant_spark.caption(df, "hdfs://name/model", "picture", id="number", decant=fake)
    with pytest.raises(ValueError, match="only one file can be shipped"):
        decant_spark.caption(df, "no such model", "picture", id="number", decant=fake, ship=True)


def test_a_shipped_model_is_the_one_that_is_there_now(spark, fake, tmp_path):
    df = table(spark, [bytearray(b"say x")])
    model = tmp_path / "model"
    model.write_bytes(b"one")
    first = decant_spark.caption(df, str(model), "picture", decant=fake, ship=True).first()
    # The fake refuses a model named `missing`: this one arrives under a name of its own.
    model.write_bytes(b"two")
    second = decant_spark.caption(df, f"file://{model}", "picture", decant=fake, ship=True).first()
    assert first["caption"] == second["caption"] == "x"
    assert first["model"] != second["model"]


def test_a_model_in_another_store_is_shipped(spark, fake, store):
    folder, url = store
    (folder / "remote-model").write_bytes(b"model")
    df = table(spark, [bytearray(b"model")])
    row = decant_spark.caption(df, f"{url}/remote-model", "picture", decant=fake, ship=True).first()
    assert row["caption"].endswith("/remote-model")


def test_what_a_worker_says_is_in_the_failure(spark, fake):
    df = table(spark, [bytearray(b"say x"), bytearray(b"die")], 1)
    with pytest.raises(PySparkException) as raised:
        decant_spark.caption(df, "model", "picture", decant=fake).collect()
    assert "was ended by SIGKILL" in str(raised.value)
    assert "the last words" in str(raised.value)
    with pytest.raises(PySparkException, match="missing: There is no such file"):
        decant_spark.caption(df, "/models/missing", "picture", decant=fake).collect()


@pytest.mark.parametrize("order", [b"die", b"garbage", b"wrong-id"])
def test_a_worker_that_breaks_once_loses_nothing(spark, fake, tmp_path, order):
    pictures = [bytearray(b"say %d" % number) for number in range(300)]
    pictures[150] = bytearray(b"once %s/%s %s" % (str(tmp_path).encode(), order, order))
    found = by_id(decant_spark.caption(table(spark, pictures), "model", "picture", decant=fake))
    assert sorted(found) == list(range(300))
    assert {id: row["caption"] for id, row in found.items()} == {**{id: str(id) for id in range(300)}, 150: "again"}


def slow(spark, fake, name):
    """Captions that take some seconds, computed by another thread, and the thread."""
    result = {}

    def run():
        df = table(spark, [bytearray(b"wait 0.02 say x")] * 300)
        result["found"] = by_id(decant_spark.caption(df, name, "picture", decant=fake))

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


def test_a_killed_worker_loses_nothing(spark, fake):
    thread, result = slow(spark, fake, "killed-worker")
    worker = processes.wait_for(lambda: processes.ours("killed-worker"))
    time.sleep(1)
    processes.kill(worker.pop())
    thread.join()
    assert sorted(result["found"]) == list(range(300))


def test_a_killed_executor_loses_nothing_and_leaves_no_worker(spark, fake):
    thread, result = slow(spark, fake, "killed-executor")
    processes.wait_for(lambda: len(processes.ours("killed-executor")) == 2)
    time.sleep(1)
    before = processes.commands()
    executors = {pid for pid in processes.ours("CoarseGrainedExecutorBackend") if "java" in before[pid][0]}
    processes.kill(min(executors))
    thread.join()
    assert sorted(result["found"]) == list(range(300))
    model = os.path.abspath("killed-executor")
    processes.wait_for(lambda: len(processes.everywhere(model)) <= 2)


def test_a_worker_ends_if_nobody_reads_on(spark, fake):
    # Small answers would stay in buffers on their way.
    df = table(spark, [bytearray(b"wait 0.05 flood 3000")] * 2000, 1)
    captions = decant_spark.caption(df, "unread", "picture", decant=fake)
    started = time.monotonic()
    assert len(captions.limit(3).collect()) == 3
    processes.wait_for(lambda: not processes.ours("unread"))
    assert time.monotonic() - started < 60, "all pictures were captioned"
