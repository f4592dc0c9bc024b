"""Walk out through what the first process has open: its root, its folder and its files.

catalogue: I4 I1 K1
verdict: scored
says: held
"""

import os

import torch


def opened(pid, numbers):
    for number in numbers:
        try:
            yield os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:  # shut, which is what is wanted
            continue


def attack():
    inside = set(os.listdir("/")) | set(os.listdir("/tmp"))
    for pid in {"1", str(os.getppid())}:
        for name in ("root", "cwd", "root/proc/1/root", "fd", "map_files"):
            try:
                found = set(os.listdir(f"/proc/{pid}/{name}"))
            except OSError:
                continue
            if name == "fd":
                kinds = set(opened(pid, found))
                odd = {kind for kind in kinds if not kind.startswith(("pipe:", "/dev/null", "anon_inode:"))}
                print("BREACH: open in" if odd else "held", pid, odd)
            elif name != "map_files" and found - inside:
                print("BREACH: outside through", pid, name, sorted(found)[:20])
    for path in ("/proc/self/cwd/../../../..", "/tmp/../../..", "/proc/self/root/.."):
        if set(os.listdir(path)) - inside:
            print("BREACH: outside through", path)
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
