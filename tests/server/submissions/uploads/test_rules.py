"""Rules of uploads in pieces, without any server."""

from __future__ import annotations

import base64
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.submissions.uploads.rules import (
    IDLE,
    LIFE,
    MOST_BYTES,
    MOST_UPLOADS,
    PROMPT,
    Arrived,
    Resting,
    is_over,
    moment_that_counts,
    read_checksum,
    read_digest,
    read_metadata,
    read_number,
    to_drop,
    written_metadata,
)
from tests.server.builders import NOON

spans = st.timedeltas(timedelta(), timedelta(hours=30))
sizes = st.integers(1, MOST_BYTES)
uploads = st.lists(
    st.builds(
        lambda number, size, ago: Resting(str(number), size, NOON - ago),
        st.integers(0, 10**9),
        st.sampled_from([1, 1 << 20, 500 << 20, MOST_BYTES]),
        spans,
    ),
    max_size=9,
    unique_by=lambda one: one.id,
)


@given(uploads, sizes)
def test_room_is_made_only_by_uploads_at_rest(resting: list[Resting], size: int):
    dropped = to_drop(resting, size, NOON)
    by_id = {one.id: one for one in resting}
    assert all(NOON - by_id[gone].touched_at >= IDLE for gone in dropped or ())


@given(uploads, sizes)
def test_room_made_is_enough(resting: list[Resting], size: int):
    dropped = to_drop(resting, size, NOON)
    if dropped is not None:
        kept = [one for one in resting if one.id not in dropped]
        assert sum(one.size for one in kept) + size <= MOST_BYTES


@given(uploads, sizes)
def test_no_more_room_is_made_than_needed(resting: list[Resting], size: int):
    dropped = to_drop(resting, size, NOON) or []
    kept = [one for one in resting if one.id not in dropped[:-1]]
    if dropped:
        assert sum(one.size for one in kept) + size > MOST_BYTES


def test_uploads_that_come_in_leave_no_room():
    busy = [Resting("a", MOST_BYTES, NOON - IDLE + timedelta(seconds=1))]
    assert to_drop(busy, 1, NOON) is None


def test_small_uploads_are_counted_too():
    many = [Resting(f"{number:03}", 1, NOON - LIFE) for number in range(MOST_UPLOADS)]
    assert to_drop(many[1:], 1, NOON) == []
    assert to_drop(many, 1, NOON) == ["000"]


@given(st.lists(spans, min_size=1, max_size=4))
def test_a_hand_in_counts_from_its_last_byte_for_an_hour(ages: list[timedelta]):
    moment = moment_that_counts((Arrived(NOON - age, announced=True) for age in ages), NOON)
    newest = NOON - min(ages)
    assert moment == (newest if NOON - newest <= PROMPT else NOON)


@given(st.lists(st.tuples(spans, st.booleans()), min_size=1, max_size=4))
def test_without_an_announcement_it_counts_from_the_hand_in(those: list[tuple[timedelta, bool]]):
    uploads = [Arrived(NOON - age, announced=announced) for age, announced in those]
    moment = moment_that_counts(uploads, NOON)
    assert moment == NOON or all(one.announced for one in uploads)


@given(spans)
def test_an_upload_lives_a_day_from_its_last_byte(age: timedelta):
    assert is_over(NOON - age, NOON) == (age > LIFE)


names = st.from_regex(r"[a-z][a-z0-9_-]*", fullmatch=True)


@given(st.dictionaries(names, st.text(st.characters(exclude_categories=["Cs"]))))
def test_metadata_is_read_as_it_was_written(values: dict[str, str]):
    assert read_metadata(written_metadata(values)) == values


@given(st.text())
def test_metadata_of_anybody_is_read_or_refused(header: str):
    try:
        read_metadata(header)
    except ValueError:
        return


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1_0", "0x1", "١", "1e3", "9" * 19, None])
def test_a_number_is_digits_only(text: str | None):
    with pytest.raises(ValueError, match="number"):
        read_number(text)


@given(st.binary())
def test_a_checksum_is_read_from_its_header(content: bytes):
    digest = sha256(content).digest()
    assert read_checksum(f"sha256 {base64.b64encode(digest).decode()}") == digest


@pytest.mark.parametrize("header", ["", "sha256", "sha1 AAAA", "sha256 AAAA", "sha256 !!", "md5 " + "A" * 44])
def test_other_checksums_are_refused(header: str):
    with pytest.raises(ValueError, match=r"known|base64"):
        read_checksum(header)


@pytest.mark.parametrize("text", ["", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n"])
def test_a_digest_is_written_as_sha256sum_does(text: str):
    with pytest.raises(ValueError, match="64"):
        read_digest(text)
