"""Every fixture, tensor by tensor and dtype by dtype, against what the real programs read."""

import golden
import numpy as np
import pytest
import tensor_digests

import decant

#: What the real programs list and Decant, on purpose, does not: constants inside the loops of a graph, and what is not a tensor.
ONLY_IN_PEERS = {
    "graphs/weights-2x/branches-functions.pb",
    "graphs/weights-2x/lstm-functions.pb",
    "hdf5/problems.h5",
    "npz/refused.npz",
}

#: Tensors whose values only Decant's own reader explains: a damaged chunk of HDF5.
UNREADABLE = {("hdf5/problems.h5", "bad/broken-chunk")}

#: What other programs read as tables or graphs, and Decant refuses with a reason.
REFUSED = [
    path
    for path in golden.expected()
    if "unfrozen" in path or path.endswith("fingerprint.pb") or path.endswith("keras_metadata.pb")
]


@pytest.mark.parametrize("path", sorted(set(golden.expected()) - set(REFUSED)))
def test_values(path):
    with decant.open(golden.fixture(path), **golden.options(path)) as checkpoint:
        for tensors in golden.expected()[path]:
            if path not in ONLY_IN_PEERS:
                assert set(tensors) - set(checkpoint) == set()
            for name in set(tensors) & set(checkpoint):
                check(checkpoint, name, tensors[name])
        covered = {name for tensors in golden.expected()[path] for name in tensors}
        assert {(path, name) for name in checkpoint if name not in covered} <= UNREADABLE


def check(checkpoint, name, expected):
    assert checkpoint.dtypes[name] == expected.dtype, name
    assert checkpoint.shapes[name] == expected.shape, name
    if expected.has_elements is None:
        with pytest.raises(decant.DTypeError, match=expected.dtype):
            checkpoint[name]
        return
    array = checkpoint[name]
    assert array.dtype == golden.numpy_dtype(expected.dtype), name
    assert array.shape == expected.shape, name
    assert array.flags.c_contiguous and array.flags.writeable and array.flags.owndata
    assert expected.has_elements(array), name


@pytest.mark.parametrize("path, tensors", golden.dequantized().items(), ids=list(golden.dequantized()))
def test_dequantized(path, tensors):
    stored = decant.open(golden.fixture(path))
    with decant.open(golden.fixture(path), dequantize=True) as checkpoint:
        left = {name for name in tensors if checkpoint.dtypes[name] != "float32"}
        for name in left:
            assert any(name in problem and "does not dequantize" in problem for problem in checkpoint.problems), name
        assert left < set(tensors)
        for name in set(tensors) - left:
            assert stored.dtypes[name] != "float32"
            check(checkpoint, name, tensors[name])


@pytest.mark.parametrize("path", sorted(golden.WITH_CODE))
def test_code_is_refused(path):
    with pytest.raises(decant.DataError, match="calls .* which Decant does not know to be harmless"):
        decant.open(golden.fixture(path))


@pytest.mark.parametrize("path", REFUSED)
def test_refused(path):
    with pytest.raises(decant.DataError) as caught:
        decant.open(golden.fixture(path))
    assert caught.value.path == golden.fixture(path)


def test_every_fixture_that_opens_is_compared():
    missing = []
    for path in tensor_digests.candidates():
        if path in golden.expected():
            continue
        try:
            decant.open(golden.fixture(path)).close()
        except decant.Error:
            continue
        # The same tensors as their variables, which have digests.
        if not path.endswith(("saved_model.pb", "saved_model.pbtxt")):
            missing.append(path)
    assert missing == []


@pytest.mark.parametrize("path", [path for path in tensor_digests.candidates() if "saved_model.pb" in path])
def test_saved_models(path):
    variables = golden.fixture(path.rsplit("/", 1)[0] + "/variables/variables")
    with decant.open(golden.fixture(path)) as model, decant.open(variables) as checkpoint:
        assert model.dtypes == checkpoint.dtypes and model.shapes == checkpoint.shapes
        for name in model:
            assert model.raw(name).tolist() == checkpoint.raw(name).tolist()


def test_without_ml_dtypes(monkeypatch):
    """The dtypes that numpy lacks: a clear error, and their bits by another way."""
    import sys

    path = golden.fixture("checkpoints/v2-dtypes-2x/model.ckpt")
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with decant.open(path) as checkpoint:
        (tensors,) = golden.expected()["checkpoints/v2-dtypes-2x/model.ckpt"]
        for name, dtype in checkpoint.dtypes.items():
            raw = checkpoint.raw(name)
            assert tensors[name].has_elements(raw)
            if dtype.startswith(("bfloat", "float8", "float4", "int4", "uint4", "int2", "uint2")) and dtype != "float":
                with pytest.raises(decant.DTypeError, match="Install ml_dtypes, or read its bits with raw"):
                    checkpoint[name]
                assert raw.dtype == (np.uint16 if dtype == "bfloat16" else np.uint8)
            else:
                assert checkpoint[name].dtype == raw.dtype
