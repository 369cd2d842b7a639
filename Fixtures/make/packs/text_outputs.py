"""Converts the small text checkpoints with `decant`, and compares what the original programs and transformers compute.

    python text_outputs.py DECANT FIXTURES [PACKS]

Run with transformers 4.44.2 and torch 2.13.0 (Python 3.11), and with transformers 5.24.0. DECANT is the command,
FIXTURES is Fixtures/packs. PACKS is the folder of packs to use in place of those inside the command.

For each checkpoint: converts it to transformers' names as a directory, loads the class that its config.json names with
`from_pretrained`, requires that no tensor is missing, unexpected or of another shape, loads the file strictly into
that class as well, and compares outputs with outputs/NAME.npz, which the original program computed. Then it converts the
file back and compares every tensor with the checkpoint, bit for bit. Prints one line for each; exits with 1 if any
difference is above 1e-4, or if a tensor differs.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
import transformers
from safetensors.numpy import load_file

LIMIT = 1e-4

# The folder, the prefix, the pack, what follows `--names transformers`, and the class.
CHECKPOINTS = [
    ("bert", "bert_model.ckpt", "bert", "", "BertForPreTraining"),
    ("bert-training", "model.ckpt-3", "bert", "", "BertForPreTraining"),
    ("bert-classifier", "model.ckpt-343", "bert", "", "BertForSequenceClassification"),
    ("bert-squad", "model.ckpt-14599", "bert", "", "BertForQuestionAnswering"),
    ("bert", "bert_model.ckpt", "bert", ":BertModel", "BertModel"),
    ("bert", "bert_model.ckpt", "bert", ":BertForMaskedLM", "BertForMaskedLM"),
    ("bert", "bert_model.ckpt", "bert", ":BertForNextSentencePrediction", "BertForNextSentencePrediction"),
    ("albert", "model.ckpt-best", "albert", "", "AlbertForPreTraining"),
    ("albert", "model.ckpt-best", "albert", ":AlbertModel", "AlbertModel"),
    ("albert", "model.ckpt-best", "albert", ":AlbertForMaskedLM", "AlbertForMaskedLM"),
    ("electra", "electra_tiny", "electra", "", "ElectraForPreTraining"),
    ("electra", "electra_tiny", "electra", ":ElectraForMaskedLM", "ElectraForMaskedLM"),
    ("gpt2", "model.ckpt", "gpt2", "", "GPT2LMHeadModel"),
    ("t5", "model.ckpt-1000", "t5", "", "T5ForConditionalGeneration"),
    ("t5-v1.1", "model.ckpt-1000", "t5_v1_1", "", "T5ForConditionalGeneration"),
]


def run(*arguments):
    result = subprocess.run(arguments, capture_output=True, text=True)
    if result.returncode:
        sys.exit("%s\nexited with %d\n%s%s" % (" ".join(arguments), result.returncode, result.stdout, result.stderr))
    return result.stdout


def log_softmax(logits):
    return torch.log_softmax(logits, -1)


def differences(name, model, given):
    """Pairs of what the program computed and what the model computes."""
    inputs = {key: torch.tensor(given[key]).long() for key in given
              if key in ("input_ids", "attention_mask", "token_type_ids", "labels")}
    kind = type(model).__name__
    if kind.startswith("T5"):
        # The program shifts the targets to the right, and takes 0 for what is not there.
        labels = inputs["labels"]
        shifted = torch.cat([torch.zeros_like(labels[:, :1]), labels[:, :-1]], 1)
        found = model(input_ids=inputs["input_ids"], attention_mask=(inputs["input_ids"] != 0).long(),
                      decoder_input_ids=shifted)
        return [(given["logits"], found.logits)]
    found = model(**inputs)
    if kind in ("BertForPreTraining", "AlbertForPreTraining"):
        second = "nsp" if kind.startswith("Bert") else "sop"
        return [(given["mlm_log_probabilities"], log_softmax(found.prediction_logits)),
                (given[second + "_log_probabilities"],
                 log_softmax(found.seq_relationship_logits if second == "nsp" else found.sop_logits))]
    if kind in ("BertForMaskedLM", "AlbertForMaskedLM"):
        return [(given["mlm_log_probabilities"], log_softmax(found.logits))]
    if kind == "BertForNextSentencePrediction":
        return [(given["nsp_log_probabilities"], log_softmax(found.logits))]
    if kind == "BertForQuestionAnswering":
        return [(given["start_logits"], found.start_logits), (given["end_logits"], found.end_logits)]
    if kind in ("BertModel", "AlbertModel"):
        return [(given["hidden"], found.last_hidden_state), (given["pooled"], found.pooler_output)]
    if kind == "ElectraForPreTraining":
        return [(given["probabilities"], torch.sigmoid(found.logits))]
    if kind == "ElectraForMaskedLM":
        return [(given["generator_logits"], found.logits)]
    return [(given["logits"], found.logits)]


def check(decant, fixtures, packs, folder, name, prefix, family, choice, kind):
    checkpoint = os.path.join(fixtures, "checkpoints", name, prefix)
    names = "%s/%s.json:transformers" % (packs, family) if packs else "transformers"
    directory = os.path.join(folder, kind)
    run(decant, "convert", checkpoint, "--names", names + choice, "-o", directory + "/")
    config = transformers.AutoConfig.from_pretrained(directory)
    assert config.architectures == [kind], config.architectures
    model, report = getattr(transformers, kind).from_pretrained(directory, output_loading_info=True)
    assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
    file = os.path.join(directory, "model.safetensors")
    tensors = {key: torch.from_numpy(value) for key, value in load_file(file).items()}
    model.load_state_dict(tensors, strict=True)
    model.eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    tokens = tokenizer("the cat sat on the mat")["input_ids"]
    assert tokens and max(tokens) < config.vocab_size and tokens.count(tokenizer.unk_token_id or -1) < 3, tokens
    given = np.load(os.path.join(fixtures, "outputs", name + ".npz"))
    with torch.no_grad():
        largest = max(float(np.abs(expected - found.numpy()).max())
                      for expected, found in differences(name, model, given))

    # The way back, from the file that this way wrote.
    back = os.path.join(folder, "back.safetensors")
    original = os.path.join(folder, "original.safetensors")
    run(decant, "convert", file, "--names", names.replace("transformers", "tensorflow"), "-o", back)
    run(decant, "convert", checkpoint, "--names", "keep", "-o", original)
    back, original = load_file(back), load_file(original)
    unknown = [key for key in back if key not in original]
    different = [key for key in back if key in original and (
        back[key].dtype != original[key].dtype or back[key].shape != original[key].shape
        or back[key].tobytes() != original[key].tobytes())]
    return largest, len(tensors), len(back), unknown + different


def main():
    decant, fixtures = map(os.path.abspath, sys.argv[1:3])
    packs = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
    failed = False
    print("transformers %s, torch %s" % (transformers.__version__, torch.__version__))
    for row in CHECKPOINTS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                largest, count, back, wrong = check(decant, fixtures, packs, folder, *row)
            except (Exception, SystemExit) as error:
                print("%-16s %-30s FAILED: %s: %s" % (row[0], row[4], type(error).__name__, str(error)[-500:]))
                failed = True
                continue
        failed = failed or largest > LIMIT or bool(wrong)
        print("%-16s %-30s %3d tensors, largest difference %.1e; back: %3d tensors, %s" % (
            row[0], row[4], count, largest, back, "equal" if not wrong else "DIFFERENT: %s" % wrong))
    sys.exit(failed)


if __name__ == "__main__":
    main()
