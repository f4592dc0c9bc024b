"""Honest: 64 threads of torch, more than there are cores.

catalogue: R10 R7
verdict: scored
score: >= 0.9
wall: 15s
"""

import torch


def train(train_inputs, train_labels, *, seed):
    torch.set_num_threads(64)
    for _ in range(3):
        (torch.ones(1000, 300) @ torch.ones(300, 300)).relu().sum()
    torch.set_num_threads(1)
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
