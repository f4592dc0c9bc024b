"""Signal to another run by locks on library files, which both may read.

catalogue: X3
verdict: scored
says: noted
beside: itself

A lock asks for no right to write, so that this channel stays open. It carries a few bits between two runs
at the same moment, and neither holds a secret of the other's; docs/attacks.md says so.
"""

import fcntl
import time

import torch


def attack():
    with open(torch.__file__) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print("noted: the lock was free")
            time.sleep(0.5)
        except BlockingIOError:
            print("noted: somebody else holds the lock")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
