"""A store that is a bucket of an object store, as Amazon's S3, MinIO, Ceph and others speak it."""

from __future__ import annotations

import io
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError

from grader.contract import STORE_PROBE
from server.config import BucketConfig
from server.errors import TooLarge
from server.outages import StoreAway
from server.store.bucket import Bucket, refusal
from server.store.interface import CHUNK, GRACE, PROBE, Blob, Space, path_of
from server.store.object_removal import ObjectRemoval, asides

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

YOUNG = GRACE / 2  # what is older is written anew when somebody keeps it again
CHECK = "check"  # what `check` writes and reads


class ObjectStore:
    """Blobs as objects. One of it serves a whole process: its client is made for many at once."""

    def __init__(self, config: BucketConfig) -> None:
        self.bucket = Bucket(config)

    def keep(self, stream: IO[bytes], limit: int, *, space: Space = Space.BLOBS) -> Blob:
        """As `Store.keep`."""
        begin = stream.tell()
        blob = _digested(stream, limit)
        stream.seek(begin)
        self._put(stream, blob, space)
        return blob

    def adopt(self, file: Path, digest: str) -> None:
        """As `Store.adopt`; the file stays, and may be deleted."""
        try:
            stream = file.open("rb")
        except FileNotFoundError:
            self.size(digest)
            return
        with stream:
            self._put(stream, Blob(digest, file.stat().st_size), Space.BLOBS)

    def open(self, digest: str, space: Space = Space.BLOBS) -> BinaryIO:
        """As `Store.open`."""
        key, size = self._found(digest, space)
        return cast("BinaryIO", io.BufferedReader(_Object(self.bucket, key, size), CHUNK))

    def size(self, digest: str, space: Space = Space.BLOBS) -> int:
        """As `Store.size`."""
        return self._found(digest, space)[1]

    def check(self) -> None:
        """As `Store.check`."""
        self.bucket.put(CHECK, io.BytesIO(STORE_PROBE), PROBE)
        with io.BufferedReader(_Object(self.bucket, CHECK, len(STORE_PROBE))) as written:
            if written.read() != STORE_PROBE:
                raise StoreAway(why="what was written to the object store reads differently")

    def removal(self) -> ObjectRemoval:
        """As `Store.removal`."""
        return ObjectRemoval(self.bucket)

    def _put(self, stream: IO[bytes], blob: Blob, space: Space) -> None:
        """Unless it is there, and young enough that nobody removes it before its reference is committed."""
        key = path_of(blob.sha256, space)
        found = self.bucket.find(key)
        if found is None or found.size != blob.size or found.seen_at - found.changed_at > YOUNG:
            self.bucket.put(key, stream, blob.sha256)

    def _found(self, digest: str, space: Space) -> tuple[str, int]:
        """Where it lies, and its size; what was taken aside a moment ago counts as there."""
        aside = asides(self.bucket, digest) if space is Space.BLOBS else ()
        for key in chain([path_of(digest, space)], aside):
            if found := self.bucket.find(key):
                return key, found.size
        raise FileNotFoundError(digest)


class _Object(io.RawIOBase):
    """An object that is read as it comes, from any place."""

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        super().__init__()
        self._bucket, self._key, self._size = bucket, key, size
        self._at = 0
        self._body: Any = None  # botocore's, at the place below
        self._body_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Raises StoreAway, also when the store ends the answer too early."""
        if self._at >= self._size:
            return 0
        try:
            content = self._reach().read(len(memoryview(buffer)))
        except (BotoCoreError, ClientError, OSError) as error:
            raise refusal(error) from error
        if not content:
            raise StoreAway(why="the object store ended its answer too early")
        memoryview(buffer)[: len(content)] = content
        self._at += len(content)
        self._body_at = self._at
        return len(content)

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
        super().close()

    def _reach(self) -> Any:  # noqa: ANN401 - as above
        """The answer of the store, from the present place on."""
        if self._body is not None and self._body_at != self._at:
            self._body.close()
            self._body = None
        if self._body is None:
            self._body = self._bucket.get(self._key, self._at)
            self._body_at = self._at
        return self._body


def _digested(stream: IO[bytes], limit: int) -> Blob:
    """Raises TooLarge."""
    digest, size = sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        digest.update(chunk)
    return Blob(digest.hexdigest(), size)
