"""Compares what `decant` writes with what transformers' own converters make of the same checkpoints, bit for bit.

    python text_converters.py DECANT FIXTURES [PACKS]

Run with transformers 4.44.2, which still has the converters (`load_tf_weights_in_bert` and so on),
torch 2.13.0, tensorflow 2.17.1 and tf_keras 2.17.0 (Python 3.11). The arguments are those of text_outputs.py.
transformers has no converter for BERT's question answering without a pooler.
"""
import contextlib
import io
import os
import subprocess
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import torch
import transformers
from safetensors.torch import load_file
from transformers.models.albert.modeling_albert import load_tf_weights_in_albert
from transformers.models.bert.modeling_bert import load_tf_weights_in_bert
from transformers.models.electra.modeling_electra import load_tf_weights_in_electra
from transformers.models.gpt2.modeling_gpt2 import load_tf_weights_in_gpt2
from transformers.models.t5.modeling_t5 import load_tf_weights_in_t5

transformers.logging.set_verbosity_error()

# The pack, the checkpoint, the converter, and what follows `--names transformers`.
CHECKPOINTS = [
    ("bert", "bert/bert_model.ckpt", load_tf_weights_in_bert, ""),
    ("bert", "bert-training/model.ckpt-3", load_tf_weights_in_bert, ""),
    ("albert", "albert/model.ckpt-best", load_tf_weights_in_albert, ""),
    ("electra", "electra/electra_tiny", load_tf_weights_in_electra, ""),
    ("electra", "electra/electra_tiny", load_tf_weights_in_electra, ":generator"),
    ("gpt2", "gpt2/model.ckpt", load_tf_weights_in_gpt2, ""),
    ("t5", "t5/model.ckpt-1000", load_tf_weights_in_t5, ""),
    ("t5", "t5-training/model.ckpt-1000", load_tf_weights_in_t5, ""),
    ("t5_v1_1", "t5-v1.1/model.ckpt-1000", load_tf_weights_in_t5, ""),
]


def main():
    decant, fixtures = map(os.path.abspath, sys.argv[1:3])
    packs = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
    failed = False
    for family, checkpoint, convert, choice in CHECKPOINTS:
        path = os.path.join(fixtures, "checkpoints", checkpoint)
        names = "%s/%s.json:transformers" % (packs, family) if packs else "transformers"
        with tempfile.TemporaryDirectory() as folder:
            directory = os.path.join(folder, "model", "")
            subprocess.run([decant, "convert", path, "--names", names + choice, "-o", directory], check=True,
                           stdout=subprocess.DEVNULL)
            config = transformers.AutoConfig.from_pretrained(directory)
            model = getattr(transformers, config.architectures[0])(config)
            options = {}
            if family == "electra":
                options["discriminator_or_generator"] = "generator" if choice else "discriminator"
            with contextlib.redirect_stdout(io.StringIO()):
                convert(model.transformer if family == "gpt2" else model, config, path, **options)
            expected = model.state_dict()
            found = load_file(os.path.join(directory, "model.safetensors"))
            different = sorted(name for name in expected.keys() | found.keys() if name not in expected
                               or name not in found or not torch.equal(expected[name], found[name]))
            failed = failed or bool(different)
            print("%-30s %-28s %3d tensors, %s" % (
                checkpoint, config.architectures[0], len(found), "equal" if not different else different[:5]))
    sys.exit(failed)


if __name__ == "__main__":
    main()
