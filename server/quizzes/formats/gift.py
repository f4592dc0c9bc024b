"""Reads GIFT, Moodle's text format, as Moodle does, and tells with its line what Moodle would get wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.gift_answers import Answers, read_answers
from server.quizzes.formats.gift_tags import Tags, read_tags, tagged_body
from server.quizzes.formats.gift_text import TextFormat, hide_escapes, markdown_of, shown, split_format
from server.quizzes.formats.importing import Draft, Gathering, LeftOut
from server.quizzes.formats.result import Imported

LONGEST = 50_000
BLANK = "_____"
_CATEGORY = "$CATEGORY:"
_NAME = re.compile(r"::(.*?)::(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one question, without its comments, and what the comments say."""

    lines: tuple[Line, ...]
    comments: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A question taken apart, escapes hidden."""

    name: str
    usual: TextFormat
    text: str
    answers: str


def read_gift(text: str) -> Imported:
    """The questions of a GIFT file. Whatever is in it, nothing is raised."""
    gathering = Gathering()
    for block in _blocks(_lines(text), gathering):
        if gathering.is_full:
            gathering.stop(block.lines[0].number)
            break
        gathering.count(sum(len(line.text) for line in block.lines))
        _Reader(gathering, block).read()
    return gathering.imported()


def _lines(text: str) -> Iterator[Line]:
    joined = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(joined.split("\n"), start=1):
        yield Line(number, line.strip())


def _blocks(lines: Iterable[Line], gathering: Gathering) -> Iterator[Block]:
    """What stands between blank lines. A category is a line by itself wherever a block begins."""
    kept: list[Line] = []
    comments: list[str] = []
    for line in (*lines, Line(0, "")):
        if line.text.startswith("//"):
            comments.append(line.text)
        elif line.text.startswith(_CATEGORY) and not kept:
            gathering.title = gathering.title or _last_of_path(line.text.removeprefix(_CATEGORY))
        elif line.text:
            kept.append(line)
        else:
            if kept:
                yield Block(tuple(kept), "\n".join(comments))
            kept, comments = [], []


def _last_of_path(path: str) -> str:
    return path.strip().replace("//", " ").rpartition("/")[2].strip()


class _Reader:
    """Reads one block, and notes with its line what is wrong with it."""

    def __init__(self, gathering: Gathering, block: Block) -> None:
        self._gathering = gathering
        self._block = block
        self._line = block.lines[0].number
        self._what = block.lines[0].text

    def read(self) -> None:
        """Take the question, or note why not."""
        try:
            self._gathering.take(self._draft())
        except LeftOut as error:
            self._gathering.skip(self._line, error.reason, self._what)

    def _draft(self) -> Draft:
        parts = self._parts()
        if parts.name or parts.text:
            self._what = shown(parts.name or parts.text.replace(BLANK, "…"))
        tags = read_tags(self._block.comments)
        text = markdown_of(parts.text, parts.usual, self._warn)
        if not text:
            raise LeftOut(_("It has answers but no text. Write the question before the {."))
        answers = read_answers(parts.answers, parts.usual, self._warn)
        return self._with_tags(parts, text, answers, tags)

    def _with_tags(self, parts: Parts, text: str, answers: Answers, tags: Tags) -> Draft:
        for wrong in tags.wrong:
            self._warn(_("The tag “%(tag)s” was not understood and is left out.", tag=wrong[:60]))
        return Draft(
            line=self._line,
            text=text,
            body=tagged_body(answers.body, tags),
            id=tags.id,
            name=shown(parts.name).strip(),
            seconds=tags.seconds,
            points=tags.points,
            weight=tags.weight,
            tags=tags.concepts,
            explanation=answers.explanation,
        )

    def _parts(self) -> Parts:
        source = self._hidden()
        named = _NAME.match(source)
        name, rest = (named[1].strip(), named[2]) if named else ("", source)
        usual, rest = split_format(rest, TextFormat.MOODLE)
        before, opened, inside = rest.partition("{")
        if not opened:
            raise LeftOut(_("It has no answers in braces { }: a description is not a question."))
        answers, closed, after = inside.partition("}")
        if not closed:
            raise LeftOut(_("The closing } is missing. A question must not have blank lines."))
        if "{" in after or "}" in after:
            self._warn(_("A question has one pair of braces. Write others as \\{ and \\}."))
        return Parts(name, usual, _with_blank(before, after, usual), answers)

    def _hidden(self) -> str:
        """The lines joined, escapes hidden."""
        source = ""
        for line in self._block.lines:
            if len(source) + len(line.text) > LONGEST:
                raise LeftOut(_("It is too long. Is a blank line missing between two questions?"))
            if line.text == "0":
                self._warn(_("Moodle takes a line with nothing but 0 for a blank one."), line.number)
            hidden = hide_escapes(line.text, source, partial(self._warn_of_latex, line.number))
            source += f"\n{hidden}" if source else hidden
        return source

    def _warn_of_latex(self, line: int, word: str) -> None:
        reason = _(
            "\\%(word)s would be a new line in Moodle. It was read as LaTeX; write \\\\%(word)s.", word=word
        )
        self._warn(reason, line)

    def _warn(self, reason: Text, line: int = 0) -> None:
        self._gathering.warn(line or self._line, reason, self._what)


def _with_blank(before: str, after: str, usual: TextFormat) -> str:
    """The text of the question: what stands behind the answers makes them a blank in it."""
    if not after.strip():
        return before
    blank = BLANK.replace("_", "\\_") if usual is TextFormat.MARKDOWN else BLANK
    return f"{before}{blank}{after}"
