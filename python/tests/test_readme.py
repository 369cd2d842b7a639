"""The examples of the README run as they stand."""

import os
import re
import shutil

import golden
import numpy as np


def test_examples(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for file, name in [
        ("model.ckpt-4222", "model.ckpt-3000000"),
        ("word_counts.txt", "word_counts.txt"),
        ("images/scene-01.jpg", "picture.jpg"),
    ]:
        shutil.copy(golden.fixture("scenes/" + file), name)
    with open(os.path.join(golden.ROOT, "python", "README.md")) as file:
        examples = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert len(examples) == 4
    names = {"weights": np.ones((2, 3), np.float32), "biases": np.zeros(3, np.float32)}
    for example in examples:
        exec(example, names)
    assert {"model.safetensors", "out.safetensors", "out.ckpt.index", "out", "out.h5"} <= set(os.listdir())
    assert "two small yellow squares" in capsys.readouterr().out
