"""Become somebody else, get capabilities back, or map further users.

catalogue: K1
verdict: scored
says: held
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
    for name in ("setuid", "setgid", "setfsuid"):
        getattr(libc, name)(0)
    for call in (lambda: os.setresuid(0, 0, 0), lambda: os.setresgid(0, 0, 0), lambda: os.setgroups([0])):
        try:
            call()
            print("BREACH: another identity")
        except OSError:
            continue
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    attempt("capset", header, (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6), number=(126, 91))
    attempt("prctl", 24, 21, 0, 0, 0)
    attempt("prctl", 47, 2, 21, 0, 0)
    for name in ("uid_map", "gid_map", "setgroups"):
        try:
            with open(f"/proc/self/{name}", "w") as file:
                file.write("0 0 1")
            print("BREACH: wrote", name)
        except OSError:
            continue
    if 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid()):
        print("BREACH: root")
    wanted = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp:")
    state = [line.split()[1].strip("0") for line in open("/proc/self/status") if line.startswith(wanted)]
    print("held" if state == [""] * 5 + ["1", "2"] else "BREACH:", state)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
