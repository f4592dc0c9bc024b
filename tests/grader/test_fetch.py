from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from grader import contract
from grader.contract import BundleFile
from grader.fetch import StoreError, fetch, fetch_files


def keep(store: str, data: bytes, *, under: str = "") -> str:
    digest = under or sha256(data).hexdigest()
    path = Path(store) / contract.blob_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return digest


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_blob_is_fetched_by_its_digest(store_url: str, scheme: str):
    digest = keep(store_url, b"data")
    assert fetch(scheme + store_url, digest, size=4, at_most=4) == b"data"


def test_other_bytes_are_refused(store_url: str):
    digest = keep(store_url, b"other", under=sha256(b"data").hexdigest())
    with pytest.raises(StoreError, match="holds other bytes"):
        fetch(store_url, digest, at_most=10)


def test_other_size_is_refused(store_url: str):
    with pytest.raises(StoreError, match="holds other bytes"):
        fetch(store_url, keep(store_url, b"data"), size=3, at_most=10)


def test_too_much_is_not_read(store_url: str):
    with pytest.raises(StoreError, match="larger than 3 bytes"):
        fetch(store_url, keep(store_url, b"data"), at_most=3)


def test_missing_blob_is_named(store_url: str):
    with pytest.raises(StoreError, match=r"blob 0{16}\.\.\. is missing"):
        fetch(store_url, "0" * 64, at_most=10)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63 + "/"])
def test_only_a_digest_becomes_a_path(store_url: str, digest: str):
    with pytest.raises(StoreError, match="is no digest"):
        fetch(store_url, digest, at_most=10)


def test_two_files_of_one_name_are_refused(store_url: str):
    file = BundleFile("a.py", keep(store_url, b"data"), 4)
    with pytest.raises(StoreError, match="the same name"):
        fetch_files(store_url, (file, file), at_most=10)
