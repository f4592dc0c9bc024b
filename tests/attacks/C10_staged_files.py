"""Change the submission's own files after they were checked.

catalogue: C10
verdict: scored
says: held
"""

import os

import torch


def attack():
    before = open("/box/submission.py", "rb").read()
    tries = (
        lambda: open("/box/submission.py", "ab").close(),
        lambda: os.chmod("/box/submission.py", 0o777),
        lambda: os.chmod("/box", 0o777),
        lambda: os.unlink("/box/submission.py"),
        lambda: os.rename("/box/submission.py", "/box/other.py"),
        lambda: os.link("/box/submission.py", "/tmp/hazi-canary"),
        lambda: os.symlink("/tmp", "/box/hazi-canary"),
        lambda: os.truncate("/box/submission.py", 0),
        lambda: os.utime("/box/submission.py"),
        lambda: os.setxattr("/box/submission.py", "user.canary", b"1"),
    )
    for number, attempt in enumerate(tries):
        try:
            attempt()
            print("BREACH: attempt", number)
        except OSError:
            continue
    print("held" if before == open("/box/submission.py", "rb").read() else "BREACH: another file")


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
