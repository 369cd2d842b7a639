"""The worker's process alone, without Spark."""

import os
import resource
import threading
import time

import pytest
from decant_spark.worker import Worker, WorkerError, error

FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_decant")


def fake(model="model"):
    return Worker([FAKE, "caption", model, "--worker"])


def texts(answers):
    return [answer["captions"][0]["text"] if "captions" in answer else answer["error"]["code"] for answer in answers]


def gone(pid):
    """Whether a process is gone, with some patience."""
    for _ in range(100):
        if not os.path.exists(f"/proc/{pid}"):
            return True
        time.sleep(0.05)
    return False


def test_answers_come_in_order():
    with fake() as worker:
        assert worker.ready["protocol"] == 1
        found = list(worker.answers({"bytes": b"say %d" % number} for number in range(1000)))
        assert texts(found) == [str(number) for number in range(1000)]
        assert found[3]["captions"][1]["score"] == -2.5
    assert gone(worker.pid)


def test_one_process_answers_many_rounds():
    with fake() as worker:
        for round in range(3):
            assert texts(worker.answers([{"bytes": b"say %d" % round}])) == [str(round)]
        assert list(worker.answers([])) == []
        assert worker.alive


def test_requests_that_are_errors_keep_their_place():
    with fake() as worker:
        requests = [error("bad-request", "1"), {"bytes": b"say 2"}, error("bad-request", "3"), {"bytes": b""}]
        found = list(worker.answers(requests))
        assert texts(found) == ["bad-request", "2", "bad-request", "not-a-picture"]
        assert found[0]["model"] == found[1]["model"]


def test_few_requests_are_on_their_way():
    taken = []

    def requests():
        for number in range(100):
            taken.append(number)
            yield {"bytes": b"x" * 1000}

    with fake() as worker:
        for number, _ in enumerate(worker.answers(requests(), window=5)):
            assert len(taken) <= number + 5
        taken.clear()
        for number, _ in enumerate(worker.answers(requests(), window=1000, window_bytes=10_000)):
            assert len(taken) <= number + 8


def test_large_requests_and_answers_do_not_block_each_other():
    # Each is far larger than a pipe.
    order = b"flood 1000000" + b" " * 1_000_000
    with fake() as worker:
        assert [len(text) for text in texts(worker.answers([{"bytes": order}] * 20))] == [1_000_000] * 20


def test_a_picture_that_fits_no_line_is_not_sent():
    with fake() as worker:
        found = list(worker.answers([{"bytes": bytes(48 << 20)}, {"bytes": b"say next"}]))
        assert texts(found) == ["line-too-long", "next"]
        assert "Give its path instead" in found[0]["error"]["message"]


@pytest.mark.parametrize(
    "order, message",
    [
        (b"die", "was ended by SIGKILL"),
        (b"garbage", "wrote Segmentation fault where an answer should be"),
        (b"wrong-id", "where the answer to request 3 should be"),
    ],
)
def test_a_broken_worker_is_an_error(order, message):
    worker = fake()
    answers = worker.answers([{"bytes": b"say 1"}, {"bytes": b"say 2"}, {"bytes": order}, {"bytes": b"say 4"}])
    assert texts([next(answers), next(answers)]) == ["1", "2"]
    with pytest.raises(WorkerError, match=message) as raised:
        next(answers)
    assert "after 2 answers" in str(raised.value)
    assert gone(worker.pid)


def test_the_end_of_the_standard_error_is_quoted():
    with pytest.raises(WorkerError) as raised:
        list(fake().answers([{"bytes": b"die"}]))
    assert str(raised.value).endswith("noise\nthe last words")
    assert len(str(raised.value)) < 5000


@pytest.mark.parametrize("model, message", [("missing", "missing: There is no such file"), ("/mute", r"wrote \[\]")])
def test_a_worker_that_does_not_start_is_an_error(model, message):
    with pytest.raises(WorkerError, match=message):
        fake(model)


def test_a_missing_program_is_an_error():
    with pytest.raises(WorkerError, match="Install Decant"):
        Worker(["/nowhere/decant", "caption"])


def test_an_iterator_that_is_closed_early_ends_the_process():
    worker = fake()
    answers = worker.answers({"bytes": b"say 1"} for _ in range(100))
    next(answers)
    answers.close()
    assert gone(worker.pid)


def test_a_failing_source_of_requests_ends_the_process():
    def requests():
        yield {"bytes": b"say 1"}
        raise KeyError("upstream")

    worker = fake()
    with pytest.raises(KeyError):
        list(worker.answers(requests()))
    assert gone(worker.pid)


def test_no_thread_and_no_file_is_left():
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with fake() as worker:
            list(worker.answers([{"bytes": b"say 1"}]))
        with pytest.raises(WorkerError):
            list(fake().answers([{"bytes": b"die"}]))
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


def test_memory_stays_flat():
    with fake() as worker:
        content = bytes(100_000)
        for _ in worker.answers({"bytes": content} for _ in range(200)):
            pass
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in worker.answers({"bytes": content} for _ in range(3000)):
            pass
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 << 10
