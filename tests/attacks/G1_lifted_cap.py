"""Lift the cap that PyTorch holds, then take all of the card.

catalogue: G1
verdict: out_of_memory
message: 4096 MiB of GPU memory
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import time

import torch


def attack():
    torch.cuda.set_per_process_memory_fraction(1.0)
    kept = [torch.ones(2**28, device="cuda") for _ in range(12)]
    torch.cuda.synchronize()
    time.sleep(20)
    return kept


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
