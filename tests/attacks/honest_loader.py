"""Honest: a DataLoader with two workers, 64 threads and ten kilobytes of prints.

catalogue: R10
verdict: scored
score: >= 0.9
says: 300 examples
quick: yes
"""

import torch
from torch.utils.data import DataLoader, TensorDataset


def train(train_inputs, train_labels, *, seed):
    torch.set_num_threads(64)
    (torch.ones(2000, 200) @ torch.ones(200, 200)).sum()
    torch.set_num_threads(1)
    print("x" * 10_000)
    loader = DataLoader(TensorDataset(train_inputs, train_labels), batch_size=50, num_workers=2)
    batches = list(loader)
    inputs = torch.cat([batch for batch, _ in batches])[:, :2]
    labels = torch.cat([batch for _, batch in batches])
    print(len(labels), "examples")
    return torch.stack([inputs[labels == label].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
