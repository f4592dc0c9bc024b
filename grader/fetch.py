"""Bytes from the store by their digest, verified before anyone looks at them."""

from __future__ import annotations

import io
from hashlib import sha256

import fsspec

from grader.contract import STORE_PROBE, BundleFile, blob_path

CHUNK = 2**20


class StoreError(RuntimeError):
    """The store does not hold what the job names, or cannot be read. Ours to repair, not the student's."""


def fetch(store: str, digest: str, *, size: int | None = None, at_most: int) -> bytes:
    """The blob with this digest. Raises StoreError when it is missing, too large, or other bytes."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise StoreError(f"{digest[:80]!r} is no digest")
    try:
        data = _read(f"{store.rstrip('/')}/{blob_path(digest)}", at_most)
    except FileNotFoundError as error:
        raise StoreError(f"{_named(digest)} is missing") from error
    except Exception as error:  # each store behind fsspec has errors of its own
        raise StoreError(f"the store cannot be read: {type(error).__name__}: {error}") from error
    if len(data) > at_most:
        raise StoreError(f"{_named(digest)} is larger than {at_most} bytes")
    if sha256(data).hexdigest() != digest or (size is not None and len(data) != size):
        raise StoreError(f"{_named(digest)} holds other bytes")
    return data


def try_store(store: str) -> str:
    """Why nothing can be fetched from this store; empty where it is the server's and can be read."""
    try:
        fetch(store, sha256(STORE_PROBE).hexdigest(), at_most=len(STORE_PROBE))
    except StoreError as error:
        return f"{error}. HAZI_STORE must lead to the same store as the server's"
    return ""


def _named(digest: str) -> str:
    """Enough of a digest to find the blob: logs hide long ones, which could be keys."""
    return f"blob {digest[:16]}..."


def _read(url: str, at_most: int) -> bytes:
    """What lies there, or a little more than `at_most` bytes of it."""
    kept = io.BytesIO()
    with fsspec.open(url, "rb") as blob:
        while kept.tell() <= at_most and (chunk := blob.read(CHUNK)):
            kept.write(chunk)
    return kept.getvalue()


def fetch_files(store: str, files: tuple[BundleFile, ...], *, at_most: int) -> dict[str, bytes]:
    """All files of a submission by name."""
    fetched = {file.name: fetch(store, file.sha256, size=file.size, at_most=at_most) for file in files}
    if len(fetched) != len(files):
        raise StoreError("two files of the submission have the same name")
    return fetched
