"""The two figures that are kept of repeated measurements."""

import statistics


class Summary:
    """Median and minimum of some values, in their unit."""

    def __init__(self, values):
        self.median = statistics.median(values)
        self.minimum = min(values)

    def __truediv__(self, divisor):
        return Summary([self.median / divisor, self.minimum / divisor])
