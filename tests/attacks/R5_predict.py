"""Take long over the held-out inputs alone.

catalogue: R5
verdict: timed_out
wall: 2s
"""

import time

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        time.sleep(60)
    return torch.zeros(len(inputs))
