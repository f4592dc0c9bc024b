"""List what is open: the harness's pipes and nothing else.

catalogue: C2 X5
verdict: scored
says: held
quick: yes
"""

import os

import torch


def attack():
    kinds = {}
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            kinds[number] = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue  # it was the list itself
    odd = {number: kind for number, kind in kinds.items() if not kind.startswith(("pipe:", "/dev/null"))}
    print("BREACH:" if odd or len(kinds) > 6 else "held:", odd or len(kinds))


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
