#!/usr/bin/env python3
"""Loads what Decant converts with the rules under Fixtures/renaming into transformers and PyTorch, and compares what the models compute.

usage: check.py DECANT ../../renaming    (torch, transformers and safetensors)
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

DECANT, HERE = sys.argv[1:3]
IDS = torch.tensor([[3, 1, 4, 1, 5]])
directory = tempfile.mkdtemp()
failures = 0


def check(what, is_right, detail=""):
    global failures
    failures += not is_right
    print("ok  " if is_right else "FAIL", what, detail)


def convert(source, rules, output, *options):
    rules = f"{HERE}/{rules}.json"
    output = f"{directory}/{output}"
    for command in ("convert", source, "--rename", rules, "-o", output, *options), (
        "verify", source, output, "--rename", rules, *(o for o in options if o == "--inference-only")):
        run = subprocess.run([DECANT, *command], capture_output=True, text=True)
        check(" ".join(map(os.path.basename, command)), run.returncode == 0, run.stderr)
    return output


def from_pretrained(model, config, path):
    """The model, with what transformers says of its keys."""
    folder = tempfile.mkdtemp()
    config.save_pretrained(folder)
    # Some versions refuse a file that does not say so.
    save_file(load_file(path), f"{folder}/model.safetensors", metadata={"format": "pt"})
    loaded, info = model.from_pretrained(folder, output_loading_info=True)
    check("keys of " + model.__name__, not any(info.values()), str(info))
    return loaded.eval()


def near(what, found, path):
    expected = np.array(json.load(open(f"{HERE}/{path}")))
    difference = np.abs(found.detach().numpy() - expected).max()
    check(what, difference < 1e-5, f"within {difference:.1e} of {np.abs(expected).max():.2f}")


def same(what, left, right):
    left, right = load_file(left), load_file(right)
    check(what, left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left))


gpt2 = f"{HERE}/gpt2/model.ckpt"
path = convert(gpt2, "gpt2-to-transformers", "gpt2.safetensors")
config = GPT2Config(vocab_size=12, n_positions=6, n_embd=8, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
model = from_pretrained(GPT2LMHeadModel, config, path)
near("GPT-2's logits", model(IDS).logits[0], "gpt2/logits.json")
# And back from what transformers itself saves.
model.save_pretrained(f"{directory}/saved", safe_serialization=True)
back = convert(f"{directory}/saved/model.safetensors", "gpt2-from-transformers", "gpt2-back.ckpt", "--to", "tensorflow")
run = subprocess.run([DECANT, "verify", gpt2, back], capture_output=True, text=True)
check("GPT-2 there and back", run.returncode == 0, run.stdout)

bert = f"{HERE}/bert/model.ckpt"
path = convert(bert, "bert-to-transformers", "bert.safetensors", "--inference-only")
config = BertConfig(
    vocab_size=12, hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=6)
back = convert(path, "bert-from-transformers", "bert-back.ckpt", "--to", "tensorflow")
run = subprocess.run([DECANT, "verify", bert, back, "--drop", "/adam_"], capture_output=True, text=True)
check("BERT there and back", run.returncode == 0, run.stdout)
tensors = {name.removeprefix("bert."): tensor for name, tensor in load_file(path).items()}
save_file(tensors, path)
model = from_pretrained(BertModel, config, path)
near("BERT's encoder", model(IDS).last_hidden_state[0], "bert/encoded.json")

joined = convert(bert, "bert-join-attention", "joined.safetensors", "--inference-only")
name = "bert/encoder/layer_1/attention/self"
plain = subprocess.run([DECANT, "convert", bert, "-o", f"{directory}/plain.safetensors", "--inference-only"], capture_output=True)
tensors = load_file(f"{directory}/plain.safetensors")
for part, axis in ("kernel", 1), ("bias", 0):
    expected = torch.cat([tensors[f"{name}/{member}/{part}"] for member in ("query", "key", "value")], axis)
    check(f"torch.cat of {part}", torch.equal(expected, load_file(joined)[f"{name}/qkv/{part}"]))
same("attention apart again", f"{directory}/plain.safetensors", convert(joined, "bert-split-attention", "apart.safetensors"))

# One layer's attention as a module of PyTorch's.
path = convert(bert, "attention-to-pytorch", "attention.safetensors", "--inference-only")
module = torch.nn.MultiheadAttention(8, 2, batch_first=True)
module.load_state_dict(load_file(path))
x = torch.randn(1, 5, 8)
layer = model.encoder.layer[0].attention
expected = layer.output.dense(layer.self(x)[0])
found = module(x, x, x, need_weights=False)[0]
check("MultiheadAttention", torch.allclose(found, expected, atol=1e-6), f"{(found - expected).abs().max():.1e}")

# A depthwise convolution and an LSTM cell.
h, w, c, m = 3, 2, 4, 2
kernel = torch.randn(h, w, c, m)
save_file({"layer/depthwise_weights": kernel}, f"{directory}/depthwise.safetensors")
path = convert(f"{directory}/depthwise.safetensors", "depthwise-to-pytorch", "depthwise-pytorch.safetensors")
image = torch.randn(1, c, 5, 5)
found = torch.nn.functional.conv2d(image, load_file(path)["layer/weight"], groups=c)
expected = torch.zeros_like(found)
for channel in range(c):
    for multiple in range(m):
        one = kernel[:, :, channel, multiple][None, None]
        expected[:, channel * m + multiple] = torch.nn.functional.conv2d(image[:, channel : channel + 1], one)[:, 0]
check("depthwise convolution", torch.allclose(found, expected, atol=1e-6))

depth, units = 5, 8
tensors = {"rnn/basic_lstm_cell/kernel": torch.randn(depth + units, 4 * units), "rnn/basic_lstm_cell/bias": torch.randn(4 * units)}
save_file(tensors, f"{directory}/lstm.safetensors")
path = convert(f"{directory}/lstm.safetensors", "lstm-gates-to-pytorch", "lstm-pytorch.safetensors")
cell = torch.nn.LSTMCell(depth, units)
state = load_file(path)
state["bias_hh"] = torch.zeros(4 * units)
state["bias_hh"][units : 2 * units] = 1  # The forget bias, which TensorFlow adds at run time.
cell.load_state_dict(state)
x, hidden, memory = torch.randn(1, depth), torch.randn(1, units), torch.randn(1, units)
i, j, f, o = (torch.cat([x, hidden], 1) @ tensors["rnn/basic_lstm_cell/kernel"] + tensors["rnn/basic_lstm_cell/bias"]).split(units, 1)
expected = memory * torch.sigmoid(f + 1) + torch.sigmoid(i) * torch.tanh(j)
found = cell(x, (hidden, memory))
check("LSTM cell", torch.allclose(found[1], expected, atol=1e-6) and torch.allclose(found[0], torch.tanh(expected) * torch.sigmoid(o), atol=1e-6))
sys.exit(failures > 0)
