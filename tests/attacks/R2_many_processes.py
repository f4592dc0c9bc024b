"""Hold more than the limit, but in no process more than a fifth of it.

catalogue: R2
verdict: out_of_memory
wall: 8s
beside: honest
"""

import os
import time

import torch


def attack():
    for _ in range(6):
        if os.fork() == 0:
            keep = bytearray(os.urandom(1) * (120 * 2**20))
            time.sleep(len(keep))
    time.sleep(20)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
