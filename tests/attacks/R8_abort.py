"""Crash by abort(3), which asks for a core file.

catalogue: R8
verdict: failed
message: crashed or was killed
"""

import os
import resource

import torch


def attack():
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
        print("BREACH: core files are allowed")
    except (ValueError, OSError):
        print("held")
    os.abort()


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
