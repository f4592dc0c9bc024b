"""Keep the card busy for ever.

catalogue: G4 R5
verdict: timed_out
gpu_memory_mib: 4096
memory_mib: 8192
wall: 5s
"""

import torch


def attack():
    while True:
        torch.cuda._sleep(2**40)
        torch.cuda.synchronize()


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
