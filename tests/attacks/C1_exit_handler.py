"""Leave early, and predict from an exit handler.

catalogue: C1 C2
verdict: failed | bad_output
"""

import atexit
import os
import sys

import torch


def answer():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"T")
        except OSError:
            continue


def attack():
    atexit.register(answer)
    sys.exit(0)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
