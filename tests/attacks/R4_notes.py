"""Write into the harness's own channel without end, in empty lines.

catalogue: R4 C2
verdict: output_flood | bad_output
wall: 10s
"""

import os

import torch


def attack():
    open_ones = [number for number in range(3, 64) if os.path.exists(f"/proc/self/fd/{number}")]
    for _ in range(10_000):
        for descriptor in open_ones:
            try:
                os.set_blocking(descriptor, False)
                os.write(descriptor, b"\n" * 4096)
            except OSError:
                continue


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
