"""Files and programs that every executor needs: the model, its vocabulary, and decant itself."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import sys
import tempfile
from typing import NamedTuple

from pyspark import SparkFiles
from pyspark.sql import SparkSession


class SharedFile(NamedTuple):
    """A file that executors find: by its path, or by its name among the files that Spark copied to them."""

    name: str
    shipped: bool

    def path(self) -> str:
        """The path on this executor."""
        return SparkFiles.get(self.name) if self.shipped else self.name


def shared(spark: SparkSession, path: str, ship: bool) -> SharedFile:
    """Says how executors find a file of the driver: at the same path, or, if it is to be shipped, as a copy.

    Spark also ships files of other stores (`hdfs:`, `gs:`, `s3a:`), which executors then fetch themselves.
    """
    local = local_path(path)
    if local is None:
        if not ship:
            raise ValueError(f"{path} is not a path of a file system. Ship it to the executors, or copy it to one.")
        spark.sparkContext.addFile(path)
        return SharedFile(path.rpartition("/")[2], True)
    local = os.path.abspath(local)
    if not ship:
        return SharedFile(local, False)
    if not os.path.isfile(local):
        raise ValueError(
            f"{path} is not one file, and only one file can be shipped. Convert it first "
            "(decant convert MODEL --vocab WORDS -o model.safetensors), or put it where all executors see it."
        )
    copy = _copy(local)
    spark.sparkContext.addFile(copy)
    return SharedFile(os.path.basename(copy), True)


def local_path(path: str) -> str | None:
    """The path that a `file:` URI or a plain path names; None for other URIs.

    Spark and Hadoop write such URIs without percent-encoding, so that a percent sign is one.
    """
    scheme, colon, rest = path.partition(":")
    if not colon or "/" in scheme or len(scheme) < 2 or not rest.startswith("/"):
        return path
    if scheme.lower() != "file":
        return None
    if not rest.startswith("//"):
        return rest
    host, slash, below = rest[2:].partition("/")
    return slash + below if host in ("", "localhost") else None


def absolute(name: str) -> str:
    """The name of a program, as executors understand it: they do not run in the folder of the driver."""
    return os.path.abspath(name) if "/" in name else name


def program(name: str) -> str:
    """The path of the decant program on this executor.

    A name without a slash is looked for among the files that Spark shipped (`--files decant`), beside the Python that
    runs this (where pip puts it), and on the path.
    """
    if "/" in name:
        return name
    for folder in (SparkFiles.getRootDirectory(), os.path.dirname(sys.executable)):
        if os.access(os.path.join(folder, name), os.X_OK):
            return os.path.join(folder, name)
    return shutil.which(name) or name


def _copy(path: str) -> str:
    """A copy that is named by its content.

    Spark keeps the first file of a name, even if another model comes to have its path.
    """
    folder = _folder()
    digest = hashlib.sha256()
    temporary = os.path.join(folder, f"incomplete-{os.getpid()}")
    with open(path, "rb") as source, open(temporary, "wb") as target:
        while block := source.read(1 << 20):
            digest.update(block)
            target.write(block)
    copy = os.path.join(folder, f"{digest.hexdigest()[:16]}-{os.path.basename(path)}")
    os.replace(temporary, copy)
    return copy


@functools.lru_cache(maxsize=None)
def _folder() -> str:
    """Where copies lie until the driver ends: executors that start later fetch them too."""
    folder = tempfile.mkdtemp(prefix="decant-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
