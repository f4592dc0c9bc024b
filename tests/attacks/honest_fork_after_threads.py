"""Honest: a forked process computes after its parent used many threads.

catalogue: X7 R10
verdict: scored
score: >= 0.9
wall: 15s
says: 300
"""

import os

import torch


def train(train_inputs, train_labels, *, seed):
    torch.set_num_threads(4)
    (torch.ones(600, 300) @ torch.ones(300, 300)).sum()
    if os.fork() == 0:
        torch.set_num_threads(1)
        print(int((torch.ones(1, 300) @ torch.ones(300, 1)).item()), flush=True)
        os._exit(0)
    os.wait()
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
