"""Hold memory that belongs to no process alone: anonymous shared mappings.

catalogue: R2
verdict: out_of_memory | failed
"""

import mmap
import time

import torch


def attack():
    keep = []
    for _ in range(32):
        keep.append(mmap.mmap(-1, 32 * 2**20))
        keep[-1].write(b"x" * 32 * 2**20)
    time.sleep(3)
    print("BREACH: a gibibyte in", len(keep), "mappings")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
