"""What a store is: bytes under the digest of their content, whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from grader.contract import STORE_PROBE, archive_path, blob_path

CHUNK = 1 << 18
PROBE = sha256(STORE_PROBE).hexdigest()  # the blob by which graders know this store
GRACE = timedelta(days=2)
"""Nothing that was kept so recently is removed: its reference is committed by then, or will never be."""
PREFIXES = tuple(f"{number:02x}" for number in range(256))


class Space(StrEnum):
    """The two name spaces of a store."""

    BLOBS = "blobs"  # what anybody may have handed in
    ARCHIVES = "archives"  # of assignments: what graders run outside the sandbox, written by `sync` alone


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are safely kept."""

    sha256: str
    size: int


class Store(Protocol):
    """Where every uploaded file and every published archive lies. Each verb raises StoreAway."""

    def keep(self, stream: IO[bytes], limit: int, *, space: Space = Space.BLOBS) -> Blob:
        """Store what a stream holds, which can be rewound; the same bytes again cost nothing.

        Raises TooLarge as soon as there are more than `limit` bytes, and StoreFull; neither leaves anything.
        """

    def adopt(self, file: Path, digest: str) -> None:
        """Keep a finished file that has this digest; where it lay it is gone, or may be deleted.

        A second time nothing happens. Raises StoreFull, and FileNotFoundError when it is in neither place.
        """

    def open(self, digest: str, space: Space = Space.BLOBS) -> BinaryIO:
        """The bytes with this digest, to be read from any place. Raises FileNotFoundError.

        What lies in the other space is not there: nothing that was handed in is ever taken for an archive.
        """

    def size(self, digest: str, space: Space = Space.BLOBS) -> int:
        """How many bytes they are. Raises FileNotFoundError."""

    def check(self) -> None:
        """Write something and read it again. Raises StoreAway or StoreFull."""

    def removal(self) -> Removal:
        """How blobs are removed from here while others hand in."""


class Removal(Protocol):
    """Removes blobs that nobody needs; any number of processes may do so at once.

    Deleting a blob that a submission needs is losing the submission, so nothing is trusted that was read a
    moment ago: see `folder_removal` and `object_removal`. Both hold that

    1. a blob is taken only when nobody has kept it for `GRACE`, which is longer than any request lives;
    2. times are those of the store's own clock: no clock of ours has a part in it;
    3. a store belongs to one database, whose name it bears. Beside another one, or a new and empty one,
       everything in it would look unneeded.
    """

    def owner(self) -> str | None:
        """The name of the database that the store belongs to."""

    def claim(self, owner: str) -> None:
        """Give a store its owner, unless somebody else was a moment faster: ask `owner` afterwards."""

    def all(self) -> Iterator[str]:
        """Every digest that the store has."""

    def old(self, prefix: str) -> list[str]:
        """The digests that begin so and that nobody has kept for GRACE."""

    def remove(self, digest: str, needed: Needed) -> bool:
        """Whether the blob is gone. It stays if it is needed, or was kept meanwhile."""

    def recover(self, needed: Needed) -> int:
        """Put back what was taken away and is needed after all; how many blobs there were."""

    def clear_incoming(self) -> int:
        """Remove files that were being written by a process that died; how many there were."""


Needed = Callable[[str], bool]
"""Whether any row of the database names this digest."""


def path_of(digest: str, space: Space) -> str:
    """Where the bytes with this digest lie, relative to the root of the store."""
    return blob_path(digest) if space is Space.BLOBS else archive_path(digest)


def keep_probe(store: Store) -> None:
    """Keep the object by which graders know the store. Raises StoreFull and StoreAway."""
    store.keep(io.BytesIO(STORE_PROBE), len(STORE_PROBE))
