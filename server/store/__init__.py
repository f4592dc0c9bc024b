"""The store: every uploaded file and every published archive, each under the digest of its bytes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast

from server.config import BucketConfig
from server.store.folder import FolderStore
from server.store.interface import CHUNK, PROBE, Blob, Removal, Space, Store, keep_probe
from server.store.writing import refuse_when_full

__all__ = [
    "CHUNK",
    "PROBE",
    "Blob",
    "Removal",
    "Space",
    "Store",
    "keep_probe",
    "open_store",
    "refuse_when_full",
]


def open_store(store: str, bucket: BucketConfig | None) -> Store:
    """The store that the settings name: a folder, or the bucket. Nothing is connected to yet.

    The client of object stores costs each process 22 MiB and a third of a second: only those pay that use it.
    """
    if bucket is None:
        return FolderStore(Path(store.removeprefix("file://")))
    return cast("Store", importlib.import_module("server.store.objects").ObjectStore(bucket))
