"""Weights by torch and pickle, with what torch reads from them: pytorch.py FOLDER.

Needs torch 2 and numpy (made with torch 2.13.0 and numpy 2.4.6 in Python 3.11). Also writes the values of the files that `pytorch_old.py` wrote
into FOLDER.
"""
import argparse
import collections
import datetime
import enum
import inspect
import io
import json
import os
import pathlib
import pickle
import struct
import sys
import tarfile
import warnings
import zipfile

import numpy as np
import torch
import torch.serialization
from torch import nn

from torch_values import write_values

if os.environ.get("PYTHONHASHSEED") != "0":
    # TorchScript writes constants in the order of a set.
    os.execve(sys.executable, [sys.executable] + sys.argv, dict(os.environ, PYTHONHASHSEED="0"))
warnings.simplefilter("ignore")
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
writer = "torch " + torch.__version__
random = np.random.RandomState(11)
keys = {}


def key(address):
    """Legacy files name storages by their address in memory. Numbers make them reproducible; their order is not that of first use."""
    return keys.setdefault(address, str(94000000000000 + 7919 * ((len(keys) + 1) * 37 % 101)))


def source_of(obj):
    """Legacy files hold the source of each class, with its path: only of ours, and without a folder."""
    if obj.__module__ != "__main__":
        raise OSError("no source")
    return inspect.getsourcelines(obj)[0], "pytorch.py", None


torch.serialization._key = key
torch.serialization.get_source_lines_and_file = source_of
source = inspect.getsource(torch.serialization._legacy_save).replace("str(storage._cdata)", "_key(storage._cdata)")
assert "_key(" in source
exec(compile(source, "serialization.py", "exec"), torch.serialization.__dict__)


def path(name):
    return os.path.join(folder, name)


def load(name):
    """As safely as torch can; says whether that was safe."""
    try:
        return torch.load(path(name), weights_only=True, map_location="cpu"), True
    except Exception:
        return torch.load(path(name), weights_only=False, map_location="cpu"), False


def golden(name, value=None, unreadable=(), by=writer, script="pytorch.py", root=""):
    safe = ""
    if value is None:
        value, safe = load(name)
        safe = "weights only" if safe else "pickle"
        if isinstance(value, (torch.Tensor, np.ndarray)):
            root = os.path.splitext(name)[0]
    found = write_values(path(name), value, by, script, unreadable, root)
    print("%-28s %6d bytes %3d tensors  %s" % (name, os.path.getsize(path(name)), len(found), safe))
    return found


def save(value, name, unreadable=(), **options):
    keys.clear()
    torch.save(value, path(name), **options)
    return golden(name, unreadable=unreadable)


def noise(shape, dtype):
    """Every pattern of bits, so also every kind of NaN."""
    size = torch.empty(0, dtype=dtype).element_size()
    count = int(np.prod(shape)) * size
    data = random.randint(0, 2 if dtype == torch.bool else 256, count).astype(np.uint8)
    return torch.from_numpy(data).view(dtype).reshape(shape)


def normal(*shape):
    return torch.from_numpy(random.standard_normal(shape).astype(np.float32))


def fill(module):
    with torch.no_grad():
        for name, tensor in module.state_dict(keep_vars=True).items():
            if tensor.dtype == torch.float32:
                tensor.copy_(normal(*tensor.shape))
    return module


def net():
    return fill(nn.Sequential(collections.OrderedDict([
        ("conv", nn.Conv2d(1, 2, 3)), ("bn", nn.BatchNorm2d(2)), ("fc", nn.Linear(4, 3))])))


# A state dict in each layout and protocol.
state = net().state_dict()
state["fc.bias"].copy_(torch.tensor([float("nan"), float("-inf"), -0.0]))
state["bn.running_mean"].copy_(torch.tensor([float("inf"), 1e-45]))
save(state, "current.pth")
save(state, "legacy.pth", _use_new_zipfile_serialization=False)
for protocol in [2, 3, 4, 5]:
    save(state, "protocol-%d.pt" % protocol, pickle_protocol=protocol)
    save(state, "protocol-%d-legacy.pt" % protocol, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
save(normal(2, 3), "tensor.pt")
save([normal(2), (normal(1), {7: normal(3), "x": [normal(1)]})], "nested-list.pt")

# Every dtype.
kinds = ["bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "bfloat16", "float32", "float64",
         "complex64", "complex128", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"]
others = ["complex32", "float8_e8m0fnu", "float4_e2m1fn_x2", "bits8"]
values = {kind: noise((2, 5), getattr(torch, kind)) for kind in kinds}
for kind in ["float16", "bfloat16", "float32", "float64", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2"]:
    part = torch.tensor([float("nan"), float("inf"), float("-inf"), -0.0, 1.0])
    values["special/" + kind] = part.to(getattr(torch, kind))
save({**values, **{kind: noise((2, 4), getattr(torch, kind)) for kind in others}}, "dtypes.pt", unreadable=others)
older = [kind for kind in kinds if not kind.startswith(("float8", "uint16", "uint32", "uint64"))]
save({kind: values[kind] for kind in older}, "dtypes-legacy.pth", _use_new_zipfile_serialization=False)

quantized = {}
for kind in ["qint8", "quint8", "qint32"]:
    dtype = getattr(torch, kind)
    quantized["tensor." + kind] = torch.quantize_per_tensor(normal(3, 4) * 3, 0.125, 10 if kind == "quint8" else -2, dtype)
    if kind != "qint32":
        quantized["channel." + kind] = torch.quantize_per_channel(
            normal(3, 4) * 3, torch.tensor([0.1, 0.25, 0.5], dtype=torch.float64), torch.tensor([3, 0, 5]), 0, dtype)
quantized["tensor.transposed"] = torch.quantize_per_tensor(normal(3, 4), 0.125, 0, torch.qint8).t()
quantized["channel.second"] = torch.quantize_per_channel(
    normal(3, 4), torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64), torch.zeros(4, dtype=torch.int64), 1, torch.qint8)
save(quantized, "quantized.pt")

# Strides.
matrix, line, weight = normal(4, 6), normal(20), normal(2, 3, 2, 2)
tied = nn.Parameter(normal(2, 2))
views = {
    "matrix": matrix, "transposed": matrix.t(), "column": matrix[:, 2], "stepped": matrix[1::2, 1:6:3],
    "expanded": normal(3, 1).expand(3, 4), "expanded-scalar": torch.tensor(1.5).expand(2, 2),
    "shared.first": line[:5], "shared.middle": line[7:13].reshape(2, 3), "shared.overlapping": line.as_strided([4, 3], [2, 1], 9),
    "tied.encoder": tied, "tied.decoder": tied, "tied.data": tied.data,
    "scalar": torch.tensor(-0.0), "scalar-int": torch.tensor(7), "scalar-of-line": line[3],
    "empty": torch.zeros(0), "empty-cube": torch.zeros(3, 0, 2, dtype=torch.int16), "empty-of-line": line[20:],
    "channels-last": weight.to(memory_format=torch.channels_last), "permuted": normal(2, 3, 1, 2, 2).permute(4, 2, 0, 3, 1),
    "odd-stride": torch.empty_strided((1, 3), (77, 1)).copy_(normal(1, 3)),
    "half.column": normal(3, 5).half()[:, 1:4].t(), "bool.stepped": (normal(8) > 0)[::3],
}
save(views, "views.pt")
save(views, "views-legacy.pth", _use_new_zipfile_serialization=False)

# What torch computes when it reads.
wave = torch.complex(normal(2, 3), normal(2, 3))
save({"plain": wave, "conjugate": wave.conj(), "conjugate-transposed": wave.mH, "negative": (2 * wave).resolve_conj()._neg_view()},
     "conjugate.pt")
marked = normal(3)
marked.note = "a tensor with an attribute"
parameter = nn.Parameter(normal(2))
parameter.note = {"partition": 0}
save({"tensor": marked, "parameter": parameter, "buffer": nn.Buffer(normal(2)), "grad": normal(2).requires_grad_(),
      "ordered": collections.OrderedDict(x=normal(1)), "storage": normal(3).untyped_storage()}, "attributes.pt")
save({"good": normal(2), "coo": torch.eye(3).to_sparse(), "csr": torch.eye(3).to_sparse_csr(),
      "meta": torch.empty(2, 3, device="meta"), "nested": torch.nested.nested_tensor([normal(1), normal(2)])},
     "sparse.pt", unreadable=["coo", "csr", "meta", "nested"])

# As if saved on a GPU.
tag = torch.serialization.location_tag
torch.serialization.location_tag = lambda storage: "cuda:0"
save({"weight": normal(2, 3), "bias": normal(2)}, "cuda.pt")
save({"weight": normal(2, 3), "bias": normal(2)}, "cuda-legacy.pth", _use_new_zipfile_serialization=False)
torch.serialization.location_tag = tag


# Checkpoints of training programs.
class Color(enum.Enum):
    RED = 1


def adam():
    model = fill(nn.Sequential(collections.OrderedDict([("layer", nn.Linear(3, 2)), ("head", nn.Linear(2, 1))])))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model(normal(4, 3)).square().sum().backward()
    optimizer.step()
    return model, optimizer


model, optimizer = adam()
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3)
save({
    "epoch": 4, "global_step": 1234, "pytorch-lightning_version": "2.1.0",
    "state_dict": collections.OrderedDict(model.state_dict()),
    "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 5, "completed": 4}, "current": {"ready": 5}}}},
    "callbacks": {
        "EarlyStopping{'monitor': 'val_loss', 'mode': 'min'}": {"wait_count": 0, "best_score": torch.tensor(0.25), "patience": 3},
        "ModelCheckpoint{'monitor': None}": {"best_model_path": "/runs/last.ckpt", "dirpath": "/runs", "best_k_models": {"a.ckpt": torch.tensor(2.0)}},
        "names": ["state_dict", "optimizer"],
    },
    "optimizer_states": [optimizer.state_dict()],
    "lr_schedulers": [scheduler.state_dict()],
    "hparams_name": "kwargs",
    "hyper_parameters": {
        "lr": 0.01, "layers": 2, "big": 2 ** 70, "negative": -2 ** 40, "name": "t\u00efny \U0001f600", "sizes": [1, 2, 3], "pair": (1, "two"),
        "nothing": None, "yes": True, "no": False, "nested": {"deep": {"x": [1.5, {"y": ()}]}}, "infinite": float("inf"), "not": float("nan"),
        "complex": 1 + 2j, "bytes": b"\x00\xff", "array of bytes": bytearray(b"abc"), "range": range(3), "slice": slice(1, None),
        "device": torch.device("cuda:1"), "dtype": torch.bfloat16, "size": torch.Size([2, 3]),
        "enum": Color.RED, "class": nn.Linear, "function": torch.nn.functional.relu, "method": "".join,
    },
    "numpy scalar": np.float32(1.5), "numpy integer": np.int64(-3), "numpy array": np.arange(6, dtype=np.int16).reshape(2, 3),
    "numpy dtype": np.dtype("float16"),
    "args": argparse.Namespace(lr=0.1, data=pathlib.PosixPath("/data/set"), tags=["a"]),
    "path": pathlib.PosixPath("/runs/one"), "time": datetime.datetime(2020, 1, 2, 3, 4, 5, 6), "delta": datetime.timedelta(hours=1),
    "set": {3}, "frozen set": frozenset(["x"]),
    "defaultdict": collections.defaultdict(list, losses=[1.0, 0.5]), "counter": collections.Counter({"seen": 2}),
    "deque": collections.deque([1, 2], maxlen=3),
}, "trainer.ckpt")
model, optimizer = adam()
save({
    "epoch": 90, "arch": "resnet0", "state_dict": nn.DataParallel(model).state_dict(), "best_acc1": torch.tensor(76.125),
    "optimizer": optimizer.state_dict(), "scheduler": torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5).state_dict(),
}, "optimizer.pth.tar")


# Whole modules.
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.register_buffer("steps", torch.tensor(5))
        self.register_buffer("scratch", torch.zeros(3), persistent=False)
        self.register_buffer("nothing", None)
        self.loose = torch.ones(2)

    def forward(self, x):
        return self.linear(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(2), Block(2)])
        self.scales = nn.ParameterList([torch.ones(1), torch.ones(2)])
        self.heads = nn.ModuleDict({"a": nn.Linear(2, 1, bias=False)})
        self.same = self.blocks[0]
        self.config = {"width": 2, "extra": torch.zeros(1)}

    def forward(self, x):
        return self.heads["a"](self.blocks[0](x))


stock = fill(nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(2, 2), nn.Embedding(3, 2)))
own = fill(Net())
save(stock, "module.pt")
save(own, "own-module.pt")
save(stock, "module-legacy.pt", _use_new_zipfile_serialization=False)
save(own, "own-module-legacy.pt", _use_new_zipfile_serialization=False)
save({"epoch": 3, "model": fill(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))).half(), "ema": None, "list": [fill(nn.Linear(1, 1))]},
     "nested-module.pt")


# TorchScript.
shift = torch.jit.trace(lambda x: x + torch.tensor([1.0, 2.0, 3.0]), torch.ones(2, 3))


class Scripted(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.norm = nn.BatchNorm1d(3)
        self.names = ["a", "b"]
        self.table = {"x": 1}
        self.rate = 0.5

    def forward(self, x):
        return shift(self.norm(self.layer(x)) * self.rate)


class Constant(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.offset = normal(2)

    def forward(self, x):
        return self.layer(x) * torch.ones(2) + self.offset + self.scale(x)

    def scale(self, x):
        return torch.tensor([4, 5], dtype=torch.int64) if x.dim() > 1 else x


class Constants:
    """The archive as torch.serialization reads it, with the storages of constants.pkl for those of data.pkl."""

    def __init__(self, archive):
        self.archive = archive

    def __getattr__(self, name):
        method = getattr(self.archive, name)
        return lambda first=None, *rest: method(
            first.replace("data/", "constants/") if isinstance(first, str) else first, *rest) if first is not None else method()


def script_values(name):
    module = torch.jit.load(path(name))
    found = dict(module.named_parameters())
    found.update(module.named_buffers())
    archive = torch._C.PyTorchFileReader(path(name))
    constants = torch.serialization._load(Constants(archive), None, pickle, "constants.pkl")
    found.update(("constants.%d" % index, tensor) for index, tensor in enumerate(constants))
    golden(name, found, script="pytorch_old.py" if "1.4" in name else "pytorch.py", by="torch 1.4.0" if "1.4" in name else writer)
    print("    constants:", len(constants))


def without(name, is_dropped):
    """The same archive without some of its records."""
    archive = torch._C.PyTorchFileReader(path(name))
    version = int(archive.get_record("version"))
    records = [(record, archive.get_record(record)) for record in archive.get_all_records()]
    copy = torch._C.PyTorchFileWriter(path(name))
    copy.set_min_version(version)
    for record, data in records:
        if record not in ["version", ".data/serialization_id"] and not is_dropped(record):
            copy.write_record(record, data, len(data))
    copy.write_end_of_file()
    assert int(torch._C.PyTorchFileReader(path(name)).get_record("version")) == version, name


def without_positions(name):
    """Without the positions in the source, which hold the folders of the machine."""
    without(name, lambda record: record.endswith(".debug_pkl"))


def without_code(name):
    """Without the program, which is torch's; Decant does not look at it."""
    without(name, lambda record: record.startswith("code/"))


scripted = torch.jit.script(fill(Scripted()).eval())
scripted.save(path("script.pt"))
without_positions("script.pt")
script_values("script.pt")
without_code("script.pt")
torch.jit.freeze(scripted).save(path("frozen.pt"))
without_positions("frozen.pt")
script_values("frozen.pt")
without_code("frozen.pt")
traced = torch.jit.trace(fill(Constant()), torch.ones(3, 2))
traced.save(path("traced.pt"))
without_positions("traced.pt")
script_values("traced.pt")
without_code("traced.pt")


# Archives rewritten by hand.
def rewrite(source, target, change, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path(source)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path(target), "w") as archive:
        for name, data in members:
            fixed = zipfile.ZipInfo(name.replace(source.split(".")[0] + "/", target.split(".")[0] + "/"))
            fixed.compress_type = method
            data = change(name.split("/", 1)[1], data)
            if data is not None:
                archive.writestr(fixed, data)


# torch swaps the parts of a complex number, and does not swap storages without a type (those of uint16 and float8).
swapped = {kind: values[kind] for kind in older}
swapped.update({"transposed": matrix.t(), "special": values["special/float32"]})
torch.save(swapped, path("little.pt"))
parts = {torch.complex64: 4, torch.complex128: 8}
widths = [parts.get(tensor.dtype, tensor.element_size()) for tensor in swapped.values()]


def big(name, data):
    if name == "byteorder":
        return b"big"
    if name.startswith("data/"):
        width = widths[int(name[5:])]
        return np.frombuffer(data, "u%d" % width).byteswap().tobytes()
    return data


rewrite("little.pt", "big-endian.pt", big)
for name, tensor in golden("big-endian.pt").items():
    assert torch.equal(tensor.contiguous().reshape(-1).view(torch.uint8), swapped[name].contiguous().reshape(-1).view(torch.uint8)), name
os.remove(path("little.pt"))
rewrite("current.pth", "compressed.pt", lambda name, data: data, zipfile.ZIP_DEFLATED)
golden("compressed.pt")
rewrite("current.pth", "no-byteorder.pt", lambda name, data: data if name in ["data.pkl", "version"] or name[:5] == "data/" else None)
golden("no-byteorder.pt")


# Plain pickles.
arrays = {dtype: np.frombuffer(noise((2, 3), torch.bool if dtype == "bool" else getattr(torch, dtype)).numpy().tobytes(), dtype).reshape(2, 3)
          for dtype in ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
                        "complex64", "complex128"]}
arrays.update({
    "fortran": np.asfortranarray(normal(2, 3).numpy()), "fortran cube": np.asfortranarray(np.arange(24, dtype=np.int32).reshape(2, 3, 4)),
    "big.int32": np.arange(-3, 3, dtype=">i4").reshape(2, 3), "big.float64": np.array([1.5, np.nan, -0.0], ">f8"),
    "big.complex64": np.array([1 + 2j], ">c8"), "big fortran": np.asfortranarray(np.arange(6, dtype=">u2").reshape(2, 3)),
    "strided": np.arange(20, dtype=np.float32)[3::4], "scalar": np.array(2.5), "empty": np.zeros((3, 0, 2), np.int16),
    "text": np.array([["a", "d\u00e9"], ["\U0001f600", ""]]), "big text": np.array(["ein W\u00f6rtchen", "x"]).astype(">U13"),
    "bytes": np.array([b"one", b"", b"a\xffb"]), "number": 3, "note": "no tensor", "numpy number": np.float64(1.25),
    "list": [np.arange(3, dtype=np.uint8), (np.ones(1, np.float32),)], 5: np.zeros(2, np.int8),
})
for protocol in [2, 4, 5]:
    name = "plain-pickle-%d.pkl" % protocol
    with open(path(name), "wb") as file:
        pickle.dump(arrays, file, protocol)
    with open(path(name), "rb") as file:
        golden(name, pickle.load(file), by="numpy " + np.__version__)
odd = {"good": np.ones(2, np.float32), "objects": np.array([{"a": 1}, None], dtype=object), "structured": np.zeros(2, [("x", "<f4"), ("y", "<i4")]),
       "dates": np.array(["2020-01-01"], "datetime64[D]"), "long": np.zeros(1, np.longdouble), "void": np.zeros(1, "V3"),
       "masked": np.ma.masked_array([1, 2], [0, 1]), "matrix": np.asmatrix(np.eye(2))}
with open(path("plain-pickle-odd.pkl"), "wb") as file:
    pickle.dump(odd, file, 4)
with open(path("plain-pickle-odd.pkl"), "rb") as file:
    golden("plain-pickle-odd.pkl", pickle.load(file), by="numpy " + np.__version__,
           unreadable=["objects", "structured", "dates", "long", "void", "masked"])
keys.clear()
with open(path("plain-pickle-torch.pkl"), "wb") as file:
    pickle.dump({"weight": normal(2, 3), "transposed": matrix.t(), "shared": [line[:5], line[7:13]], "parameter": tied, "array": np.arange(3)},
                file, 4)
with open(path("plain-pickle-torch.pkl"), "rb") as file:
    golden("plain-pickle-torch.pkl", pickle.load(file))


# Layouts of before torch 0.4, which torch still reads and no longer writes.
class Storage:
    def __init__(self, *identity):
        self.identity = identity


class Pickler(pickle._Pickler):
    def persistent_id(self, obj):
        return obj.identity if isinstance(obj, Storage) else None


class Rebuilt:
    """A tensor as torch 0.3 wrote it: four arguments."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return torch._utils._rebuild_tensor, self.arguments


class FloatStorage:
    """Stands for torch.FloatStorage."""


FloatStorage.__module__, FloatStorage.__qualname__ = "torch", "FloatStorage"


def dump(obj, file):
    pickler = Pickler(file, 2)
    pickler.dump(obj)


numbers = random.standard_normal(10).astype("<f4")


def first(view):
    return Storage("storage", torch.FloatStorage, "4001", "cpu", 10, view)


data = io.BytesIO()
dump(0x1950A86A20F9469CFC6C, data)
dump(1001, data)
dump({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 8}}, data)
dump(collections.OrderedDict([
    ("whole", Rebuilt(first(None), 0, (2, 5), (5, 1))),
    ("part", Rebuilt(first(("4002", 3, 6)), 0, (2, 3), (3, 1))),
    ("transposed", Rebuilt(first(("4002", 3, 6)), 1, (2, 2), (1, 3))),
]), data)
dump(["4001"], data)
data.write(struct.pack("<q", 10) + numbers.tobytes())
with open(path("storage-views.pth"), "wb") as file:
    file.write(data.getvalue())
golden("storage-views.pth", by="by hand, read by " + writer)

members = {}
data = io.BytesIO()
dump(1, data)
dump(("5001", "cpu", torch.FloatStorage), data)
data.write(struct.pack("<q", 10) + numbers.tobytes())
dump([("5002", "5001", 2, 8)], data)
members["storages"] = data.getvalue()
data = io.BytesIO()
dump(2, data)
for name, storage, shape, strides, offset in [(6001, "5001", (2, 5), (5, 1), 0), (6002, "5002", (3, 2), (1, 3), 1)]:
    dump((name, storage, torch.FloatTensor), data)
    data.write(struct.pack("<i4x%dq" % (2 * len(shape) + 1), len(shape), *shape, *strides, offset))
members["tensors"] = data.getvalue()
data = io.BytesIO()


class Named(Storage):
    pass


class TextPickler(pickle._Pickler):
    def persistent_id(self, obj):
        return obj.identity[0] if isinstance(obj, Storage) else None


TextPickler(data, 2).dump({"weight": Named("6001"), "view": Named("6002"), "epoch": 1})
members["pickle"] = data.getvalue()
with tarfile.open(path("tar.pth"), "w", format=tarfile.PAX_FORMAT) as archive:
    for name in ["storages", "tensors", "pickle"]:
        info = tarfile.TarInfo(name)
        info.size = len(members[name])
        archive.addfile(info, io.BytesIO(members[name]))
golden("tar.pth", by="by hand, read by " + writer)

# What older releases wrote.
for name, release in [("torch-1.0.pth", "1.0.0"), ("torch-1.0-module.pth", "1.0.0"), ("torch-1.4.pt", "1.4.0"), ("torch-1.6.pt", "1.6.0"),
                      ("torch-1.13.pt", "1.13.1"), ("python-2.pth.tar", "1.4.0 in Python 2.7")]:
    if os.path.exists(path(name)):
        golden(name, by="torch " + release, script="pytorch_old.py")
if os.path.exists(path("script-1.4.pt")):
    script_values("script-1.4.pt")
    without_code("script-1.4.pt")
