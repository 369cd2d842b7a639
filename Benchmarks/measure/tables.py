"""Tables for terminals and for Markdown. Columns of figures stand to the right."""

import re

# Such as `12.3`, `12.3 (11.8) ms` or `2e-06`.
FIGURE = re.compile(r"[0-9.e+-]+( \([0-9.]+\))?( [A-Za-z]+)?")


def text(header, rows):
    rows = [header] + rows
    columns = [_aligned(column) for column in zip(*rows)]
    return "\n".join("  ".join(cells).rstrip() for cells in zip(*columns))


def markdown(header, rows):
    rules = ["---:" if _are_figures(column[1:]) else "---" for column in zip(header, *rows)]
    return "\n".join("| %s |" % " | ".join(line) for line in [header, rules] + rows)


def _aligned(column):
    width = max(map(len, column))
    # The header goes with what stands below it.
    return [cell.rjust(width) if _are_figures(column[1:]) else cell.ljust(width) for cell in column]


def _are_figures(cells):
    """Whether all cells that are not empty are figures, and there are some."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(FIGURE.fullmatch(cell) for cell in filled)
