"""Compute without end.

catalogue: R5
verdict: timed_out
wall: 2s
message: 2 s
"""

import torch


def attack():
    while True:
        pass


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
