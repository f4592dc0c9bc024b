"""The store of files: where it keeps what, by digest."""

from __future__ import annotations

STORE_PROBE = (
    b"This object is in every store of H\xc3\xa1zi: a grader that can read it has the right store.\n"
)
"""The server keeps it in its store; a grader takes no job before it has read it."""


def blob_path(sha256: str) -> str:
    """Where the store keeps the bytes with this digest, relative to its root."""
    return f"blobs/{sha256[:2]}/{sha256}"


def archive_path(sha256: str) -> str:
    """Where the store keeps the archive of an assignment, which nothing that is handed in can be."""
    return f"archives/{sha256}"
