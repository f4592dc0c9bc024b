"""A grader gets the files of its job from the blob server, and nothing else of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from grader import contract
from grader.contract import BundleFile, GradeJob, SignedJob
from grader.draws import DEVELOPMENT_KEY
from grader.fetch import BlobServer, StoreError
from grader.signing import new_signing_key, sign
from tests.grader.counterpart import KEY, blob_server

KEYS = (KEY.public_key(),)
DATA = b"data"
OTHERS = b"what somebody else has handed in"
ARCHIVE = b"an archive"


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def keep(
    store: Path, data: bytes, *, under: str = "", path: Callable[[str], str] = contract.blob_path
) -> str:
    digest = under or digest_of(data)
    place = store / path(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return digest


def job_of(*files: BundleFile) -> GradeJob:
    return GradeJob("attempt-1", "blobs", digest_of(ARCHIVE), files, 1, DEVELOPMENT_KEY)


FILE = BundleFile("a.py", digest_of(DATA), len(DATA))
SIGNED = sign(job_of(FILE), KEY)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for data in (DATA, OTHERS, contract.STORE_PROBE):
        keep(tmp_path, data)
    keep(tmp_path, ARCHIVE, path=contract.archive_path)
    return tmp_path


@pytest.fixture
def blobs(store: Path) -> Iterator[BlobServer]:
    with blob_server(store) as url:
        yield BlobServer(url, KEYS)


def test_files_and_archive_of_a_job_are_fetched(blobs: BlobServer):
    assert blobs.files(SIGNED, (FILE,), 10) == {"a.py": DATA}
    assert blobs.archive(SIGNED, digest_of(ARCHIVE), 10) == ARCHIVE


def test_file_of_another_job_is_not_handed_out(blobs: BlobServer):
    with pytest.raises(StoreError, match="is not handed out"):
        blobs.files(SIGNED, (BundleFile("b.py", digest_of(OTHERS), len(OTHERS)),), 100)


def test_what_was_handed_in_is_no_archive(store: Path, blobs: BlobServer):
    """Somebody hands in the archive of an assignment: no job can be made to grade with it."""
    evil = keep(store, b"an archive of a student")
    signed = sign(replace(job_of(), version=evil), KEY)
    with pytest.raises(StoreError, match="is missing"):
        blobs.archive(signed, evil, 100)


def test_archive_is_no_file_of_a_submission(blobs: BlobServer):
    with pytest.raises(StoreError, match="is not handed out"):
        blobs.files(SIGNED, (BundleFile("data.py", digest_of(ARCHIVE), len(ARCHIVE)),), 100)


@pytest.mark.parametrize(
    "forged",
    [
        sign(job_of(FILE), new_signing_key()),
        replace(SIGNED, body=SIGNED.body.replace("attempt-1", "attempt-2")),
        replace(SIGNED, release="0" * 16),
        replace(SIGNED, signature=""),
        replace(SIGNED, signature="no number"),
        replace(SIGNED, signature=SIGNED.signature[:-2]),
    ],
    ids=["another key", "another body", "another release", "none", "no number", "cut"],
)
def test_job_that_the_server_has_not_signed_opens_nothing(blobs: BlobServer, forged: SignedJob):
    with pytest.raises(StoreError, match="is not handed out"):
        blobs.files(forged, (FILE,), 10)


def test_old_key_is_good_until_it_is_taken_out(store: Path):
    new = new_signing_key()
    with blob_server(store, (new.public_key(), KEY.public_key())) as url:
        assert BlobServer(url, KEYS).files(SIGNED, (FILE,), 10) == {"a.py": DATA}
        assert BlobServer(url, KEYS).files(sign(job_of(FILE), new), (FILE,), 10) == {"a.py": DATA}
    with blob_server(store, (new.public_key(),)) as url, pytest.raises(StoreError, match="not handed out"):
        BlobServer(url, KEYS).files(SIGNED, (FILE,), 10)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b'{"release": 1}', b"\xff"])
def test_what_is_no_job_is_a_bad_request(blobs: BlobServer, content: bytes):
    assert httpx.post(f"{blobs.url}/blobs/{FILE.sha256}", content=content).status_code == 400


def test_too_much_is_not_even_read(blobs: BlobServer):
    assert httpx.post(f"{blobs.url}/blobs/{FILE.sha256}", content=bytes(2 << 20)).status_code == 413


@pytest.mark.parametrize("path", ["/", "/blobs/x", "/blobs/..%2f..%2fetc%2fpasswd", "/store", "/archives/"])
def test_nothing_else_is_there(blobs: BlobServer, path: str):
    assert httpx.get(f"{blobs.url}{path}").status_code in {404, 405}
    assert httpx.post(f"{blobs.url}{path}", json=SIGNED.to_message()).status_code in {403, 404}


def test_other_bytes_are_refused(store: Path, blobs: BlobServer):
    keep(store, b"atad", under=FILE.sha256)
    with pytest.raises(StoreError, match="holds other bytes"):
        blobs.files(SIGNED, (FILE,), 10)


def test_other_size_is_refused(blobs: BlobServer):
    with pytest.raises(StoreError, match="holds other bytes"):
        blobs.files(SIGNED, (replace(FILE, size=3),), 10)


def test_too_much_is_not_fetched(blobs: BlobServer):
    with pytest.raises(StoreError, match="larger than 3 bytes"):
        blobs.files(SIGNED, (FILE,), 3)


def test_missing_blob_is_named(store: Path, blobs: BlobServer):
    (store / contract.blob_path(FILE.sha256)).unlink()
    with pytest.raises(StoreError, match=rf"blob {FILE.sha256[:16]}\.\.\. is missing"):
        blobs.files(SIGNED, (FILE,), 10)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63 + "/"])
def test_only_a_digest_becomes_a_path(blobs: BlobServer, digest: str):
    with pytest.raises(StoreError, match="is no digest"):
        blobs.archive(SIGNED, digest, 10)


def test_two_files_of_one_name_are_refused(blobs: BlobServer):
    with pytest.raises(StoreError, match="the same name"):
        blobs.files(SIGNED, (FILE, FILE), 10)


def test_all_is_well_with_a_store_that_has_the_probe(blobs: BlobServer):
    assert blobs.problem() == ""


def test_key_that_the_blob_server_does_not_know_is_said(blobs: BlobServer):
    stranger = replace(blobs, keys=(new_signing_key().public_key(),))
    assert "HAZI_VERIFYING_KEY here is none of those" in stranger.problem()


def test_store_without_the_probe_is_another_one(store: Path, blobs: BlobServer):
    (store / contract.blob_path(digest_of(contract.STORE_PROBE))).unlink()
    assert "the blob server answers 503" in blobs.problem()


def test_nobody_there_is_said():
    assert "the blob server cannot be reached" in BlobServer("http://127.0.0.1:1", KEYS).problem()


@contextmanager
def answering(content: bytes, status: int = 200, **headers: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_server_of_another_release_is_waited_for():
    with answering(b"hazi 0123456789abcdef\n") as url:
        assert "another release than this grader" in BlobServer(url, KEYS).problem()


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff" * 5000])
def test_another_program_is_no_blob_server(content: bytes):
    with answering(content) as url:
        assert "does not lead to a blob server" in BlobServer(url, KEYS).problem()


def test_grader_follows_nobody_elsewhere(blobs: BlobServer):
    with answering(b"", 302, Location=f"{blobs.url}/probe") as url:
        assert "the blob server answers 302" in BlobServer(url, KEYS).problem()
