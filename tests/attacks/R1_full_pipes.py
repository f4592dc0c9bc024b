"""Hide memory in pipes: two hundred full ones in each of eight processes.

catalogue: R1 R2
verdict: scored | out_of_memory
wall: 8s
beside: honest
"""

import fcntl
import os
import time

import torch

ENLARGE = 1031  # F_SETPIPE_SZ


def fill():
    for _ in range(200):
        try:
            _, entrance = os.pipe()
            fcntl.fcntl(entrance, ENLARGE, 2**20)
            os.set_blocking(entrance, False)
            os.write(entrance, bytes(2**20))
        except OSError:
            return


def attack():
    for _ in range(8):
        if os.fork() == 0:
            fill()
            time.sleep(3)
            os._exit(0)
    fill()
    time.sleep(2)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
