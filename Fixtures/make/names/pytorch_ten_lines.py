"""The script of docs/frameworks.md: a model of im2txt's own widths in PyTorch, `net`. Takes the file of weights as its first argument."""
import sys

import torch, torchvision
from safetensors.torch import load_file

net = torchvision.models.inception_v3(weights=None, aux_logits=False, init_weights=False)
net.fc = torch.nn.Identity()
net.image_embedding, net.logits = torch.nn.Linear(2048, 512, bias=False), torch.nn.Linear(512, 12000)
net.seq_embedding, net.lstm = torch.nn.Embedding(12000, 512), torch.nn.LSTMCell(512, 512)
net.load_state_dict(load_file(sys.argv[1]))
pool = torch.nn.functional.avg_pool2d  # TensorFlow leaves the padding out of its averages
torch.nn.functional.avg_pool2d = lambda *a, **k: pool(*a, **k, count_include_pad=False)
net.eval()
