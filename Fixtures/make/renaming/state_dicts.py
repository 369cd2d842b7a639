#!/usr/bin/env python3
"""Writes the names and shapes of the models of transformers that the checkpoints under Fixtures/renaming belong to.

usage: state_dicts.py ../../renaming    (torch, transformers)
"""
import json
import sys

from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

gpt2 = GPT2LMHeadModel(GPT2Config(vocab_size=12, n_positions=6, n_embd=8, n_layer=2, n_head=2))
bert = BertModel(
    BertConfig(
        vocab_size=12, hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=6))
for folder, model, prefix in ("gpt2", gpt2, ""), ("bert", bert, "bert."):
    # What is named twice is stored once; buffers are made anew.
    tied = {"lm_head.weight"}
    shapes = {prefix + name: list(p.shape) for name, p in model.named_parameters() if name not in tied}
    with open(f"{sys.argv[1]}/{folder}/state_dict.json", "w") as file:
        json.dump(shapes, file, indent=1, sort_keys=True)
        file.write("\n")
