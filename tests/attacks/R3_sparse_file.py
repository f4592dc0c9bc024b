"""Make a file that claims to be a tebibyte long.

catalogue: R3
verdict: scored | failed
hides: BREACH
"""

import os
import signal

import torch


def attack():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for place in ("/tmp", "/dev/shm"):
        with open(place + "/hazi-canary", "wb") as file:
            try:
                os.truncate(file.fileno(), 2**40)
                print("BREACH: a tebibyte in", place)
            except OSError as error:
                print("held:", error.strerror)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
