"""A real mail server of a test's own: it talks SMTP on a loopback port, and fails when it is told to."""

from __future__ import annotations

import email
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from typing import cast

from server.config import MailConfig

REFUSED = "nobody@example.org"


class _Dialogue(socketserver.StreamRequestHandler):
    """One client, the few commands that sending needs."""

    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                answer = self._take_letter()
            elif verb == b"RCPT" and REFUSED.encode() in line:
                answer = b"550 unknown"
            else:
                answer = b"221 bye" if verb == b"QUIT" else b"250 ok"
            if not answer:
                return  # it dies in the middle
            self.wfile.write(answer + b"\r\n")
            if verb == b"QUIT":
                return

    def _take_letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        if self.server.refuses:
            self.server.refuses -= 1
            return b"451 later"
        letter = email.message_from_bytes(b"".join(lines), policy=default)
        self.server.letters.append(cast("EmailMessage", letter))
        if self.server.dies:
            self.server.dies -= 1
            return b""
        return b"250 ok"


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it is given, and knows nobody called nobody."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.letters: list[EmailMessage] = []
        self.refuses = 0  # so many letters are refused for now
        self.dies = 0  # after so many letters it does not say whether it has taken them

    @property
    def config(self) -> MailConfig:
        """Settings of a server that sends here."""
        host, port = self.server_address
        return MailConfig(str(host), int(port), "hazi@example.org", "none", "", "")


@contextmanager
def running() -> Iterator[MailServer]:
    """A mail server, until the block ends."""
    with MailServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
