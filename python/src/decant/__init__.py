"""Read TensorFlow checkpoints of every version, and other weight files, into numpy without TensorFlow.

    checkpoint = decant.open("model.ckpt-3000000")
    checkpoint["logits/biases"]
    decant.convert("model.ckpt-3000000", "model.safetensors")
"""

from ._captioner import Caption, Captioner
from ._checkpoint import Checkpoint, File, load, open
from ._errors import (
    AccessError,
    DataError,
    DTypeError,
    Error,
    MissingFileError,
    MissingTensorError,
    NotFoundError,
    OutputError,
    UsageError,
)
from ._library import version as __version__
from ._writing import convert, save

__all__ = [
    "AccessError",
    "Caption",
    "Captioner",
    "Checkpoint",
    "DTypeError",
    "DataError",
    "Error",
    "File",
    "MissingFileError",
    "MissingTensorError",
    "NotFoundError",
    "OutputError",
    "UsageError",
    "convert",
    "load",
    "open",
    "save",
]

# Names in tracebacks are the ones to import.
for _name in __all__:
    globals()[_name].__module__ = __name__
del _name
