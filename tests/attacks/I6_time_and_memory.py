"""Tell bits of the held-out inputs by how long and how much it takes.

catalogue: I6
verdict: scored
memory_mib: 1200
"""

import time

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        time.sleep(0.123 + 0.01 * int(inputs[0, 0] > 0))
        keep = torch.ones(int(2e7) + int(3e6) * int(inputs[1, 0] > 0))
        del keep
    return torch.zeros(len(inputs))
