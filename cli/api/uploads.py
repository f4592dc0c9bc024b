"""Handing in: files are looked at before anything is sent, then streamed and counted on the way."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cli.api.client import VISIBLE_ASCII, Client, Json
from cli.api.errors import WrongUse
from cli.api.records import Limits
from cli.api.retry import STUBBORN
from cli.language.translation import lazy_gettext as _

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Parcel:
    """One opened file and its size when it was opened."""

    name: str
    file: BinaryIO
    size: int


class Counted:
    """A file that tells how far it was sent, and sends exactly the bytes that were promised."""

    def __init__(self, parcel: Parcel, tell: Callable[[int], None]) -> None:
        self._file, self._size, self._tell = parcel.file, parcel.size, tell
        self._sent = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises WrongUse when the file has become shorter."""
        left = self._size - self._sent
        chunk = self._file.read(left if size < 0 else min(size, left))
        if left and not chunk:
            raise WrongUse(_("A file changed while it was being sent. Nothing was handed in."))
        self._sent += len(chunk)
        self._tell(len(chunk))
        return chunk

    def tell(self) -> int:
        """How many bytes were sent."""
        return self._sent

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Back to the start before each try; to the end only to be asked for the size."""
        if whence == os.SEEK_END:
            return self._size
        self._file.seek(offset)
        self._tell(offset - self._sent)
        self._sent = offset
        return offset


def new_key() -> str:
    """An Idempotency-Key: however often the hand-in is repeated with it, it happens once."""
    return secrets.token_urlsafe(24)


@contextmanager
def opened(paths: Sequence[Path], limits: Limits) -> Iterator[list[Parcel]]:
    """All files, open for reading. Raises WrongUse for whatever the server would refuse anyway."""
    _refuse_names(paths)
    if limits.files is not None and len(paths) > limits.files:
        raise WrongUse(
            _(
                "{count} files are too many: this assignment takes {limit}.",
                count=len(paths),
                limit=limits.files,
            )
        )
    with ExitStack() as stack:
        parcels = [_open(path, stack) for path in paths]
        whole = sum(parcel.size for parcel in parcels)
        if whole > limits.upload_mib * MIB:
            raise WrongUse(
                _(
                    "{size} MiB are too much: this assignment takes at most {limit} MiB.",
                    size=f"{whole / MIB:.1f}",
                    limit=f"{limits.upload_mib:g}",
                )
            )
        yield parcels


@dataclass(frozen=True, slots=True)
class Way:
    """How files are handed in."""

    key: str = field(repr=False)  # the same key twice is the same hand-in
    trial: bool = False  # on public data alone, never counted
    keep: bool = False  # what waits already is run too

    @property
    def query(self) -> dict[str, str]:
        """As the address says it."""
        return {name: "true" for name, said in (("trial", self.trial), ("keep", self.keep)) if said}


def hand_in(
    client: Client, slug: str, parcels: Sequence[Parcel], way: Way, tell: Callable[[int], None]
) -> Json:
    """Send the files. Whatever breaks on the way is tried again with the same key, so it counts once."""
    check_key(way.key)
    files = [("file", (it.name, Counted(it, tell), "application/octet-stream")) for it in parcels]
    return client.post(
        "assignments",
        slug,
        "submissions",
        patience=STUBBORN,
        files=files,
        params=way.query,
        headers={"Idempotency-Key": way.key},
    )


def check_key(key: str) -> None:
    """Raise WrongUse for a key that no header can carry."""
    if not VISIBLE_ASCII.fullmatch(key):
        raise WrongUse(_("A key has only ASCII letters, digits and signs."))


def _refuse_names(paths: Sequence[Path]) -> None:
    seen = set[str]()
    for path in paths:
        name = path.name
        if name in seen:
            raise WrongUse(_("Two files are called {name}: give them different names.", name=name))
        seen.add(name)
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise WrongUse(_("The name of {path} is not valid UTF-8: rename it.", path=path)) from error


def _open(path: Path, stack: ExitStack) -> Parcel:
    if path.is_dir():
        raise WrongUse(
            _("{path} is a folder. Name the files in it, or zip it and hand in the zip.", path=path)
        )
    try:
        # A pipe must not keep us waiting: it is refused below.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        file = stack.enter_context(os.fdopen(handle, "rb"))
    except FileNotFoundError as error:
        raise WrongUse(_("There is no file {path}.", path=path)) from error
    except OSError as error:
        raise WrongUse(_("{path} cannot be read: {why}", path=path, why=error.strerror)) from error
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise WrongUse(_("{path} is not a regular file.", path=path))
    if found.st_size == 0:
        raise WrongUse(_("{path} is empty.", path=path))
    return Parcel(path.name, file, found.st_size)
