from __future__ import annotations

import io
import os
import stat
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.kinds import Kind
from grader.files import unpack
from grader.sentences import RefusedError

SOURCE = b"import torch\n"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", pack) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def refusal_of(data: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        unpack.read_files({"hand-in.zip": data})
    return refusal.value.text.en


def test_zip_is_opened_and_its_top_folder_taken_off():
    data = zipped(("hw/submission.py", SOURCE), ("hw/model.py", SOURCE), ("__MACOSX/._x", b"1"))
    assert set(unpack.read_files({"x.zip": data}).files) == {"submission.py", "model.py"}


JUNK = (
    *("__MACOSX/._submission.py", ".DS_Store", "hw/Thumbs.db", "hw/desktop.ini", "hw/._net.py"),
    *("hw/.git/HEAD", "hw/__pycache__/net.cpython-311.pyc", "hw/.ipynb_checkpoints/a-checkpoint.ipynb"),
    *("hw/.venv/bin/python", "hw/.pytest_cache/v/x", "hw/.idea/a.xml", "hw/~$notes.docx", "hw\\.git\\config"),
)


def test_what_systems_and_tools_leave_is_left_out_before_anything_is_counted():
    junk = [(name, b"1") for name in JUNK] + [(f"hw/.git/objects/{number}", b"1") for number in range(500)]
    link = (entry("hw/.venv/bin/python3", stat.S_IFLNK | 0o777), b"/usr/bin/python3")
    data = zipped(*junk, link, ("hw/submission.py", SOURCE), ("hw/net.py", SOURCE))
    contents = unpack.read_files({"x.zip": data})
    assert set(contents.files) == {"submission.py", "net.py"}
    assert contents.notices == ()


@pytest.mark.parametrize(
    "names",
    [
        ("submission.py", "util/net.py"),
        ("hw/submission.py", "hw/util/net.py"),
        ("hw/hw/submission.py", "hw/hw/util/net.py"),
        ("./submission.py", "./util/net.py"),
        ("././hw/./submission.py", "hw/util/./net.py"),
        ("hw\\submission.py", "hw\\util\\net.py"),
        ("hw\\", "hw\\util\\", "hw\\submission.py", "hw\\util\\net.py"),
        ("./", "./util/", "./submission.py", "./util/net.py"),
        ("a/", "a/b/", "a/b/c/submission.py", "a/b/c/util/net.py"),
    ],
)
def test_folders_around_everything_and_other_slashes_make_no_difference(names: tuple[str, ...]):
    entries = [(stored(name), b"" if name.endswith(("/", "\\")) else SOURCE) for name in names]
    assert set(unpack.read_files({"x.zip": zipped(*entries)}).files) == {"submission.py", "util/net.py"}


def stored(name: str) -> zipfile.ZipInfo:
    """An entry under exactly this name."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


HAND_INS = {
    Kind.CODE: {"submission.py": SOURCE, "util/net.py": SOURCE, "util/__init__.py": b""},
    Kind.FUNCTIONS: {"submission.py": SOURCE, "tables/gauss.npy": b"\x93NUMPY"},
    Kind.MODEL: {"model.py": SOURCE, "model.safetensors": b"\x02" + bytes(7) + b"{}"},
    Kind.PREDICTIONS: {"predictions.csv": b"id,label\n0,1\n"},
    Kind.DATASET: {
        "dataset.toml": b'format = "csv"\n',
        "train.csv": b"a,b\n1,2\n",
        "test.csv": b"a,b\n1,2\n",
    },
}


AROUND = ("hw", "Házi 3", "submission", "src", "a b")
PACKS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@st.composite
def packed(draw: st.DrawFn) -> tuple[bytes, dict[str, bytes]]:
    """A hand-in of any kind, packed in any way that programs and people pack one, and its files."""
    hand_in = draw(st.sampled_from(list(HAND_INS.values())))
    around = draw(st.lists(st.sampled_from(AROUND), max_size=3))
    begins, slash = draw(st.sampled_from(["", "./", "././"])), draw(st.sampled_from("/\\"))
    place = begins + "".join(f"{folder}/" for folder in around)
    names = {f"{place}{name}".replace("/", slash): data for name, data in hand_in.items()}
    folders = {"".join(f"{part}{slash}" for part in around[: n + 1]): b"" for n in range(len(around))}
    junk = dict.fromkeys(draw(st.lists(st.sampled_from(JUNK), unique=True)), b"1")
    entries = {**(folders if draw(st.booleans()) else {}), **names, **junk}
    stored_entries = [(stored(name), content) for name, content in entries.items()]
    return zipped(*stored_entries, pack=draw(st.sampled_from(PACKS))), hand_in


@given(packed())
def test_every_way_to_pack_a_hand_in_gives_the_same_files(made: tuple[bytes, dict[str, bytes]]):
    archive, hand_in = made
    assert unpack.read_files({"x.zip": archive}).files == hand_in


def test_a_hand_in_of_every_kind_is_packed_in_every_way():
    assert set(HAND_INS) == set(Kind)


@pytest.mark.parametrize(
    "names", [("a/b.py", "a\\b.py"), ("./a.py", "a.py"), ("A\\b.py", "a/B.py"), ("a", "a\\b.py")]
)
def test_names_that_mean_the_same_are_refused(names: tuple[str, ...]):
    sentence = refusal_of(zipped(*((stored(name), b"1") for name in names)))
    assert "is there twice" in sentence or "a folder that is a file" in sentence


def test_a_picture_with_a_colon_is_left_out_with_a_notice_and_code_is_refused_in_plain_words():
    data = zipped(("hw/submission.py", SOURCE), ("hw/Screenshot 2026-09-10 at 10:30:12.png", b"1"))
    contents = unpack.read_files({"x.zip": data})
    assert set(contents.files) == {"submission.py"}
    assert "'hw/Screenshot 2026-09-10 at 10:30:12.png' was left out" in contents.notices[0].en
    assert "has a colon in its name" in refusal_of(zipped(("submission.py", SOURCE), ("net:2.py", b"1")))


def test_a_picture_that_is_to_be_graded_is_never_left_out():
    data = zipped(("dataset.toml", b"1"), ("train/cat/10:30:12.png", b"1"))
    with pytest.raises(RefusedError, match="has a colon in its name"):
        unpack.read_files({"x.zip": data}, needs_pictures=True)


PARTS = st.sampled_from(
    ["..", ".", "", "a", "B", "c:", ":", "x.py", "\u202e", "\0", "p.png", ".git", "é" * 60]
)


@given(st.lists(st.tuples(PARTS, st.sampled_from("/\\")), min_size=1, max_size=5))
def test_whatever_is_unpacked_is_written_inside(parts: list[tuple[str, str]]):
    name = "".join(part + slash for part, slash in parts)[:-1]
    with tempfile.TemporaryDirectory() as folder, suppress(RefusedError):
        box = Path(folder, "box")
        box.mkdir()
        contents = unpack.read_files({"x.zip": zipped(("main.py", b"1"), (stored(name or "x"), b"2"))})
        unpack.write_files(contents, box)
        assert sorted(path.name for path in Path(folder).iterdir()) == ["box"]
        assert not any(set(path.name) & set("\\:\0") for path in box.rglob("*"))


def test_inner_archives_stay_files():
    inner = zipped(("../../x", b"1"))
    files = unpack.read_files({"x.zip": zipped(("submission.py", SOURCE), ("inner.zip", inner))}).files
    assert files["inner.zip"] == inner


@pytest.mark.parametrize(
    "name",
    [
        "../x.py",
        "a/../../x.py",
        "/etc/passwd",
        "a\\..\\x.py",
        "C:x.py",
        "a//b",
        "./../x.py",
        "a\\\\b",
        "\\\\server\\share\\x.py",
        "C:\\x.py",
        "x.py:stream",
        "\u202egp.exe",
        "a\u061cb",
        "a\u200bb",
        "a\u2028b",
        "a\nb",
        "a\x1b[2Jb",
        "x" * 4000,
    ],
)
def test_bad_names_are_refused_by_name(name: str):
    sentence = refusal_of(zipped((name, b"1"), ("submission.py", SOURCE)))
    assert "the entry" in sentence or "damaged" in sentence
    assert sentence.isprintable()


def test_name_with_a_nul_byte_is_refused():
    """zipfile cuts such a name at the NUL: what was checked would not be what was written."""
    assert "'a\\x00b'" in refusal_of(zipped(("aXb", b"1")).replace(b"aXb", b"a\0b"))


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK], ids=oct
)
def test_links_and_devices_are_refused(kind: int):
    sentence = refusal_of(zipped((entry("data", kind | 0o777), b"/etc/passwd")))
    assert sentence == "the entry 'data' is a link or a device."


def test_names_one_system_takes_for_the_same_are_refused():
    assert "is there twice" in refusal_of(zipped(("Model.py", b"1"), ("model.py", b"2")))
    assert "is there twice" in refusal_of(zipped(("caf\u00e9.py", b"1"), ("cafe\u0301.py", b"2")))
    assert "a folder that is a file" in refusal_of(zipped(("a", b"1"), ("a/b", b"2")))


def test_too_many_entries_are_refused():
    assert "201 entries" in refusal_of(zipped(*((f"{number}.py", b"") for number in range(201))))


def test_twenty_thousand_entries_are_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch):
    data = zipped(*((f"{number}", b"") for number in range(20_000)), pack=zipfile.ZIP_STORED)
    monkeypatch.delattr(zipfile.ZipFile, "infolist")
    assert "more than 10000 entries" in refusal_of(data)


def test_bombs_are_refused_before_they_unfold():
    assert "100-fold" in refusal_of(zipped(("zeros", bytes(20 * 2**20))))
    assert "at most 50 are allowed" in refusal_of(zipped(("zeros", bytes(60 * 2**20))))


def test_lying_size_is_refused():
    data = bytearray(zipped(("x.txt", bytes(1000)), pack=zipfile.ZIP_STORED))
    position = data.rindex(b"PK\x01\x02") + 24
    data[position : position + 4] = (10).to_bytes(4, "little")
    assert refusal_of(bytes(data))


@pytest.mark.parametrize("claimed", [10, 999, 1001, 5000])
def test_size_that_is_not_the_real_one_is_refused(claimed: int):
    """Deflated data says itself where it ends: the size beside it may say anything."""
    data = bytearray(zipped(("x.txt", bytes(1000))))
    position = data.rindex(b"PK\x01\x02") + 24
    data[position : position + 4] = claimed.to_bytes(4, "little")
    assert refusal_of(bytes(data))


def test_entries_that_share_bytes_are_refused():
    """One compressed kilobyte listed many times is a bomb whose every entry is honest."""
    data = bytearray(zipped(("a", bytes(1000)), ("b", bytes(1000)), pack=zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02") + 42
    data[second : second + 4] = bytes(4)  # the second entry begins where the first does
    assert "'b' overlaps" in refusal_of(bytes(data))


@pytest.mark.parametrize("pack", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(pack: int):
    assert "is packed in an unusual way" in refusal_of(zipped(("x.txt", b"1" * 100), pack=pack))


def test_name_that_differs_between_the_two_lists_of_a_zip_is_refused():
    data = bytearray(zipped(("safe.py", b"1")))
    data[30:37] = b"../x.py"
    assert "damaged" in refusal_of(bytes(data))


def test_link_hidden_in_an_extra_field_stays_a_plain_file(tmp_path: Path):
    """Some tools make hard links and symbolic links out of field 0x000d; here only bytes are written."""
    info = entry("submission.py", stat.S_IFREG | 0o644)
    info.extra = (0x0D).to_bytes(2, "little") + (23).to_bytes(2, "little") + bytes(12) + b"/etc/passwd"
    unpack.write_files(unpack.read_files({"x.zip": zipped((info, SOURCE))}), tmp_path)
    path = tmp_path / "submission.py"
    assert path.read_bytes() == SOURCE
    assert not path.is_symlink()
    assert path.stat().st_nlink == 1


def test_tar_is_no_zip_whatever_its_name():
    assert "damaged" in refusal_of(b"submission.py".ljust(257, b"\0") + b"ustar\0".ljust(255, b"\0"))


@pytest.mark.parametrize("name", ["../x", "a\\..\\..\\x", "/x", "\\x", "x:y", "a\u202eb", "x" * 201])
def test_refused_archive_writes_nothing(name: str, tmp_path: Path):
    with pytest.raises(RefusedError):
        unpack.write_files(unpack.read_files({"x.zip": zipped(("a.py", SOURCE), (name, b"1"))}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_encrypted_entry_is_refused():
    data = bytearray(zipped(("x.txt", b"1")))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "is encrypted" in refusal_of(bytes(data))


def test_long_name_is_refused():
    assert "is too long" in refusal_of(zipped(("é" * 101, b"1")))


@pytest.mark.parametrize("cut", [0, 10, 60, 110])
def test_cut_off_archive_is_refused(cut: int):
    assert "damaged" in refusal_of(zipped(("submission.py", SOURCE))[:cut])


def test_archive_that_does_not_inflate_is_refused():
    data = bytearray(zipped(("submission.py", SOURCE * 100)))
    start = 30 + len("submission.py")
    data[start : start + 4] = b"\xff" * 4
    assert "damaged" in refusal_of(bytes(data))


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ({"submission.py": SOURCE, "submission.py/x": b"1"}, "a folder that is a file"),
        ({"submission.py": SOURCE, "a": b"", "A/b": b""}, "a folder that is a file"),
        ({"submission.py": SOURCE, "\ud800": b"1"}, "is no valid text"),
    ],
)
def test_files_that_cannot_be_written_are_refused_without_a_zip_too(uploads: dict[str, bytes], said: str):
    with pytest.raises(RefusedError) as refusal:
        unpack.read_files(uploads)
    assert said in refusal.value.text.en
    assert refusal.value.text.en.isprintable()


@pytest.mark.parametrize("name", ["submission.pdf", "submission.md", "submission.PNG", "submission.ipynb"])
def test_a_report_may_be_called_as_the_submission_is(name: str):
    unpack.check_source(unpack.read_files({"submission.py": SOURCE, name: b"1"}))


@pytest.mark.parametrize(
    "name",
    [
        *("submission/__init__.py", "submission.abi3.so", "submission", "submission.pyc", "submission.pyi"),
        *("submission/report.pdf", "submission.md/x"),
    ],
)
def test_nothing_stands_in_for_the_submission(name: str):
    with pytest.raises(RefusedError, match=r"would stand in for submission\.py"):
        unpack.check_source(unpack.read_files({"submission.py": SOURCE, name: b"1"}))


@given(st.binary(max_size=300))
def test_noise_is_read_or_refused(noise: bytes):
    whole = zipped(("submission.py", SOURCE))
    for data in (b"PK\x03\x04" + noise, whole[:30] + noise + whole[30 + len(noise) :]):
        with suppress(RefusedError):
            unpack.read_files({"x.zip": data})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"main.py": SOURCE}, "must be called submission.py, not 'main.py'"),
        ({"a.py": SOURCE, "b.py": SOURCE}, "there is no submission.py"),
        ({"submission.py": b" \n", "util/__init__.py": b""}, "'submission.py' is empty"),
        ({"submission.py": b"a\n\xff\n"}, "not UTF-8 (line 2)"),
        ({"submission.py": b"a\0b"}, "NUL"),
        ({"submission.py": b"#" * (256 * 2**10 + 1)}, "larger than 256 KiB"),
        ({"submission.py": SOURCE, "old.py": b"\xe9"}, "old.py' is not UTF-8"),
        ({"submission.py": b"\n# coding: utf-7\n"}, "declares another encoding"),
    ],
)
def test_sources_that_are_no_text_are_refused(files: dict[str, bytes], said: str):
    with pytest.raises(RefusedError) as refusal:
        unpack.check_source(unpack.read_files(files))
    assert said in refusal.value.text.en
    assert refusal.value.text.hu


def test_files_beside_the_main_one_may_be_empty():
    unpack.check_source(unpack.Contents({"submission.py": SOURCE, "util/__init__.py": b"", "a.py": b"\n"}))


def test_files_are_written_read_only(tmp_path: Path):
    unpack.write_files(unpack.Contents({"a/b.py": SOURCE}), tmp_path)
    path = tmp_path / "a" / "b.py"
    assert path.read_bytes() == SOURCE
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_no_link_is_followed_when_writing(tmp_path: Path):
    (tmp_path / "a.py").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        unpack.write_files(unpack.Contents({"a.py": SOURCE}), tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_written_files_can_be_read_by_a_box_of_another_user(tmp_path: Path):
    """A root worker's box is nobody, and a service may run with a umask of 077."""
    before = os.umask(0o077)
    try:
        unpack.write_files(unpack.Contents({"a/b/c.py": SOURCE}), tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"a": 0o755, "b": 0o755, "c.py": 0o444}


@pytest.mark.parametrize("name", ["../../escaped.txt", "/tmp/escaped.txt", "..\\b.txt", "n" * 300])
def test_name_of_an_extra_field_is_looked_at_too(name: str):
    """Since Python 3.12 zipfile writes under the name of the Unicode Path extra field."""
    entry = zipfile.ZipInfo("a.txt")
    entry.filename = name
    with pytest.raises(RefusedError):
        unpack._refuse_bad_entry(entry)


@pytest.mark.parametrize("name", ["../escaped.txt", "a/../../escaped.txt"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str):
    box = tmp_path / "box"
    box.mkdir()
    with pytest.raises(RefusedError):
        unpack.write_files(unpack.Contents({name: b"x"}), box)
    assert [path.name for path in tmp_path.rglob("*")] == ["box"]
