"""Tables of measured figures, out of the results as they stand in JSON. Times in milliseconds: median (minimum)."""

from .summary import Summary


def of_commands(results):
    """Header and rows: one command a row."""
    header = ["whole process", "ms", "peak MiB", "runs"]
    rows = [
        [name, number(Summary(result["seconds"]), 1000), "%.0f" % (result["peak_bytes"] / 2**20),
         str(len(result["seconds"]))]
        for name, result in results.items()]
    return header, rows


def of_networks(networks):
    """Header and rows: what `engine-bench networks` measured."""
    header = ["network", "ms", "processor ms"]
    rows = [
        [row["network"], "%.1f (%.1f)" % (row["median"], row["minimum"]), "%.1f" % row["processor"]]
        for row in networks]
    return header, rows


def of_layers(layers):
    """Header and rows: what `engine-bench layers` measured. `layers` maps batches to rows, which run the same layers."""
    batches = sorted(layers, key=int)
    header = ["layer", "kernel", "from", "to", "algorithm"]
    header += [cell for batch in batches for cell in ("batch %s, ms" % batch, "GFLOP/s")]
    rows = []
    for measured in zip(*(layers[batch] for batch in batches)):
        layer = measured[0]
        row = [layer["layer"], layer["window"], _extents(layer["input"]), _extents(layer["output"]), layer["algorithm"]]
        for layer in measured:
            row += ["%.3f (%.3f)" % (layer["median"], layer["minimum"])]
            row += ["%.0f" % layer["gigaflops"] if layer["gigaflops"] else ""]
        rows.append(row)
    return header, rows


def of_kernels(layers):
    """Header and rows: the times of layers added up by window and algorithm, the longest first."""
    batches = sorted(layers, key=int)
    sums = {}
    for column, batch in enumerate(batches):
        for layer in layers[batch]:
            row = sums.setdefault((layer["window"], layer["algorithm"]), [0] + [0.0] * len(batches))
            row[0] += column == 0
            row[1 + column] += layer["median"] / int(batch)
    header = ["kernel", "algorithm", "layers"] + ["batch %s, ms an image" % batch for batch in batches]
    rows = [
        [window, algorithm, "%d" % count] + ["%.2f" % time for time in times]
        for (window, algorithm), (count, *times) in sorted(sums.items(), key=lambda item: -item[1][1])]
    return header, rows


def number(summary, factor=1):
    """Median and minimum with three digits."""
    return "%s (%s)" % tuple(_short(value * factor) for value in (summary.median, summary.minimum))


def _short(value):
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def _extents(map_):
    return "x".join(str(extent) for extent in map_)
