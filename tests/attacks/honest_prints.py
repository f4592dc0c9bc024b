"""Honest: ten kilobytes of prints, in both languages and with pictures.

catalogue: R10 R4 C9
verdict: scored
score: >= 0.9
says: árvíztűrő tükörfúrógép 🚀 λ=0.5
"""

import torch


def train(train_inputs, train_labels, *, seed):
    print("x" * 10_000)
    print("árvíztűrő tükörfúrógép 🚀 λ=0.5")
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
