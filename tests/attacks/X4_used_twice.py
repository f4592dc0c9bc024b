"""Leave marks in the interpreter, in scratch and in a process, and look for them in the next run.

catalogue: X4 R6
verdict: scored
runs: 2
says: held
"""

import builtins
import os
import sys
import time

import torch


def attack():
    old = [module.__name__ for module in (builtins, sys, torch, torch.nn) if hasattr(module, "hazi_canary")]
    old += [path for path in ("/tmp/hazi-canary", "/dev/shm/hazi-canary") if os.path.exists(path)]
    old += ["a variable"] if os.environ.get("CANARY") else []
    print("BREACH:" if old else "held", old)
    builtins.hazi_canary = sys.hazi_canary = torch.hazi_canary = torch.nn.hazi_canary = 1
    torch.nn.Linear.forward = lambda *_: 1 / 0
    torch.set_default_dtype(torch.float16)
    torch.set_num_threads(3)
    os.environ["CANARY"] = "1"
    os.nice(10)
    for path in ("/tmp/hazi-canary", "/dev/shm/hazi-canary"):
        open(path, "w").close()
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
