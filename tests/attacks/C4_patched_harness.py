"""Replace the harness's own functions while it waits for this code.

catalogue: C4 C5
verdict: scored | bad_output | failed
score: <= 0.5
"""

import sys

import torch


def attack():
    for name, module in list(sys.modules.items()):
        if name.startswith("grader"):
            for function in ("check_usable", "packed", "predictions", "answer", "seed"):
                if hasattr(module, function):
                    setattr(module, function, lambda *_, **__: b"T")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
