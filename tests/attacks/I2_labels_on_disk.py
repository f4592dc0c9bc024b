"""Look for data, labels, databases and this project's code in all that can be read.

catalogue: I2
verdict: scored
says: held
wall: 15s
"""

import importlib.util
import os

import torch


def attack():
    found = []
    for top, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(top, name) not in ("/proc", "/sys")]
        for name in names:
            if name in ("assignment.toml", "iris.csv", "digits.csv.gz") or name.endswith(
                (".sqlite3", ".sqlite", ".blob", ".env")
            ):
                found.append(os.path.join(top, name))
    for name in (
        "server",
        "assignments",
        "cli",
        "grader.scoring.shares",
        "grader.metrics",
        "grader.grade",
        "grader.settings",
    ):
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            continue
        if spec is not None and spec.origin is not None:
            found.append(name)
    print("BREACH:" if found else "held", found)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
