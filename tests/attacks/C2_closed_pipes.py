"""Close every descriptor, so that nothing can be answered.

catalogue: C2
verdict: failed
"""

import os

import torch


def attack():
    os.closerange(0, 512)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
