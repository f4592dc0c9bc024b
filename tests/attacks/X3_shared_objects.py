"""Meet the same submission in another run, through everything that has a name in the kernel.

catalogue: X3 I3
verdict: scored
says: held
beside: itself
"""

import ctypes
import fcntl
import os
import socket
import time

import torch

libc = ctypes.CDLL(None, use_errno=True)
KEY = 0x48617A69


def meet():
    kept = socket.socket(socket.AF_UNIX)
    try:
        kept.bind("\0hazi-canary")
    except OSError:
        yield "an abstract socket"
    for name, make in (("segment", libc.shmget), ("semaphores", libc.semget)):
        if make(KEY, 1, 0o3600) < 0 and ctypes.get_errno() == 17:
            yield name
    if libc.msgget(KEY, 0o3600) < 0 and ctypes.get_errno() == 17:
        yield "a queue of messages"
    for path in ("/tmp/hazi-canary", "/dev/shm/hazi-canary"):
        if os.path.exists(path):
            yield path
        with open(path, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
    if libc.syscall(248, b"user", b"hazi-canary", b"1", 1, -3) >= 0:
        yield "a keyring"
    time.sleep(1)
    kept.close()


def attack():
    met = list(meet())
    print("BREACH: met" if met else "held", met)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
