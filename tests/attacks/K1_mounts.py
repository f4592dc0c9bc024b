"""Mount, unmount and change the root, by the old calls and by the new.

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
    os.mkdir("/tmp/place")
    attempt("mount", b"none", b"/tmp/place", b"tmpfs", 0, None)
    attempt("mount", b"/usr", b"/tmp/place", None, 4096, None)
    attempt("mount", None, b"/", None, 32, None)
    attempt("mount", b"proc", b"/tmp/place", b"proc", 0, None)
    for path in (b"/proc", b"/box", b"/usr", b"/dev/shm"):
        attempt("umount2", path, 2)
    attempt("chroot", b"/tmp/place")
    attempt("pivot_root", b"/tmp", b"/tmp/place", number=(155, 41))
    attempt("open_tree", -100, b"/", 1, number=(428, 428))
    attempt("move_mount", -100, b"/usr", -100, b"/tmp/place", 0, number=(429, 429))
    attempt("fsopen", b"tmpfs", 0, number=(430, 430))
    attempt("mount_setattr", -100, b"/", 0, ctypes.create_string_buffer(32), 32, number=(442, 442))
    for kind in (0o020666, 0o060666):
        attempt("mknod", b"/tmp/place/device", kind, os.makedev(1, 1))
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
