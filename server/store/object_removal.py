"""Removing blobs from an object store, while others hand in.

An object store cannot rename, and cannot look and delete in one step, so nothing is deleted at once. What
makes it safe, beside what `Removal` promises:

1. Whoever keeps bytes that are in the store already writes them anew when they are older than a day
   (`ObjectStore.keep`), so what anybody may be about to name is young.
2. A blob is copied aside before it is deleted, and lies there for another GRACE. Whoever had seen it before
   has committed a reference by then, or never will. `ObjectStore.open` finds it there meanwhile.
3. Each look puts back what lies aside and is named by now.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from grader.contract import blob_path
from server.outages import StoreAway
from server.store.bucket import Bucket
from server.store.interface import GRACE, PREFIXES, Needed

OWNER, CLOCK, ASIDE = "owner", "incoming/clock", "aside/"
DIGEST = re.compile(r"[0-9a-f]{64}")


def asides(bucket: Bucket, digest: str) -> Iterator[str]:
    """Where a blob lies that was taken away a moment ago; mostly nowhere."""
    yield from (key for key, _taken_at in bucket.list(f"{ASIDE}{digest}/"))


class ObjectRemoval:
    """Works on one bucket; any number of processes may do so at once."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def owner(self) -> str | None:
        """As `Removal.owner`."""
        try:
            body = self._bucket.get(OWNER)
        except FileNotFoundError:
            return None
        return bytes(body.read()).decode("ascii").strip()

    def claim(self, owner: str) -> None:
        """As `Removal.claim`. Of two databases that claim it at once the later one has it; see point 2."""
        if self.owner() is None:
            self._write(OWNER, f"{owner}\n".encode("ascii"))

    def all(self) -> Iterator[str]:
        """As `Removal.all`."""
        for prefix in PREFIXES:
            yield from (digest for digest, _changed_at in self._blobs(prefix))

    def old(self, prefix: str) -> list[str]:
        """As `Removal.old`."""
        before = self._now() - GRACE
        return sorted(digest for digest, changed_at in self._blobs(prefix) if changed_at < before)

    def remove(self, digest: str, needed: Needed) -> bool:
        """As `Removal.remove`: it lies aside from now on."""
        key = blob_path(digest)
        try:
            self._bucket.copy(key, f"{ASIDE}{digest}/{secrets.token_hex(4)}")  # nobody else's copy
        except FileNotFoundError:
            return False  # somebody else was a moment faster
        found = self._bucket.find(key)
        if found is None or found.seen_at - found.changed_at < GRACE or needed(digest):
            return False  # `recover` clears the copy away
        self._bucket.delete(key)
        return True

    def recover(self, needed: Needed) -> int:
        """As `Removal.recover`. What lies aside for GRACE and is not needed goes for good."""
        now, found = self._now(), 0
        for aside, taken_at in self._bucket.list(ASIDE):
            digest = aside.removeprefix(ASIDE).partition("/")[0]
            if needed(digest) and self._put_back(aside, digest):
                found += 1
            elif taken_at < now - GRACE:
                self._bucket.delete(aside)
        return found

    def clear_incoming(self) -> int:
        """As `Removal.clear_incoming`: what was not whole is not there."""
        return 0

    def _put_back(self, aside: str, digest: str) -> bool:
        """Whether it was missing. The copy goes once it has had its time."""
        if self._bucket.find(blob_path(digest)):
            return False
        self._bucket.copy(aside, blob_path(digest))
        return True

    def _blobs(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        folder = blob_path(prefix).removesuffix(prefix)
        for key, changed_at in self._bucket.list(folder):
            digest = key.removeprefix(folder)
            if DIGEST.fullmatch(digest):
                yield digest, changed_at

    def _now(self) -> datetime:
        """The moment by the store's own clock."""
        self._write(CLOCK, b"\n")
        for _key, changed_at in self._bucket.list(CLOCK):
            return changed_at
        raise StoreAway(why="the object store does not have what was written to it")

    def _write(self, key: str, content: bytes) -> None:
        self._bucket.put(key, io.BytesIO(content), sha256(content).hexdigest())
