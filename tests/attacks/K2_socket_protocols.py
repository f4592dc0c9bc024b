"""Open sockets of protocols that no computation on one machine needs, alone and in pairs.

catalogue: K2
verdict: scored
says: held: 0 protocols
"""

import socket

import torch

NEEDED = {0, socket.IPPROTO_TCP, socket.IPPROTO_UDP}


def attack():
    opened = []
    for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
        for kind in range(1, 11):
            for protocol in sorted({*range(1, 300)} - NEEDED):
                try:
                    socket.socket(family, kind, protocol).close()
                    opened.append((family, kind, protocol))
                except OSError:
                    continue
    for family in {*range(64)} - {socket.AF_UNIX}:
        for kind in range(1, 11):
            try:
                for end in socket.socketpair(family, kind):
                    end.close()
                opened.append((family, kind, "pair"))
            except OSError:
                continue
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass  # what DataLoader workers and process groups do
    for end in socket.socketpair():
        end.close()
    print("BREACH: opened" if opened else "held:", len(opened), "protocols", opened[:8])


def train(train_inputs, train_labels, *, seed):
    attack()


def predict(model, inputs):
    return torch.zeros(len(inputs))
