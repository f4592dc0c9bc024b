"""Compute without end while the module is imported.

catalogue: R5
verdict: timed_out
wall: 2s
"""

import torch

while True:
    pass


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return torch.zeros(len(inputs))
