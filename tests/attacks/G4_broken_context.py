"""Break CUDA's context; the next run must find the card well.

catalogue: G4
verdict: failed
runs: 2
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import torch


def attack():
    table = torch.ones(4, device="cuda")
    print(table[torch.tensor([2**30], device="cuda")].sum().item())


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
