"""Print without end.

catalogue: R4
verdict: output_flood
says: bytes left out
wall: 10s
"""

import os

import torch


def attack():
    while True:
        os.write(1, b"x" * 65536)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
