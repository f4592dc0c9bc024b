"""Stop the process itself, so that no signal but one reaches it.

catalogue: R5
verdict: timed_out
wall: 2s
"""

import os
import signal

import torch


def attack():
    os.kill(os.getpid(), signal.SIGSTOP)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
