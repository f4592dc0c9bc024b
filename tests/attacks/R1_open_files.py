"""Open files until none can be opened.

catalogue: R1
verdict: scored
says: held
"""

import os

import torch


def attack():
    opened = []
    try:
        while len(opened) < 5000:
            opened.append(os.open("/dev/null", os.O_RDONLY))
        print("BREACH: five thousand open files")
    except OSError as error:
        print("held:", error.strerror, "after", len(opened))
    for descriptor in opened:
        os.close(descriptor)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
