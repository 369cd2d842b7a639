"""The two figures that are kept of repeated measurements."""

import statistics


class Summary:
    """Median and minimum of some values, in their unit."""

    def __init__(self, values):
        self.median = statistics.median(values)
        self.minimum = min(values)

    @classmethod
    def _of(cls, median, minimum):
        summary = cls([median])
        summary.minimum = minimum
        return summary

    def __truediv__(self, divisor):
        return Summary._of(self.median / divisor, self.minimum / divisor)

    def __add__(self, other):
        return Summary._of(self.median + other.median, self.minimum + other.minimum)
