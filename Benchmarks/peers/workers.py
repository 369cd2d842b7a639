"""The measuring side of the workers: long-lived processes that take turns."""

import glob
import subprocess
import time

# After an answer a library's threads may spin for a while, which would steal time from the next worker.
PAUSE_SECONDS = 0.05


class WorkerError(Exception):
    """A worker that did not start, stopped, or answered something else than it should."""


class Worker:
    """A process that speaks the lines of worker.py."""

    def __init__(self, command, folder, environment):
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, bufsize=1)
        # Libraries may print lines of their own first.
        line = self._read()
        while not line.startswith("ready\t"):
            line = self._read()
        _, self.name, self.version, self.settings = line.split("\t")

    def milliseconds(self, request):
        """Sends a request and returns how long the worker says it took."""
        self._process.stdin.write(request + "\n")
        answer = self._read()
        time.sleep(PAUSE_SECONDS)
        try:
            return float(answer)
        except ValueError:
            raise WorkerError("%s answers %r to %r" % (self.name, answer, request)) from None

    def idle_share(self, seconds=0.5):
        """The share of one core that the worker takes while nobody asks it for anything."""
        before = self._processor_seconds()
        time.sleep(seconds)
        return (self._processor_seconds() - before) / seconds

    def close(self):
        self._process.stdin.close()
        self._process.wait()

    def _processor_seconds(self):
        """Of all its threads, in steps of nanoseconds; /proc/PID/stat counts in hundredths of a second."""
        total = 0
        for path in glob.glob("/proc/%d/task/*/schedstat" % self._process.pid):
            with open(path) as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError("%s ended with status %s" % (" ".join(self._process.args), self._process.wait()))
        return line.rstrip("\n")
