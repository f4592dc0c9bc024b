"""Change limits, priority, scheduling, cores and input priority of the first process and of a child.

catalogue: K3
verdict: scored
says: held: 0 doors
"""

import ctypes
import os
import resource
import struct
import subprocess
import sys

import torch

PRIO_PROCESS, PRIO_PGRP, PRIO_USER = 0, 1, 2
IOPRIO_SET = {"x86_64": 251, "aarch64": 30}[os.uname().machine]
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}[os.uname().machine]
PR_SCHED_CORE, PR_SCHED_CORE_SHARE_TO = 62, 2
libc = ctypes.CDLL(None, use_errno=True)


def raw(*arguments):
    if libc.syscall(*arguments) != 0:
        raise OSError(ctypes.get_errno(), "refused")


def core_scheduling(pid):
    if libc.prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_TO, pid, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "refused")


DOORS = {
    "limit": lambda pid: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)),
    "processes": lambda pid: resource.prlimit(pid, resource.RLIMIT_NPROC, (1, 1)),
    "priority": lambda pid: os.setpriority(PRIO_PROCESS, pid, 19),
    "priority of a group": lambda pid: os.setpriority(PRIO_PGRP, pid, 19),
    "priority of the user": lambda pid: os.setpriority(PRIO_USER, os.getuid(), 19),
    "scheduler": lambda pid: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
    "parameters": lambda pid: os.sched_setparam(pid, os.sched_param(0)),
    "attributes": lambda pid: raw(
        SCHED_SETATTR, pid, ctypes.c_char_p(struct.pack("=IIQiIQQQ", 48, 5, 0, 0, 0, 0, 0, 0)), 0
    ),
    "cores": lambda pid: os.sched_setaffinity(pid, {0}),
    "input": lambda pid: raw(IOPRIO_SET, 1, pid, 3 << 13),
    "input of the user": lambda pid: raw(IOPRIO_SET, 3, os.getuid(), 3 << 13),
    "core scheduling": core_scheduling,
}


def opened(pid):
    for name, door in DOORS.items():
        try:
            door(pid)
        except OSError:
            continue
        print("BREACH:", name, "of", pid)
        yield name


def attack():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"])
    found = [*opened(1), *opened(child.pid)]
    child.kill()
    child.wait()
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))  # one's own are one's own
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    print("held:", len(found), "doors")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
