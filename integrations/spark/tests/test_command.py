"""The command decant-caption-spark."""

import os

import pytest
from decant_spark.command import main
from pyspark.sql import functions as F


@pytest.fixture
def run(fake, tmp_path):
    """Runs the command with the fake worker, without reports of its progress."""

    def run(*arguments):
        return main(
            ["--model", "model", "--decant", fake, "--output", str(tmp_path / "out"), "--progress", "0", *arguments]
        )

    return run


def output(spark, tmp_path):
    rows = spark.read.parquet(str(tmp_path / "out")).collect()
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), "an answer came twice"
    return found


def folder(tmp_path, orders):
    """Files `NUMBER.jpg` in folders, and some that are no pictures."""
    (tmp_path / "in" / "below").mkdir(parents=True)
    for number, order in enumerate(orders):
        name = ["a.jpg", "below/b.JPEG", "c.Png"][number % 3]
        head, _, tail = name.rpartition("/")
        (tmp_path / "in" / head / f"{number}-{tail}").write_bytes(order)
    (tmp_path / "in" / "notes.txt").write_bytes(b"say no")
    return str(tmp_path / "in")


def test_a_folder(spark, run, tmp_path, capsys):
    # Spark's binaryFile leaves out empty files, as the README says.
    assert run("--input", folder(tmp_path, [b"say 0", b"say 1", b"say 2", b""])) == 0
    found = output(spark, tmp_path)
    assert sorted((os.path.basename(id), row["caption"]) for id, row in found.items()) == [
        ("0-a.jpg", "0"), ("1-b.JPEG", "1"), ("2-c.Png", "2"),
    ]  # fmt: skip
    printed = capsys.readouterr().out
    assert "This run: 3 pictures, 0 errors, " in printed
    assert "The output: 3 rows, 3 with captions." in printed
    assert "  model sha256:fake-" in printed


def test_a_table_of_contents_and_one_of_paths(spark, run, tmp_path, capsys):
    (tmp_path / "file").write_bytes(b"say from a file")
    rows = [("one", bytearray(b"say from a table"), str(tmp_path / "file")), ("two", bytearray(b""), "/absent")]
    spark.createDataFrame(rows, "id string, bytes binary, place string").write.parquet(str(tmp_path / "in"))
    assert run("--input", str(tmp_path / "in"), "--column", "bytes") == 0
    assert output(spark, tmp_path)["one"]["caption"] == "from a table"
    assert run("--input", str(tmp_path / "in"), "--column", "place", "--id", "place", "--resume") == 0
    assert output(spark, tmp_path)[str(tmp_path / "file")]["caption"] == "from a file"
    printed = capsys.readouterr().out
    assert "The output: 4 rows, 2 with captions." in printed
    assert "  no-such-file: 1 error\n  not-a-picture: 1 error\n" in printed
    assert "Warning: captions of different models" in printed, "the fake gives each process a model of its own"


def test_an_output_that_exists_is_kept(spark, run, tmp_path, capsys):
    source = folder(tmp_path, [b"say 0"])
    assert run("--input", source) == 0
    assert run("--input", source) == 65
    assert "exists. Give --resume" in capsys.readouterr().err
    assert len(output(spark, tmp_path)) == 1


def test_resume_captions_what_is_missing(spark, run, tmp_path, capsys):
    orders = [b"say %d" % number for number in range(40)]
    source = folder(tmp_path, orders)
    assert run("--input", source, "--resume") == 0
    half = spark.read.parquet(str(tmp_path / "out"))
    first = {row["id"]: row["caption"] for row in half.collect()}
    half.orderBy("id").limit(20).write.parquet(str(tmp_path / "half"))
    kept = {row["id"] for row in spark.read.parquet(str(tmp_path / "half")).collect()}
    os.rename(tmp_path / "out", tmp_path / "whole")
    os.rename(tmp_path / "half", tmp_path / "out")
    # What is there already must not be captioned again: these pictures would now kill the worker.
    for id in kept:
        with open(id[len("file:") :], "wb") as file:
            file.write(b"die")
    capsys.readouterr()
    assert run("--input", source, "--resume") == 0
    assert "This run: 20 pictures, 0 errors" in capsys.readouterr().out
    assert {id: row["caption"] for id, row in output(spark, tmp_path).items()} == first
    assert run("--input", source, "--resume") == 0
    assert "This run: 0 pictures" in capsys.readouterr().out
    assert len(output(spark, tmp_path)) == 40


def test_resume_after_a_failure_goes_on(spark, run, tmp_path, capsys):
    rows = [(number, bytearray(b"die" if number == 0 else b"say %d" % number)) for number in range(40)]
    rows.append((None, bytearray(b"say null")))
    table = spark.createDataFrame(rows, "id bigint, picture binary")
    table.repartition(8, F.col("id")).write.parquet(str(tmp_path / "in"))
    arguments = ["--input", str(tmp_path / "in"), "--column", "picture", "--partitions", "8", "--resume"]
    assert run(*arguments) == 70
    error = capsys.readouterr().err
    assert "was ended by SIGKILL" in error and error.rstrip().endswith("--resume goes on.")
    done = len(output(spark, tmp_path))
    assert 0 < done < 41, "tasks that were done stay"
    # The picture is repaired.
    fixed = table.withColumn(
        "picture", F.when(F.col("id") == 0, F.encode(F.lit("say 0"), "utf-8")).otherwise(F.col("picture"))
    )
    fixed.write.parquet(str(tmp_path / "fixed"))
    assert run("--input", str(tmp_path / "fixed"), *arguments[2:]) == 0
    assert f"This run: {41 - done} picture" in capsys.readouterr().out
    found = output(spark, tmp_path)
    assert {id: row["caption"] for id, row in found.items()} == {**{id: str(id) for id in range(40)}, None: "null"}
    assert run("--input", str(tmp_path / "fixed"), *arguments[2:]) == 0
    assert len(output(spark, tmp_path)) == 41


@pytest.mark.parametrize(
    "name, message",
    [("absent", "absent"), ("empty", "has no JPEG or PNG files"), ("other", "has no column id")],
)
def test_inputs_that_make_no_sense(spark, run, tmp_path, capsys, name, message):
    (tmp_path / "empty").mkdir()
    if name == "other":
        spark.sql("select 1 as number").write.parquet(str(tmp_path / "out"))
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "a.jpg").write_bytes(b"say x")
    assert run("--input", str(tmp_path / name), "--resume") == 65
    assert message in capsys.readouterr().err


def test_progress_is_reported(spark, run, tmp_path, capsys):
    source = folder(tmp_path, [b"wait 0.05 say x"] * 100)
    assert run("--input", source, "--partitions", "10", "--progress", "0.1") == 0
    reports = [line for line in capsys.readouterr().err.splitlines() if line.startswith("decant-caption-spark: ")]
    counts = [int(line.split()[1]) for line in reports]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2, reports
