"""No text of a phone, a form or a file keeps the server busy: reading takes time in proportion to its length.

Processor time is measured, the best of several runs, so that a busy machine changes nothing.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files import notebook_cells
from assignments.moments import duration
from assignments.questions.matching import Matching, Pair
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.quiz import Question
from assignments.quiz_reading import read_quiz
from assignments.spec import Kind, Localized
from assignments.toml.fields import SpecError
from grader.files import notebook, predictions, unpack
from grader.sentences import RefusedError
from server.accounts.credentials.passwords import refuse_weak_password
from server.accounts.neptun import normalised, read_neptun
from server.accounts.nicknames import read_nickname
from server.accounts.roster_files import read_roster
from server.errors import Refusal
from server.quizzes.authoring.editor import slug_of
from server.quizzes.codes.edit_distance import near_misses
from server.quizzes.codes.join_code import is_word
from server.quizzes.formats.markdown import from_plain, to_plain
from server.quizzes.formats.reading import read as read_file
from server.quizzes.formats.result import Unreadable
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.rendering import RenderingError, draw_text
from server.quizzes.questions.scoring import credit
from server.quizzes.reports.history import best_match, plain
from server.spreadsheets import safe
from server.submissions.queue.sanitizing import clean
from server.submissions.uploads.file_checks import check_content, check_names
from server.submissions.uploads.rules import read_checksum, read_digest, read_metadata, read_number
from server.web import safe_next

NOW = datetime(2026, 9, 1, tzinfo=UTC)
SHORT, LONG = 1000, 4000  # characters
STEEPEST = 9.0  # times as long for four times the text; sixteen times if it grew with the square
NOTICED_S = 0.0015  # what takes less grows with nothing but noise
ANSWER_S = 0.005  # for an answer of two hundred characters
REFUSED = (Refusal, RefusedError, ValueError, SpecError, RenderingError, Unreadable)

WORD = Localized("word", "szó")
FORMS = tuple(AcceptedText(text) for text in ("*a*a*a*b", "[*?]*!", "relu", "*", "a" * 100, "*1*,* *x*"))
ASKED = {
    "numeric": Numeric((AcceptedNumber(1.0),)),
    "text": ShortText(FORMS),
    "text in case": ShortText(FORMS, case_sensitive=True),
    "shape": Shape((1, 2)),
    "ordering": Ordering((WORD, WORD)),
    "matching": Matching((Pair(WORD, WORD),)),
}

UNITS = [
    *"!\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~ \t\n\r\v\f\0",
    *"\x85\xa0\u00ad\u0301\u200b\u200f\u202e\u2028\u3000\ufeff\ue000\ud800½²٣ßİﷺ×−⁄＝\U0001d7d9",
    *["\u0316\u0301", "\u0301\u0316", "a\u0301", "가", "ab", "a ", " a", "1,", "1 ,", " ,", "1 ", "x1", "_1"],
    *[
        "((",
        "[(",
        ")(",
        "[]",
        "{}",
        "()",
        "torch.size",
        "tensor(",
        "1e",
        "1/",
        "%",
        "9" * 50,
        "-+",
        "1.",
        ".1",
    ],
    *["<a", "<a ", "</", "<!--", "<b>", "&amp", "&#", "http://", "https://a", "a@", "a@b.", "a.b@c."],
    *[
        "$$",
        "$a",
        "$\\$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\\\",
        "``",
        "`a``b",
        "*a",
        "**a*",
        "_a_",
        "~~",
        "![",
        "](",
    ],
    *[
        "[a](",
        "- ",
        "> ",
        "# ",
        "1. ",
        "| ",
        "|-|",
        "```\n",
        "    a\n",
        "\n\n",
        "\r\n",
        "a\nb",
        "<br>",
        "[a]: b\n",
    ],
    *[
        "::",
        "####",
        "->",
        "=>",
        "%1%",
        "~%",
        "=a",
        "~a",
        "{=",
        "=}",
        "// ",
        "[id:",
        "[tag:",
        "[tag:a]",
        "[html]",
    ],
    *["A) a\n", "ANSWER: A\n", "a\nA) a\nB) b\nANSWER: A\n", "\\n", "\\nabla", "{T}\n\n", "a{=b}\n\n"],
    *[
        "coding:",
        "#coding",
        "# coding: a",
        '"""',
        "'''",
        "%%",
        "%a\n",
        "!a\n",
        "a?",
        "a =%",
        "if :",
        ":#",
        "[a.",
    ],
    *[
        "get_ipython(",
        "if get_ipython(",
        "\\\n",
        "id,label\n",
        "0,a\n",
        "../",
        "a/",
        "a,",
        "a b,",
        ";a",
        "a;b;c\n",
    ],
]
FRAMES = [("", ""), ("(", "!")]


def _answer(name: str) -> Callable[[str], object]:
    question = Question("q", WORD, ASKED[name])
    order = (1, 0)

    def read(text: str) -> object:
        return credit(question, read_answer(question, text, order))

    return read


def _notebook(text: str) -> object:
    return list(notebook_cells.plain(text, 1).lines)


PHONE: dict[str, Callable[[str], object]] = {f"answer: {name}": _answer(name) for name in ASKED} | {
    "word": lambda text: is_word("seed", text, NOW),
    "code": normalised,
    "near": lambda text: near_misses(normalised(text)[:12], ["ABC123", "XYZ789"]),
}
FORMS_AND_HEADERS: dict[str, Callable[[str], object]] = {
    "code of an account": read_neptun,
    "nickname": read_nickname,
    "password": lambda text: refuse_weak_password(text, neptun="ABC123", name="A B"),
    "address to go on to": lambda text: safe_next(f"/{text}"),
    "number of an upload": read_number,
    "metadata of an upload": lambda text: read_metadata(f"filename {text}"),
    "checksum of an upload": lambda text: read_checksum(f"sha256 {text}"),
    "digest of an upload": read_digest,
    "name of a file": lambda text: check_names([text, "b.py"], 5),
}
FILES: dict[str, Callable[[str], object]] = {
    "source": lambda text: check_content(Kind.CODE, "a.py", io.BytesIO(_bytes(text))),
    "source for the grader": lambda text: unpack.check_source(
        unpack.Contents({"submission.py": _bytes(text)})
    ),
    "name for the grader": lambda text: unpack.read_files({text: b"1", "b": b"2"}),
    "cell of a notebook": _notebook,
    "notebook": lambda text: notebook.joined(unpack.Contents({"a.ipynb": _bytes(text)})),
    "table of predictions": lambda text: predictions.read(_bytes(text), rows=5, classes=("a", "b")),
    "text of a report": clean,
    "cell of a sheet": safe,
}
STAFF: dict[str, Callable[[str], object]] = {
    "roster": lambda text: read_roster(_bytes(text)),
    "roster's cell": lambda text: read_roster(b"Neptun;Name\nABC123;" + _bytes(text)),
    "quiz": lambda text: read_quiz(text, ZoneInfo("Europe/Budapest")),
    "name of a quiz": slug_of,
    "duration": duration,
    "GIFT": lambda text: read_file("a.gift", _bytes(text)),
    "GIFT's answers": lambda text: read_file("a.gift", b"q{" + _bytes(text) + b"}"),
    "Aiken": lambda text: read_file("a.txt", _bytes(text) + b"\nA) a\nB) b\nANSWER: A\n"),
    "Moodle XML": lambda text: read_file("a.xml", b"<quiz>" + _bytes(text) + b"</quiz>"),
    "Markdown": draw_text,
    "plain text": from_plain,
    "Markdown as plain text": to_plain,
    "text compared": plain,
    "text looked for": lambda text: best_match(text[:500], {"a": ["a" * 499]}),
}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _took_s(read: Callable[[str], object], text: str, runs: int = 3) -> float:
    def once() -> float:
        begun = time.process_time()
        with suppress(*REFUSED):
            read(text)
        return time.process_time() - begun

    return min(once() for _ in range(runs))


def _pumped(length: int) -> Iterator[tuple[str, str]]:
    for unit in UNITS:
        for before, behind in FRAMES:
            yield f"{before}{unit}{behind}", f"{before}{unit * (length // len(unit))}{behind}"


def _steep(read: Callable[[str], object]) -> list[str]:
    found = []
    for (unit, short), (_unit, long) in zip(_pumped(SHORT), _pumped(LONG), strict=True):
        took_s = _took_s(read, long, runs=1)
        if took_s <= NOTICED_S:
            continue
        took_s = min(took_s, _took_s(read, long))
        if took_s > NOTICED_S and took_s > STEEPEST * max(_took_s(read, short), NOTICED_S / 16):
            found.append(f"{unit!r}: {took_s:.3f} s")
    return found


@pytest.mark.parametrize("name", PHONE)
def test_two_hundred_hostile_characters_are_read_at_once(name: str):
    slow = [text for _unit, text in _pumped(198) if _took_s(PHONE[name], text, runs=1) > ANSWER_S]
    assert [text[:20] for text in slow if _took_s(PHONE[name], text, runs=9) > ANSWER_S] == []


@given(st.lists(st.sampled_from(UNITS), min_size=1, max_size=6), st.integers(1, 40))
def test_mixtures_of_hostile_characters_are_read_at_once(units: list[str], times: int):
    text = ("".join(units) * times)[:200]
    slow = [name for name, read in PHONE.items() if _took_s(read, text, runs=1) > ANSWER_S]
    assert [name for name in slow if _took_s(PHONE[name], text, runs=9) > ANSWER_S] == []


LONG_READINGS = {"Markdown", "Markdown as plain text", "Aiken", "GIFT's answers"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG_READINGS else [])
        for name in PHONE | FORMS_AND_HEADERS | FILES | STAFF
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(name: str):
    assert _steep((PHONE | FORMS_AND_HEADERS | FILES | STAFF)[name]) == []
