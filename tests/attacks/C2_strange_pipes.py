"""Shrink, empty and block the harness's pipes, and read what the grader has sent.

catalogue: C2
verdict: failed | bad_output | timed_out
wall: 3s
"""

import fcntl
import os

import torch


def attack():
    for descriptor in range(3, 64):
        try:
            fcntl.fcntl(descriptor, 1031, 4096)
            os.set_blocking(descriptor, False)
            os.write(descriptor, bytes(2**20))
            os.read(descriptor, 2**20)
        except OSError:
            continue
    os.closerange(0, 64)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
