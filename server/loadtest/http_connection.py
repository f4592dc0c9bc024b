"""HTTP/1.1 on asyncio, as much as a phone needs: a thousand phones share a core with the server they try."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

LINE_LIMIT = 1 << 20
CONNECT_S = 5.0
ANSWER_S = 20.0
TROUBLES = (OSError, EOFError, asyncio.TimeoutError, ValueError)
"""What may go wrong on the way; the caller tries again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        """The body as a value."""
        return json.loads(self.body)


@dataclass(slots=True)
class HttpConnection:
    """One connection that is kept open, and opened again when it is cut."""

    host: str
    port: int
    token: str = field(default="", repr=False)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None)

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """Send a request and read its answer. Raises TROUBLES, and is then cut."""
        try:
            return await asyncio.wait_for(self._ask(method, path, body, headers), ANSWER_S)
        except BaseException:
            self.cut()
            raise

    async def follow(self, path: str) -> AsyncIterator[tuple[str, Any]]:
        """The events of a stream as they come: name and data. Ends or raises TROUBLES when it is cut."""
        reader = await self._send("GET", path, None, {"Accept": "text/event-stream"})
        status, _headers = await _head(reader)
        if status != 200:
            self.cut()
            raise ConnectionError(f"the stream answered {status}")
        name = ""
        while line := await reader.readline():
            # Each event is a chunk of its own, so that lines are whole; sizes of chunks are skipped.
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                yield name, json.loads(line[6:])

    def cut(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Reply:
        kept = self._streams is not None
        try:
            reader = await self._send(method, path, body, headers)
            status, found = await _head(reader)
        except (OSError, EOFError):
            if not kept:
                raise
            self.cut()  # the server had closed it for being idle: browsers, too, try once more at once
            reader = await self._send(method, path, body, headers)
            status, found = await _head(reader)
        length = int(found.get("content-length", "0"))
        content = await reader.readexactly(length)
        if found.get("connection") == "close":
            self.cut()
        return Reply(status, found, content)

    async def _send(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> asyncio.StreamReader:
        if self._streams is None:
            opening = asyncio.open_connection(self.host, self.port, limit=LINE_LIMIT)
            self._streams = await asyncio.wait_for(opening, CONNECT_S)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        fields = {"Accept": "application/json"} | {name.replace("_", "-"): it for name, it in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()
        return reader


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first = await reader.readline()
    if not first:
        raise EOFError("the connection was closed")
    status = int(first.split()[1])
    headers = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return status, headers
