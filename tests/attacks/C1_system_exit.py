"""Raise SystemExit(0) before anything was predicted.

catalogue: C1
verdict: failed
"""

import sys

import torch


def attack():
    sys.exit(0)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
