"""Processes of the cluster, which tests find and kill."""

import os
import signal
import time


def commands():
    """The command lines of all processes, by ID."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    found[int(name)] = file.read().decode("utf-8", "replace").split("\0")
            except OSError:
                pass
    return found


def descendants():
    """The IDs of the processes below this one."""
    parents = {}
    for pid in commands():
        try:
            with open(f"/proc/{pid}/stat") as file:
                parents[pid] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            pass

    def below(pid):
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return {pid for pid in parents if below(pid)}


def ours(word):
    """The IDs of processes below this one that have a word on their command lines."""
    below = descendants()
    return {pid for pid, command in commands().items() if pid in below and any(word in part for part in command)}


def workers(program):
    """The IDs of the workers of a program."""
    below = descendants()
    return {pid for pid, command in commands().items() if pid in below and program in command and "--worker" in command}


def everywhere(word):
    """The IDs of all processes with a word on their command lines, also of those whose parents are gone."""
    return {pid for pid, command in commands().items() if word in command}


def wait_for(condition, seconds=60):
    """Waits until a condition gives something, and returns that."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def kill(pid):
    """Ends a process as a crash does."""
    os.kill(pid, signal.SIGKILL)
