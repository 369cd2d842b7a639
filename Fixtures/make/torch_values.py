"""Golden values of files that torch and safetensors read; the scripts beside this one import it. Needs torch 2 and numpy."""
import base64
import json
import os

import numpy as np
import torch


def names_and_values(value, name, found, unreadable):
    """Dictionaries and modules by key, lists and tuples by index, joined with dots."""
    if isinstance(value, torch.Tensor):
        (found if name not in unreadable else {})[name] = value
    elif isinstance(value, np.ndarray):
        (found if name not in unreadable else {})[name] = value
    elif isinstance(value, torch.nn.Module):
        names_and_values(dict(value.state_dict()), name, found, unreadable)
    elif isinstance(value, dict):
        for key, item in value.items():
            names_and_values(item, name + "." + str(key) if name else str(key), found, unreadable)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            names_and_values(item, name + "." + str(index) if name else str(index), found, unreadable)


def little(array):
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()


def row(name, value):
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "SU":
            items = [item if isinstance(item, bytes) else item.encode() for item in value.reshape(-1).tolist()]
            return {"name": name, "dtype": "string", "shape": list(value.shape),
                    "strings": [base64.b64encode(item).decode() for item in items]}
        dtype, data = value.dtype.newbyteorder("=").name, little(value)
    else:
        value = value.detach().resolve_conj().resolve_neg()
        dtype = str(value.dtype).replace("torch.", "")
        if value.is_quantized:
            value = value.int_repr()
        data = value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return {"name": name, "dtype": dtype, "shape": list(value.shape), "bytes": base64.b64encode(data).decode()}


def write_values(path, value, writer, script, unreadable=(), root=""):
    """Beside `path`, what the file has, except for the tensors named in `unreadable`."""
    found = {}
    names_and_values(value, root, found, unreadable)
    for name, tensor in list(found.items()):
        # Decant shows what each channel has of its own as tensors.
        if isinstance(tensor, torch.Tensor) and tensor.is_quantized and tensor.qscheme() != torch.per_tensor_affine:
            found[name + ".scales"] = tensor.q_per_channel_scales()
            found[name + ".zero_points"] = tensor.q_per_channel_zero_points()
    table = [row(name, found[name]) for name in sorted(found, key=lambda name: name.encode())]
    document = {"writer": writer, "script": "Fixtures/make/" + script, "tensors": table}
    if unreadable:
        document["unreadable"] = sorted(unreadable)
    with open(os.path.splitext(path)[0] + ".json", "w") as file:
        rows = ",\n".join("  " + json.dumps(row) for row in document.pop("tensors"))
        file.write(json.dumps(document, indent=1)[:-2] + ',\n "tensors": [\n' + rows + "\n ]\n}\n")
    return found
