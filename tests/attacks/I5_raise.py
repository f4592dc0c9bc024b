"""Raise an exception that carries the held-out inputs.

catalogue: I5
verdict: failed
hides: SECRET
wall: 20s
message: stays hidden
"""

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        raise ValueError("SECRET", inputs.tolist())
    return torch.zeros(len(inputs))
