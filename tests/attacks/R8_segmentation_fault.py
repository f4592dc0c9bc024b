"""Crash with a large memory image, which a host could write into a file.

catalogue: R8
verdict: failed
message: crashed or was killed
"""

import ctypes

import torch


def attack():
    keep = bytearray(b"x") * (200 * 2**20)
    ctypes.string_at(len(keep) and 8)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
