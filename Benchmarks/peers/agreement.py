"""Do two libraries compute the same? Asked before their times count."""

import array
import os

# Of the largest value: MNN's Winograd is off by 1.5e-4, the others by 5e-6.
TOLERANCE = 1e-3
# The same where a library may compute in bfloat16.
OWN_PRECISION_TOLERANCE = 0.2


class DisagreementError(Exception):
    """Results that differ by more than rounding."""


def check(worker, reference, requests, folder, tolerance=TOLERANCE):
    """Runs each request once in both workers and compares what they write. Returns the largest difference."""
    return max(_difference(worker, reference, request, folder, tolerance) for request in requests)


def _difference(worker, reference, request, folder, tolerance):
    found, expected = _values(worker, request, folder), _values(reference, request, folder)
    if len(found) != len(expected):
        raise DisagreementError("%s, %s: %d values, not %d" % (worker.name, request, len(found), len(expected)))
    scale = max(abs(value) for value in expected)
    difference = max(abs(a - b) for a, b in zip(found, expected)) / scale
    # Written so that a difference that is no number fails too.
    if not difference <= tolerance:
        raise DisagreementError("%s, %s: off by %.1e of the largest value" % (worker.name, request, difference))
    return difference


def _values(worker, request, folder):
    path = os.path.join(folder, "values.f32")
    worker.milliseconds("%s %s" % (request, path))
    values = array.array("f")
    with open(path, "rb") as file:
        values.frombytes(file.read())
    os.remove(path)
    return values
