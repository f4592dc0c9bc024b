"""Hold memory in segments that outlive their maker (shmget).

catalogue: R2
verdict: out_of_memory | scored
hides: BREACH
"""

import ctypes
import time

import torch


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    for _ in range(32):
        segment = libc.shmget(0, 32 * 2**20, 0o1600)
        if segment < 0:
            print("held: error", ctypes.get_errno())
            return
        ctypes.memset(libc.shmat(segment, None, 0), 1, 32 * 2**20)
    time.sleep(3)
    print("BREACH: held a gibibyte")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
