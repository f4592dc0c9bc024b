"""Print without a line's end or a flush just before returning.

catalogue: C9
verdict: scored
says: complete to the very last word
"""

import io
import os
import sys

import torch


def attack():
    sys.stdout = io.TextIOWrapper(open(os.dup(1), "wb", buffering=2**20))
    print("complete to the very last", end="")
    print(" word", end="")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
