"""Writing and converting."""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import byref
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from . import _dtypes, _library, _program
from ._checkpoint import Checkpoint, StrPath
from ._errors import DTypeError, OutputError, UsageError


def save(
    arrays: Mapping[str, Any],
    path: StrPath,
    *,
    metadata: Optional[Mapping[str, str]] = None,
    format: Optional[str] = None,
    force: bool = False,
    dtypes: Optional[Mapping[str, str]] = None,
    compression: Optional[int] = None,
    shards: Optional[int] = None,
    max_shard_size: Optional[str] = None,
) -> None:
    """Writes arrays to a weight file or a TensorFlow checkpoint. It appears complete or not at all.

    Arrays may have any layout and byte order. Arrays of bytes or text, and arrays of objects that are ``bytes`` or
    ``str``, become strings. Nothing is cast: a dtype that the format does not hold is an error.

    Args:
        arrays: arrays by name, or what ``numpy.asarray`` takes. A `Checkpoint` keeps all its dtypes.
        path: the file; for a TensorFlow checkpoint, its prefix.
        metadata: text to store beside the tensors, where the format can.
        format: "safetensors", "hdf5", "npz", "tensorflow", "tensorflow-v1", "pytorch", "gguf", "keras" or
            "tensorflowjs"; by default what the name asks for.
        force: replace an existing file.
        dtypes: TensorFlow's names of dtypes for arrays that hold only the bits: "qint8" for int8, "bfloat16" for uint16.
        compression: of HDF5, 0 to 9.
        shards: the number of data files of a "tensorflow" checkpoint.
        max_shard_size: split safetensors into files of at most this size, such as "5GB", with an index beside them.

    Raises:
        OutputError: the file exists, or cannot be created.
        DTypeError: an array has a dtype that the file cannot hold.
        UsageError: a name or an option makes no sense.
    """
    text, encoded = _library.encoded_path(path)
    options = _write_options(text, metadata, format, force, compression, shards, max_shard_size)
    entries = _Entries(arrays, dtypes or {}, text)
    if not _program.is_hdf5(text, format):
        _write(encoded, entries, options, text)
        return
    if not force and os.path.lexists(text):
        raise OutputError(f"{text} exists. Pass force=True to replace it.", text)
    # Not above, as in `_program`.
    import shutil
    import tempfile

    # libdecant.so does not write HDF5; the program converts from a file that it writes.
    try:
        folder = tempfile.mkdtemp(prefix=".decant-", dir=os.path.dirname(text) or ".")
    except OSError as error:
        raise OutputError(f"{text} cannot be created: {error.strerror}", text) from None
    try:
        between = os.path.join(folder, "arrays.safetensors")
        _write(os.fsencode(between), entries, {"metadata": options["metadata"], "format": "safetensors"}, text)
        _program.convert(
            between,
            text,
            {
                "names": "keep", "digest": False, "format": "hdf5", "force": force, "compression": compression,
                "shards": shards, "max_shard_size": max_shard_size,
            },  # fmt: skip
        )
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except BaseException:
            # Ctrl-C while it was being removed.
            shutil.rmtree(folder, ignore_errors=True)
            raise


def convert(
    source: StrPath,
    output: StrPath,
    *,
    names: str = "modern",
    format: Optional[str] = None,
    vocab: Optional[StrPath] = None,
    rename: Optional[StrPath] = None,
    dtype: Optional[str] = None,
    inference_only: bool = False,
    weights_only: bool = False,
    fold_batch_norm: bool = False,
    ema: bool = False,
    match: Optional[str] = None,
    drop: Optional[str] = None,
    object_names: Optional[str] = None,
    dequantize: bool = False,
    ignore_code: bool = False,
    verify: bool = True,
    check: bool = True,
    digest: bool = True,
    compression: Optional[int] = None,
    shards: Optional[int] = None,
    max_shard_size: Optional[str] = None,
    external_data: bool = False,
    force: bool = False,
) -> Dict[str, Any]:
    """Converts a file, as ``decant convert`` does, and returns its report as ``decant convert --json`` prints it.

    Args:
        source: what to convert; anything that `open` takes.
        output: the file to write; for a TensorFlow checkpoint, its prefix.
        names: "modern", "tensorflow-1.0", "tensorflow-0", "pytorch", "keras", or "keep" for the source's names; or a
            library that ``decant models`` lists, such as "transformers" or "torchvision".
        format: as in `save`, or "onnx".
        vocab: the path of a word_counts.txt, whose words are stored with the model.
        rename: the path of a file of rules.
        dtype, inference_only, weights_only, fold_batch_norm, ema, match, drop: as in `open`.
        object_names, dequantize, ignore_code, verify: as in `open`.
        check: read the written file back and compare.
        digest: store the SHA-256 of the source's files.
        compression: of HDF5, 0 to 9.
        shards: the number of data files of a "tensorflow" checkpoint.
        max_shard_size: as in `save`.
        external_data: of ONNX, which only `convert` writes: keep the weights in a file beside it.
        force: replace an existing file.
    """
    source_text, source_encoded = _library.encoded_path(source)
    output_text, output_encoded = _library.encoded_path(output)
    options: Dict[str, Any] = dict(
        names=names, format=format, vocab=None if vocab is None else os.fspath(vocab),
        rename=None if rename is None else os.fspath(rename), dtype=dtype, inference_only=inference_only,
        weights_only=weights_only, fold_batch_norm=fold_batch_norm, ema=ema, match=match, drop=drop,
        object_names=object_names, dequantize=dequantize, ignore_code=ignore_code, verify=verify, check=check,
        digest=digest, compression=compression, shards=shards, max_shard_size=max_shard_size,
        external_data=external_data, force=force,
    )  # fmt: skip
    if _program.is_hdf5(output_text, format):
        return _program.convert(source_text, output_text, options)
    report = _library.Allocated()
    _library.call_watched(
        "decant_convert", source_encoded, output_encoded, _library.encoded_options(options),
        results=(byref(report.pointer),), path=source_text,
    )  # fmt: skip
    result: Dict[str, Any] = json.loads(report.text())
    return result


class _Entries:
    """Arrays as the library takes them; keeps alive what they point to."""

    def __init__(self, arrays: Mapping[str, Any], dtypes: Mapping[str, str], path: str) -> None:
        if not isinstance(arrays, Mapping):
            raise UsageError(f"{path}: the arrays are of type {type(arrays).__name__}; pass them in a dictionary", path)
        unknown = [name for name in dtypes if name not in arrays]
        if unknown:
            raise UsageError(f"{path}: 'dtypes' names {unknown[0]!r}, which is not among the arrays", path)
        self._kept: List[Any] = []
        self.count = len(arrays)
        self.structures = (_library.Array * self.count)()
        for structure, name in zip(self.structures, arrays):
            self._fill(structure, arrays, name, dtypes, path)

    def _fill(
        self, structure: _library.Array, arrays: Mapping[str, Any], name: Any, dtypes: Mapping[str, str], path: str
    ) -> None:
        if not isinstance(name, str):
            raise UsageError(f"{path}: the name {name!r} is of type {type(name).__name__}; names are str", path)
        try:
            encoded = name.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{path}: the name {name!r} is not valid Unicode", path, name) from None
        array, wanted = _array(arrays, name, dtypes.get(name), path)
        dtype = _dtypes.for_writing(array.dtype, wanted, path, name)
        shape = (ctypes.c_int64 * array.ndim)(*array.shape)
        structure.name, structure.name_length = encoded, len(encoded)
        structure.dtype = dtype.encode()
        structure.shape, structure.rank = ctypes.cast(shape, ctypes.POINTER(ctypes.c_int64)), array.ndim
        if dtype == "string":
            data, ends = _dtypes.packed_strings(array, path, name)
            structure.bytes = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p)
            structure.byte_count, structure.ends = len(data), ends.ctypes.data
            self._kept += [encoded, shape, data, ends]
        else:
            elements = _dtypes.packed(array)
            structure.bytes, structure.byte_count = elements.ctypes.data, elements.nbytes
            self._kept += [encoded, shape, elements]


def _array(
    arrays: Mapping[str, Any], name: str, wanted: Optional[str], path: str
) -> Tuple["np.ndarray[Any, Any]", Optional[str]]:
    """A value as an array, and the dtype that its elements have."""
    if isinstance(arrays, Checkpoint):
        return arrays.raw(name), wanted or arrays.dtypes[name]
    value = arrays[name]
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise DTypeError(f"{path}: tensor {name!r} is masked. Fill it with filled()", path, name)
    try:
        return np.asarray(value), wanted
    except (TypeError, ValueError) as error:
        raise DTypeError(f"{path}: tensor {name!r} does not become an array: {error}", path, name) from None


def _write_options(
    path: str,
    metadata: Optional[Mapping[str, str]],
    format: Optional[str],
    force: bool,
    compression: Optional[int],
    shards: Optional[int],
    max_shard_size: Optional[str],
) -> Dict[str, Any]:
    if metadata is not None:
        for key, value in metadata.items():
            if not isinstance(key, str) or not isinstance(value, str):
                raise UsageError(f"{path}: the metadata {key!r} is not text with a name of text", path)
        metadata = dict(metadata)
    return dict(
        metadata=metadata, format=format, force=force, compression=compression, shards=shards,
        max_shard_size=max_shard_size,
    )  # fmt: skip


def _write(encoded: bytes, entries: _Entries, options: Dict[str, Any], path: str) -> None:
    _library.call_watched(
        "decant_write", encoded, entries.structures, entries.count, _library.encoded_options(options), path=path
    )
