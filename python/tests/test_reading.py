"""Opening and reading: what a program may do with a checkpoint, and what it may do wrong."""

import copy
import gc
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

import golden
import numpy as np
import pytest

import decant


def test_is_a_mapping(small):
    with decant.open(small) as checkpoint:
        assert isinstance(checkpoint, Mapping)
        names = list(checkpoint)
        assert names == sorted(names) == list(checkpoint.keys())
        assert len(checkpoint) == len(names)
        assert names[0] in checkpoint and "nothing" not in checkpoint and 5 not in checkpoint
        assert checkpoint.get("nothing") is None
        assert {name: array.shape for name, array in checkpoint.items()} == dict(checkpoint.shapes)
        assert [array.shape for array in checkpoint.values()] == list(checkpoint.shapes.values())
        assert checkpoint == checkpoint and checkpoint != dict(checkpoint) and hash(checkpoint)
        assert repr(small) in repr(checkpoint) and "6 tensors" in repr(checkpoint)


def test_says_what_it_is(v1):
    with decant.open(v1) as checkpoint:
        assert checkpoint.path == v1
        assert checkpoint.format == "TensorFlow V1 checkpoint"
        assert checkpoint.files == (decant.File(v1, os.path.getsize(v1)),)
        assert checkpoint.problems == ()
        assert dict(checkpoint.metadata) == {}
        assert checkpoint.dtypes["global_step"] == "int32" or checkpoint.dtypes["global_step"] == "int64"
        with pytest.raises(TypeError):
            checkpoint.dtypes["global_step"] = "float32"


def test_says_what_it_cannot_read():
    with decant.open(golden.fixture("hdf5/problems.h5")) as file:
        assert len(file.problems) > 5
        assert any("bad/lzf" in problem for problem in file.problems)
        with pytest.raises(decant.DataError) as caught:
            file["bad/broken-chunk"]
        assert caught.value.tensor == "bad/broken-chunk" and caught.value.path == file.path


def test_load_is_a_dictionary(small):
    arrays = decant.load(small)
    assert type(arrays) is dict
    with decant.open(small) as checkpoint:
        assert list(arrays) == list(checkpoint)
        for name in checkpoint:
            assert arrays[name].tolist() == checkpoint[name].tolist()


def test_options(v1):
    names = set(decant.load(v1, match="^lstm|^logits"))
    assert names and all(name.startswith(("lstm", "logits")) for name in names)
    assert "logits.weight" in decant.load(v1, names="pytorch", inference_only=True, match="logits")
    with decant.open(v1, dtype="float16", match="^logits", drop="biases") as checkpoint:
        assert dict(checkpoint.dtypes) == {"logits/weights": "float16"}
        assert checkpoint["logits/weights"].dtype == np.float16
    with decant.open(golden.fixture("checkpoints/tf2-object/ckpt-1"), object_names="paths") as checkpoint:
        assert not any(".ATTRIBUTES" in name for name in checkpoint)


@pytest.mark.parametrize(
    "options",
    [
        {"names": "nonsense"}, {"dtype": "int8"}, {"object_names": ""}, {"match": "("}, {"drop": 5}, {"names": object()},
        {"dequantize": "yes"}, {"ignore_code": "yes"},
    ],  # fmt: skip
)
def test_bad_options(v1, options):
    with pytest.raises(decant.UsageError):
        decant.open(v1, **options)


def test_unknown_option(v1):
    with pytest.raises(TypeError):
        decant.load(v1, nonsense=True)


def test_no_such_file(tmp_path):
    path = str(tmp_path / "nothing.ckpt")
    with pytest.raises(decant.MissingFileError) as caught:
        decant.open(path)
    assert isinstance(caught.value, FileNotFoundError) and isinstance(caught.value, decant.NotFoundError)
    assert caught.value.path == path == caught.value.filename
    assert path in str(caught.value)


def test_no_such_tensor(small):
    with decant.open(small) as checkpoint:
        for name in ["nothing", "", "with\0zero", "\ud800", 5, None, b"bytes", ("a",)]:
            with pytest.raises(decant.MissingTensorError) as caught:
                checkpoint[name]
            assert isinstance(caught.value, KeyError)
            assert repr(name) in str(caught.value)


@pytest.mark.parametrize("path", ["a\0b", b"a\0b".decode(), ""])
def test_paths_that_are_none(path):
    with pytest.raises(decant.Error):
        decant.open(path)


@pytest.mark.parametrize("path", [5, None, 1.5, ["a"]])
def test_paths_of_a_wrong_type(path):
    with pytest.raises(TypeError):
        decant.open(path)


def test_path_objects_and_unusual_names(small, tmp_path):
    import pathlib

    assert len(decant.open(pathlib.Path(small))) == 6
    for ending in (".index", ".data-00000-of-00001"):
        shutil.copy(small + ending, str(tmp_path / ("ün usual" + ending)))
    assert len(decant.open(tmp_path / "ün usual")) == 6


def test_damage_is_found(small, tmp_path):
    for ending in (".index", ".data-00000-of-00001"):
        shutil.copy(small + ending, str(tmp_path / ("model.ckpt" + ending)))
    data = tmp_path / "model.ckpt.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    data.write_bytes(content)
    damaged = []
    with decant.open(tmp_path / "model.ckpt") as checkpoint:
        for name in checkpoint:
            try:
                checkpoint[name]
            except decant.DataError as error:
                assert error.tensor == name and name in str(error) and "model.ckpt" in str(error)
                damaged.append(name)
    assert len(damaged) == 1
    with decant.open(tmp_path / "model.ckpt", verify=False) as checkpoint:
        checkpoint[damaged[0]]


def bad_checkpoints():
    root = golden.fixture("checkpoints/bad")
    for folder in sorted(os.listdir(root)):
        for name in sorted(os.listdir(os.path.join(root, folder))):
            if ".data-" not in name:
                yield os.path.join(root, folder, name[: -len(".index")] if name.endswith(".index") else name)


@pytest.mark.parametrize("path", list(bad_checkpoints()), ids=lambda path: path.split("bad/")[1])
def test_bad_files(path):
    """Every defect ends in an exception of ours, or in values."""
    try:
        checkpoint = decant.open(path)
    except decant.Error as error:
        assert str(error)
        return
    for name in checkpoint:
        try:
            checkpoint[name]
        except decant.Error as error:
            assert str(error) and error.path == path and error.tensor == name


def test_closed(small):
    checkpoint = decant.open(small)
    name = next(iter(checkpoint))
    checkpoint.close()
    checkpoint.close()
    assert checkpoint.closed and "closed" in repr(checkpoint)
    for read in (checkpoint.__getitem__, checkpoint.raw):
        with pytest.raises(decant.UsageError, match="is closed") as caught:
            read(name)
        assert isinstance(caught.value, ValueError)
    # What is known without reading stays known.
    assert len(checkpoint) == 6 and checkpoint.shapes[name] is not None


def test_an_exception_in_the_middle(small):
    with pytest.raises(ZeroDivisionError):
        with decant.open(small) as checkpoint:
            for index, _ in enumerate(checkpoint.values()):
                1 // (1 - index)
    assert checkpoint.closed
    checkpoint = decant.open(small)
    with pytest.raises(decant.UsageError):
        for _ in checkpoint.values():
            checkpoint.close()


def test_threads_share_a_checkpoint(v1):
    wanted = {name: array.tobytes() for name, array in decant.load(v1).items()}
    checkpoint = decant.open(v1)
    wrong = []

    def read(names):
        for name in names:
            if checkpoint[name].tobytes() != wanted[name]:
                wrong.append(name)

    names = list(checkpoint)
    threads = [threading.Thread(target=read, args=(order,)) for order in (names, names[::-1], names[::2], names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_while_another_thread_reads(v1):
    for _ in range(20):
        checkpoint = decant.open(v1)
        started, ended = threading.Event(), []

        def read():
            try:
                for array in checkpoint.values():
                    started.set()
                    array.sum()
            except decant.UsageError as error:
                ended.append(error)

        thread = threading.Thread(target=read)
        thread.start()
        started.wait()
        checkpoint.close()
        thread.join()
        assert len(ended) == 1


def test_fork(small):
    checkpoint = decant.open(small)
    name = next(iter(checkpoint))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            checkpoint[name]
            answer = "no exception"
        except decant.UsageError as error:
            answer = str(error)
        with decant.open(small) as again:
            answer += " %d" % len(again)
        del checkpoint
        gc.collect()
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        answer = file.read()
    assert os.waitpid(child, 0)[1] == 0
    assert "forked" in answer and answer.endswith(" 6")
    assert checkpoint[name] is not None


def test_is_not_pickled_or_copied(small):
    checkpoint = decant.open(small)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="open its path again"):
            take(checkpoint)


def test_exceptions_survive_pickling(small):
    for error in [
        decant.DataError("a", "path", "tensor"),
        decant.MissingFileError("b", "path"),
        decant.MissingTensorError("c", "path", "tensor"),
        decant.OutputError("d"),
    ]:
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error)
        assert (again.path, again.tensor) == (error.path, error.tensor)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file whose reading takes a while: one tensor of half a gigabyte."""
    path = tmp_path_factory.mktemp("large") / "large.safetensors"
    decant.save({"x": np.zeros(1 << 27, np.float32)}, path)
    yield str(path)
    path.unlink()


def test_interrupt(large):
    """Ctrl-C ends a long read at once, as KeyboardInterrupt, and leaves the checkpoint usable."""
    with decant.open(large) as checkpoint:
        for _ in range(3):
            timer = threading.Timer(0.03, os.kill, (os.getpid(), signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                timer.start()
                while True:
                    checkpoint["x"]
            timer.join()
        assert checkpoint["x"].shape == (1 << 27,)


def test_an_interrupted_read_keeps_no_memory(large):
    gc.collect()
    gc.disable()
    try:
        with decant.open(large) as checkpoint:
            before = resident()
            timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
            timer.start()
            try:
                while True:
                    checkpoint["x"]
            except KeyboardInterrupt:
                pass
            timer.join()
            assert resident() - before < 100_000_000
    finally:
        gc.enable()


def test_the_exception_of_a_handler(large):
    """What a signal's handler raises comes out of the read; a handler that raises nothing does not end it."""

    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    calls = []
    with decant.open(large) as checkpoint:
        before = signal.signal(signal.SIGALRM, stop)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            with pytest.raises(Stop):
                while True:
                    checkpoint["x"]
            signal.signal(signal.SIGALRM, lambda *_: calls.append(1))
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            checkpoint["x"]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    assert calls


def test_other_threads_run_while_one_reads(large):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    with decant.open(large) as checkpoint:
        start = time.monotonic()
        checkpoint["x"]
        end = time.monotonic()
    done.set()
    thread.join()
    # The lock is taken only to ask whether to stop.
    assert len([tick for tick in ticks if start < tick < end]) > 5


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_leaks_nothing(small):
    def work():
        for _ in range(50):
            with decant.open(small) as checkpoint:
                for name in checkpoint:
                    checkpoint[name]
            for bad in (small + "x", golden.fixture("checkpoints/bad/v1-html/model.ckpt"), golden.fixture("README.md")):
                with pytest.raises(decant.Error):
                    decant.open(bad)
            checkpoint = decant.open(golden.fixture("checkpoints/v2-empty-strings/model.ckpt"))
            dict(checkpoint)

    work()
    descriptors = len(os.listdir("/proc/self/fd"))
    work()
    gc.collect()
    before = resident()
    for _ in range(6):
        work()
    gc.collect()
    assert resident() - before < 3_000_000
    assert len(os.listdir("/proc/self/fd")) <= descriptors


def test_import_is_light():
    """Importing brings nothing that only some calls need."""
    code = "import sys, numpy; before = set(sys.modules); import decant; print(*set(sys.modules) - before)"
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert "decant" in result.stdout.split(), result.stderr
    assert not {"ml_dtypes", "subprocess", "tempfile"} & set(result.stdout.split())
