"""Lists the state dict of torchvision's Inception v3, and runs torch's LSTM cell once on small seeded weights.

Writes torchvision-inception-v3.tsv (name, dtype, shape) and lstm-cell-torch.json into the directory given.
"""
import json
import sys

import torch
import torchvision

directory = sys.argv[1]
model = torchvision.models.inception_v3(weights=None, aux_logits=False, init_weights=False)
with open(f"{directory}/torchvision-inception-v3.tsv", "w") as file:
    for name, value in model.state_dict().items():
        shape = "x".join(map(str, value.shape)) or "scalar"
        file.write(f"{name}\t{str(value.dtype).removeprefix('torch.')}\t{shape}\n")

torch.manual_seed(3)
cell = torch.nn.LSTMCell(5, 3)
inputs, hidden, state = torch.randn(2, 5), torch.randn(2, 3), torch.randn(2, 3)
with torch.no_grad():
    new_hidden, new_state = cell(inputs, (hidden, state))
values = {f"lstm.{name}": value for name, value in cell.state_dict().items()}
values |= {"input": inputs, "hidden": hidden, "state": state, "new_hidden": new_hidden, "new_state": new_state}
with open(f"{directory}/lstm-cell-torch.json", "w") as file:
    json.dump({name: {"shape": list(value.shape), "values": value.flatten().tolist()} for name, value in values.items()},
              file, indent=1)
    file.write("\n")
