"""A folder keeps bytes under their digest, whole or not at all."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.contract import blob_path
from server.disk_space import RESERVE, DiskReserve
from server.errors import StoreFull, TooLarge
from server.outages import StoreAway
from server.store import Space
from server.store.folder import FolderStore
from server.store.folder_removal import INCOMING

DATA = b"some bytes\n" * 1000


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_bytes_come_back_by_their_digest(store_url: str):
    store = FolderStore(Path(store_url))
    blob = store.keep(io.BytesIO(DATA), len(DATA))
    assert (blob.sha256, blob.size) == (sha256(DATA).hexdigest(), len(DATA))
    with store.open(blob.sha256) as file:
        assert file.read() == DATA


def test_same_bytes_again_are_one_file(store_url: str):
    store = FolderStore(Path(store_url))
    blobs = {store.keep(io.BytesIO(DATA), len(DATA)) for _ in range(3)}
    assert files_below(Path(store_url)) == [blob_path(blob.sha256) for blob in blobs]


def test_blob_can_be_read_by_graders_and_changed_by_nobody(store_url: str):
    blob = FolderStore(Path(store_url)).keep(io.BytesIO(DATA), len(DATA))
    assert (Path(store_url) / blob_path(blob.sha256)).stat().st_mode & 0o777 == 0o444


def test_a_folder_that_is_made_here_is_closed_to_other_accounts(tmp_path: Path):
    """And one that is there keeps the mode that somebody has given it."""
    for name, mode in (("made", 0o700), ("given", 0o750)):
        if name == "given":
            (tmp_path / name).mkdir()
            (tmp_path / name).chmod(mode)
        FolderStore(tmp_path / name).keep(io.BytesIO(DATA), len(DATA))
        FolderStore(tmp_path / name).removal().claim("ours")
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


def test_too_many_bytes_leave_nothing_and_are_not_read_on(store_url: str):
    endless = _Endless()
    with pytest.raises(TooLarge):
        FolderStore(Path(store_url)).keep(endless, 1 << 20)  # type: ignore[arg-type]
    assert endless.given < 2 << 20
    assert files_below(Path(store_url)) == []


def test_upload_that_breaks_off_leaves_nothing(store_url: str):
    with pytest.raises(ConnectionResetError):
        FolderStore(Path(store_url)).keep(_Breaking(), 1 << 20)  # type: ignore[arg-type]
    assert files_below(Path(store_url)) == []


def test_unknown_digest_is_not_found(store_url: str):
    with pytest.raises(FileNotFoundError):
        FolderStore(Path(store_url)).open(sha256(b"never kept").hexdigest())


FULL_DISK = """
import io, sys
from pathlib import Path
from types import SimpleNamespace
from server.errors import StoreFull
from server.store import FolderStore
blind = FolderStore(Path(sys.argv[1]), free=lambda _folder: 1 << 40)  # as if somebody else took it meanwhile
careful = FolderStore(Path(sys.argv[1]))
try:
    careful.keep(io.BytesIO(b"x" * (112 << 10)), 1 << 20)
except StoreFull as refusal:
    print(refusal.status, [path for path in Path(sys.argv[1]).rglob("*") if path.is_file()])
try:
    blind.keep(io.BytesIO(b"x" * (1 << 20)), 1 << 20)
except StoreFull as refusal:
    left = [path for path in Path(sys.argv[1]).rglob("*") if path.is_file()]
    print(refusal.status, left)
print(blind.keep(io.BytesIO(b"small"), 10).size)
"""


def test_full_disk_is_refused_and_leaves_nothing(tmp_path: Path):
    """On a real file system of 128 KiB, seen by this one process only."""
    box = ["bwrap", "--dev-bind", "/", "/", "--size", str(128 << 10), "--tmpfs", str(tmp_path)]
    run = [*box, sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.split("\n")[:3] == ["507 []", "507 []", "5"]


def test_the_reserve_stays_free_to_the_byte(store_url: str):
    for free, taken in ((RESERVE + len(DATA), True), (RESERVE + len(DATA) - 1, False)):
        store = FolderStore(Path(store_url), free=lambda _folder, free=free: free)  # type: ignore[misc]
        with nullcontext() if taken else pytest.raises(StoreFull):
            store.keep(io.BytesIO(DATA), len(DATA))
    assert len(files_below(Path(store_url))) == 1


def test_of_a_small_disk_a_quarter_stays_free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """/tmp of a container is memory, and often smaller than the usual reserve."""
    monkeypatch.setattr(
        "server.disk_space.shutil.disk_usage", lambda _folder: SimpleNamespace(free=300, total=1000)
    )
    DiskReserve(tmp_path).refuse_unless(50)
    with pytest.raises(StoreFull):
        DiskReserve(tmp_path).refuse_unless(51)


class _Endless:
    given = 0

    def read(self, size: int) -> bytes:
        self.given += size
        return b"x" * size


class _Breaking:
    def __init__(self) -> None:
        self._parts = [b"x" * 1000]

    def read(self, size: int) -> bytes:
        if not self._parts:
            raise ConnectionResetError
        return self._parts.pop()


def test_incoming_files_lie_on_the_same_file_system(store_url: str):
    FolderStore(Path(store_url)).check()
    assert (Path(store_url) / INCOMING).is_dir()


@pytest.fixture
def arrived(tmp_path: Path) -> Path:
    """A file that lies elsewhere, as one that arrived in pieces."""
    path = tmp_path / "arrived"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_finished_file_is_adopted(
    store_url: str, arrived: Path, elsewhere: bool, monkeypatch: pytest.MonkeyPatch
):
    """By a rename on the same file system, by a copy from another one."""
    if elsewhere:
        before = Path.replace

        def replace(self: Path, target: Path) -> Path:
            if self == arrived:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return before(self, target)

        monkeypatch.setattr(Path, "replace", replace)
    store, digest = FolderStore(Path(store_url)), sha256(DATA).hexdigest()
    for _ in range(2):
        store.adopt(arrived, digest)
        arrived.unlink(missing_ok=True)
    assert files_below(Path(store_url)) == [blob_path(digest)]
    with store.open(digest) as file:
        assert file.read() == DATA


def test_what_lies_nowhere_is_not_adopted(store_url: str, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        FolderStore(Path(store_url)).adopt(tmp_path / "nothing", sha256(DATA).hexdigest())


def test_archives_have_a_space_of_their_own(store_url: str):
    store = FolderStore(Path(store_url))
    blob = store.keep(io.BytesIO(DATA), len(DATA), space=Space.ARCHIVES)
    assert files_below(Path(store_url)) == [f"archives/{blob.sha256}"]
    with pytest.raises(FileNotFoundError):
        store.open(blob.sha256)
    with store.open(blob.sha256, Space.ARCHIVES) as file:
        assert file.read() == DATA


def test_what_was_handed_in_is_no_archive(store_url: str):
    store = FolderStore(Path(store_url))
    blob = store.keep(io.BytesIO(DATA), len(DATA))
    with pytest.raises(FileNotFoundError):
        store.open(blob.sha256, Space.ARCHIVES)


@pytest.mark.parametrize("verb", ["keep", "open", "size", "check", "adopt"])
def test_a_folder_that_is_away_is_said_to_be(verb: str, arrived: Path):
    """Nothing can be made below /proc, whoever asks."""
    store, digest = FolderStore(Path("/proc/none")), sha256(DATA).hexdigest()
    verbs = {
        "keep": lambda: store.keep(io.BytesIO(DATA), len(DATA)),
        "open": lambda: store.open(digest),
        "size": lambda: store.size(digest),
        "check": store.check,
        "adopt": lambda: store.adopt(arrived, digest),
    }
    with pytest.raises(StoreAway) as raised:
        verbs[verb]()
    assert "/proc/none" in raised.value.why
    assert arrived.exists()
