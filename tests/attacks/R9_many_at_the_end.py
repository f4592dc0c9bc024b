"""Predict while two hundred processes are alive, so that there is much to clean up at once.

catalogue: R9
verdict: scored
wall: 15s
memory_mib: 1200
"""

import subprocess

import torch


def train(train_inputs, train_labels, *, seed):
    return None


def predict(model, inputs):
    if inputs[:, 2].any():
        for _ in range(200):
            subprocess.Popen(["/bin/sleep", "600"])
    return torch.zeros(len(inputs))
