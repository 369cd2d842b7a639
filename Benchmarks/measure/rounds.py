"""Rounds through all that is measured, in another order each time, because the machine drifts."""

import random
import sys


def measure_commands(commands, count):
    """Runs the commands `count` times each. Returns name -> seconds of each run, and peak of memory in bytes."""
    results = {command.name: {"seconds": [], "peak_bytes": 0} for command in commands}
    # Files and caches get warm first.
    for command in commands:
        if command.rounds is None:
            command.run()
    for index in count_rounds("whole processes", count):
        for command in random.sample(commands, len(commands)):
            if command.rounds is not None and index >= command.rounds:
                continue
            seconds, peak = command.run()
            result = results[command.name]
            result["seconds"].append(seconds)
            result["peak_bytes"] = max(result["peak_bytes"], peak)
    return results


def count_rounds(what, count):
    """Counts rounds, and shows people how far it got."""
    for index in range(count):
        print("\r%s: round %d of %d" % (what, index + 1, count), end="", file=sys.stderr, flush=True)
        yield index
    print(file=sys.stderr)
