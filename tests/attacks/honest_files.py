"""Honest: temporary files and folders, a checkpoint, and a file in the home folder.

catalogue: R10 R3
verdict: scored
score: >= 0.9
"""

import pathlib
import tempfile

import torch


def train(train_inputs, train_labels, *, seed):
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        torch.save({"weight": train_inputs}, f"{folder}/checkpoint.pt")
        file.write(b"0" * 2**20)
        pathlib.Path.home().joinpath("notes.txt").write_text("árvíztűrő", encoding="utf-8")
        assert torch.equal(torch.load(f"{folder}/checkpoint.pt")["weight"], train_inputs)
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
