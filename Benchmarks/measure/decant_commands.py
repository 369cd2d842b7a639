"""The runs of the command whose cost its users feel, on the checkpoint of full size."""

import json
import os

from . import huge
from .commands import Command


def commands(places):
    """All of them but the longest, and `cp` of the same file, which a conversion is compared with."""
    decant, checkpoint = places.decant, places.checkpoint
    cold = os.path.join(places.scratch, "cold")

    def writes(name, arguments, file):
        path = os.path.join(places.scratch, file)
        return Command(name, arguments + [path], outputs=[path])

    return [
        writes("cp", ["cp", checkpoint], "copy"),
        Command("inspect V1", [decant, "inspect", checkpoint]),
        Command("inspect V1 --stats", [decant, "inspect", "--stats", checkpoint]),
        writes("report V1", [decant, "report", checkpoint, "-o"], "report.html"),
        writes("convert V1 to safetensors", [decant, "convert", checkpoint, "-o"], "out.safetensors"),
        writes("convert V1 to HDF5", [decant, "convert", checkpoint, "-o"], "out.h5"),
        _caption(places, "caption 1 image", places.images[0]),
        _caption(places, "caption 1 image, cold", places.images[0], cache=cold, cold=[places.model, cold]),
        _caption(places, "caption 100 images", places.many_images(100)),
    ]


def of_huge_file(places):
    """Reading 8 GiB once, as sums and as a page that should take at most twice as long. Nothing if there is no room."""
    path = huge.file(places)
    if path is None:
        return []
    page = os.path.join(places.scratch, "huge.html")
    return [
        Command("inspect 8 GiB --stats", [places.decant, "inspect", "--stats", path], rounds=3),
        Command("report 8 GiB", [places.decant, "report", path, "-o", page], outputs=[page], rounds=3),
    ]


def of_matrix(places):
    """Converting 1 GiB as it is and into other layouts, which should take at most twice as long. Nothing if there is no
    room."""
    checkpoint = huge.matrix(places)
    if checkpoint is None:
        return []
    third = huge.MATRIX_SIDE // 3
    layouts = {
        "": [],
        ", transposed": [{"match": "matrix", "transpose": [1, 0]}],
        ", in 3 transposed parts": [{
            "match": "matrix",
            "split": {"axis": 1, "into": ["query", "key", "value"], "sizes": [third, third, huge.MATRIX_SIDE - 2 * third]},
            "transpose": [1, 0]}],
    }
    commands = []
    for number, (name, rules) in enumerate(layouts.items()):
        path = os.path.join(places.scratch, "matrix-%d.safetensors" % number)
        arguments = [places.decant, "convert", checkpoint, "-o", path]
        if rules:
            rules_path = os.path.join(places.scratch, "matrix-%d.json" % number)
            with open(rules_path, "w") as file:
                json.dump({"rules": rules}, file)
            arguments += ["--rename", rules_path]
        commands.append(Command("convert 1 GiB of V2 to safetensors" + name, arguments, outputs=[path]))
    return commands


def longest(places):
    """A run that shows whether memory grows with the number of images. It takes minutes, so it runs once."""
    return _caption(places, "caption 1,000 images", places.many_images(1000), rounds=1)


def _caption(places, name, images, cache=None, **options):
    # A cache folder of its own, so that no run depends on what is in the user's.
    cache = cache or os.path.join(places.scratch, "cache")
    return Command(
        name, [places.decant, "caption", places.model, images], environment={"XDG_CACHE_HOME": cache}, **options)
