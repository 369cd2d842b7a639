"""The runs of the command whose cost its users feel, on the checkpoint of full size."""

import os

from .commands import Command


def commands(places):
    """All of them, and `cp` of the same file, which a conversion is compared with."""
    decant, checkpoint = places.decant, places.checkpoint

    def output(name):
        return os.path.join(places.scratch, name)

    def writes(name, arguments, file):
        return Command(name, arguments + [output(file)], outputs=[output(file)])

    def caption(name, images, cache="cache", **options):
        # A cache folder of its own, so that no run depends on what is in the user's.
        return Command(
            name, [decant, "caption", places.model, images], environment={"XDG_CACHE_HOME": output(cache)}, **options)

    return [
        writes("cp", ["cp", checkpoint], "copy"),
        Command("inspect V1", [decant, "inspect", checkpoint]),
        Command("inspect V1 --stats", [decant, "inspect", "--stats", checkpoint]),
        writes("convert V1 to safetensors", [decant, "convert", checkpoint, "-o"], "out.safetensors"),
        writes("convert V1 to HDF5", [decant, "convert", checkpoint, "-o"], "out.h5"),
        caption("caption 1 image", places.images[0]),
        caption("caption 1 image, cold", places.images[0], cache="cold", cold=[places.model, output("cold")]),
        caption("caption 100 images", places.many_images(100)),
        caption("caption 1,000 images", places.many_images(1000), rounds=1),
    ]
