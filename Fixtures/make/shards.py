"""Weights in three shards with an index, as programs of Hugging Face write them: shards.py FOLDER.

Needs torch, safetensors, transformers and huggingface_hub (made with torch 2.13.0, safetensors 0.8.0, transformers 5.24.0 and
huggingface_hub 2.4.0). transformers no longer writes shards of torch.save itself; huggingface_hub still does, with the same names and index.
"""
import json
import os
import shutil
import sys

import huggingface_hub
import numpy as np
import safetensors
import safetensors.torch
import torch
import transformers

from torch_values import write_values

folder = sys.argv[1]
random = np.random.RandomState(13)
config = transformers.GPT2Config(vocab_size=12, n_positions=6, n_embd=4, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
model = transformers.GPT2LMHeadModel(config).eval()
with torch.no_grad():
    for name, tensor in sorted(model.state_dict().items()):
        if tensor.dtype == torch.float32 and name != "lm_head.weight":
            tensor.copy_(torch.from_numpy(random.standard_normal(tuple(tensor.shape)).astype(np.float32)))
    model.transformer.h[0].mlp.c_fc.bias[:4] = torch.tensor([float("nan"), float("inf"), float("-inf"), -0.0])


def empty(name):
    shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    os.makedirs(os.path.join(folder, name))
    return os.path.join(folder, name)


def values(place, index, load, writer):
    with open(os.path.join(place, index)) as file:
        mapping = json.load(file)["weight_map"]
    files = sorted(set(mapping.values()))
    assert len(files) == 3, files
    found = {}
    for file in files:
        part = load(os.path.join(place, file))
        assert all(mapping[name] == file for name in part)
        found.update(part)
    assert set(found) == set(mapping)
    write_values(os.path.join(place, "values.json"), found, writer, "shards.py")
    for file in files:
        os.chmod(os.path.join(place, file), 0o644)
    print(place, files, len(found))


place = empty("safetensors")
model.save_pretrained(place, max_shard_size=900)
for name in os.listdir(place):
    if not name.startswith("model"):
        os.remove(os.path.join(place, name))
values(place, "model.safetensors.index.json", safetensors.torch.load_file,
       "transformers %s, safetensors %s" % (transformers.__version__, safetensors.__version__))

place = empty("pytorch")
state = {name: tensor.detach().clone() for name, tensor in model.transformer.state_dict().items()}
huggingface_hub.save_torch_state_dict(state, place, safe_serialization=False, max_shard_size=850)
values(place, "pytorch_model.bin.index.json", lambda file: torch.load(file, weights_only=True),
       "huggingface_hub %s, torch %s" % (huggingface_hub.__version__, torch.__version__))
