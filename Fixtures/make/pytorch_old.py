"""Weights written by old releases of torch: pytorch_old.py FOLDER. Needs Python 2.7 or 3 and torch 1.0 to 1.13.

Each release writes its own files; `pytorch.py FOLDER` then writes the values beside them. Made with torch 1.0.0 (Python 3.6),
1.4.0 (Python 2.7 and 3.7), 1.6.0 and 1.13.1 (Python 3.7).
"""
from __future__ import print_function

import collections
import inspect
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
            if not member.endswith(".debug_pkl"):
                archive.writestr(zipfile.ZipInfo(member), data)


def save(value, name, **options):
    keys.clear()
    torch.save(value, os.path.join(folder, name), **options)
    print(name, os.path.getsize(os.path.join(folder, name)))


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
    script = torch.jit.script(torch.nn.Sequential(net.fc, torch.nn.ReLU()))
    script.save(os.path.join(folder, "script-1.4.pt"))
    without_positions(os.path.join(folder, "script-1.4.pt"))
else:
    save(state, "torch-%s.pt" % release)
