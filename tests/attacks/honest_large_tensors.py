"""Honest: 700 MB of tensors, and as much freed again.

catalogue: R10 R2
verdict: scored
score: >= 0.9
memory_mib: 1200
wall: 15s
"""

import torch


def train(train_inputs, train_labels, *, seed):
    keep = [torch.ones(35_000_000) for _ in range(5)]
    print(sum(float(tensor[0]) for tensor in keep))
    del keep
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
