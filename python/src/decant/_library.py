"""libdecant.so through ctypes. The header ``decant.h`` is the contract."""

from __future__ import annotations

import ctypes
import json
import os
import re
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from typing import Any, Callable, Dict, Generator, List, Mapping, Optional, Sequence, Tuple, Type

from . import _errors
from ._errors import Error

PACKAGE = os.path.dirname(os.path.abspath(__file__))
INTERFACE_VERSION = 1

OK = 0
CANCELLED = 130

#: The exception of each status of ``decant_status``; others are data errors.
EXCEPTIONS: Dict[int, Type[Error]] = {
    1: _errors.DataError,
    64: _errors.UsageError,
    65: _errors.DataError,
    66: _errors.MissingFileError,
    73: _errors.OutputError,
    74: _errors.AccessError,
}

Progress = ctypes.CFUNCTYPE(c_int32, c_void_p)


class Array(ctypes.Structure):
    """``decant_array``: one tensor to write."""

    _fields_ = [
        ("name", c_char_p),
        ("name_length", c_size_t),
        ("dtype", c_char_p),
        ("shape", POINTER(c_int64)),
        ("rank", c_size_t),
        ("bytes", c_void_p),
        ("byte_count", c_size_t),
        ("ends", c_void_p),
    ]


_pointer = POINTER(c_void_p)
_progress = (Progress, c_void_p)

#: Result and parameters of every function. A test compares the names with the header.
FUNCTIONS: Dict[str, Tuple[Any, Sequence[Any]]] = {
    "decant_interface_version": (c_int32, ()),
    "decant_version": (c_char_p, ()),
    "decant_free": (None, (c_void_p,)),
    "decant_set_program": (None, (c_char_p,)),
    "decant_open": (c_int32, (c_char_p, c_char_p, _pointer, _pointer)),
    "decant_close": (None, (c_void_p,)),
    "decant_describe": (c_int32, (c_void_p, _pointer, _pointer)),
    "decant_read": (c_int32, (c_void_p, c_uint64, c_void_p, c_size_t, *_progress, _pointer)),
    "decant_read_strings": (c_int32, (c_void_p, c_uint64, _pointer, _pointer, POINTER(c_uint64), _pointer)),
    "decant_write": (c_int32, (c_char_p, POINTER(Array), c_size_t, c_char_p, *_progress, _pointer)),
    "decant_convert": (c_int32, (c_char_p, c_char_p, c_char_p, *_progress, _pointer, _pointer)),
    "decant_captioner_open": (c_int32, (c_char_p, c_char_p, _pointer, _pointer)),
    "decant_captioner_close": (None, (c_void_p,)),
    "decant_caption": (c_int32, (c_void_p, c_char_p, c_void_p, c_size_t, c_char_p, _pointer, _pointer)),
}


def _load() -> ctypes.CDLL:
    path = os.path.join(PACKAGE, "libdecant.so")
    try:
        # CDLL releases the interpreter's lock during each call.
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"{path} cannot be loaded: {error}. Install the wheel of decant-weights again.") from None
    for name, (result, parameters) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters
    version = library.decant_interface_version()
    if version != INTERFACE_VERSION:
        raise ImportError(f"{path} has version {version} of the C interface; this module needs {INTERFACE_VERSION}")
    return library


library = _load()
version: str = library.decant_version().decode()

#: The decant program of the wheel, which reads and writes HDF5; None where the package has none.
program: Optional[str] = os.path.join(PACKAGE, "bin", "decant")
if program is not None and os.access(program, os.X_OK):
    library.decant_set_program(os.fsencode(program))
else:
    program = None


class Allocated:
    """A pointer that a function of the library stores; the memory goes back with the object."""

    def __init__(self) -> None:
        self.pointer = c_void_p()

    def text(self) -> str:
        return "" if self.pointer.value is None else ctypes.string_at(self.pointer.value).decode("utf-8", "replace")

    # The default keeps the function while the interpreter shuts down.
    def __del__(self, free: Callable[[c_void_p], None] = library.decant_free) -> None:
        free(self.pointer)


class Handle:
    """An opaque pointer of the library, closed when its last user drops it.

    A call keeps the handle in a local variable, so that closing from another thread cannot overlap with it.
    """

    def __init__(self, what: str, close: Callable[[c_void_p], None]) -> None:
        self.pointer = c_void_p()
        self._what = what
        self._close = close
        self._process = os.getpid()

    def checked(self) -> c_void_p:
        """The pointer, for a call; not in a child process, which may not use what its parent opened."""
        if os.getpid() != self._process:
            raise _errors.UsageError(f"{self._what} was opened before this process forked. Open it again here.")
        return self.pointer

    def __del__(self, getpid: Callable[[], int] = os.getpid) -> None:
        if self.pointer.value is not None and getpid() == self._process:
            self._close(self.pointer)


def _watch(raised: List[BaseException]) -> Generator[int, None, None]:
    """Answers the library's question whether to stop; keeps the exception of a signal's handler, such as Ctrl-C's.

    A generator, because Python runs handlers where a function begins, which is before its ``try``; a generator goes on
    inside it.
    """
    answer = 0
    while True:
        try:
            while True:
                yield answer
        except GeneratorExit:
            return
        except BaseException as exception:
            raised.append(exception)
            answer = 1


def call(name: str, *arguments: Any, path: Optional[str] = None, tensor: Optional[str] = None) -> None:
    """Calls a function whose last parameter is the message, and raises what its status means."""
    message = Allocated()
    status = getattr(library, name)(*arguments, byref(message.pointer))
    if status != OK:
        raise failure(status, message.text(), path, tensor)


def call_watched(
    name: str, *arguments: Any, results: Sequence[Any] = (), path: Optional[str] = None, tensor: Optional[str] = None
) -> None:
    """As `call`, for functions that ask now and then whether to stop; ``results`` are the parameters after that."""
    raised: List[BaseException] = []
    watch = _watch(raised)
    next(watch)
    progress = Progress(watch.send)
    try:
        call(name, *arguments, progress, None, *results, path=path, tensor=tensor)
    except (Error, KeyboardInterrupt):
        if not raised:
            raise
    if raised:
        first = raised[0]
        # Nothing here may keep the exception, whose traceback keeps the array that was read into.
        raised.clear()
        try:
            raise first
        finally:
            del first


def failure(status: int, message: str, path: Optional[str] = None, tensor: Optional[str] = None) -> BaseException:
    """The exception for a status."""
    if status == CANCELLED:
        return KeyboardInterrupt()
    kind = EXCEPTIONS.get(status, _errors.DataError)
    if kind is _errors.MissingFileError and tensor is not None:
        kind = _errors.MissingTensorError
    return kind(_in_python(message) or f"Decant failed with status {status}", path, tensor)


#: Options of the command that take a value or say no, and arguments of this module. A word that only begins or ends
#: like one is left, here and below.
_OPTIONS = (
    (re.compile(r"(?<![\w-])--no-(verify|check|digest)(?![\w-])"), r"\1=False"),
    (re.compile(r"(?<![\w-])--names (keep|modern|pytorch|keras)(?![\w-])"), r'names="\1"'),
    (re.compile(r"(?<![\w-])--to (tensorflow|safetensors|npz|hdf5)(?![\w-])"), r'format="\1"'),
)
_FLAGS = re.compile(
    r"(?<![\w-])--(force|ema|dequantize|ignore-code|inference-only|weights-only|fold-batch-norm|external-data)(?![\w-])"
)


def _in_python(message: str) -> str:
    """A message with the options of the command as arguments of this module."""
    for option, argument in _OPTIONS:
        message = option.sub(argument, message)
    return _FLAGS.sub(lambda flag: flag[1].replace("-", "_") + "=True", message)


def encoded_path(path: "os.PathLike[str] | str") -> Tuple[str, bytes]:
    """A path as text, for messages, and as the library takes it."""
    text = os.fsdecode(os.fspath(path))
    if "\0" in text:
        raise _errors.UsageError(f"the path {text!r} contains a zero byte", text)
    return text, os.fsencode(text)


def encoded_options(options: Mapping[str, Any]) -> bytes:
    """Options as JSON, without those that are None."""
    try:
        return json.dumps({key: value for key, value in options.items() if value is not None}).encode()
    except TypeError as error:
        raise _errors.UsageError(f"an option has the wrong type: {error}") from None
