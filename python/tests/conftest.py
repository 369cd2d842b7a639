import os
import signal
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import golden  # noqa: E402


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C raises, also if a shell started the tests in the background, where it would be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def v1():
    """The path of a small V1 checkpoint: the scenes model."""
    return golden.fixture("scenes/model.ckpt-4222")


@pytest.fixture
def small():
    """The path of a V2 checkpoint of six tensors."""
    return golden.fixture("checkpoints/v2-small/model.ckpt")
