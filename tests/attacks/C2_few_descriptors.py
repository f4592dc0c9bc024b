"""List what is open, the harness's pipes and nothing else, and read what may have come early.

catalogue: C2 X5 I7
verdict: scored
says: held
quick: yes
"""

import os
import select

import torch


def attack():
    kinds = {}
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            kinds[number] = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue  # it was the list itself
    for number, kind in kinds.items():
        if kind.startswith("pipe:") and select.select([number], [], [], 0)[0]:
            print("BREACH: something to read in", number)
    odd = {number: kind for number, kind in kinds.items() if not kind.startswith(("pipe:", "/dev/null"))}
    print("BREACH:" if odd or len(kinds) > 6 else "held:", odd or len(kinds))


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
