"""The exceptions of the module, beneath one base."""

from __future__ import annotations

import errno
from typing import Optional


class Error(Exception):
    """Base of every exception of this module.

    ``str(error)`` says what is wrong and what to do. ``path`` is the file and ``tensor`` the name of the tensor, where
    they are known.
    """

    path: Optional[str]
    tensor: Optional[str]

    def __init__(self, message: str, path: Optional[str] = None, tensor: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.tensor = tensor

    def __str__(self) -> str:
        return self.message


class DataError(Error):
    """A file is damaged, is not of a format that Decant reads, or differs from what it should be."""


class UsageError(Error, ValueError):
    """A call makes no sense: a bad option, a closed checkpoint, two names that become one."""


class DTypeError(Error, TypeError):
    """numpy or the format has no such dtype. Decant never casts silently."""


class NotFoundError(Error):
    """There is no such file or tensor."""


class MissingFileError(NotFoundError, FileNotFoundError):
    """There is no such file."""

    def __init__(self, message: str, path: Optional[str] = None, tensor: Optional[str] = None) -> None:
        super().__init__(message, path, tensor)
        self.errno = errno.ENOENT
        self.filename = path


class MissingTensorError(NotFoundError, KeyError):
    """There is no tensor of this name."""


class AccessError(Error, OSError):
    """Reading or writing failed, or there is not enough memory."""


class OutputError(AccessError):
    """The output cannot be created, for example because it exists."""
