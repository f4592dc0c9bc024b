"""Hold memory in files without a name (memfd_create).

catalogue: R2
verdict: out_of_memory | scored
hides: BREACH
"""

import os
import time

import torch


def attack():
    written = 0
    try:
        for number in range(32):
            descriptor = os.memfd_create(str(number))
            written += sum(os.write(descriptor, bytes(2**20)) for _ in range(32))
        time.sleep(3)
        print("BREACH: held", written)
    except OSError as error:
        print("held:", error.strerror)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
