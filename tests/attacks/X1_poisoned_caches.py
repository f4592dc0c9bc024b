"""Poison caches, home and libraries for the run that follows.

catalogue: X1
verdict: scored
runs: 2
says: held
"""

import os
import sysconfig

import torch


def attack():
    code = "print('BREACH: poisoned')\n"
    packages = sysconfig.get_path("purelib")
    places = ["/tmp/.local/lib/python3.11/site-packages", "/tmp/.cache/torch/hub", "/tmp/.config", packages]
    places += [os.path.join(packages, "torch", "__pycache__"), "/dev/shm", "/tmp"]
    for place in places:
        for name in ("hazi-canary.pth", "usercustomize.py", "sitecustomize.py", "submission.py"):
            try:
                os.makedirs(place, exist_ok=True)
                if os.path.exists(f"{place}/{name}"):
                    print("BREACH: left by the run before,", place, name)
                with open(f"{place}/{name}", "w") as file:
                    file.write(code)
            except OSError:
                continue
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
