"""End the process by a signal that leaves no trace.

catalogue: C1
verdict: failed
"""

import os
import signal

import torch


def attack():
    os.kill(os.getpid(), signal.SIGKILL)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
