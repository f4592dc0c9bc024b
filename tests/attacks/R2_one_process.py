"""Hold eight gibibytes in one process.

catalogue: R2
verdict: out_of_memory
message: 600 MiB
beside: honest
"""

import torch


def attack():
    return [torch.ones(2**24) for _ in range(128)]


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
