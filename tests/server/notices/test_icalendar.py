"""The calendar keeps to RFC 5545: escaping, folding, moments in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.notices.icalendar import Entry, calendar, escaped, folded
from tests.server.builders import NOON

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
TEXTS = st.builds(lambda word, times: word * times, WORDS, st.integers(1, 20))  # long ones, too


def an_entry(**changes: object) -> Entry:
    usual = {
        "uid": "due-1-digits-1@hazi.example.org",
        "summary": "Due: Digits",
        "begins": NOON,
        "modified": NOON,
        "sequence": 0,
    }
    return Entry(**(usual | changes))  # type: ignore[arg-type]


def unfolded(file: bytes) -> list[str]:
    """The lines as a program reads them (3.1)."""
    assert file.endswith(b"\r\n")
    return re.sub(rb"\r\n[ \t]", b"", file).decode().removesuffix("\r\n").split("\r\n")


def read(text: str) -> str:
    """A TEXT value as a program reads it (3.3.11)."""
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], text)


def kept(text: str) -> str:
    """What of a text can be kept: line ends are one of a kind, other control characters are not allowed."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", re.sub(r"\r\n?", "\n", text))


@given(TEXTS)
def test_every_text_is_read_as_it_was_meant(text: str):
    assert read(escaped(text)) == kept(text)
    assert re.search(r"(?<!\\)(?:\\\\)*[;,]", escaped(text)) is None


@given(TEXTS, TEXTS)
def test_lines_have_at_most_75_bytes_and_no_letter_is_cut(summary: str, description: str):
    file = calendar(summary, [an_entry(summary=summary, description=description)])
    for line in file.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
        assert re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line) is None
    lines = dict(line.split(":", 1) for line in unfolded(file))
    assert read(lines["SUMMARY"]) == read(lines["X-WR-CALNAME"]) == kept(summary)
    assert read(lines.get("DESCRIPTION", "")) == kept(description)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=400))
def test_folding_loses_nothing(line: str):
    assert folded(line).replace("\r\n ", "") == line


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_moments_are_in_utc(moment: datetime):
    zoned = moment.replace(microsecond=0, tzinfo=UTC).astimezone()
    lines = unfolded(calendar("x", [an_entry(begins=zoned, ends=zoned + timedelta(hours=1))]))
    [begins] = [line for line in lines if line.startswith("DTSTART:")]
    read_back = datetime.strptime(begins, "DTSTART:%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert read_back == zoned


def test_an_event_has_what_the_rfc_asks_for():
    lines = unfolded(calendar("x", [an_entry(), an_entry(uid="other", sequence=3)]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    names = [line.split(":")[0] for line in lines]
    for name, count in {
        "VERSION": 1,
        "PRODID": 1,
        "UID": 2,
        "DTSTAMP": 2,
        "DTSTART": 2,
        "SEQUENCE": 2,
    }.items():
        assert names.count(name) == count
    assert [line for line in lines if line.startswith("SEQUENCE")] == ["SEQUENCE:0", "SEQUENCE:3"]


def test_the_same_dates_are_the_same_bytes():
    assert calendar("x", [an_entry()]) == calendar("x", [an_entry()])
