"""Share out what is too much among processes, each below the cap.

catalogue: G1 R6
verdict: out_of_memory
message: 4096 MiB of GPU memory
gpu_memory_mib: 4096
memory_mib: 8192
wall: 60s
"""

import subprocess
import sys
import time

import torch

CHILD = "import time, torch; kept = torch.ones(2**29, device='cuda'); time.sleep(60)"


def attack():
    for _ in range(4):
        subprocess.Popen([sys.executable, "-c", CHILD])
    time.sleep(60)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
