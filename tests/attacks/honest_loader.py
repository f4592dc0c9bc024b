"""Honest: a DataLoader with two worker processes, which need /dev/shm and fork.

catalogue: R10
verdict: scored
score: >= 0.9
says: 300 examples
quick: yes
"""

import torch
from torch.utils.data import DataLoader, TensorDataset


def train(train_inputs, train_labels, *, seed):
    loader = DataLoader(TensorDataset(train_inputs, train_labels), batch_size=50, num_workers=2)
    batches = list(loader)
    inputs = torch.cat([batch for batch, _ in batches])[:, :2]
    labels = torch.cat([batch for _, batch in batches])
    print(len(labels), "examples")
    return torch.stack([inputs[labels == label].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
