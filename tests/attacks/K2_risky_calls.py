"""Make the system calls that most escapes of recent years began with.

catalogue: K2 K1
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
    room = ctypes.create_string_buffer(512)
    attempt("io_uring_setup", 1, room, number=(425, 425))
    attempt("io_uring_enter", 0, 0, 0, 0, None, 0, number=(426, 426))
    attempt("bpf", 5, room, 128, number=(321, 280))
    attempt("bpf", 0, room, 72, number=(321, 280))
    attempt("perf_event_open", room, 0, -1, -1, 0, number=(298, 241))
    attempt("keyctl", 0, -3, 1, number=(250, 219))
    attempt("add_key", b"user", b"hazi-canary", b"1", 1, -3, number=(248, 217))
    attempt("request_key", b"user", b"hazi-canary", None, -3, number=(249, 218))
    attempt("userfaultfd", 1, number=(323, 282))
    attempt("ptrace", 0, 0, 0, 0)
    attempt("process_vm_readv", 1, None, 0, None, 0, 0, number=(310, 270))
    attempt("process_madvise", 0, None, 0, 0, 0, number=(440, 440))
    attempt("kcmp", os.getpid(), os.getpid(), 0, 0, 1, number=(312, 272))
    attempt("pidfd_getfd", 0, 0, 0, number=(438, 438))
    attempt("init_module", None, 0, b"", number=(175, 105))
    attempt("finit_module", -1, b"", 0, number=(313, 273))
    attempt("delete_module", b"hazi-canary", 0, number=(176, 106))
    attempt("kexec_load", 0, 0, None, 0, number=(246, 104))
    attempt("open_by_handle_at", -100, room, 0, number=(304, 265))
    attempt("name_to_handle_at", -100, b"/", room, room, 0, number=(303, 264))
    attempt("fanotify_init", 0, 0, number=(300, 262))
    attempt("quotactl", 0, None, 0, None, number=(179, 60))
    attempt("syslog", 3, room, 512, number=(103, 116))
    attempt("sethostname", b"canary", 6)
    attempt("settimeofday", None, room)
    attempt("swapoff", b"/tmp/none")
    attempt("acct", None)
    attempt("iopl", 3, number=(172, -1))
    attempt("ioperm", 0, 1, 1, number=(173, -1))
    attempt("modify_ldt", 0, room, 16, number=(154, -1))
    attempt("vmsplice", -1, None, 0, 0, number=(278, 75))
    for family in (16, 17, 38, 40):  # NETLINK, PACKET, ALG, VSOCK
        attempt("socket", family, 3, 0)
    for path, command in ((torch.__file__.encode(), 1024), (b"/usr", 1026)):  # F_SETLEASE, F_NOTIFY
        attempt("fcntl", libc.open(path, 0), command, 1)
    print("held")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
