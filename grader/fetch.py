"""Bytes from the store by their digest, verified before anyone looks at them."""

from __future__ import annotations

import io
from hashlib import sha256

import fsspec

from grader.contract import BundleFile, blob_path

CHUNK = 2**20


class StoreError(RuntimeError):
    """The store does not hold what the job names. Ours to repair, not the student's."""


def fetch(store: str, digest: str, *, size: int | None = None, at_most: int) -> bytes:
    """The blob with this digest. Raises StoreError when it is missing, too large, or other bytes."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise StoreError(f"{digest[:80]!r} is no digest")
    kept = io.BytesIO()
    try:
        with fsspec.open(f"{store.rstrip('/')}/{blob_path(digest)}", "rb") as blob:
            while chunk := blob.read(CHUNK):
                kept.write(chunk)
                if kept.tell() > at_most:
                    raise StoreError(f"blob {digest} is larger than {at_most} bytes")
    except FileNotFoundError as error:
        raise StoreError(f"blob {digest} is missing") from error
    data = kept.getvalue()
    if sha256(data).hexdigest() != digest or (size is not None and len(data) != size):
        raise StoreError(f"blob {digest} holds other bytes")
    return data


def fetch_files(store: str, files: tuple[BundleFile, ...], *, at_most: int) -> dict[str, bytes]:
    """All files of a submission by name."""
    fetched = {file.name: fetch(store, file.sha256, size=file.size, at_most=at_most) for file in files}
    if len(fetched) != len(files):
        raise StoreError("two files of the submission have the same name")
    return fetched
