"""Find, signal, trace and read processes that are not of this run.

catalogue: I4
verdict: scored
says: held
"""

import ctypes
import os
import signal

import torch


def attack():
    seen = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    if len(seen) > 3 or max(seen) > 64:
        print("BREACH: processes", seen)
    for pid in range(2, 2000):
        if pid not in seen and str(pid) not in os.listdir("/proc/self/task"):
            try:
                os.kill(pid, 0)
                print("BREACH: there is a process", pid)
            except (ProcessLookupError, PermissionError):
                continue
    libc = ctypes.CDLL(None, use_errno=True)
    for pid in {1, os.getppid()}:
        if libc.ptrace(16, pid, 0, 0) == 0:
            print("BREACH: traced", pid)
        for name in ("mem", "auxv", "maps"):
            try:
                os.close(os.open(f"/proc/{pid}/{name}", os.O_RDWR))
                print("BREACH: opened", name, "of", pid)
            except OSError:
                continue
        for call in (libc.process_vm_readv, libc.process_vm_writev):
            if call(pid, None, 0, None, 0, 0) == 0:
                print("BREACH: memory of", pid)
    print("held", signal.Signals(9).name)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
