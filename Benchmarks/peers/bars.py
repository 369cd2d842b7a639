"""How fast Decant is meant to be, and whether it is."""

from fractions import Fraction

from measure import machine
from measure.figures import number
from measure.summary import Summary

OURS = "Decant"
ONE_THREAD = "Decant, 1 thread"
# The libraries that compute in float32 throughout; Decant is compared with the fastest.
FLOAT32 = ("onnxruntime", "MNN", "OpenVINO", "ncnn")
# The same with the precision that they choose by themselves.
OWN_PRECISION_SUFFIX = ", own precision"
OWN_PRECISION = tuple(name + OWN_PRECISION_SUFFIX for name in ("OpenVINO", "onnxruntime"))

# At most so much of the fastest float32 library's time for an encode, and of onnxruntime's for a decode.
ENCODE_BARS = {machine.AVX2: 0.58, machine.ONE_PORT: 0.58, machine.TWO_PORTS: 0.62, machine.AMX: 0.55}
DECODE_BARS = {machine.AVX2: 0.7, machine.ONE_PORT: 0.6, machine.TWO_PORTS: 0.65, machine.AMX: 0.65}

ENCODE_1, ENCODE_8, DECODE = "encode 1", "encode 8", "decode"
# Images that a request runs through the network.
IMAGE_COUNT = {ENCODE_1: 1, ENCODE_8: 8, DECODE: 1}

TENSORFLOW_PROGRAM = "TensorFlow 0.12.1, caption 1 image"
ONNXRUNTIME_PROGRAM = "onnxruntime, features of 1 image"
# What a careful user would do instead of converting with Decant.
COPY_AND_HASH = "cp and sha256sum"
TENSORFLOW_CONVERSION = "TensorFlow's reader, safetensors' writer"

HEADER = ["class", "work", "Decant", "against", "its figure", "ratio", "bar", "met"]


def table(results):
    """Header and rows: every bar, the figures behind it, and whether it is met. Figures are median (minimum)."""
    figures, processor_class = _Figures(results), results["machine"]["class"]
    rows = [
        _ratio(
            "encode, batch 1", figures.request(OURS, ENCODE_1), figures.fastest(ENCODE_1, FLOAT32),
            at_most=ENCODE_BARS.get(processor_class)),
        _ratio("encode, batch 8, per image", figures.request(OURS, ENCODE_8), figures.fastest(ENCODE_8, FLOAT32)),
        _ratio(
            "encode, batch 8, per image", figures.request(OURS, ENCODE_8),
            (OURS + ", batch 1", figures.request(OURS, ENCODE_1)), at_most=1),
        _ratio("encode, batch 1", figures.request(OURS, ENCODE_1), figures.fastest(ENCODE_1, OWN_PRECISION)),
        _ratio(
            "decode, 19 steps of 3 beams", figures.request(OURS, DECODE),
            ("onnxruntime", figures.request("onnxruntime", DECODE)), at_most=DECODE_BARS.get(processor_class)),
        _time("whole process, 1 image", figures.command("caption 1 image"), at_most=250),
        _ratio(
            "whole process, 1 image", figures.command("caption 1 image"),
            ("TensorFlow 0.12.1", figures.command(TENSORFLOW_PROGRAM)), at_most=Fraction(1, 18)),
        _ratio(
            "whole process, 1 image", figures.command("caption 1 image"),
            ("onnxruntime, features only", figures.command(ONNXRUNTIME_PROGRAM))),
        _time("whole process, 100 images, per image", figures.command("caption 100 images", 100), at_most=70),
        _ratio(
            "whole process, 100 images, per image", figures.command("caption 100 images", 100),
            ("encode and decode", figures.sum(OURS, ENCODE_1, DECODE)), at_most=1.15),
        _memory("peak memory, 1 image", figures.peak("caption 1 image"), at_most=300),
        _memory("peak memory, 1,000 images", figures.peak("caption 1,000 images"), at_most=450),
        _ratio(
            "convert V1 to safetensors", figures.command("convert V1 to safetensors"),
            (COPY_AND_HASH, figures.command(COPY_AND_HASH)), at_most=0.35),
        _ratio(
            "convert V1 to safetensors", figures.command("convert V1 to safetensors"),
            (TENSORFLOW_CONVERSION, figures.command(TENSORFLOW_CONVERSION)), at_most=0.1),
        _time("inspect V1", figures.command("inspect V1"), at_most=15),
    ]
    rows += [
        _speedup("encode, batch %d, threads 1 to 2" % IMAGE_COUNT[request], figures.request(ONE_THREAD, request),
                 figures.request(OURS, request), at_least=1.8)
        for request in (ENCODE_1, ENCODE_8)]
    return HEADER, [[processor_class] + row for row in rows if row]


class _Figures:
    """Summaries by name, in milliseconds and MiB; None for what was not measured."""

    def __init__(self, results):
        self._requests, self._commands = results["requests"], results["commands"]

    def request(self, worker, request):
        values = self._requests.get(request, {}).get(worker)
        return Summary(values) / IMAGE_COUNT[request] if values else None

    def command(self, name, image_count=1):
        if name not in self._commands:
            return None
        return Summary([seconds * 1000 / image_count for seconds in self._commands[name]["seconds"]])

    def peak(self, name):
        return self._commands[name]["peak_bytes"] / 2**20 if name in self._commands else None

    def sum(self, worker, *requests):
        """The sum of several requests' figures; None if one was not measured."""
        first, *others = [self.request(worker, request) for request in requests]
        for other in others:
            if first is None or other is None:
                return None
            first += other
        return first

    def fastest(self, request, libraries):
        """The library with the lowest median, and its figures."""
        measured = [(name, self.request(name, request)) for name in libraries if self.request(name, request)]
        return min(measured, key=lambda item: item[1].median, default=(" or ".join(libraries), None))


# Rows; None where Decant itself was not measured.


def _ratio(work, ours, against, at_most=None):
    if ours is None:
        return None
    name, reference = against
    if reference is None:
        return [work, _milliseconds(ours), name, "not measured", "", _limit(at_most), ""]
    ratio = ours.median / reference.median
    cells = [work, _milliseconds(ours), name, _milliseconds(reference)]
    return cells + ["%.3f (%.3f)" % (ratio, ours.minimum / reference.minimum), _limit(at_most), _met(ratio, at_most)]


def _time(work, ours, at_most):
    if ours is None:
        return None
    return [work, _milliseconds(ours), "", "", "", "<= %d ms" % at_most, _met(ours.median, at_most)]


def _memory(work, mebibytes, at_most):
    if mebibytes is None:
        return None
    return [work, "%.0f MiB" % mebibytes, "", "", "", "<= %d MiB" % at_most, _met(mebibytes, at_most)]


def _speedup(work, one, two, at_least):
    if one is None or two is None:
        return None
    speedup = one.median / two.median
    cells = [work, _milliseconds(two), "1 thread", _milliseconds(one)]
    return cells + [
        "%.2f (%.2f)" % (speedup, one.minimum / two.minimum), ">= %.1f" % at_least, _met(-speedup, -at_least)]


def _milliseconds(summary):
    return number(summary) + " ms"


def _limit(at_most):
    return "" if at_most is None else "<= %s" % at_most


def _met(value, at_most):
    return "" if at_most is None else "yes" if value <= at_most else "no"
