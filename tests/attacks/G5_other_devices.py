"""Look for devices that are no card of this run, and for what may be written below /proc.

catalogue: G5 K2
verdict: scored
says: held
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import glob
import os

import torch

ALLOWED = {"nvidiactl", "nvidia-uvm", "nvidia-uvm-tools"}
SETTINGS = ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger")


def attack():
    nodes = {os.path.basename(path) for path in glob.glob("/dev/nvidia*")} - ALLOWED
    found = [] if len(nodes) == 1 else [f"cards {nodes}"]
    for path in (*SETTINGS, *glob.glob("/proc/driver/nvidia/**", recursive=True)):
        try:
            os.close(os.open(path, os.O_WRONLY))
            found.append(path)
        except OSError:
            pass
    print(f"BREACH: {found}" if found else "held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
