"""Write to standard error without end, in lines of one character.

catalogue: R4
verdict: output_flood
says: bytes left out
wall: 10s
"""

import os

import torch


def attack():
    while True:
        os.write(2, b"x\n" * 32768)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
