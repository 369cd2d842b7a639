"""Pickles that programs other than trainers write: pickles.py FOLDER, once in each Python that has one of the libraries.

With torch 2 it writes quantized tensors and modules, and a named tuple; with jax, arrays of JAX; in any Python 3 with ml_dtypes, arrays of
bfloat16 and a pickle of protocol 0; in Python 2.7 with numpy, what cPickle and pickle write of their own accord. The golden values of FOLDER/X
are in FOLDER/X's stem with .json. An array of objects goes to the folder npz beside it.
"""
import collections
import os
import pickle
import sys

import numpy as np

folder = sys.argv[1]
random = np.random.RandomState(31)


def path(name):
    return os.path.join(folder, name)


def array(*shape):
    return random.standard_normal(shape).astype("f4")


if sys.version_info[0] == 2:
    import cPickle

    # The values are those of the list below, which Python 3 writes as golden values.
    values = [array(3, 2), array(2), np.arange(4)]
    with open(path("python-2-list.pkl"), "wb") as file:
        cPickle.dump(values, file)
    with open(path("python-2-dict.pkl"), "wb") as file:
        pickle.dump({"W": values[0], u"b\u00e9": values[1], "rest": [values[2], 1.5]}, file)
    sys.exit()

import golden_values as golden


def write(name, rows, writer, **fields):
    golden.write(path(name), writer, __file__, rows, **fields)


def dump(name, value, rows, protocol=None, writer="Python %d.%d" % sys.version_info[:2]):
    with open(path(name), "wb") as file:
        pickle.dump(value, file, protocol=protocol)
    write(name, rows, writer)


try:
    import torch
except ImportError:
    torch = None
try:
    import jax
except ImportError:
    jax = None

if torch:
    writer = "torch " + torch.__version__
    torch.manual_seed(31)
    torch.backends.quantized.engine = "fbgemm"
    State = collections.namedtuple("State", "count mu")
    State.__module__ = "__main__"
    scales, zeros = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64), torch.tensor([0, 1, -1, 2])
    weight = torch.quantize_per_channel(torch.randn(4, 3), scales, zeros, 0, torch.qint8)
    torch.save({"w": weight}, path("quantized-channels.pt"))
    write("quantized-channels.pt", [
        golden.row("w", weight.int_repr().numpy(), dtype="qint8"), golden.row("w.scales", scales.numpy()),
        golden.row("w.zero_points", zeros.numpy())], writer)

    module = torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.LayerNorm(3)), {torch.nn.Linear})
    module.thresholds = torch.ones(2)
    torch.save(module, path("quantized-module.pt"))
    packed, bias = module[0]._weight_bias()
    write("quantized-module.pt", [
        golden.row("0._packed_params._packed_params.0", packed.int_repr().numpy(), dtype="qint8"),
        golden.row("0._packed_params._packed_params.1", bias.detach().numpy()),
        golden.row("1.weight", module[1].weight.detach().numpy()), golden.row("1.bias", module[1].bias.detach().numpy())], writer)

    state = State(torch.randn(1), {"m": torch.randn(2)})
    torch.save({"params": torch.randn(2), "opt": state}, path("named-tuple.pt"))
    found = torch.load(path("named-tuple.pt"), weights_only=False)
    write("named-tuple.pt", [
        golden.row("params", found["params"].numpy()), golden.row("opt.0", state.count.numpy()),
        golden.row("opt.1.m", state.mu["m"].numpy())], writer)
elif jax:
    import jax.numpy as jnp

    values = {"linear": {"w": jnp.asarray(array(2, 3)), "b": jnp.asarray(array(3)).astype(jnp.bfloat16)}}
    dump("jax-arrays.pkl", values, [
        golden.row("linear.w", np.asarray(values["linear"]["w"])), golden.row("linear.b", np.asarray(values["linear"]["b"]))],
        writer="jax " + jax.__version__)
else:
    import datetime
    import zoneinfo

    import ml_dtypes

    values = {"w": array(3).astype(ml_dtypes.bfloat16), "v": array(2), "f8": array(4).astype(ml_dtypes.float8_e4m3fn)}
    dump("plain-pickle-bfloat16.pkl", values, [golden.row(name, value) for name, value in values.items()])
    when = datetime.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC"))
    dump("plain-pickle-calls.pkl", {"w": values["v"], "when": when}, [golden.row("w", values["v"])], protocol=2)
    layers = {"conv1": [array(2, 2), array(2)], "scale": np.float32(2)}
    np.save(path("../npz/objects.npy"), layers, allow_pickle=True)
    write("../npz/objects.npy", [golden.row("conv1.0", layers["conv1"][0]), golden.row("conv1.1", layers["conv1"][1])], "NumPy " + np.__version__)
    values = {"w": array(2, 2), "list": [array(2), 1.5]}
    dump("plain-pickle-0.pkl", values, [golden.row("w", values["w"]), golden.row("list.0", values["list"][0])], protocol=0)
    random = np.random.RandomState(31)
    values = [array(3, 2), array(2), np.arange(4)]
    write("python-2-list.pkl", [golden.row(str(number), value) for number, value in enumerate(values)], "Python 2.7")
    write("python-2-dict.pkl", [
        golden.row("W", values[0]), golden.row("b\u00e9", values[1]), golden.row("rest.0", values[2])], "Python 2.7")
