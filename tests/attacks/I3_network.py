"""List interfaces, and reach for the internet, this machine's services and sockets without a path.

catalogue: I3
verdict: scored
says: held: ['lo']
"""

import socket

import torch


def attack():
    names = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
    for address in (
        ("1.1.1.1", 53),
        ("8.8.8.8", 443),
        ("10.0.0.1", 22),
        ("172.17.0.1", 2375),
        ("192.168.0.1", 80),
    ):
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(address) == 0:
                print("BREACH: connected to", address)
    for port in (22, 53, 80, 5432, 6379, 8000, *range(47100, 47110)):
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as client:
                if client.connect_ex((host, port)) == 0:
                    print("BREACH: connected to", host, port)
    sockets = [
        line.split()[-1] for line in open("/proc/net/unix").readlines()[1:] if "@" in line or "/" in line
    ]
    print("BREACH:" if sockets or names != ["lo"] else "held:", names, *sockets)


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
