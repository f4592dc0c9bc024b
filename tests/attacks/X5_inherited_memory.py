"""Search all memory of this process for a secret of whoever it was forked from.

catalogue: X5
verdict: scored
says: searched
wall: 10s
"""

import os
import re

import torch


def attack():
    wanted = re.compile(b"hazi-" + b"planted-[0-9a-f]{32}")
    size = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            start, end = (int(number, 16) for number in span.split("-"))
            if not rights.startswith("rw") or end - start > 2**28:
                continue
            try:
                memory.seek(start)
                chunk = memory.read(end - start)
            except (OSError, ValueError):
                continue
            size += len(chunk)
            if wanted.search(chunk):
                print("BREACH: a secret at", span)
    print("searched", size // 2**20, "MiB", os.environ.get("PLANTED_" + "SECRET"))


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
