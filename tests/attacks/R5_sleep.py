"""Sleep without using any processor time.

catalogue: R5
verdict: timed_out
wall: 2s
"""

import time

import torch


def attack():
    time.sleep(60)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
