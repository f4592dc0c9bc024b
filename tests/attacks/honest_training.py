"""Honest: half of the time limit is spent on real training.

catalogue: R10 R5
verdict: scored
score: >= 0.9
wall: 8s
"""

import time

import torch


def train(train_inputs, train_labels, *, seed):
    model = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        loss = torch.nn.functional.cross_entropy(model(train_inputs[:, :2].float()), train_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def predict(model, inputs):
    return model(inputs[:, :2].float())
