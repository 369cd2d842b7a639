import functools
import http.server
import os
import stat
import subprocess
import sys
import threading

import processes
import pytest
from pyspark.sql import SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
FAKE = os.path.join(HERE, "fake_decant")

# Executors must run the Python that has the package.
os.environ["PYSPARK_PYTHON"] = sys.executable


@pytest.fixture(scope="session")
def spark():
    """A cluster of two executors, each a process of its own."""
    session = (
        SparkSession.builder.master("local-cluster[2,1,2048]")
        .appName("decant-spark tests")
        .config("spark.executor.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    # With its input, a worker ends by itself, although Spark knows nothing of it.
    processes.wait_for(lambda: not processes.everywhere(FAKE))


@pytest.fixture
def fake():
    """A program that follows the protocol, and breaks it on request."""
    assert os.stat(FAKE).st_mode & stat.S_IXUSR
    return FAKE


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a log."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """A folder and its URL, for all tests: executors that start later fetch again what was shipped."""
    folder = tmp_path_factory.mktemp("store")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def pictures():
    """The folder of the sample pictures."""
    return os.path.join(ROOT, "Fixtures", "scenes", "images")


@pytest.fixture(scope="session")
def decant():
    """The program itself, which DECANT names; it must have `caption --worker`."""
    path = os.environ.get("DECANT")
    if not path:
        pytest.skip("DECANT does not name the program")
    return os.path.abspath(path)


@pytest.fixture(scope="session")
def model(decant, tmp_path_factory):
    """The sample model, in one file."""
    scenes = os.path.join(ROOT, "Fixtures", "scenes")
    path = str(tmp_path_factory.mktemp("model") / "scenes.safetensors")
    words = os.path.join(scenes, "word_counts.txt")
    subprocess.run(
        [decant, "convert", os.path.join(scenes, "model.ckpt-4222"), "--vocab", words, "-o", path],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return path
