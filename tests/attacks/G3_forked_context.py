"""Use the card from a forked process, where CUDA cannot be.

catalogue: G3
verdict: failed
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import os

import torch


def attack():
    child = os.fork()
    if child == 0:
        try:
            torch.ones(1, device="cuda")
        except RuntimeError:
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    raise RuntimeError(f"the child ended with {os.waitstatus_to_exitcode(status)}")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
