"""Writes Fixtures/pictures/: one picture of 2 x 2 pixels in every format that Decant names and does not decode, and JPEG and PNG
under other names.

    python pictures.py ../pictures

Needs Python 3 with Pillow 11.3 or later (AVIF). Pillow writes no HEIC: that file has the boxes that a telephone's begins with, and no
picture. Other versions of Pillow may write other bytes; no test depends on them.
"""

import os
import struct
import sys

from PIL import Image

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
picture = Image.new("RGB", (2, 2), (200, 30, 40))


def save(name, form, **options):
    picture.save(os.path.join(out, name), format=form, **options)


save("plain.bmp", "BMP")
save("plain.dib", "DIB")
save("plain.gif", "GIF")
save("lossy.webp", "WEBP")
save("lossless.webp", "WEBP", lossless=True)
save("plain.tif", "TIFF")
save("big.tiff", "TIFF", big_tiff=True)
save("plain.avif", "AVIF")
save("plain.jp2", "JPEG2000")
picture.convert("P").save(os.path.join(out, "palette.bmp"))
# A web server's answer, saved under the name of the link.
save("a-webp.jpg", "WEBP")
save("without-ending", "PNG")
save("a-jpeg.bmp", "JPEG")


def box(kind, content):
    return struct.pack(">I", 8 + len(content)) + kind + content


with open(os.path.join(out, "boxes.heic"), "wb") as file:
    file.write(box(b"ftyp", b"heic" + struct.pack(">I", 0) + b"mif1heic") + box(b"meta", bytes(4)))
