"""Honest: a network that is trained on the card.

catalogue: G3 G5
verdict: scored
score: >= 0.9
says: trained on cuda
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import torch


def train(train_inputs, train_labels, *, seed, device):
    model = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3)).to(device)
    inputs, labels = train_inputs[:, :2].float().to(device), train_labels.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
    print("trained on", next(model.parameters()).device.type)
    return model


def predict(model, inputs, *, device):
    return model(inputs[:, :2].float().to(device))
