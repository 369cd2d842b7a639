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
    """Header and rows: what `engine-bench layers` measured, for several batches. `layers` maps batches to rows."""
    batches = sorted(layers, key=int)
    header = ["layer"] + [text for batch in batches for text in ("batch %s, ms" % batch, "GFLOP/s")]
    rows = []
    for parallel in zip(*(layers[batch] for batch in batches)):
        row = [parallel[0]["layer"]]
        for layer in parallel:
            row += ["%.3f (%.3f)" % (layer["median"], layer["minimum"])]
            row += ["%.0f" % layer["gigaflops"] if layer["gigaflops"] else ""]
        rows.append(row)
    return header, rows


def number(summary, factor=1):
    """Median and minimum with three digits."""
    return "%s (%s)" % tuple(_short(value * factor) for value in (summary.median, summary.minimum))


def _short(value):
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value
