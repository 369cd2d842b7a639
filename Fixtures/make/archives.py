"""Archives of other fixtures by Python's own modules, and damaged ones: archives.py FOLDER. Needs Python 3.9 and zstandard."""
import bz2
import gzip
import io
import lzma
import os
import struct
import sys
import tarfile
import zipfile

import zstandard

here = os.path.dirname(os.path.abspath(__file__))
fixtures = os.path.join(here, "..")
folder = sys.argv[1]
os.makedirs(os.path.join(folder, "bad"), exist_ok=True)


def read(path):
    with open(os.path.join(fixtures, path), "rb") as file:
        return file.read()


def save(name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def tar(members, form=tarfile.GNU_FORMAT):
    """Members are (name, bytes), or a TarInfo that has no content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            info = tarfile.TarInfo(member[0])
            info.size = len(member[1])
            archive.addfile(info, io.BytesIO(member[1]))
    # Python fills up to 20 blocks; two empty ones are the end mark.
    data = buffer.getvalue().rstrip(b"\0")
    return data + bytes(-len(data) % 512 + 1024)


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def directory(name):
    info = tarfile.TarInfo(name)
    info.type, info.mode = tarfile.DIRTYPE, 0o755
    return info


def zipped(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return buffer.getvalue()


def packed_gzip(data):
    return gzip.compress(data, mtime=0)


def packed_xz(data, **options):
    return lzma.compress(data, **options)


def packed_zstd(data):
    return zstandard.ZstdCompressor().compress(data)


v1 = read("checkpoints/v1-small/model.ckpt")
v2 = [(name, read("checkpoints/v2-small/" + name)) for name in
      ["model.ckpt.index", "model.ckpt.data-00000-of-00001"]]
saved = [("m/" + name, read("checkpoints/saved-model-tf1/model/" + name)) for name in
         ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]]
npz, h5 = read("npz/stored.npz"), read("hdf5/small.h5")
notes = ("notes/README.txt", b"Nothing of interest.\n")
junk = [("__MACOSX/._model.ckpt", b"\0\5\x16\7" + bytes(60)), ("._x.npz", b"\0\5\x16\7")]

# Every container and every compression, each with one model.
top = [("model/" + name, data) for name, data in v2]
save("v2.tar", tar([directory("model"), notes] + top))
save("v2.tar.gz", packed_gzip(tar([notes] + top, tarfile.PAX_FORMAT)))
save("v2.tgz", packed_gzip(tar([("./" + name, data) for name, data in top], tarfile.USTAR_FORMAT)))
save("v2.tar.bz2", bz2.compress(tar(top)))
save("v2.tar.xz", packed_xz(tar(top)))
save("v2.tar.zst", packed_zstd(tar(top)))
save("v2.zip", zipped([notes] + top + junk))
save("v2-stored.zip", zipped(top, zipfile.ZIP_STORED))
save("v2-top.tar", tar(v2))
save("v2-backslashes.zip", zipped([(name.replace("/", "|"), data) for name, data in top]).replace(b"model|", b"model\\"))
save("v1.ckpt.gz", packed_gzip(v1))
save("small.h5.xz", packed_xz(h5))
save("small.h5.bz2", bz2.compress(h5))
save("stored.npz.zst", packed_zstd(npz))
save("h5.tar", tar([notes, ("weights/small.h5", h5)]))
save("h5.zip", zipped([("small.h5", h5)]))
gguf = read("gguf/aligned-64.gguf")
save("gguf-stored.zip", zipped([("model.gguf", gguf)], zipfile.ZIP_STORED))
arrays = [("arrays/%s.npy" % name, read("npz/%s.npy" % file)) for name, file in [("a", "single"), ("b", "version-2")]]
save("arrays.tar", tar(arrays))
save("saved.tar.gz", packed_gzip(tar(saved)))
save("saved.zip", zipped([(name[2:], data) for name, data in saved]))

# What writers may do.
long = "/".join(["a-rather-long-name-of-a-directory"] * 5) + "/stored.npz"
save("long-gnu.tar", tar([(long, npz)]))
save("long-pax.tar", tar([(long, npz)], tarfile.PAX_FORMAT))
save("streams.gz", packed_gzip(v1[:100]) + packed_gzip(v1[100:]) + bytes(512))
save("streams.bz2", bz2.compress(v1[:100]) + bz2.compress(v1[100:]))
save("streams.xz", packed_xz(v1[:100]) + packed_xz(v1[100:]) + bytes(8))
save("streams.zst", packed_zstd(v1[:100]) + struct.pack("<II", 0x184D2A50, 4) + b"skip" + packed_zstd(v1[100:]))
save("twice.tar", tar([("model.ckpt", v1[:50]), ("model.ckpt", v1)]))
base = bytearray(tar([("model.ckpt", v1)]))
base[124:136] = b"\x80" + len(v1).to_bytes(11, "big")
base[148:156] = b" " * 8
base[148:156] = b"%06o\0 " % sum(base[:512])
save("base-256.tar", bytes(base))
old = bytearray(tar([("model.ckpt", v1)]))
old[257:345] = bytes(88)
old[148:156] = b" " * 8
old[148:156] = b"%06o\0 " % sum(old[:512])
save("v7.tar", bytes(old))
save("several.tar", tar([("a/model.ckpt", v1), ("b/stored.npz", npz)]))
save("links.tar", tar([("model.ckpt", v1), link("link.ckpt", "model.ckpt"), link("hard.ckpt", "model.ckpt", tarfile.LNKTYPE),
                       link("pipe", "", tarfile.FIFOTYPE), link("device", "", tarfile.CHRTYPE)]))
sparse = tarfile.TarInfo("holes.npz")
sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "holes.npz",
                      "GNU.sparse.realsize": "100"}
save("sparse.tar", tar([sparse, ("model.ckpt", v1)], tarfile.PAX_FORMAT))
save("names.tar", tar([("../outside.npz", npz), ("/absolute/model.ckpt", v1), ("x/../../y.npz", npz)]))

# Damaged and hostile files.
bad = {}
whole = tar([("first.npz", npz), ("model.ckpt", v1)])
bad["cut.tar"] = whole[:-1024 - 600]
bad["cut-in-second.tar.gz"] = packed_gzip(tar([("model.ckpt", v1), ("notes.txt", bytes(range(256)) * 90)]))[:-60]
bad["cut.ckpt.xz"] = packed_xz(v1)[:-40]
bad["cut.ckpt.zst"] = packed_zstd(v1)[:-5]
bad["cut.ckpt.bz2"] = bz2.compress(v1)[:-5]
bad["cut.zip"] = zipped(top)[:-30]
flipped = bytearray(packed_gzip(v1))
flipped[len(flipped) - 6] ^= 1
bad["checksum.gz"] = bytes(flipped)
# The format has no checksums of its own.
flipped = bytearray(packed_gzip(read("npz/single.npy")))
flipped[-6] ^= 1
bad["checksum.npy.gz"] = bytes(flipped)
bad["trailing.npy.gz"] = packed_gzip(read("npz/single.npy")) + b"more"
flipped = bytearray(zipped([("model.ckpt", v1)]))
flipped[60] ^= 0x10
bad["flipped.zip"] = bytes(flipped)
header = bytearray(whole)
header[512 + (len(npz) + 511) // 512 * 512] ^= 1
bad["header.tar"] = bytes(header)
flipped = bytearray(zipped([("model.gguf", gguf)], zipfile.ZIP_STORED))
flipped[flipped.index(gguf) + len(gguf) - 64] ^= 1
bad["flipped-stored.zip"] = bytes(flipped)
bad["trailing.ckpt.gz"] = packed_gzip(v1) + b"something else"
bad["nothing.gz"] = packed_gzip(b"")
bad["no-model.tar"] = tar([notes])
bad["nested.tar"] = tar([("inner.tar.gz", packed_gzip(tar(v2)))])
bad["nested-twice.gz"] = packed_gzip(packed_gzip(v1))
bad["bomb.bz2"] = bz2.compress(bytes(80 << 20))
bad["bomb.zst"] = packed_zstd(bytes(80 << 20))
bad["bomb.xz"] = packed_xz(bytes(80 << 20))
bad["window.xz"] = packed_xz(b"x" * 100, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 28}])
parameters = zstandard.ZstdCompressionParameters(window_log=28, enable_ldm=False)
compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
bad["window.zst"] = compressor.compress(b"x" * 100) + compressor.flush()
size = bytearray(tar([("model.ckpt", v1)]))
size[124:136] = b"\x80" + bytes(3) + b"\x7f" + b"\xff" * 7
size[148:156] = b" " * 8
size[148:156] = b"%06o\0 " % sum(size[:512])
bad["size.tar"] = bytes(size)
for name, data in bad.items():
    save("bad/" + name, data)
