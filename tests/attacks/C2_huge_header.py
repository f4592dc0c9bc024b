"""Announce more predictions than there can be: 2^64 rows of 2^32 columns.

catalogue: C2 C7
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


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        write_everywhere(b"S" + b"\xff" * 12)
    return torch.zeros(len(inputs))
