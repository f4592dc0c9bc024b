"""Write wherever a program might: the root, devices, libraries, the submission's own folder.

catalogue: R3 X1
verdict: scored
says: wrote ['/tmp', '/dev/shm']
quick: yes
"""

import os
import sysconfig

import torch


def attack():
    places = ["/", "/box", "/hazi", "/usr", "/usr/bin", "/dev", "/proc", "/proc/sys/kernel", "/sys", "/etc"]
    places += [
        "/run",
        "/var/tmp",
        "/root",
        "/home",
        "/opt",
        "/srv",
        "/mnt",
        "/media",
        "/dev/pts",
        "/dev/mqueue",
    ]
    places += [sysconfig.get_path(name) for name in ("purelib", "stdlib", "scripts", "data")]
    written = []
    for place in places + ["/tmp", "/dev/shm"]:
        for make in (lambda path: open(path, "w").close(), os.mkdir, os.mkfifo):
            try:
                make(place + "/hazi-canary")
            except OSError:
                continue
            written.append(place)
            break
    print("wrote", written)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
