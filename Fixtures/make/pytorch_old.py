"""Weights written by old releases of torch: pytorch_old.py FOLDER. Needs Python 2.7 or 3 and torch 1.0 to 1.13.

Each release writes its own files; `pytorch.py FOLDER` then writes the values beside them, except for the programs of 1.0 and 1.2 and
the archive of 1.4, which no later torch reads. Made with torch 1.0.0 (Python 3.6 and 3.7), 1.2.0 (Python 3.7), 1.4.0 (Python 2.7 and 3.7), 1.6.0 and 1.13.1 (Python 3.7).
"""
from __future__ import print_function

import base64
import collections
import inspect
import json
import os
import re
import sys
import zipfile

import torch
import torch.serialization

folder = sys.argv[1]
release = ".".join(torch.__version__.split(".")[:2])
keys = {}


def key(address):
    """Storages are named by their address in memory. Numbers make the file reproducible; their order is not that of first use."""
    return keys.setdefault(address, str(94000000000000 + 7919 * ((len(keys) + 1) * 37 % 101)))


torch.serialization._key = key
for name in ["_legacy_save", "_save"]:
    if hasattr(torch.serialization, name):
        source = re.sub(r"str\((\w+)\._cdata\)", r"_key(\1._cdata)", inspect.getsource(getattr(torch.serialization, name)))
        exec(compile(source, "serialization.py", "exec"), torch.serialization.__dict__)


class NoSource(object):
    """Files with modules would hold the source of torch's classes, with its path."""

    def getsourcefile(self, obj):
        raise IOError("no source")


torch.serialization.inspect = NoSource()


def without_positions(name):
    """The same archive without the positions in the source, which hold the folders of the machine."""
    with zipfile.ZipFile(name) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(name, "w") as archive:
        for member, data in members:
            if not member.endswith(".debug_pkl") and "/debug/" not in member:
                archive.writestr(zipfile.ZipInfo(member), data)


def save(value, name, **options):
    keys.clear()
    torch.save(value, os.path.join(folder, name), **options)
    print(name, os.path.getsize(os.path.join(folder, name)))


class Program(torch.jit.ScriptModule):
    """Modules in a module, a buffer, and a parameter whose axes are in another order."""

    def __init__(self):
        super(Program, self).__init__()
        self.first = torch.jit.trace(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()), torch.ones(1, 3))
        self.register_buffer("steps", torch.arange(4))
        self.turned = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3).t())

    @torch.jit.script_method
    def forward(self, x):
        return torch.mm(self.first(x), self.turned.t())


def program(name):
    """Saves a program, and the values of its parameters and buffers."""
    module = Program()
    module.save(os.path.join(folder, name))
    without_positions(os.path.join(folder, name))
    golden(name, module.state_dict())


def golden(name, values):
    rows = []
    for key, value in sorted(values.items()):
        data = base64.b64encode(value.detach().contiguous().numpy().tobytes()).decode()
        kind = str(value.dtype).replace("torch.", "")
        rows.append("  " + json.dumps({"name": key, "dtype": kind, "shape": list(value.shape), "bytes": data}))
    head = ' "writer": "torch %s",\n "script": "Fixtures/make/pytorch_old.py",\n "tensors": [\n' % torch.__version__.split("+")[0]
    with open(os.path.join(folder, os.path.splitext(name)[0] + ".json"), "w") as file:
        file.write("{\n" + head + ",\n".join(rows) + "\n ]\n}\n")


torch.manual_seed(7)
net = torch.nn.Sequential(collections.OrderedDict([
    ("conv", torch.nn.Conv2d(1, 2, 3)),
    ("bn", torch.nn.BatchNorm2d(2)),
    ("fc", torch.nn.Linear(4, 3)),
]))
with torch.no_grad():
    net.fc.bias.copy_(torch.tensor([float("nan"), float("-inf"), -0.0]))
state = net.state_dict()

if release == "1.0":
    save(state, "torch-1.0.pth")
    save(net.fc, "torch-1.0-module.pth")
    program("script-1.0.pt")
elif release == "1.2":
    program("script-1.2.pt")
elif sys.version_info[0] == 2:
    optimizer = torch.optim.SGD(net.fc.parameters(), lr=0.1, momentum=0.9)
    net.fc(torch.ones(2, 4)).sum().backward()
    optimizer.step()
    # Until torch 1.5, optimizers too name parameters by their address.
    saved = optimizer.state_dict()
    [group] = saved["param_groups"]
    saved["state"] = {140000000000000 + 64 * group["params"].index(address): values for address, values in saved["state"].items()}
    group["params"] = [140000000000000 + 64 * index for index in range(len(group["params"]))]
    save({"epoch": 3, "arch": u"t\xefny", "state_dict": state, "best_acc1": torch.tensor(51.5), "optimizer": saved},
         "python-2.pth.tar")
elif release == "1.4":
    save(state, "torch-1.4.pt")
    # The layout of 1.6, with the storages in another folder.
    save(state, "torch-1.4-zip.pt", _use_new_zipfile_serialization=True)
    golden("torch-1.4-zip.pt", state)
    script = torch.jit.script(torch.nn.Sequential(net.fc, torch.nn.ReLU()))
    script.save(os.path.join(folder, "script-1.4.pt"))
    without_positions(os.path.join(folder, "script-1.4.pt"))
else:
    save(state, "torch-%s.pt" % release)
