"""Loads weights that `decant convert MODEL -o FILE.safetensors --names pytorch` wrote, and runs them.

    python pytorch_example.py FILE.safetensors GOLDEN_DIRECTORY IMAGE_DIRECTORY [--plain]

The network is torchvision's; its widths become those of the file, so that narrow models load as well. With --plain, the network is
that of pytorch_ten_lines.py, which has the original's widths. Prints how far the results are from TensorFlow's; exits with 1 above 1e-4.
"""
import sys

import torch
import torchvision
from safetensors.torch import load_file

from golden_check import check


def load(path):
    weights = load_file(path)
    model = torchvision.models.inception_v3(weights=None, aux_logits=False, init_weights=False)
    model.fc = torch.nn.Identity()
    for name, module in list(model.named_modules()):
        if isinstance(module, torch.nn.Conv2d):  # of the file's width, in place of torchvision's
            out, into = weights[name + ".weight"].shape[:2]
            parent = model.get_submodule(name.rpartition(".")[0])
            parent.conv = torch.nn.Conv2d(into, out, module.kernel_size, module.stride, module.padding, bias=False)
            parent.bn = torch.nn.BatchNorm2d(out, eps=0.001)
            if name + ".bias" in weights:  # the file was written with --fold-batch-norm
                parent.conv.bias, parent.bn = torch.nn.Parameter(torch.empty(out)), torch.nn.Identity()
    (_, features), (words, depth) = weights["image_embedding.weight"].shape, weights["seq_embedding.weight"].shape
    model.image_embedding = torch.nn.Linear(features, depth, bias=False)
    model.seq_embedding = torch.nn.Embedding(words, depth)
    model.lstm = torch.nn.LSTMCell(depth, weights["lstm.weight_hh"].shape[1])
    model.logits = torch.nn.Linear(weights["lstm.weight_hh"].shape[1], words)
    model.load_state_dict(weights)
    # TensorFlow leaves the padding out of an average, torchvision counts it in.
    pool = torch.nn.functional.avg_pool2d
    torch.nn.functional.avg_pool2d = lambda *a, **k: pool(*a, count_include_pad=False, **k)
    return model.eval()


def main():
    if "--plain" in sys.argv:
        from pytorch_ten_lines import net as model
    else:
        model = load(sys.argv[1])

    def encode(images):
        features = model(torch.from_numpy(images).permute(0, 3, 1, 2))
        embedding = model.image_embedding(features)
        hidden, cell = model.lstm(embedding)
        return features, embedding, cell, hidden

    def step(words, cell, hidden):
        hidden, cell = model.lstm(model.seq_embedding(torch.tensor(words)), (hidden, cell))
        return model.logits(hidden), cell, hidden

    with torch.no_grad():
        check(encode, step, sys.argv[2:4])


main()
