"""Archives of assignments: equal folders give equal digests, and nothing strange is ever unpacked."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.archive import ArchiveError, pack, unpack, version_of

NAMES = st.lists(st.sampled_from(["data.py", "starter/a.py", "starter/b.py", "é.md"]), unique=True)


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@given(names=NAMES, content=st.binary(max_size=50))
def test_what_is_packed_comes_out_again(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], content: bytes
):
    files = {name: content + name.encode() for name in names}
    folder = fill(tmp_path_factory.mktemp("in"), files)
    out = tmp_path_factory.mktemp("out") / "new"
    unpack(pack(folder), out)
    assert contents(out) == files


def test_equal_folders_make_equal_archives(tmp_path: Path):
    first = fill(tmp_path / "first", {"data.py": b"1", "starter/a.py": b"2"})
    second = fill(tmp_path / "second", {"starter/a.py": b"2", "data.py": b"1"})
    os.utime(second / "data.py", (0, 0))
    (second / "data.py").chmod(0o755)
    assert pack(first) == pack(second)


@pytest.mark.parametrize("files", [{"data.py": b"2"}, {"date.py": b"1"}, {"data.py": b"1", "more": b""}])
def test_any_change_makes_another_version(tmp_path: Path, files: dict[str, bytes]):
    before = pack(fill(tmp_path / "before", {"data.py": b"1"}))
    assert version_of(pack(fill(tmp_path / "after", files))) != version_of(before)


def test_version_is_the_digest_of_the_archive(tmp_path: Path):
    archive = pack(fill(tmp_path / "xor", {"data.py": b"1"}))
    assert version_of(archive) == sha256(archive).hexdigest()


def test_caches_and_hidden_files_stay_out(tmp_path: Path):
    folder = fill(tmp_path / "xor", {"data.py": b"1"})
    plain = pack(folder)
    fill(folder, {"__pycache__/data.pyc": b"x", ".DS_Store": b"x", ".git/config": b"x", "a/.b/c": b"x"})
    assert pack(folder) == plain


def test_link_is_not_packed(tmp_path: Path):
    folder = fill(tmp_path / "xor", {"data.py": b"1"})
    (folder / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveError, match="neither a file nor a folder"):
        pack(folder)


def zipped(name: str, *, mode: int = stat.S_IFREG | 0o644, kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, b"x" * 100, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a//x", "./x", "a\\x", "C:x", "a/"])
def test_name_outside_the_folder_is_refused(tmp_path: Path, name: str):
    with pytest.raises(ArchiveError):
        unpack(zipped(name), tmp_path / "in")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("archive", "problem"),
    [
        (zipped("x", mode=stat.S_IFLNK | 0o777), "not a plain file"),
        (zipped("x", mode=stat.S_IFDIR | 0o777), "not a plain file"),
        (zipped("x", kind=zipfile.ZIP_DEFLATED), "is compressed"),
        (zipped("x?y").replace(b"x?y", b"x\0y"), "not a plain file"),
        (zipped("x")[:-30], "not a whole zip archive"),
        (zipped("x").replace(b"x" * 100, b"y" * 100), "not a whole zip archive"),
        (b"", "not a whole zip archive"),
    ],
)
def test_archive_that_pack_never_made_is_refused(tmp_path: Path, archive: bytes, problem: str):
    with pytest.raises(ArchiveError, match=problem):
        unpack(archive, tmp_path / "in")
    assert list(tmp_path.iterdir()) == []


def test_name_that_is_file_and_folder_is_refused(tmp_path: Path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("a", "a/b"):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, b"")
    with pytest.raises(ArchiveError, match="there twice"):
        unpack(buffer.getvalue(), tmp_path / "in")


def test_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    archive = pack(fill(tmp_path / "xor", {"data.py": b"new"}))
    taken = fill(tmp_path / "taken", {"data.py": b"old"})
    with pytest.raises(ArchiveError, match="is not empty"):
        unpack(archive, taken)
    assert contents(taken) == {"data.py": b"old"}
