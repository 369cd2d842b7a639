"""Saving and converting."""

import os
import signal
import threading

import golden
import ml_dtypes
import numpy as np
import pytest

import decant

FORMATS = [
    ("out.safetensors", None),
    ("out.npz", None),
    ("out.h5", None),
    ("out.ckpt", None),
    ("out.v1", "tensorflow-v1"),
    ("out.bin", "hdf5"),
]


def arrays():
    """Arrays of every layout and byte order."""
    base = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    return {
        "contiguous": base,
        "transposed": base.T,
        "strided": base[:, ::2, ::-1],
        "fortran": np.asfortranarray(base),
        "broadcast": np.broadcast_to(np.float32(3), (2, 2)),
        "big-endian": base.astype(">f4"),
        "big-endian/strided": base.astype(">f4")[::-1, :, 1:],
        "big-endian/int64": np.arange(5, dtype=">i8"),
        "big-endian/float16": np.arange(5, dtype=">f2"),
        "scalar": np.float64(2.5),
        "zero-dimensional": np.array(7, np.int32),
        "empty": np.zeros((0, 3), np.float32),
        "bool": np.array([True, False]),
        "uint8": np.arange(5, dtype=np.uint8),
        "list": [1, 2, 3],
        "with ünicode": base,
    }


@pytest.mark.parametrize("name, format", FORMATS)
def test_layouts_and_byte_orders(tmp_path, name, format):
    path = tmp_path / name
    given = arrays()
    decant.save(given, path, format=format)
    found = decant.load(path)
    assert set(found) == set(given)
    for key, value in given.items():
        value = np.asarray(value)
        assert found[key].dtype == value.dtype.newbyteorder("="), key
        assert found[key].shape == value.shape, key
        np.testing.assert_array_equal(found[key], value)


@pytest.mark.parametrize("name, format", FORMATS)
def test_dtypes(tmp_path, name, format):
    given = {
        dtype: np.arange(4).astype(dtype)
        for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint16", "float16", "float32", "float64", "bool")
    }
    if format != "tensorflow-v1":
        given["bfloat16"] = np.arange(4).astype(ml_dtypes.bfloat16)
        given["uint32"], given["uint64"] = np.arange(4, dtype=np.uint32), np.arange(4, dtype=np.uint64)
    given["complex64"] = np.array([1 + 2j, -3j], np.complex64)
    given["strings"] = np.array([[b"", b"a\0b"], [b"\xff", b"long" * 20]], object)
    if name == "out.npz":
        # numpy's own format has no bfloat16, and drops zero bytes at the end of strings.
        del given["bfloat16"], given["strings"]
    path = tmp_path / name
    decant.save(given, path, format=format)
    with decant.open(path) as checkpoint:
        for key, value in given.items():
            assert checkpoint.dtypes[key] == ("string" if key == "strings" else key)
            assert checkpoint[key].dtype == value.dtype
            assert checkpoint[key].tolist() == value.tolist()


@pytest.mark.parametrize("path", ["checkpoints/v2-dtypes-2x/model.ckpt", "checkpoints/v2-dtypes-1.15/model.ckpt"])
@pytest.mark.parametrize("name", ["out.ckpt", "out.safetensors", "out.h5"])
def test_a_checkpoint_keeps_every_dtype(tmp_path, path, name):
    with decant.open(golden.fixture(path)) as source:
        decant.save(source, tmp_path / name)
        with decant.open(tmp_path / name) as copy:
            assert copy.dtypes == source.dtypes and copy.shapes == source.shapes
            for key in source:
                assert same(copy.raw(key), source.raw(key)), key


def same(left, right):
    """Whether arrays have the same bits, also of what is not a number."""
    return left.tolist() == right.tolist() if left.dtype == object else left.tobytes() == right.tobytes()


def test_strings_of_every_kind(tmp_path):
    given = {
        "bytes": np.array([b"a", b"bc"]),
        "text": np.array(["ä", "b"]),
        "objects": np.array(["text", b"bytes"], object),
        "scalar": np.array(b"one", object),
        "python": "text",
        "empty": np.array([], object),
    }
    if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
        given["variable"] = np.array(["ä", "long" * 9], np.dtypes.StringDType())
    decant.save(given, tmp_path / "a.safetensors")
    found = decant.load(tmp_path / "a.safetensors")
    assert found.get("variable", np.array(["ä".encode(), b"long" * 9])).tolist() == ["ä".encode(), b"long" * 9]
    assert found["bytes"].tolist() == [b"a", b"bc"]
    assert found["text"].tolist() == ["ä".encode(), b"b"]
    assert found["objects"].tolist() == [b"text", b"bytes"]
    assert found["scalar"].shape == () and found["scalar"][()] == b"one"
    assert found["python"][()] == b"text"
    assert found["empty"].shape == (0,)


class Tensor:
    """What other libraries have: something that becomes an array."""

    def __array__(self, dtype=None, copy=None):
        return np.arange(3, dtype=np.int16)


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("this tensor is on a device")


def test_what_becomes_an_array(tmp_path):
    decant.save({"x": Tensor()}, tmp_path / "a.safetensors")
    assert decant.load(tmp_path / "a.safetensors")["x"].tolist() == [0, 1, 2]
    with pytest.raises(decant.DTypeError, match="'x' .* on a device"):
        decant.save({"x": Broken()}, tmp_path / "b.safetensors")


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, None], object),
        np.array([{}], object),
        np.array(["a", 5], object),
        np.array([[1], [2, 3]], object),
        None,
        np.array(["\ud800"], object),
        np.zeros(2, np.longdouble),
        np.zeros(2, np.clongdouble),
        np.zeros(2, "M8[s]"),
        np.zeros(2, "m8[s]"),
        np.zeros(2, [("a", "f4"), ("b", "i4")]),
        np.zeros(2, "V3"),
        np.ma.masked_array([1.0, 2.0], [False, True]),
        [[1], [2, 3]],
        np.zeros(2, ml_dtypes.float8_e8m0fnu) if hasattr(ml_dtypes, "float8_e8m0fnu") else None,
    ],
    ids=repr,
)
def test_what_no_file_holds(tmp_path, value):
    path = tmp_path / "a.safetensors"
    with pytest.raises(decant.DTypeError) as caught:
        decant.save({"fine": np.zeros(2), "x": value}, path)
    assert caught.value.tensor == "x" and caught.value.path == str(path) and "'x'" in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_mask_that_hides_nothing(tmp_path):
    decant.save({"x": np.ma.masked_array([1.0, 2.0], [False, False])}, tmp_path / "a.npz")
    assert decant.load(tmp_path / "a.npz")["x"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "arrays",
    [{5: np.zeros(2)}, {b"a": np.zeros(2)}, {"\ud800": np.zeros(2)}, [np.zeros(2)], None, "text", np.zeros(2)],
    ids=repr,
)
def test_bad_names(tmp_path, arrays):
    with pytest.raises(decant.UsageError):
        decant.save(arrays, tmp_path / "a.safetensors")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name, format", FORMATS)
def test_names_with_zero_bytes(tmp_path, name, format):
    """They are written as they are, or refused; never cut."""
    given = {"a\0b": np.arange(2.0), "a": np.arange(3.0)}
    try:
        decant.save(given, tmp_path / name, format=format)
    except decant.Error as error:
        assert "a" in str(error)
        return
    found = decant.load(tmp_path / name)
    assert {key: value.tolist() for key, value in found.items()} == {k: v.tolist() for k, v in given.items()}


def test_dtypes_that_only_the_caller_knows(tmp_path):
    given = {"q": np.arange(3, dtype=np.int8), "b": np.array([0x3F80], np.uint16), "f": np.zeros(2, np.float32)}
    decant.save(given, tmp_path / "a.ckpt", dtypes={"q": "qint8", "b": "bfloat16", "f": "float32"})
    with decant.open(tmp_path / "a.ckpt") as checkpoint:
        assert dict(checkpoint.dtypes) == {"q": "qint8", "b": "bfloat16", "f": "float32"}
        assert checkpoint["b"].tolist() == [1.0]
    for dtypes in [{"f": "float64"}, {"f": "bfloat16"}, {"q": "quint8"}, {"q": "nonsense"}]:
        with pytest.raises(decant.DTypeError, match="astype"):
            decant.save(given, tmp_path / "b.ckpt", dtypes=dtypes)
    with pytest.raises(decant.UsageError, match="'z'"):
        decant.save(given, tmp_path / "b.ckpt", dtypes={"z": "float32"})


def test_metadata(tmp_path):
    given = {"license": "Apache-2.0", "ünicode": 'quotes " and \n lines'}
    decant.save({"x": np.zeros(1)}, tmp_path / "a.safetensors", metadata=given)
    assert given.items() <= dict(decant.open(tmp_path / "a.safetensors").metadata).items()
    for bad in [{"a": 5}, {5: "a"}, {"a": None}]:
        with pytest.raises(decant.UsageError):
            decant.save({"x": np.zeros(1)}, tmp_path / "b.safetensors", metadata=bad)


@pytest.mark.parametrize("name, format", FORMATS)
def test_nothing_is_replaced_unasked(tmp_path, name, format):
    path = tmp_path / name
    decant.save({"x": np.zeros(1)}, path, format=format)
    files = sorted(os.listdir(tmp_path))
    with pytest.raises(decant.OutputError) as caught:
        decant.save({"x": np.ones(1)}, path, format=format)
    assert isinstance(caught.value, OSError) and str(path) in str(caught.value)
    assert decant.load(path)["x"].tolist() == [0]
    decant.save({"x": np.ones(1)}, path, format=format, force=True)
    assert decant.load(path)["x"].tolist() == [1]
    assert sorted(os.listdir(tmp_path)) == files


@pytest.mark.parametrize("name", ["missing/out.safetensors", "missing/out.h5", "missing/out.ckpt"])
def test_a_folder_that_is_not_there(tmp_path, name):
    with pytest.raises(decant.Error) as caught:
        decant.save({"x": np.zeros(1)}, tmp_path / name)
    assert isinstance(caught.value, OSError)
    assert os.listdir(tmp_path) == []


def test_bad_formats(tmp_path):
    for name, options in [
        ("out.txt", {}),
        ("out.ckpt", {"format": "nonsense"}),
        ("out.npz", {"compression": 5}),
        ("out.ckpt", {"shards": 0}),
        ("out.safetensors", {"shards": "two"}),
    ]:
        with pytest.raises(decant.Error):
            decant.save({"x": np.zeros(1)}, tmp_path / name, **options)
        assert os.listdir(tmp_path) == []


def test_numpy_cannot_hold_it(tmp_path):
    with pytest.raises(decant.Error, match="bfloat16"):
        decant.save({"x": np.zeros(1, ml_dtypes.bfloat16)}, tmp_path / "a.npz")


def test_shards(tmp_path):
    decant.save({"a": np.zeros(9), "b": np.ones(9)}, tmp_path / "a.ckpt", shards=2)
    assert len([name for name in os.listdir(tmp_path) if ".data-" in name]) == 2
    assert sorted(decant.load(tmp_path / "a.ckpt")) == ["a", "b"]


def test_shards_of_limited_size(tmp_path):
    given = {name: np.full(100, ord(name), np.float32) for name in "abcde"}
    decant.save(given, tmp_path / "a.safetensors", max_shard_size="1KB")
    decant.convert(tmp_path / "a.safetensors.index.json", tmp_path / "b.safetensors", names="keep", max_shard_size="1KB")
    for name in "ab":
        files = sorted(file for file in os.listdir(tmp_path) if file.startswith(name))
        assert files == [*(f"{name}-0000{n}-of-00003.safetensors" for n in (1, 2, 3)), f"{name}.safetensors.index.json"]
        found = decant.load(tmp_path / files[-1])
        assert {key: value.tolist() for key, value in found.items()} == {k: v.tolist() for k, v in given.items()}


@pytest.mark.parametrize("name", ["out.h5", "out.npz", "out.ckpt"])
@pytest.mark.parametrize("option", [{"max_shard_size": "1KB"}, {"max_shard_size": "large"}, {"max_shard_size": 5}])
def test_shards_where_there_are_none(tmp_path, name, option):
    with pytest.raises(decant.Error):
        decant.save({"a": np.zeros(9)}, tmp_path / name, **option)
    assert os.listdir(tmp_path) == []


def test_data_beside_a_graph(tmp_path):
    scenes, words = golden.fixture("scenes/model.ckpt-4222"), golden.fixture("scenes/word_counts.txt")
    decant.convert(scenes, tmp_path / "whole.onnx", vocab=words)
    decant.convert(scenes, tmp_path / "beside.onnx", vocab=words, external_data=True)
    assert sorted(os.listdir(tmp_path)) == ["beside.onnx", "beside.onnx.data", "whole.onnx"]
    whole, beside = decant.load(tmp_path / "whole.onnx"), decant.load(tmp_path / "beside.onnx")
    assert {name: array.tobytes() for name, array in whole.items()} == {n: a.tobytes() for n, a in beside.items()}
    with pytest.raises(decant.UsageError, match="external_data=True"):
        decant.convert(scenes, tmp_path / "c.npz", external_data=True)


@pytest.mark.parametrize("name", ["out.safetensors", "out.h5"])
def test_names_of_a_library(tmp_path, name):
    bert = golden.fixture("packs/checkpoints/bert")
    decant.convert(bert, tmp_path / name, names="transformers")
    with decant.open(tmp_path / name) as written, decant.open(bert, names="transformers") as shown:
        assert "bert.embeddings.word_embeddings.weight" in shown
        assert set(written) == set(shown)
        assert all(written[key].tobytes() == shown[key].tobytes() for key in shown)


@pytest.mark.parametrize("name", ["out.safetensors", "out.h5"])
def test_conversion_reads_as_open_does(tmp_path, name):
    code = golden.fixture("pytorch/bad/code-dropped.pt")
    with pytest.raises(decant.DataError, match="harmless") as refused:
        decant.convert(code, tmp_path / name, names="keep")
    assert "ignore_code=True" in str(refused.value)
    assert "--" not in str(refused.value)
    decant.convert(code, tmp_path / name, names="keep", ignore_code=True)
    assert set(decant.load(tmp_path / name)) == set(decant.open(code, ignore_code=True))
    blocks = golden.fixture("gguf/quantized.gguf")
    decant.convert(blocks, tmp_path / name, names="keep", dequantize=True, force=True)
    with decant.open(tmp_path / name) as written, decant.open(blocks, dequantize=True) as shown:
        assert dict(written.dtypes) == dict(shown.dtypes) and "float32" in written.dtypes.values()
        assert all(written[key].tobytes() == shown[key].tobytes() for key in shown)


@pytest.mark.parametrize("name", ["out.safetensors", "out.h5", "out.npz", "out.ckpt"])
def test_convert(v1, tmp_path, name):
    report = decant.convert(v1, tmp_path / name, match="^l", dtype="float16", inference_only=True)
    assert report["written"]["was_read_back"] is True
    assert report["output"] == str(tmp_path / name)
    found = decant.load(tmp_path / name)
    assert set(found) == {tensor["name"] for tensor in report["tensors"]}
    assert {array.dtype for array in found.values()} == {np.dtype(np.float16)}


def test_conversion_equals_what_open_shows(v1, tmp_path):
    decant.convert(v1, tmp_path / "a.safetensors", names="pytorch", inference_only=True)
    shown = decant.load(v1, names="pytorch", inference_only=True)
    written = decant.load(tmp_path / "a.safetensors")
    assert set(shown) == set(written)
    for name, array in shown.items():
        assert array.tobytes() == written[name].tobytes()


@pytest.mark.parametrize("name", ["out.safetensors", "out.h5"])
def test_bad_conversions(v1, tmp_path, name):
    with pytest.raises(decant.MissingFileError):
        decant.convert(tmp_path / "nothing", tmp_path / name)
    with pytest.raises(decant.DataError):
        decant.convert(golden.fixture("checkpoints/bad/v1-html/model.ckpt"), tmp_path / name)
    with pytest.raises(decant.UsageError):
        decant.convert(v1, tmp_path / name, names="nonsense")
    with pytest.raises(decant.Error):
        decant.convert(v1, tmp_path / name, vocab=tmp_path / "nothing")
    (tmp_path / name).write_text("mine")
    with pytest.raises(decant.OutputError):
        decant.convert(v1, tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"
    assert os.listdir(tmp_path) == [name]


def test_names_that_look_like_options(v1, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    decant.save({"x": np.arange(2)}, "--force.npz")
    decant.convert("--force.npz", "-o.h5")
    assert decant.load("-o.h5")["x"].tolist() == [0, 1]
    with pytest.raises(decant.Error):
        decant.convert("--force.npz", "b.h5", match="--drop=x")


@pytest.mark.parametrize("name", ["a.safetensors", "a.h5"])
def test_interrupted_writing_leaves_nothing(tmp_path, name):
    given = {"x": np.zeros(1 << 26, np.float32)}
    for delay in (0.05, 0.3, 0.6):
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            for _ in range(100):
                decant.save(given, tmp_path / name, force=True)
        timer.join()
        assert set(os.listdir(tmp_path)) <= {name}


def test_an_interrupted_conversion_leaves_nothing(tmp_path):
    decant.save({"x": np.zeros(1 << 26, np.float32)}, tmp_path / "a.safetensors")
    for name in ("b.h5", "b.npz"):
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            for _ in range(100):
                decant.convert(tmp_path / "a.safetensors", tmp_path / name, force=True)
        timer.join()
        # A conversion that was done before may have left its output.
        assert set(os.listdir(tmp_path)) <= {"a.safetensors", "b.h5", "b.npz"}
        decant.load(tmp_path / "a.safetensors")
