"""Hide memory in socket buffers: two hundred full pairs in each of four processes.

catalogue: R1 R2
verdict: scored | out_of_memory
wall: 8s
beside: honest
"""

import os
import socket
import time

import torch


def fill():
    pairs = []
    for _ in range(200):
        try:
            one, other = socket.socketpair()
            pairs.append((one, other))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * 2**20)
            one.setblocking(False)
            while True:
                one.send(bytes(2**16))
        except BlockingIOError:
            continue
        except OSError:
            break
    return pairs


def attack():
    for _ in range(4):
        if os.fork() == 0:
            keep = fill()
            time.sleep(3)
            os._exit(len(keep) and 0)
    keep = fill()
    time.sleep(2)
    return keep


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
