"""Answer with a letter that means nothing.

catalogue: C2
verdict: bad_output
"""

import os

import torch


def write_everywhere(message):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, message)
        except OSError:
            continue


def attack():
    write_everywhere(b"Z")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
