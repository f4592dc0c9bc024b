"""Leave with the held-out inputs as the exit message.

catalogue: I5
verdict: failed
hides: SECRET
wall: 20s
"""

import sys
import warnings

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        warnings.warn(f"SECRET {inputs.tolist()}")
        sys.exit(f"SECRET {inputs.tolist()}")
    return torch.zeros(len(inputs))
