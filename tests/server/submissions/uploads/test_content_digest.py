"""Equal content has one digest however it is packed, unequal content another, and hostile archives none."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files.tables import ZIP_MAGICS
from server.submissions.uploads.content_digest import MOST_ENTRIES, MOST_UNPACKED, content_digest

SOURCE = b"def train(): ...\n"
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\\\0:"), min_size=1, max_size=12)


def packed(
    files: dict[str, bytes],
    *,
    how: int = zipfile.ZIP_DEFLATED,
    top: str = "",
    date: tuple[int, int, int, int, int, int] = (2026, 1, 1, 0, 0, 0),
    folders: bool = False,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if folders and top:
            archive.writestr(zipfile.ZipInfo(top, date), b"")
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(top + name, date), content, how)
    return buffer.getvalue()


def test_single_file_is_the_same_in_any_zip():
    files = {"submission.py": SOURCE}
    ways = [
        [("submission.py", SOURCE)],
        [("a.zip", packed(files))],
        [("b.zip", packed(files, how=zipfile.ZIP_STORED))],
        [("c.zip", packed(files, top="work/", folders=True, date=(2020, 2, 3, 4, 5, 6)))],
        [("d.zip", packed(files | {"__MACOSX/._submission.py": b"junk"}))],
        [("e.zip", packed(files | {f".git/{number}": b"junk" for number in range(MOST_ENTRIES)}))],
        [("f.zip", packed(files, top="hw/hw/"))],
        [("g.zip", packed(files, top="./"))],
    ]
    assert len({content_digest(files) for files in ways}) == 1


def test_file_under_another_name_is_another_content():
    """The one is graded, and the other one refused."""
    assert content_digest([("submission.py", SOURCE)]) != content_digest([("solution.py", SOURCE)])


def test_order_in_a_zip_and_loose_files_play_no_part():
    files = {"submission.py": SOURCE, "net.py": b"x = 1\n"}
    backwards = dict(reversed(files.items()))
    ways = [
        list(files.items()),
        list(backwards.items()),
        [("a.zip", packed(files))],
        [("a.zip", packed(backwards))],
    ]
    assert len({content_digest(one) for one in ways}) == 1


@given(first=st.dictionaries(NAMES, st.binary(max_size=9), min_size=1, max_size=4), data=st.data())
def test_other_content_has_another_digest(first: dict[str, bytes], data: st.DataObject):
    name = data.draw(st.sampled_from(sorted(first)))
    other = first | {name: first[name] + b"!"}
    assert content_digest(list(first.items())) != content_digest(list(other.items()))


def test_names_and_contents_cannot_be_shifted_into_each_other():
    assert content_digest([("ab.csv", b"c"), ("d.csv", b"")]) != content_digest(
        [("a.csv", b"bc"), ("d.csv", b"")]
    )


def bomb() -> bytes:
    return packed({"a.py": b"\0" * (MOST_UNPACKED + 1)})


def link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("submission.py")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.py", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.py", b"2")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing else",
        packed({"a.py": SOURCE})[:-9],
        packed({f"{number}.py": b"" for number in range(MOST_ENTRIES + 1)}),
        packed({}),
    ],
    ids=["no zip", "cut off", "many entries", "empty"],
)
def test_what_is_no_plain_small_zip_has_no_digest(content: bytes):
    assert content_digest([("a.zip", content)]) is None


@pytest.mark.parametrize("make", [bomb, link, twice], ids=lambda make: make.__name__)
def test_hostile_archives_have_no_digest(make):  # noqa: ANN001
    assert content_digest([("a.zip", make())]) is None


@pytest.mark.parametrize("magic", ZIP_MAGICS)
def test_an_archive_is_known_by_how_it_begins(magic: bytes):
    """The last of several parts begins with a mark of its own, in front of the first entry."""
    archive = packed({"a.py": SOURCE})
    content = archive if archive.startswith(magic) else magic + archive
    assert content_digest([("work", content)]) == content_digest([("a.py", SOURCE)])


def test_large_files_are_not_read():
    assert content_digest([("model.safetensors", bytes(5 << 20))]) is None
