"""Writing on a disk that may be full, or away."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO

from server.disk_space import DiskReserve
from server.errors import StoreFull, TooLarge
from server.outages import StoreAway
from server.store.interface import CHUNK, Blob

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def refuse_when_full() -> Iterator[None]:
    """Turn the error of a full disk into the refusal that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


@contextmanager
def refuse_when_away() -> Iterator[None]:
    """Turn errors of a folder into refusals: of a full disk, or of one that is away."""
    try:
        with refuse_when_full():
            yield
    except OSError as error:
        raise StoreAway(why=f"{type(error).__name__}: {error}") from error


def copy(stream: IO[bytes], file: IO[bytes], limit: int, room: DiskReserve) -> Blob:
    """Write what a stream holds to a file. Raises TooLarge, StoreFull, StoreAway, and the stream's errors."""
    digest, size = sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        digest.update(chunk)
        with refuse_when_away():
            room.refuse_unless(len(chunk))
            file.write(chunk)
    with refuse_when_away():
        file.flush()
    return Blob(digest.hexdigest(), size)
