"""Whole processes, as their users meet them: wall-clock time and the largest resident set."""

import os
import shutil
import subprocess
import time


class CommandError(Exception):
    """A command that failed."""


class Command:
    """A command line that is run again and again."""

    def __init__(self, name, arguments, outputs=(), cold=(), folder=None, environment=None, rounds=None):
        self.name = name
        # Runs of it, where they are fewer than those of others.
        self.rounds = rounds
        self._arguments = arguments
        # Removed after each run, before the system finds time to write them to the disk.
        self._outputs = outputs
        # Files that the system must not have in memory, and folders that must not exist, when it starts.
        self._cold = cold
        self._folder = folder
        self._environment = dict(os.environ, **(environment or {}))

    def run(self):
        """Runs it once and returns seconds and the peak of its memory in bytes."""
        for path in self._cold:
            _forget(path)
        start = time.perf_counter()
        process = subprocess.Popen(
            self._arguments, cwd=self._folder, env=self._environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        # Instead of the process's own wait, which would not say what it used.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        for path in self._outputs:
            if os.path.exists(path):
                os.remove(path)
        if process.returncode != 0:
            raise CommandError("%s: exit status %d: %s" % (self.name, process.returncode, " ".join(self._arguments)))
        return seconds, usage.ru_maxrss * 1024


def _forget(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
