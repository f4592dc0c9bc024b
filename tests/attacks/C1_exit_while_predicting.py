"""Leave with status 0 in the middle of the held-out predictions.

catalogue: C1 I6
verdict: failed
message: failed on the held-out inputs
"""

import os

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        os._exit(0)
    return torch.zeros(len(inputs))
