"""Captions of pictures."""

from __future__ import annotations

import json
from ctypes import byref
from typing import List, NamedTuple, Optional, Tuple, Union

from . import _library
from ._checkpoint import StrPath
from ._opened import Opened


class Caption(NamedTuple):
    """One caption of a picture."""

    text: str
    #: The probability of the whole caption, and its natural logarithm.
    probability: float
    logprob: float
    #: The words' IDs in the vocabulary, with the markers.
    ids: Tuple[int, ...]
    #: Whether the caption ended before the greatest length.
    complete: bool


class Captioner(Opened):
    """A Show and Tell model (im2txt) that captions pictures. Threads may share it; a process that forks may not.

    Args:
        path: the checkpoint, or a file that Decant converted it to.
        vocab: the path of a word_counts.txt; not needed if the words are in the file.
        threads: how many threads one caption uses; by default one for each core.
        precision: "exact", or "fast" for products of 16 bits where the processor has them.
    """

    def __init__(
        self,
        path: StrPath,
        vocab: Optional[StrPath] = None,
        threads: Optional[int] = None,
        precision: str = "exact",
    ) -> None:
        self._path, encoded = _library.encoded_path(path)
        words = None if vocab is None else _library.encoded_path(vocab)[0]
        options = _library.encoded_options({"vocab": words, "threads": threads, "precision": precision})
        handle = _library.Handle(self._path, _library.library.decant_captioner_close)
        _library.call("decant_captioner_open", encoded, options, byref(handle.pointer), path=self._path)
        self._handle = handle

    def caption(
        self,
        picture: Union[StrPath, bytes, bytearray, memoryview],
        *,
        beams: int = 3,
        max_length: Optional[int] = None,
        length_normalization: Optional[float] = None,
    ) -> List[Caption]:
        """Captions a picture. The best caption comes first.

        Args:
            picture: the path of a JPEG or PNG file, or its content as bytes.
            beams: how many captions are followed at once, 1 to 1000.
            max_length: the greatest number of words; 20 by default.
            length_normalization: the exponent of the length by which scores are divided; 0 by default.
        """
        handle = self._opened(f"the captioner of {self._path} is closed.")
        options = _library.encoded_options(
            {"beams": beams, "max_length": max_length, "length_normalization": length_normalization}
        )
        content: Optional[bytes] = None
        if isinstance(picture, (bytes, bytearray, memoryview)):
            content = bytes(picture)
            name, encoded = "the picture", b"the picture"
        else:
            name, encoded = _library.encoded_path(picture)
        result = _library.Allocated()
        _library.call(
            "decant_caption", handle.checked(), encoded, content, len(content or b""), options, byref(result.pointer),
            path=name,
        )  # fmt: skip
        return [
            Caption(
                caption["text"], caption["probability"], caption["logprob"], tuple(caption["ids"]), caption["complete"]
            )
            for caption in json.loads(result.text())
        ]

    def __repr__(self) -> str:
        return f"<decant.Captioner {self._path!r}{', closed' if self.closed else ''}>"
