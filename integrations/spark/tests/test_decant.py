"""The program itself, which DECANT names, on the sample pictures."""

import json
import os
import subprocess

import decant_spark
import pytest

CODES = {"not-a-picture", "damaged-picture", "too-large"}


@pytest.fixture(scope="module")
def expected(decant, model, pictures):
    """What `decant caption --json` says about each picture, by its name."""
    command = [decant, "caption", model, pictures, "--json"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {image["file"]: image["captions"] for image in report["runs"][0]["images"]}


@pytest.mark.parametrize("column, ship", [("path", False), ("content", True)])
def test_captions_are_those_of_the_command(spark, decant, model, pictures, expected, column, ship):
    files = spark.read.format("binaryFile").option("pathGlobFilter", "*.jpg").load(pictures)
    rows = decant_spark.caption(files, model, column, id="path", decant=decant, ship=ship).collect()
    found = {os.path.basename(row["id"]): row for row in rows}
    assert len(rows) == len(found) == len(expected) == 12
    for name, captions in expected.items():
        row = found[name].asDict(recursive=True)
        assert row["error"] is None
        assert row["caption"] == captions[0]["text"]
        members = ("text", "ids", "logprob", "score")
        assert [[caption[member] for member in members] for caption in row["captions"]] == [
            [caption[member] for member in members] for caption in captions
        ]
        assert [" ".join(caption["words"]) for caption in row["captions"]] == [caption["text"] for caption in captions]
        assert row["seconds"] > 0
    assert len({row["model"] for row in rows}) == 1
    assert rows[0]["model"].startswith("sha256:")


def test_options_reach_the_engine(spark, decant, model, pictures):
    files = spark.read.format("binaryFile").load(os.path.join(pictures, "scene-09.jpg"))
    row = decant_spark.caption(
        files, model, "path", decant=decant, beams=2, max_length=5, length_normalization=0.5, threads=2
    ).first()
    command = [decant, "caption", model, os.path.join(pictures, "scene-09.jpg"), "--json", "--beam-size=2"]
    command += ["--max-length=5", "--length-normalization=0.5"]
    run = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["runs"][0]
    assert [caption["score"] for caption in row["captions"]] == [
        caption["score"] for caption in run["images"][0]["captions"]
    ]


def test_a_poisoned_picture_harms_no_other(spark, decant, model, pictures):
    with open(os.path.join(pictures, "scene-01.jpg"), "rb") as file:
        good = file.read()
    huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0" + bytes(64)
    poison = [b"", b"not a picture", good[: len(good) // 2], good[:4] + bytes(len(good)), huge, b"\xff\xd8\xff"]
    contents = [bytearray(content) for bad in poison for content in (good, bad, good)]
    df = spark.createDataFrame(list(enumerate(contents)), "id bigint, picture binary").repartition(2)
    found = {row["id"]: row for row in decant_spark.caption(df, model, "picture", decant=decant).collect()}
    assert len(found) == len(contents)
    assert len({found[id]["caption"] for id in found if id % 3 != 1}) == 1
    for id in range(1, len(contents), 3):
        assert found[id]["caption"] is None
        assert found[id]["error"]["code"] in CODES
        assert found[id]["error"]["message"]


def test_a_model_that_is_none_fails_with_the_reason(spark, decant, pictures):
    df = spark.createDataFrame([(os.path.join(pictures, "scene-01.jpg"),)], "path string")
    not_a_model = os.path.join(pictures, "truth.json")
    with pytest.raises(Exception, match="truth.json"):
        decant_spark.caption(df, not_a_model, "path", decant=decant).collect()


def test_checkpoints_are_converted_once(spark, decant, pictures, tmp_path):
    scenes = os.path.dirname(pictures)
    df = spark.createDataFrame(
        [
            (os.path.join(scenes, "model.ckpt-4222"), str(tmp_path / "one.safetensors")),
            (os.path.join(scenes, "v2", "model.ckpt-4222"), str(tmp_path / "two.safetensors")),
            (os.path.join(scenes, "word_counts.txt"), str(tmp_path / "three.safetensors")),
        ],
        "source string, output string",
    )
    rounds = []
    for _ in range(2):
        rounds.append({row["id"]: row for row in decant_spark.convert(df, decant=decant).collect()})
    for source, output in df.collect()[:2]:
        first, second = (found[source] for found in rounds)
        assert (first["error"], first["skipped"], second["skipped"]) == (None, False, True)
        assert first["tensors"] > 300
        assert first["digest"] == second["digest"]
        assert os.path.exists(output)
    assert all(found[df.collect()[2]["source"]]["error"]["message"] for found in rounds)
    assert not os.path.exists(tmp_path / "three.safetensors")
