"""Hand-ins in one request: files are checked before anything is sent, and counted while they are sent."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from cli.api.client import VISIBLE_ASCII, Client, Json
from cli.api.errors import WrongUse
from cli.api.records import Limits
from cli.api.retry import PERSISTENT
from cli.files.hand_in_files import may_be_empty
from cli.language.translation import lazy_gettext as _

MIB = 2**20

OnProgress: TypeAlias = Callable[[int], None]
"""Is called with the number of bytes of each chunk that was sent."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An opened file and its size in bytes at that moment."""

    name: str
    handle: BinaryIO
    size: int


class ProgressFile:
    """A file that reports its progress while it is sent, and gives exactly the bytes that were announced."""

    def __init__(self, file: OpenedFile, on_progress: OnProgress) -> None:
        self._handle, self._size, self._on_progress = file.handle, file.size, on_progress
        self._sent = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises WrongUse when the file has become shorter."""
        left = self._size - self._sent
        chunk = self._handle.read(left if size < 0 else min(size, left))
        if left and not chunk:
            raise file_changed()
        self._sent += len(chunk)
        self._on_progress(len(chunk))
        return chunk

    def tell(self) -> int:
        """The number of bytes sent."""
        return self._sent

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Back to the start before each try; httpx seeks the end only to learn the size."""
        if whence == os.SEEK_END:
            return self._size
        self._handle.seek(offset)
        self._on_progress(offset - self._sent)
        self._sent = offset
        return offset


@dataclass(frozen=True, slots=True)
class HandInOptions:
    """How files are handed in."""

    key: str = field(repr=False)  # Idempotency-Key: the same key twice is the same hand-in
    trial: bool = False  # on public data alone, never counted
    keep: bool = False  # the waiting hand-in is run too

    @property
    def query(self) -> dict[str, str]:
        """The options as query parameters."""
        return {name: "true" for name, on in (("trial", self.trial), ("keep", self.keep)) if on}


def new_idempotency_key() -> str:
    """A new key: a hand-in that is repeated with it counts once."""
    return secrets.token_urlsafe(24)


@contextmanager
def open_files(paths: Sequence[Path], limits: Limits) -> Iterator[list[OpenedFile]]:
    """All files, open for reading. Raises WrongUse for files that the server would refuse."""
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
        files = [_open(path, stack) for path in paths]
        for path, file in zip(paths, files, strict=True):
            if not file.size and (len(files) == 1 or not may_be_empty(file.name)):
                raise WrongUse(_("{path} is empty.", path=path))
        total = sum(file.size for file in files)
        if total > limits.upload_mib * MIB:
            raise WrongUse(
                _(
                    "{size} MiB are too much: this assignment takes at most {limit} MiB.",
                    size=f"{total / MIB:.1f}",
                    limit=f"{limits.upload_mib:g}",
                )
            )
        yield files


def hand_in(
    client: Client,
    slug: str,
    files: Sequence[OpenedFile],
    options: HandInOptions,
    on_progress: OnProgress,
) -> Json:
    """Send the files in one request, repeated with the same key until it succeeds, so that it counts once.

    Raises WrongUse for a file that changes.
    """
    parts = [
        ("file", (file.name, ProgressFile(file, on_progress), "application/octet-stream")) for file in files
    ]
    return post_submission(client, slug, options, files=parts)


def post_submission(client: Client, slug: str, options: HandInOptions, **body: Any) -> Json:  # noqa: ANN401
    """POST a submission under its key; `body` is what httpx sends. Raises WrongUse for a bad key."""
    refuse_bad_key(options.key)
    return client.post(
        "assignments",
        slug,
        "submissions",
        policy=PERSISTENT,
        params=options.query,
        headers={"Idempotency-Key": options.key},
        **body,
    )


def refuse_bad_key(key: str) -> None:
    """Raise WrongUse for a key that no header can carry."""
    if not VISIBLE_ASCII.fullmatch(key):
        raise WrongUse(_("A key has only ASCII letters, digits and signs."))


def file_changed() -> WrongUse:
    """The error for a file that became shorter while it was sent."""
    return WrongUse(_("A file changed while it was being sent. Nothing was handed in."))


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


def _open(path: Path, stack: ExitStack) -> OpenedFile:
    if path.is_dir():
        raise WrongUse(
            _("{path} is a folder. Name the files in it, or zip it and hand in the zip.", path=path)
        )
    try:
        # O_NONBLOCK: opening a pipe does not wait for its writer; pipes are refused below.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        handle = stack.enter_context(os.fdopen(descriptor, "rb"))
    except FileNotFoundError as error:
        raise WrongUse(_("There is no file {path}.", path=path)) from error
    except OSError as error:
        raise WrongUse.cannot_read(path, error) from error
    status = os.fstat(handle.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise WrongUse(_("{path} is not a regular file.", path=path))
    return OpenedFile(path.name, handle, status.st_size)
