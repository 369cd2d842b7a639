"""Writes the tiny pictures of Fixtures/images/: every kind of JPEG and PNG, and damaged ones.

    python make_images.py ../../images

Needs Python 3 with Pillow 9 or later and numpy, and `cjpeg` of libjpeg-turbo for what Pillow cannot write. The picture is
drawn here, by formula. Other versions of Pillow and cjpeg may write other bytes; pixels.py then has to be run again.
"""

import argparse
import io
import os
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 33, 21


def picture(width=WIDTH, height=HEIGHT):
    """Smooth gradients, hard edges and a little noise: all that upsampling and rounding can get wrong."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x // max(width - 1, 1)
    green = (127.5 + 127 * np.sin(x / 3.0 + y / 5.0)).astype(int)
    blue = np.where((x // 5 + y // 4) % 2 == 0, 230, 25)
    noise = (x * 7919 + y * 104729 + x * y * 31) % 23 - 11
    pixels = np.stack([red, green, blue], -1) + noise[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(image, **options):
    data = io.BytesIO()
    image.save(data, "JPEG", **dict({"quality": 85, "subsampling": 0}, **options))
    return data.getvalue()


def cjpeg(image, *options):
    data = io.BytesIO()
    image.save(data, "PPM")
    return subprocess.run(["cjpeg", "-quality", "85"] + list(options), input=data.getvalue(), check=True,
                          stdout=subprocess.PIPE).stdout


def adobe(data, transform):
    """`data` with another color transform in its Adobe marker, or with no such marker."""
    at = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[at + 2:at + 4])[0]
    if transform is None:
        return data[:at] + data[at + 2 + length:]
    return data[:at + 1 + length] + bytes([transform]) + data[at + 2 + length:]


def exif(data, orientation):
    """`data` with an EXIF segment that asks viewers to turn the picture."""
    tiff = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x112, 3, 1, orientation) + struct.pack("<I", 0)
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def without_last_scans(data, count):
    """A progressive JPEG that ends properly, but before its last scans."""
    scans = [i for i in range(len(data) - 1) if data[i:i + 2] == b"\xff\xda"]
    return data[:scans[-count]] + b"\xff\xd9"


def with_size(data, width, height):
    """A JPEG whose header declares another size."""
    at = next(i for i in range(len(data) - 1) if data[i] == 0xff and data[i + 1] in (0xc0, 0xc1, 0xc2))
    return data[:at + 5] + struct.pack(">HH", height, width) + data[at + 9:]


def repeated_scan(data, count):
    """A progressive JPEG with its last scan `count` times over."""
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + b"\xff\xd9"


def jpegs():
    image = picture()
    gray, cmyk = image.convert("L"), image.convert("CMYK")
    yield "rgb-444", jpeg(image)
    yield "rgb-422", jpeg(image, subsampling=1)
    yield "rgb-420", jpeg(image, subsampling=2)
    yield "rgb-440", cjpeg(image, "-sample", "1x2")
    yield "rgb-411", cjpeg(image, "-sample", "4x1")
    yield "rgb-410", cjpeg(image, "-sample", "4x2")
    yield "rgb-mixed", cjpeg(image, "-sample", "2x2,2x1,1x2")
    yield "rgb-quality-5", jpeg(image, quality=5, subsampling=2)
    yield "rgb-quality-100", jpeg(image, quality=100)
    yield "progressive-420", jpeg(image, subsampling=2, progressive=True)
    yield "progressive-gray", jpeg(gray, progressive=True)
    yield "gray", jpeg(gray)
    yield "adobe-rgb", jpeg(image, keep_rgb=True)
    yield "cmyk-adobe", jpeg(cmyk)
    yield "cmyk-plain", adobe(jpeg(cmyk), None)
    yield "ycck-adobe", adobe(jpeg(cmyk), 2)
    yield "cmyk-progressive", jpeg(cmyk, progressive=True)
    yield "restart", cjpeg(image, "-sample", "2x1", "-restart", "2B")
    yield "restart-progressive", cjpeg(image, "-sample", "2x2", "-restart", "1", "-progressive")
    yield "arithmetic", cjpeg(image, "-sample", "2x2", "-arithmetic")
    yield "exif-turned", exif(jpeg(image), 6)
    yield "1x1", jpeg(picture(1, 1), subsampling=2)
    yield "1x40", jpeg(picture(1, 40), subsampling=2)
    yield "40x1", jpeg(picture(40, 1), subsampling=2)
    yield "8x8", jpeg(picture(8, 8))
    yield "17x16-420", jpeg(picture(17, 16), subsampling=2)
    yield "346x2", jpeg(picture(346, 2), subsampling=1)

    plain = jpeg(image, subsampling=2)
    progressive = jpeg(image, subsampling=2, progressive=True)
    yield "odd-trailing-bytes", plain + b"bytes behind the end"
    yield "odd-bytes-before-end", plain[:-2] + b"stray" + plain[-2:]
    yield "odd-flipped-byte", plain[:-120] + bytes([plain[-120] ^ 0x55]) + plain[-119:]
    yield "bad-cut-in-data", plain[:-150]
    yield "bad-cut-in-header", plain[:90]
    yield "bad-no-end-marker", plain[:-2]
    yield "bad-progressive-cut", progressive[:-60]
    yield "bad-declared-huge", with_size(plain, 60000, 60000)
    yield "bad-declared-large", with_size(plain, 11000, 11000)
    yield "bad-scans-without-end", repeated_scan(jpeg(picture(8, 8).convert("L"), progressive=True), 600)
    yield "bad-two-components", two_components()
    yield "odd-no-huffman-table", plain.replace(b"\xff\xc4", b"\xff\xec")
    yield "bad-start-only", b"\xff\xd8"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth, color, rows, extra=b"", interlaced=0):
    """A PNG of packed rows, unfiltered."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed_rows(values, depth):
    """Rows of samples of fewer than eight bits, packed from the left."""
    for row in values:
        bits = "".join(format(int(v), "0%db" % depth) for v in row)
        bits += "0" * (-len(bits) % 8)
        yield bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def adam7_rows(pixels):
    """Rows in the order of an interlaced PNG; each gets a filter byte of its own."""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        part = pixels[y::dy, x::dx]
        if part.size:
            for row in part:
                yield row.tobytes()


def pngs():
    rgb = np.asarray(picture())
    gray = np.asarray(picture().convert("L"))
    x = np.mgrid[0:HEIGHT, 0:WIDTH][1]
    alpha = (x * 255 // (WIDTH - 1)).astype(np.uint8)
    deep = (rgb.astype(np.uint16) << 8 | rgb[:, :, ::-1]).astype(">u2")
    deep_gray = (gray.astype(np.uint16) * 211).astype(">u2")
    deep_alpha = np.concatenate([deep, (alpha.astype(np.uint16) * 257)[..., None].astype(">u2")], -1).astype(">u2")
    palette = bytes(v for i in range(16) for v in (i * 17, 255 - i * 9, (i * 37) % 256))
    indices = gray >> 4

    def rows(array):
        return [row.tobytes() for row in array]

    yield "rgb8", png(WIDTH, HEIGHT, 8, 2, rows(rgb))
    yield "rgb16", png(WIDTH, HEIGHT, 16, 2, rows(deep))
    yield "rgba8", png(WIDTH, HEIGHT, 8, 6, rows(np.dstack([rgb, alpha])))
    yield "rgba16", png(WIDTH, HEIGHT, 16, 6, rows(deep_alpha))
    yield "rgb8-transparent-colour", png(WIDTH, HEIGHT, 8, 2, rows(rgb), chunk(b"tRNS", struct.pack(">HHH", *map(int, rgb[3, 4]))))
    yield "gray1", png(WIDTH, HEIGHT, 1, 0, list(packed_rows(gray >> 7, 1)))
    yield "gray2", png(WIDTH, HEIGHT, 2, 0, list(packed_rows(gray >> 6, 2)))
    yield "gray4", png(WIDTH, HEIGHT, 4, 0, list(packed_rows(gray >> 4, 4)))
    yield "gray8", png(WIDTH, HEIGHT, 8, 0, rows(gray))
    yield "gray16", png(WIDTH, HEIGHT, 16, 0, rows(deep_gray))
    yield "gray8-alpha", png(WIDTH, HEIGHT, 8, 4, rows(np.dstack([gray, alpha])))
    yield "gray4-transparent-level", png(
        WIDTH, HEIGHT, 4, 0, list(packed_rows(gray >> 4, 4)), chunk(b"tRNS", struct.pack(">H", 5)))
    yield "palette4", png(WIDTH, HEIGHT, 4, 3, list(packed_rows(indices, 4)), chunk(b"PLTE", palette))
    yield "palette8", png(WIDTH, HEIGHT, 8, 3, rows(indices), chunk(b"PLTE", palette))
    yield "palette8-transparent", png(
        WIDTH, HEIGHT, 8, 3, rows(indices), chunk(b"PLTE", palette) + chunk(b"tRNS", bytes(range(0, 256, 32))))
    yield "gamma", png(WIDTH, HEIGHT, 8, 2, rows(rgb), chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "interlaced", png(WIDTH, HEIGHT, 8, 2, list(adam7_rows(rgb)), interlaced=1)

    plain = png(WIDTH, HEIGHT, 8, 2, rows(rgb))
    data = plain.index(b"IDAT")
    yield "odd-trailing-bytes", plain + b"bytes behind the end"
    yield "bad-cut-in-half", plain[:len(plain) // 2]
    yield "bad-cut-in-header", plain[:20]
    yield "bad-no-end-chunk", plain[:-12]
    yield "bad-flipped-byte", plain[:data + 40] + bytes([plain[data + 40] ^ 1]) + plain[data + 41:]
    yield "bad-declared-huge", png(60000, 60000, 1, 0, [b"\0" * 10])
    yield "bad-palette-missing", png(WIDTH, HEIGHT, 8, 3, rows(indices))
    yield "bad-size-zero", png(0, HEIGHT, 8, 2, [])


def two_components():
    """A JPEG with two components, which no color space has: the gray one with a second component declared."""
    data = cjpeg(picture(), "-sample", "1x1,1x1,1x1")
    at = data.index(b"\xff\xc0")
    scan = data.index(b"\xff\xda")
    frame = data[at + 4:at + 4 + 6 + 6]
    frame = frame[:5] + b"\x02" + frame[6:]
    head = data[:at] + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
    middle = data[at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]:scan]
    return head + middle + b"\xff\xda" + struct.pack(">H", 10) + b"\x02\x01\x00\x02\x11\x00\x3f\x00" + data[scan + 14:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", metavar="DIR")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    files = [(name + ".jpg", data) for name, data in jpegs()]
    files += [(name + ".png", data) for name, data in pngs()]
    gif = io.BytesIO()
    picture().convert("P").save(gif, "GIF")
    files += [("bad-is-a-gif.gif", gif.getvalue()), ("bad-is-text.jpg", b"This is no picture.\n"), ("bad-empty.jpg", b"")]
    for name, data in files:
        with open(os.path.join(options.out, name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
