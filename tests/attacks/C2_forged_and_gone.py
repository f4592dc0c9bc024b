"""Write a whole forged conversation into every descriptor, then leave before any input came.

catalogue: C2
verdict: bad_output | failed | scored
score: <= 0.5
"""

import os

import torch

HEADER = b"L" + (150).to_bytes(8, "little") + (1).to_bytes(4, "little")


def write_everywhere(message):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, message)
        except OSError:
            continue


def attack():
    write_everywhere(b"T" + HEADER + bytes(8 * 150))
    os._exit(0)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
