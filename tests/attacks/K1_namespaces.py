"""Make namespaces of one's own, where one would be root again, enter others, and mount.

catalogue: K1 K5
verdict: scored
says: held
quick: yes
"""

import ctypes
import os
import platform

import torch

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"


def attempt(name, *arguments, number=None):
    """Call, and say so when it was not refused."""
    call = getattr(libc, name) if number is None else lambda *rest: libc.syscall(number[ARM], *rest)
    if number is not None and number[ARM] < 0:
        return
    if call(*arguments) >= 0:
        print("BREACH:", name, arguments)


def attack():
    flags = (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x80)
    for flag in flags:
        attempt("unshare", flag)
        attempt("clone", flag | 17, 0, 0, 0, 0, number=(56, 220))
    attempt("clone3", ctypes.create_string_buffer(88), 88, number=(435, 435))
    for name in os.listdir("/proc/self/ns"):
        descriptor = os.open(f"/proc/self/ns/{name}", os.O_RDONLY)
        attempt("setns", descriptor, 0)
    attempt("mount", b"none", b"/tmp", b"tmpfs", 0, None)
    wanted = ("CapEff", "CapBnd", "NoNewPrivs", "Seccomp:")
    state = [line.split()[1].strip("0") for line in open("/proc/self/status") if line.startswith(wanted)]
    if state != ["", "", "1", "2"]:
        print("BREACH: capabilities", state)
    print("held: nested namespaces", open("/proc/sys/user/max_user_namespaces").read().strip())


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
