"""Tables for terminals and for Markdown."""


def text(header, rows):
    """The first column to the left, figures to the right."""
    rows = [header] + rows
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]).rstrip()
        for row in rows)


def markdown(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| %s |" % " | ".join(line) for line in lines)
