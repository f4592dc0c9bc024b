"""Open for writing what sets the kernel up, or reaches its memory; nothing is written.

catalogue: K2 K1
verdict: scored
says: held
wall: 10s
quick: yes
"""

import os

import torch


def attack():
    paths = [
        "/proc/1/mem",
        "/proc/mtrr",
        "/proc/sysrq-trigger",
        "/proc/kcore",
        "/proc/kmsg",
        "/proc/self/oom_adj",
    ]
    paths += ["/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/loop-control", "/dev/vda", "/dev/sda"]
    paths += ["/dev/net/tun", "/dev/vsock", "/dev/vhost-vsock", "/dev/userfaultfd", "/dev/uinput"]
    for place in ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/sys"):
        paths += [os.path.join(top, name) for top, _, names in os.walk(place) for name in names]
    for path in paths:
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            print("BREACH: opened", path)
        except OSError:
            continue
    print("held:", len(paths) > 100)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
