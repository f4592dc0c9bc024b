"""Fork until the kernel refuses, and leave every child asleep.

catalogue: R1
verdict: scored | out_of_memory
wall: 10s
beside: honest
"""

import os
import time

import torch


def attack():
    for count in range(2000):
        try:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        except OSError as error:
            print("held:", error.strerror, "after", count)
            return
    print("BREACH: two thousand processes")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
