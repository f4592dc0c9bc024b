"""Leave with status 0 before anything was predicted.

catalogue: C1
verdict: failed
"""

import os

import torch


def attack():
    os._exit(0)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
