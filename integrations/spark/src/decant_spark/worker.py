"""The process `decant ... --worker`: requests go in, one JSON object a line, and answers come out in the same order."""

from __future__ import annotations

import base64
import collections
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO, Any, Deque, Dict, Iterable, Iterator, List, NamedTuple, Optional, Type, Union

#: A request: {"path": ...}, {"bytes": ...} or {"source": ..., "output": ...}. The worker numbers requests itself.
Request = Dict[str, Any]
#: What the worker answers, parsed. It has either "error" or the result.
Answer = Dict[str, Any]

#: The worker refuses longer lines.
MAX_LINE = 64 << 20
#: How many requests may be on their way at once, and how many bytes of them. The worker is never without work, and
#: memory does not grow with the number of pictures.
WINDOW = 16
WINDOW_BYTES = 64 << 20
#: How much of the worker's standard error an exception quotes.
MAX_ERRORS = 4096


class WorkerError(RuntimeError):
    """The worker did not start, ended early, or wrote something that is not an answer."""


class Worker:
    """A process that loads the model once and then answers requests. One thread at a time may use it.

    Args:
        command: the program and its arguments, with `--worker`.
    """

    def __init__(self, command: List[str]) -> None:
        self.command = command
        #: What the worker said when it was ready: protocol, version, model, kernels, precision, threads.
        self.ready: Answer = {}
        self._sent = 0
        self._answered = 0
        self._lines: "queue.SimpleQueue[Optional[List[bytes]]]" = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise WorkerError(
                f"cannot start {command[0]}: {error.strerror}. Install Decant on every executor."
            ) from None
        self._output = _pipe(self._process.stdout)
        self._errors = _Tail(_pipe(self._process.stderr))
        self._writer = threading.Thread(target=self._write, name="decant-writer", daemon=True)
        self._writer.start()
        try:
            self.ready = self._read()
            if self.ready.get("ready") is not True:
                raise self._failure(f"wrote {_excerpt(self.ready)} where it should say that it is ready")
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The ID of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def answers(
        self, requests: Iterable[Union[Request, Answer]], window: int = WINDOW, window_bytes: int = WINDOW_BYTES
    ) -> Iterator[Answer]:
        """Yields one answer for each request, in the order of the requests.

        A request that has an "error" is its own answer: the worker never sees it. At most `window` requests, and about
        `window_bytes` bytes of them, are on their way at a time. A failure or an iterator that is closed early kills
        the worker, because answers to requests that nobody waits for would be in its pipe.
        """
        pending: Deque[_Pending] = collections.deque()
        size = 0
        try:
            for request in requests:
                pending.append(self._send(request))
                size += pending[-1].size
                while pending and (len(pending) >= window or size > window_bytes or pending[0].answer is not None):
                    size -= pending[0].size
                    yield self._receive(pending.popleft())
            while pending:
                yield self._receive(pending.popleft())
        except BaseException:
            self.kill()
            raise

    def close(self) -> None:
        """Ends the input, so that the process ends by itself, and kills it if it does not."""
        self._lines.put(None)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """Ends the process at once. Calling it again does nothing."""
        self._process.kill()
        self._process.wait()
        self._lines.put(None)
        self._writer.join(timeout=5)
        self._output.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        exception: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def _send(self, request: Union[Request, Answer]) -> "_Pending":
        """Gives a request to the writer, which this never waits for: the window bounds what the writer has."""
        if "error" in request:
            return _Pending(0, 0, {**self._engine(), **request})
        content = request.get("bytes")
        if content is not None and len(content) > MAX_LINE // 4 * 3 - 1024:
            message = f"The picture has {len(content)} bytes, more than fit into a request. Give its path instead."
            return _Pending(0, 0, {**self._engine(), **error("line-too-long", message)})
        self._sent += 1
        line = _line(self._sent, request)
        self._lines.put(line)
        return _Pending(self._sent, sum(map(len, line)), None)

    def _receive(self, pending: "_Pending") -> Answer:
        if pending.answer is not None:
            return pending.answer
        answer = self._read()
        # A request that the worker could not parse has no ID.
        if answer.get("id") != pending.number and not (answer.get("id") is None and "error" in answer):
            raise self._failure(f"wrote {_excerpt(answer)} where the answer to request {pending.number} should be")
        self._answered += 1
        return answer

    def _engine(self) -> Answer:
        """What the answers of the worker say about the engine, for answers that the worker does not give."""
        engine = {name: self.ready.get(name) for name in ("model", "kernels", "precision")}
        return {**engine, "seconds": 0.0}

    def _read(self) -> Answer:
        line = self._output.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            raise self._failure("wrote a line of more than 64 MiB" if len(line) == MAX_LINE else None)
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._failure(f"wrote {_excerpt(line)} where an answer should be")
        return answer

    def _failure(self, reason: Optional[str]) -> WorkerError:
        """The error to raise after the process ended, or, with a reason, after it did something that it should not."""
        if reason is None:
            try:
                reason = _ending(self._process.wait(timeout=10))
            except subprocess.TimeoutExpired:
                reason = "closed its output"
        self.kill()
        errors = self._errors.text()
        quoted = f" Its standard error ends with:\n{errors}" if errors else " It wrote nothing to its standard error."
        command = " ".join(self.command)
        return WorkerError(f"{command} (process {self.pid}) {reason}, after {self._answered} answers.{quoted}")

    def _write(self) -> None:
        stream = _pipe(self._process.stdin)
        try:
            while (line := self._lines.get()) is not None:
                stream.writelines(line)
                stream.flush()
        except OSError:
            pass  # The process is gone, as the reader finds out.
        try:
            stream.close()
        except OSError:
            pass


class _Pending(NamedTuple):
    """A request on its way, or with an answer that did not need the worker."""

    number: int
    size: int
    answer: Optional[Answer]


class _Tail:
    """Passes the standard error of a worker on to that of this process, and keeps its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._end = b""
        self._thread = threading.Thread(target=self._copy, args=(stream,), name="decant-errors", daemon=True)
        self._thread.start()

    def text(self) -> str:
        """The end of what was written. Call it when the process has ended."""
        self._thread.join(timeout=5)
        return self._end.decode("utf-8", "replace").strip()

    def _copy(self, stream: IO[bytes]) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._end = (self._end + chunk)[-MAX_ERRORS:]
                try:
                    sys.stderr.write(chunk.decode("utf-8", "replace"))
                    sys.stderr.flush()
                except (OSError, ValueError):
                    pass  # Without a standard error of our own, the end is still kept.


def error(code: str, message: str) -> Answer:
    """An answer that says what is wrong with a request; `Worker.answers` takes it instead of a request."""
    return {"error": {"code": code, "message": message}}


def _line(number: int, request: Request) -> List[bytes]:
    """The line of a request, in parts: pictures are large."""
    head: Dict[str, Any] = {"id": number, **request}
    content = head.pop("bytes", None)
    if content is None:
        return [json.dumps(head).encode("ascii"), b"\n"]
    return [json.dumps(head)[:-1].encode("ascii"), b', "bytes": "', base64.b64encode(content), b'"}\n']


def _ending(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    memory = " (did the system run out of memory?)" if status == -signal.SIGKILL else ""
    return f"was ended by {name}{memory}"


def _excerpt(value: object) -> str:
    text = value.decode("utf-8", "replace").strip() if isinstance(value, bytes) else json.dumps(value)
    return text if len(text) <= 100 else text[:100] + "..."


def _pipe(stream: Optional[IO[bytes]]) -> IO[bytes]:
    assert stream is not None, "a worker is started with pipes"
    return stream
