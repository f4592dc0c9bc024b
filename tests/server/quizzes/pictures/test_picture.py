"""What bytes are, and how large: their header alone says it, and nothing else is ever a picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from server.quizzes.pictures.picture import (
    BOUNDS,
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    NAME,
    flaw_of,
    picture_of,
)
from tests.server.quizzes.pictures.samples import FORMATS, made

SIDES = st.integers(1, 300)
HEADS = [
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"GIF89a",
    b"\xff\xd8\xff\xe0\0\x10",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"RIFF\0\0\0\0WEBPVP8X",
]


@given(SIDES, SIDES, st.sampled_from(FORMATS), st.booleans())
def test_every_picture_is_known_by_kind_and_size(width: int, height: int, kind: str, odd: bool):
    """Progressive JPEG and lossless WebP have headers of their own."""
    options = {"JPEG": {"progressive": odd}, "WEBP": {"lossless": odd}}.get(kind, {})
    found = picture_of(made(width, height, kind=kind, **options))
    assert found is not None
    assert (found.kind, found.width, found.height) == (kind.lower(), width, height)


@given(st.sampled_from([b"", *HEADS]), st.binary(max_size=60))
@example(b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
@example(b"", b"<!doctype html><script>alert(1)</script>")
@example(b"\xff\xd8\xff", b"\xff" * 60)
@example(b"\xff\xd8\xff\xe0\0\0", b"")
def test_any_bytes_are_a_picture_of_their_own_kind_or_none(head: bytes, rest: bytes):
    """Where another program knows a picture, it is the same one; and there is an answer for all bytes."""
    found = picture_of(head + rest)
    assert (found is None) or (found.width > 0 and found.height > 0)
    assert flaw_of(head + rest) is None or found is None or max(found.width, found.height) > 4000
    try:
        with Image.open(BytesIO(head + rest), formats=FORMATS) as other:
            assert found is None or found.kind == (other.format or "").lower()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        pass


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "neither PNG"),
        (b"<svg/>", "neither PNG"),
        (b"BM" + b"\0" * 60, "neither PNG"),
        (made() + b"\0" * MOST_BYTES, "larger than 2 MiB"),
        (made(LONGEST_SIDE + 1, 1), "million pixels"),
        (made(6000, 6000), "million pixels"),
    ],
)
def test_what_is_not_shown_says_why(content: bytes, reason: str):
    assert reason in str(flaw_of(content))


@pytest.mark.parametrize(
    "name",
    ["../a.png", "a/b.png", ".a.png", "a.svg", "a.png.html", "a b.png", "a.png\n", "", "ő.png", "-.png"],
)
def test_no_name_leads_elsewhere(name: str):
    assert NAME.fullmatch(name) is None


def test_authors_are_told_the_bounds_that_there_are():
    assert f"{MOST_BYTES >> 20} MiB" in BOUNDS
    assert f"{MOST_PIXELS // 1_000_000} million" in BOUNDS
