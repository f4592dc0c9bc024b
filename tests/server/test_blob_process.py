"""`hazi-server blobs` as a process: nobody keeps the files of their jobs from others."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.fetch import BlobServer
from grader.signing import public_text, sign
from server.store import Space, keep_probe
from server.store.folder import FolderStore
from tests.grader.counterpart import KEY
from tests.grader.test_fetch import ARCHIVE, DATA, FILE, KEYS, job_of
from tests.servers import free_port, process, wait_until

HAZI_SERVER = Path(sys.executable).with_name("hazi-server")
SILENT = 60  # more than any program has threads for


@pytest.fixture
def blobs(store_url: str, tmp_path: Path) -> Iterator[BlobServer]:
    """The process, with a store that has what a job names."""
    store = FolderStore(Path(store_url))
    keep_probe(store)
    for data, space in ((DATA, Space.BLOBS), (ARCHIVE, Space.ARCHIVES)):
        file = tmp_path / "file"
        file.write_bytes(data)
        with file.open("rb") as stream:
            store.keep(stream, len(data), space=space)
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(tmp_path),
        "HAZI_STORE": store_url,
        "HAZI_VERIFYING_KEY": public_text(KEY),
        "HAZI_BLOBS_PORT": str(port),
    }
    with process([HAZI_SERVER, "blobs"], tmp_path / "log", env=environ):
        found = BlobServer(f"http://127.0.0.1:{port}", KEYS)
        wait_until(lambda: not found.problem(), "the blob server answering", 60)
        yield found


def test_files_of_a_job_come_from_the_process(blobs: BlobServer):
    signed = sign(job_of(FILE), KEY)
    assert blobs.files(signed, (FILE,), 10) == {"a.py": DATA}
    assert blobs.archive(signed, signed.job().version, 10) == ARCHIVE


@pytest.mark.slow
def test_connections_that_say_nothing_keep_nobody_out(blobs: BlobServer):
    """Each announces a job and never sends it."""
    address = ("127.0.0.1", int(blobs.url.rpartition(":")[2]))
    announced = f"POST /blobs/{FILE.sha256} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(SILENT):
            connection = stack.enter_context(socket.create_connection(address))
            connection.sendall(announced)
        assert blobs.problem() == ""
        assert blobs.files(sign(job_of(FILE), KEY), (FILE,), 10) == {"a.py": DATA}
