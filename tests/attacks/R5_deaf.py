"""Block and ignore every signal that can be, and hold the interpreter's lock in one C call.

catalogue: R5
verdict: timed_out
wall: 2s
"""

import re
import signal

import torch


def attack():
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    re.match(r"(a|aa)+$", "a" * 100 + "b")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
