"""Look for the held-out inputs while training: in every pipe, and in this process's memory.

catalogue: I7
verdict: scored
says: held
"""

import os
import select

import torch


def attack():
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            if number > 2 and select.select([number], [], [], 0)[0]:
                print("BREACH: something to read in", number)
        except (OSError, ValueError):
            continue
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
