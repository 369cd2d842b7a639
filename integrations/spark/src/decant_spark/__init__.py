"""Caption pictures and convert checkpoints with Decant on a Spark cluster."""

from .captions import Progress, caption
from .conversions import convert
from .worker import Worker, WorkerError

__all__ = ["Progress", "Worker", "WorkerError", "caption", "convert"]
__version__ = "0.3.0"
