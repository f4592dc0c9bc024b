"""A bad network: a proxy for TCP that breaks the connection after so many bytes on their way up."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BUFFER = 1 << 14
LOOK_S = 0.1
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close at once, and let the other side know


class BadNetwork:
    """Passes bytes on, until it is told to break."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._left: int | None = None
        self._lock = threading.Lock()
        self._ends = False
        self.breaks = 0
        self.stays_broken = False  # whether nobody gets through after the break

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._door.getsockname()[1])

    @property
    def url(self) -> str:
        """The address that leads to the server."""
        return f"http://127.0.0.1:{self.port}"

    def break_after(self, count: int) -> None:
        """Let so many bytes through towards the server, then break that connection; later ones hold."""
        with self._lock:
            self._left = count

    @contextmanager
    def cut(self) -> Iterator[None]:
        """A block in which nobody gets through; connections that were open are broken."""
        self.breaks, self.stays_broken = self.breaks + 1, True
        try:
            yield
        finally:
            self.stays_broken = False

    def serve(self) -> None:
        """Take connections until closed, and wait for those that are left."""
        threads = []
        with self._door, suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threads.append(threading.Thread(target=self._carry, args=(client,)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """End all connections, and take no more."""
        self._ends = True
        self._door.shutdown(socket.SHUT_RDWR)

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self._down():
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                self._both_ways(client, server)

    def _both_ways(self, client: socket.socket, server: socket.socket) -> None:
        """Until one side ends, or the network breaks."""
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            while not self._ends and not self._down():
                for key, _ in selector.select(LOOK_S):
                    data = key.fileobj.recv(BUFFER)  # type: ignore[union-attr]
                    if not data:
                        return
                    if key.fileobj is server:
                        client.sendall(data)
                        continue
                    passed = self._allowed(len(data))
                    server.sendall(data[:passed])
                    if passed < len(data):
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                        return

    def _down(self) -> bool:
        return self.stays_broken and self.breaks > 0

    def _allowed(self, count: int) -> int:
        with self._lock:
            if self._left is None:
                return count
            if self._left >= count:
                self._left -= count
                return count
            allowed, self._left = self._left, None
            self.breaks += 1
            return allowed


@contextmanager
def bad_network(port: int) -> Iterator[BadNetwork]:
    """A network between clients and the server on that port."""
    network = BadNetwork(port)
    thread = threading.Thread(target=network.serve)
    thread.start()
    try:
        yield network
    finally:
        network.close()
        thread.join()
