"""Writes digests/text.json: the names, dtypes and shapes that transformers' text models have in full size.

    python text_digests.py FIXTURES

Written with transformers 4.44.2 and torch 2.13.0 (Python 3.11); transformers 5.24.0 gives the same digests.
FIXTURES is Fixtures/packs. A digest is the SHA-256 of one line `name dtype [shape]` for each tensor of the class's
`state_dict()`, sorted by the bytes of the name. Models are made on the meta device, so that they take no memory.
"""
import hashlib
import json
import os
import sys

import torch
import transformers
from transformers import (AlbertConfig, BertConfig, ElectraConfig, GPT2Config, T5Config)

SMALL = {"embedding_size": 128, "vocab_size": 30522}
T5_SMALL = {"d_model": 512, "d_kv": 64, "vocab_size": 32128}
MODELS = [
    ("bert", "bert_base", BertConfig(),
     ["BertForPreTraining", "BertForMaskedLM", "BertForNextSentencePrediction", "BertForSequenceClassification",
      "BertForQuestionAnswering", "BertForTokenClassification", "BertModel"]),
    ("albert", "albert_base",
     AlbertConfig(hidden_size=768, intermediate_size=3072, num_attention_heads=12, num_hidden_layers=12),
     ["AlbertForPreTraining", "AlbertForMaskedLM", "AlbertForSequenceClassification", "AlbertForQuestionAnswering",
      "AlbertForTokenClassification", "AlbertModel"]),
    ("electra", "electra_small",
     ElectraConfig(hidden_size=256, num_attention_heads=4, intermediate_size=1024, **SMALL),
     ["ElectraForPreTraining", "ElectraModel"]),
    ("electra", "electra_small",
     ElectraConfig(hidden_size=64, num_attention_heads=1, intermediate_size=256, **SMALL), ["ElectraForMaskedLM"]),
    ("gpt2", "gpt2", GPT2Config(), ["GPT2LMHeadModel", "GPT2Model"]),
    ("t5", "t5_small", T5Config(d_ff=2048, num_layers=6, num_heads=8, **T5_SMALL), ["T5ForConditionalGeneration"]),
    ("t5_v1_1", "t5_v1_1_small",
     T5Config(d_ff=1024, num_layers=8, num_heads=6, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
              **T5_SMALL), ["T5ForConditionalGeneration"]),
]
DTYPES = {torch.float32: "f32", torch.int64: "i64", torch.bool: "bool"}


def lines(model):
    state = sorted(model.state_dict().items(), key=lambda item: item[0].encode())
    return ["%s %s [%s]\n" % (name, DTYPES[t.dtype], ",".join(map(str, t.shape))) for name, t in state]


def entries():
    for family, variant, configuration, classes in MODELS:
        for name in classes:
            kinds = [("", {})]
            if name in ("BertModel", "AlbertModel"):
                kinds = [("", {}), (" without the pooler", {"add_pooling_layer": False})]
            for suffix, options in kinds:
                with torch.device("meta"):
                    found = lines(getattr(transformers, name)(configuration, **options))
                yield {"family": family, "variant": variant, "names": "transformers", "class": name + suffix,
                       "version": transformers.__version__, "count": len(found),
                       "sha256": hashlib.sha256("".join(found).encode()).hexdigest()}


if __name__ == "__main__":
    target = os.path.join(sys.argv[1], "digests")
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, "text.json"), "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(entry) for entry in entries()) + "\n]\n")
