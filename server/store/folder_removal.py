"""Removing blobs from a store that is a folder, while others hand in.

What makes it safe, whatever happens at the same time, beside what `Removal` promises:

1. Whoever wants to keep bytes that are in the store already touches the file and then looks whether it is
   still there (`FolderStore.keep`). If it is not, the bytes are published anew.
2. Whoever removes a blob takes it aside by a rename, then looks at its time and at the references again. A
   touch before the rename is seen by this look; a touch after it finds no file. A touch that found the file
   before the rename and marks it after the look is followed by a look that finds no file.
3. What was put aside by a process that died is put back before anything else is done.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from grader.contract import blob_path
from server.store.interface import GRACE, PREFIXES, Needed

INCOMING = "incoming"  # what is being written, and what was taken aside
FORGOTTEN = timedelta(minutes=1)  # nobody holds a blob aside for longer
ASIDE = re.compile(r"aside-([0-9a-f]{64})-[0-9a-f]+")
DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderRemoval:
    """Works on the folder of one store; any number of processes may do so at once."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._incoming = store / INCOMING
        self._owner = store / "owner"

    def owner(self) -> str | None:
        """The name of the database that the store belongs to."""
        try:
            return self._owner.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def claim(self, owner: str) -> None:
        """Give a store its owner, unless somebody else was a moment faster: ask `owner` afterwards."""
        self._store.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._incoming.mkdir(exist_ok=True)
        with NamedTemporaryFile("w", dir=self._incoming, encoding="ascii") as file:
            file.write(f"{owner}\n")
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, self._owner)

    def all(self) -> Iterator[str]:
        """Every digest that the store has."""
        for prefix in PREFIXES:
            folder = (self._store / blob_path(prefix)).parent
            yield from (path.name for path, _facts in _files(folder) if DIGEST.fullmatch(path.name))

    def old(self, prefix: str) -> list[str]:
        """The digests that begin so and that nobody has touched for GRACE."""
        folder = (self._store / blob_path(prefix)).parent
        before = self._now() - GRACE.total_seconds()
        return sorted(
            path.name
            for path, facts in _files(folder)
            if DIGEST.fullmatch(path.name) and facts.st_mtime < before
        )

    def remove(self, digest: str, needed: Needed) -> bool:
        """Whether the blob is gone for good. It stays if it is needed, or was touched meanwhile.

        `needed` is asked once the blob is aside; an error of it leaves the blob where it was.
        """
        target = self._store / blob_path(digest)
        aside = self._incoming / f"aside-{digest}-{secrets.token_hex(4)}"
        before = self._now() - GRACE.total_seconds()
        try:
            target.rename(aside)
        except FileNotFoundError:
            return False  # somebody else was a moment faster
        removed = False
        try:
            removed = aside.stat().st_mtime < before and not needed(digest)
        finally:
            if removed:
                aside.unlink()
            else:
                _put_back(aside, target)
        return removed

    def recover(self, needed: Needed) -> int:  # noqa: ARG002 - `remove` has asked
        """Put back what a process left aside that died; how many blobs there were."""
        now, found = self._now(), 0
        for path, facts in list(_files(self._incoming)):
            match = ASIDE.fullmatch(path.name)
            if match and facts.st_ctime < now - FORGOTTEN.total_seconds():
                _put_back(path, self._store / blob_path(match[1]))
                found += 1
        return found

    def clear_incoming(self) -> int:
        """Remove files that were being written by a process that died; how many there were."""
        before, found = self._now() - GRACE.total_seconds(), 0
        for path, facts in list(_files(self._incoming)):
            if not ASIDE.fullmatch(path.name) and facts.st_mtime < before:
                path.unlink(missing_ok=True)
                found += 1
        return found

    def _now(self) -> float:
        """The moment by the file system's own clock."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._incoming) as file:
            os.utime(file.name)
            return os.fstat(file.fileno()).st_mtime


def _put_back(aside: Path, target: Path) -> None:
    """It counts as touched: it may take the place of one that was published a moment ago."""
    try:
        os.utime(aside)
        aside.replace(target)
    except FileNotFoundError:
        return  # another process has put it back


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of a folder; those that others take away meanwhile are left out."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as found:
        for file in found:
            with suppress(FileNotFoundError):
                if file.is_file(follow_symlinks=False):
                    yield Path(file.path), file.stat(follow_symlinks=False)
