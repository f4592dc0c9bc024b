"""A quiz with its pictures as an archive: it comes back as it was, and a hostile one is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.formats.reading import read
from server.quizzes.formats.result import Unreadable
from server.quizzes.pictures.archive import BadArchiveError, pack_quiz, unpack_quiz
from tests.server.quizzes.conftest import QUIZ
from tests.server.quizzes.pictures.samples import made

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}\.(png|webp)", fullmatch=True)


def packed(files: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", compression) as made_by_others:
        for name, content in files.items():
            made_by_others.writestr(name, content)
    return found.getvalue()


@given(st.text(max_size=50), st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_what_is_packed_comes_back(toml: str, pictures: dict[str, bytes]):
    found = unpack_quiz(pack_quiz("week-1", toml, pictures))
    assert found is not None
    assert (found.toml.decode(), found.pictures) == (toml, pictures)


def test_an_archive_that_a_system_packed_is_read_too():
    files = {
        "q/week-1.toml": QUIZ,
        "q/a.png": made(),
        "__MACOSX/q/._a.png": b"x",
        "q/.DS_Store": b"x",
        "q/x.txt": b"",
    }
    found = read("q.zip", packed(files))
    assert (found.toml, found.pictures) == (QUIZ, {"a.png": made()})


def test_what_is_no_picture_is_left_out_with_the_reason():
    [note] = read("q.zip", packed({"week-1.toml": QUIZ, "a.png": b"<svg/>"})).notes
    assert "a.png is left out: it is neither PNG" in str(note.reason)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.toml": QUIZ, "b.toml": QUIZ}, "more than one quiz"),
        ({"a.toml": QUIZ, "x/a.png": b"1", "y/a.png": b"2"}, "two of one name"),
        ({"a.toml": QUIZ} | {f"{at}.png": b"" for at in range(101)}, "too many pictures"),
        ({"a.toml": QUIZ} | {f"{at}.txt": b"" for at in range(201)}, "more than one quiz"),
        ({"a.toml": QUIZ, "a.png": b"\0" * (3 << 20)}, "a.png is larger than 2 MiB"),
        ({"a.toml": QUIZ} | {f"{at}.png": b"\0" * (2 << 20) for at in range(11)}, "too many pictures"),
        ({"a.toml": b"#" * (5 << 20)}, "a.toml is larger than 4 MiB"),
    ],
)
def test_a_hostile_archive_is_refused_with_the_reason(files: dict[str, bytes | str], reason: str):
    with pytest.raises(Unreadable) as refused:
        read("a.zip", packed(files))
    assert reason in str(refused.value.reason)


@given(st.data())
def test_a_damaged_archive_is_refused(data: st.DataObject):
    whole = bytearray(packed({"a.toml": QUIZ, "a.png": made()}))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    with suppress(BadArchiveError):
        unpack_quiz(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_an_archive_without_a_quiz_is_none_of_ours():
    assert unpack_quiz(packed({"a.png": made(), "xl/workbook.xml": b"<x/>"})) is None
    assert unpack_quiz(b"PK nonsense") is None
