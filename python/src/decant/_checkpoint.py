"""Opening and reading."""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import byref
from types import MappingProxyType
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

import numpy as np

from . import _dtypes, _library
from ._errors import AccessError, DTypeError, MissingTensorError
from ._opened import Opened

StrPath = Union[str, "os.PathLike[str]"]
Values = np.ndarray[Any, Any]


class File(NamedTuple):
    """One file of a checkpoint. ``byte_count`` is None for a file that is missing."""

    path: str
    byte_count: Optional[int]


class Checkpoint(Opened, Mapping[str, Values]):
    """The tensors of a checkpoint or weight file, by name; a mapping that reads a tensor when you ask for it.

    Names are sorted. Threads may share a checkpoint. A process that forks may not: open the file again in the child.
    What is known without reading (names, dtypes, shapes, metadata) stays known after `close`.
    """

    def __init__(self, path: StrPath, options: Mapping[str, Any]) -> None:
        self._format: str = "not open"
        self._indices: Dict[str, int] = {}
        self._path, encoded = _library.encoded_path(path)
        handle = _library.Handle(self._path, _library.library.decant_close)
        json_options = _library.encoded_options(options)
        _library.call("decant_open", encoded, json_options, byref(handle.pointer), path=self._path)
        text = _library.Allocated()
        _library.call("decant_describe", handle.checked(), byref(text.pointer), path=self._path)
        description = json.loads(text.text())
        self._format = description["format"]
        self._files = tuple(File(file["path"], file["bytes"]) for file in description["files"])
        self._metadata: Dict[str, str] = description["metadata"]
        self._problems: Tuple[str, ...] = tuple(description["problems"])
        tensors = description["tensors"]
        self._indices = {tensor["name"]: index for index, tensor in enumerate(tensors)}
        self._dtypes: Dict[str, str] = {tensor["name"]: tensor["dtype"] for tensor in tensors}
        self._shapes: Dict[str, Tuple[int, ...]] = {tensor["name"]: tuple(tensor["shape"]) for tensor in tensors}
        self._handle = handle

    @property
    def format(self) -> str:
        """The format in words, such as "TensorFlow V1 checkpoint"."""
        return self._format

    @property
    def files(self) -> Tuple[File, ...]:
        """The files that the tensors are in."""
        return self._files

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says about itself. Checkpoints say nothing."""
        return MappingProxyType(self._metadata)

    @property
    def problems(self) -> Tuple[str, ...]:
        """What is in the file and cannot be read, in sentences."""
        return self._problems

    @property
    def dtypes(self) -> Mapping[str, str]:
        """TensorFlow's name of each tensor's dtype, such as "float32", "qint8" or "string"; reads nothing."""
        return MappingProxyType(self._dtypes)

    @property
    def shapes(self) -> Mapping[str, Tuple[int, ...]]:
        """The shape of each tensor; reads nothing."""
        return MappingProxyType(self._shapes)

    def __getitem__(self, name: str) -> Values:
        """Reads a tensor into a new array and compares checksums.

        Strings come as an array of objects, which are ``bytes``. bfloat16, the 8-bit and 4-bit floats and the 4-bit and
        2-bit integers need `ml_dtypes`. Quantized dtypes come as their integers; `dtypes` has their names.
        """
        dtype = self._dtype(name)
        if dtype == "string":
            return self._read_strings(name)
        return self._read(name, _dtypes.for_reading(dtype, self._path, name))

    def raw(self, name: str) -> Values:
        """Reads a tensor; as unsigned integers of its bits if numpy lacks the dtype, so that it needs no `ml_dtypes`.

        bfloat16 comes as uint16, everything narrower as uint8 with a byte for each element.
        """
        dtype = self._dtype(name)
        if dtype == "string":
            return self._read_strings(name)
        return self._read(name, _dtypes.of_bits(dtype, self._path, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._indices)

    def __len__(self) -> int:
        return len(self._indices)

    def __contains__(self, name: object) -> bool:
        # A mapping's own answer would read the tensor.
        return isinstance(name, str) and name in self._indices

    # A mapping's own answer would read every tensor, and arrays have no single truth.
    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        count = "1 tensor" if len(self) == 1 else f"{len(self)} tensors"
        return f"<decant.Checkpoint {self._path!r}: {self._format}, {count}{', closed' if self.closed else ''}>"

    def _ipython_key_completions_(self) -> List[str]:
        return list(self)

    def _dtype(self, name: str) -> str:
        if name in self:
            return self._dtypes[name]
        raise MissingTensorError(f"{self._path}: there is no tensor {name!r}", self._path, str(name))

    def _to_read(self, name: str) -> _library.Handle:
        return self._opened(f"{self._path} is closed, so tensor {name!r} cannot be read.", name)

    def _read(self, name: str, dtype: np.dtype[Any]) -> Values:
        handle = self._to_read(name)
        try:
            array: Values = np.empty(self._shapes[name], dtype)
        except ValueError as error:
            message = f"{self._path}: tensor {name!r} does not fit into a numpy array: {error}"
            raise DTypeError(message, self._path, name) from None
        except MemoryError as error:
            raise AccessError(
                f"{self._path}: tensor {name!r} does not fit into memory: {error}", self._path, name
            ) from None
        _library.call_watched(
            "decant_read", handle.checked(), self._indices[name], array.ctypes.data, array.nbytes,
            path=self._path, tensor=name,
        )  # fmt: skip
        return array

    def _read_strings(self, name: str) -> Values:
        handle = self._to_read(name)
        data, ends, count = _library.Allocated(), _library.Allocated(), ctypes.c_uint64()
        _library.call(
            "decant_read_strings", handle.checked(), self._indices[name], byref(data.pointer), byref(ends.pointer),
            byref(count), path=self._path, tensor=name,
        )  # fmt: skip
        array: Values = np.empty(self._shapes[name], object)
        if array.size == 0:
            return array
        offsets = np.frombuffer(ctypes.string_at(ends.pointer.value or 0, count.value * 8), "<u8").tolist()
        start = data.pointer.value or 0
        flat = array.reshape(-1)
        begin = 0
        for index, end in enumerate(offsets):
            flat[index] = ctypes.string_at(start + begin, end - begin)
            begin = end
        return array


def open(
    path: StrPath,
    *,
    verify: bool = True,
    object_names: Optional[str] = None,
    dequantize: bool = False,
    ignore_code: bool = False,
    names: Optional[str] = None,
    dtype: Optional[str] = None,
    inference_only: bool = False,
    weights_only: bool = False,
    fold_batch_norm: bool = False,
    ema: bool = False,
    match: Optional[str] = None,
    drop: Optional[str] = None,
) -> Checkpoint:
    """Opens a checkpoint or weight file: everything that the ``decant`` command opens.

    The options after ``ignore_code`` show the tensors as `convert` would write them.

    Args:
        path: the file, a checkpoint's prefix, or a directory.
        verify: compare checksums when a tensor is read.
        object_names: names of TensorFlow 2's object-based checkpoints: "keys", "paths" or "full-names".
        dequantize: show quantized tensors of GGUF and TensorFlow Lite as the float32 that they stand for.
        ignore_code: of a pickle that would run code in Python, read the tensors without what that code returns.
            Decant never runs it.
        names: "keep", "modern", "tensorflow-1.0", "tensorflow-0", "pytorch" or "keras"; or a library that ``decant
            models`` lists, such as "transformers" or "torchvision".
        dtype: cast floating-point tensors: "float16", "bfloat16", "float32" or "float64".
        inference_only: leave out what only training needs.
        weights_only: of a frozen graph, leave out constants that are not weights.
        fold_batch_norm: fold batch normalizations into the convolutions.
        ema: use the averaged weights instead of the raw ones.
        match: a regular expression; show only tensors whose names match.
        drop: a regular expression; leave out tensors whose names match.

    Raises:
        MissingFileError: there is no such file.
        DataError: the file is damaged, or of no format that Decant reads.
        UsageError: an option makes no sense.
    """
    options = dict(
        verify=verify, object_names=object_names, dequantize=dequantize, ignore_code=ignore_code, names=names, dtype=dtype,
        inference_only=inference_only or None, weights_only=weights_only or None, fold_batch_norm=fold_batch_norm or None,
        ema=ema or None, match=match, drop=drop,
    )  # fmt: skip
    return Checkpoint(path, options)


def load(path: StrPath, *, names: Optional[str] = None, **options: Any) -> Dict[str, Values]:
    """Reads every tensor of a file into a dictionary, as ``safetensors.numpy.load_file`` does.

    Takes the options of `open`.
    """
    with open(path, names=names, **options) as checkpoint:
        return dict(checkpoint)
