"""Predict scores that are no numbers.

catalogue: C7
verdict: bad_output
"""

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    return torch.full((len(inputs), 3), float("nan"))
