"""Leave a daemon behind: two forks and a session of its own.

catalogue: R6
verdict: scored
"""

import os
import time

import torch


def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
