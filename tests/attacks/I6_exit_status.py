"""Tell one bit of the held-out inputs by the exit status.

catalogue: I6
verdict: failed
message: failed on the held-out inputs
hides: status
"""

import os

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        os._exit(17 + int(inputs[0, 0] > 0))
    return torch.zeros(len(inputs))
