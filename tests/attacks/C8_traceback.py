"""Raise from deep within a library, and as a cause of a cause.

catalogue: C8 I8
verdict: failed
hides: site-packages
hides: grader/inside
hides: training.py
"""

import torch


def attack():
    try:
        torch.zeros(2) @ torch.zeros(3)
    except RuntimeError as error:
        raise LookupError("from within") from error


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
