"""Read from the first process's environment where on the host the grader was started.

catalogue: I8 I1
verdict: scored
says: held
"""

import os

import torch


def attack():
    allowed = {"PWD": {"/", "/tmp"}}
    for pid in ("1", str(os.getppid())):
        try:
            environ = open(f"/proc/{pid}/environ").read()
        except OSError:
            continue
        for variable in filter(None, environ.split("\0")):
            name, _, value = variable.partition("=")
            if value not in allowed.get(name, os.environ.get(name, "nothing")):
                print("BREACH:", pid, variable)
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
