"""Predict one label too few.

catalogue: C7
verdict: bad_output
"""

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return torch.zeros(len(inputs) - 1)
