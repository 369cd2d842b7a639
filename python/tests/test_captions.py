"""Captions, against what the original program says."""

import json
import os
import pickle
import threading

import golden
import pytest

import decant

WORDS = golden.fixture("scenes/word_counts.txt")
PICTURE = golden.fixture("scenes/images/scene-01.jpg")


@pytest.fixture(scope="module")
def model():
    with decant.Captioner(golden.fixture("scenes/model.ckpt-4222"), vocab=WORDS) as model:
        yield model


def test_captions_are_those_of_tensorflow(model):
    with open(golden.fixture("scenes/golden/captions.json")) as file:
        wanted = json.load(file)
    for run in wanted["runs"]:
        options = {"beams": run["beam_size"], "max_length": run["max_length"]}
        for picture in run["images"][:4]:
            path = golden.fixture("scenes/images/" + picture["file"])
            found = model.caption(path, length_normalization=run["length_normalization"], **options)
            assert [(caption.text, list(caption.ids)) for caption in found] == [
                (caption["text"], caption["ids"]) for caption in picture["captions"]
            ]
            for caption, golden_caption in zip(found, picture["captions"]):
                assert caption.logprob == pytest.approx(golden_caption["logprob"], abs=1e-4)


def test_a_caption(model):
    captions = model.caption(PICTURE, beams=3)
    assert len(captions) == 3
    assert captions == sorted(captions, key=lambda caption: -caption.logprob)
    best = captions[0]
    assert isinstance(best, decant.Caption) and isinstance(best.text, str) and best.complete is True
    assert 0 < best.probability <= 1 and all(isinstance(word, int) for word in best.ids)
    assert len(model.caption(PICTURE, beams=1)) == 1
    assert not model.caption(PICTURE, beams=1, max_length=2)[0].complete


def test_bytes_are_a_picture(model):
    with open(PICTURE, "rb") as file:
        content = file.read()
    wanted = model.caption(PICTURE)
    for picture in (content, bytearray(content), memoryview(content)):
        assert model.caption(picture) == wanted


@pytest.mark.parametrize("picture", [b"", b"\xff\xd8\xff", b"GIF89a", b"text" * 100])
def test_bytes_that_are_no_picture(model, picture):
    with pytest.raises(decant.DataError, match="the picture"):
        model.caption(picture)


def test_bad_calls(model, tmp_path):
    with pytest.raises(decant.MissingFileError) as caught:
        model.caption(tmp_path / "nothing.jpg")
    assert caught.value.path == str(tmp_path / "nothing.jpg")
    for options in [{"beams": 0}, {"beams": 1001}, {"beams": "three"}, {"max_length": 0}, {"beams": 2.5}]:
        with pytest.raises(decant.UsageError):
            model.caption(PICTURE, **options)
    for picture in (5, None, ["a"]):
        with pytest.raises(TypeError):
            model.caption(picture)


def test_bad_models(tmp_path, small):
    with pytest.raises(decant.MissingFileError):
        decant.Captioner(tmp_path / "nothing")
    with pytest.raises(decant.Error):
        decant.Captioner(small, vocab=WORDS)
    for options in [
        {"precision": "nonsense"},
        {"threads": 0},
        {"threads": -1},
        {"threads": "two"},
        {"vocab": tmp_path / "nothing"},
    ]:
        with pytest.raises(decant.Error):
            decant.Captioner(golden.fixture("scenes/model.ckpt-4222"), **{"vocab": WORDS, **options})


def test_closed_and_copied():
    model = decant.Captioner(golden.fixture("scenes/model.ckpt-4222"), vocab=WORDS, threads=1, precision="fast")
    assert model.caption(PICTURE, beams=1)[0].text
    with pytest.raises(TypeError):
        pickle.dumps(model)
    model.close()
    model.close()
    assert model.closed
    with pytest.raises(decant.UsageError, match="closed"):
        model.caption(PICTURE)


def test_threads_share_a_model(model):
    wanted = model.caption(PICTURE)
    found = []
    threads = [threading.Thread(target=lambda: found.append(model.caption(PICTURE))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 3


def test_fork(model):
    child = os.fork()
    if child == 0:
        try:
            model.caption(PICTURE)
            os._exit(1)
        except decant.UsageError as error:
            os._exit(0 if "forked" in str(error) else 2)
    assert os.waitpid(child, 0)[1] == 0
