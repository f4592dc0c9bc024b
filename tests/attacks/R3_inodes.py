"""Make empty files without end.

catalogue: R3
verdict: scored | out_of_memory | timed_out
wall: 4s
"""

import os

import torch


def attack():
    for place in ("/tmp", "/dev/shm"):
        try:
            for number in range(150_000):
                os.close(os.open(f"{place}/hazi-canary-{number}", os.O_CREAT | os.O_WRONLY))
        except OSError as error:
            print("held:", error.strerror, "after", number)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
