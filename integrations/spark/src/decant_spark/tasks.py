"""What runs on executors: record batches in, record batches out, and a worker between them."""

from __future__ import annotations

import atexit
import collections
import contextlib
import os
from typing import Callable, Deque, Iterator, List, NamedTuple, Optional, Tuple

import pyarrow as pa
from pyspark import TaskContext

from .files import SharedFile, program
from .worker import Answer, Request, Worker

#: How many rows an output batch has at most.
PART_ROWS = 64


class Task(NamedTuple):
    """How a partition is worked on; it travels to the executors.

    `before` and `after` stand before and after the model on the command line.
    """

    decant: str
    before: Tuple[str, ...]
    model: Optional[SharedFile]
    after: Tuple[str, ...]
    vocab: Optional[SharedFile]
    threads: Optional[int]
    #: Whether the program has threads to divide: as many as Spark gives the task, unless `threads` says otherwise.
    threaded: bool

    def command(self) -> List[str]:
        """The command line on this executor."""
        command = [program(self.decant), *self.before]
        if self.model is not None:
            command.append(self.model.path())
        command += ["--worker", *self.after]
        if self.vocab is not None:
            command += ["--vocab", self.vocab.path()]
        if self.threaded:
            command += ["--threads", str(self.threads or _task_cpus())]
        return command


def answered(
    batches: Iterator[pa.RecordBatch],
    task: Task,
    request: Callable[[pa.RecordBatch, int], Request],
    output: Callable[[pa.Array, List[Answer]], pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Asks a worker about every row, and yields a batch for at most `PART_ROWS` rows, in their order.

    Args:
        batches: batches with a column `id`.
        task: which worker.
        request: makes the request of a row of a batch.
        output: makes a batch of IDs and their answers.
    """
    waiting: Deque[pa.RecordBatch] = collections.deque()

    def requests(first: pa.RecordBatch) -> Iterator[Request]:
        batch: Optional[pa.RecordBatch] = first
        while batch is not None:
            for start in range(0, batch.num_rows, PART_ROWS):
                part = batch.slice(start, PART_ROWS)
                waiting.append(part)
                for row in range(part.num_rows):
                    yield request(part, row)
            batch = next(batches, None)

    # Partitions without rows are common, and must not load a model.
    first = next((batch for batch in batches if batch.num_rows > 0), None)
    if first is None:
        return
    with _borrowed(task) as worker:
        answers: List[Answer] = []
        for answer in worker.answers(requests(first)):
            answers.append(answer)
            if len(answers) == waiting[0].num_rows:
                yield output(waiting.popleft().column("id"), answers)
                answers = []


#: The worker that the last task of this process left, and what it was started for. Spark gives a Python process one
#: task at a time. When the process ends, however it does, the worker's input ends, and so does the worker.
_idle: Optional[Tuple[Tuple[object, ...], Worker]] = None


@contextlib.contextmanager
def _borrowed(task: Task) -> Iterator[Worker]:
    """The worker of the last task if it was started for the same, or a new one; it stays for the next task."""
    global _idle
    command = task.command()
    key = (os.getpid(), *command, *(_identity(file) for file in (task.model, task.vocab)))
    idle, _idle = _idle, None
    if idle is not None and idle[0] == key and idle[1].alive:
        worker = idle[1]
    else:
        if idle is not None and idle[0][0] == os.getpid():
            idle[1].close()
        worker = Worker(command)
    try:
        yield worker
    finally:
        # After a failure the worker was killed.
        if worker.alive:
            _idle = (key, worker)


@atexit.register
def _close() -> None:
    if _idle is not None and _idle[0][0] == os.getpid():
        _idle[1].close()


def _identity(file: Optional[SharedFile]) -> Tuple[int, ...]:
    """What changes if another file takes the place of this one."""
    if file is None:
        return ()
    try:
        status = os.stat(file.path())
    except OSError:
        return ()  # A prefix of a checkpoint, or a mistake that the worker explains.
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _task_cpus() -> int:
    """spark.task.cpus."""
    context = TaskContext.get()
    return 1 if context is None else context.cpus()
