"""What checkpoints and captioners share: they are open until `close`."""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn, Optional, Type, TypeVar

from . import _library
from ._errors import UsageError

_Self = TypeVar("_Self", bound="Opened")


class Opened:
    """Holds a handle of the library until `close`, or until a ``with`` block ends."""

    _path: str
    _handle: Optional[_library.Handle] = None

    @property
    def path(self) -> str:
        """The path that was opened."""
        return self._path

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._handle is None

    def close(self) -> None:
        """Closes it and gives its memory back. Calling it again does nothing.

        A call of another thread that has begun still ends well.
        """
        self._handle = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a decant.{type(self).__name__} cannot be pickled or copied; open its path again")

    def _opened(self, if_closed: str, tensor: Optional[str] = None) -> _library.Handle:
        """The handle, for one call; ``if_closed`` says what cannot be done without."""
        handle = self._handle
        if handle is None:
            raise UsageError(f"{if_closed} Open it again.", self._path, tensor)
        return handle
