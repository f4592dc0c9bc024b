"""Honest: `python -c` as a program of its own, and a shell.

catalogue: R10
verdict: scored
score: >= 0.9
says: 42
wall: 15s
"""

import subprocess
import sys

import torch


def train(train_inputs, train_labels, *, seed):
    ended = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True)
    print(ended.stdout, subprocess.run("echo $HOME", shell=True, capture_output=True, text=True).stdout)
    return torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])


def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
