"""Look for what the run before left in the card's memory, then fill it.

catalogue: G1 X5
verdict: scored
runs: 2
says: held
gpu_memory_mib: 4096
memory_mib: 8192
wall: 30s
"""

import torch

MARK = 0x5A


def attack():
    memory = torch.empty(2**28, dtype=torch.int64, device="cuda")
    found = sum(int(part.count_nonzero()) for part in memory.split(2**24))
    print(f"BREACH: {found} numbers of somebody else's" if found else "held")
    memory.fill_(MARK)
    torch.cuda.synchronize()


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
