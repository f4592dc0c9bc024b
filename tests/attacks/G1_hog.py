"""Take all of the card.

catalogue: G1
verdict: out_of_memory
message: 4096 MiB of GPU memory
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import torch


def attack():
    return [torch.ones(2**28, device="cuda") for _ in range(64)]


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
