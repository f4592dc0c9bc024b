"""Reads GIFT, Moodle's text format, as Moodle does, and tells with its line what Moodle would get wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.gift_answers import Answers, read_answers
from server.quizzes.formats.gift_blocks import CodeLines, answer_block, is_answered
from server.quizzes.formats.gift_tags import Tags, read_tags, tagged_body
from server.quizzes.formats.gift_text import TextFormat, converted, hide_escapes, shown, split_format
from server.quizzes.formats.importing import Draft, Gathering, LeftOut, last_of_path
from server.quizzes.formats.result import Imported
from server.quizzes.formats.texts import question_text
from server.texts.formulas import read_formulas

LONGEST = 50_000
BLANK = "_____"
_CATEGORY = "$CATEGORY:"
# Braces of LaTeX around several things, behind nothing that would take them for its argument.
_SEEN_BRACES = re.compile(r"(?:^|[\s=(,:<>+])\{[\w.]+(?: ?[,;|:] ?[\w.]+)+\}")
_HIDDEN_BRACES = _(
    "Braces of a formula are not drawn. To show those of a set write \\\\\\{ and \\\\\\}, "
    "of which GIFT makes \\{ and \\}."
)
_NAME = re.compile(r"::(.*?)::(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, counted from 1. `indent` is the space before its text."""

    number: int
    text: str
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one question, without its comments, and what the comments say."""

    lines: tuple[Line, ...]
    comments: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """A question taken apart, escapes hidden."""

    name: str
    usual: TextFormat
    text: str
    answers: str


def read_gift(text: str, portion: str = "") -> Imported:
    """The questions of a GIFT file, or of a portion of it. Whatever is in it, nothing is raised."""
    gathering = Gathering()
    blocks = list(_blocks(_lines(text)))
    gathering.title = next((name for one in blocks if (name := last_of_path(one.category))), "")
    places = gathering.places([block.category for block in blocks], portion)
    for at in sorted(places):
        block = blocks[at]
        if gathering.is_full:
            gathering.stop(block.lines[0].number)
            break
        gathering.count(sum(len(line.text) for line in block.lines))
        _Reader(gathering, block).read()
    return gathering.imported()


def answered_share(text: str) -> float:
    """The share of its blocks with braces that have answers as GIFT writes them: 0 of what has none."""
    blocks = ["\n".join(line.text for line in block.lines) for block in _blocks(_lines(text))]
    hidden = [hide_escapes(one[:LONGEST], "", _nothing) for one in blocks if "{" in one.replace("{}", "")]
    if not hidden:
        return 0.0
    return sum(map(is_answered, hidden)) / len(hidden)


def _nothing(_word: str) -> None:
    """Who only looks tells nothing."""


def _lines(text: str) -> Iterator[Line]:
    joined = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(joined.split("\n"), start=1):
        yield Line(number, line.strip(), line[: len(line) - len(line.lstrip())])


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """What stands between blank lines. A category is a line by itself wherever a block begins."""
    kept: list[Line] = []
    comments: list[str] = []
    category = ""
    for line in (*lines, Line(0, "")):
        if line.text.startswith("//"):
            comments.append(line.text)
        elif line.text.startswith(_CATEGORY) and not kept:
            category = line.text.removeprefix(_CATEGORY).strip()[:200]
        elif line.text:
            kept.append(line)
        else:
            if kept:
                yield Block(tuple(kept), "\n".join(comments), category)
            kept, comments = [], []


class _Reader:
    """Reads one block, and notes with its line what is wrong with it."""

    def __init__(self, gathering: Gathering, block: Block) -> None:
        self._gathering = gathering
        self._block = block
        self._line = block.lines[0].number
        self._what = block.lines[0].text
        self._indented = False  # a line of its text, of which it is lost

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
        text = question_text(converted(parts.text, parts.usual), self._warn)
        if not text:
            raise LeftOut(_("It has answers but no text. Write the question before the {."))
        if any(_SEEN_BRACES.search(one.latex) for one in read_formulas(shown(parts.text))):
            self._warn(_HIDDEN_BRACES)
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
        if "{" not in rest:
            raise LeftOut(_("It has no answers in braces { }: a description is not a question."))
        found = answer_block(rest)
        if found.literal:
            self._warn(_("Braces of its text were taken as they are. Write them as \\{ and \\}."))
        if self._indented and usual is not TextFormat.HTML:
            self._warn(_("The indentation of its lines is lost. Write code between lines of ```."))
        return Parts(name, usual, _with_blank(found.before, found.after, usual), found.answers)

    def _hidden(self) -> str:
        """The lines joined, escapes hidden. Only code keeps what its lines are indented by."""
        source, code = "", CodeLines()
        for line in self._block.lines:
            if len(source) + len(line.text) > LONGEST:
                raise LeftOut(_("It is too long. Is a blank line missing between two questions?"))
            if line.text == "0":
                self._warn(_("Moodle takes a line with nothing but 0 for a blank one."), line.number)
            hidden = hide_escapes(line.text, source, partial(self._warn_of_latex, line.number))
            was_code = bool(code)
            kept = code.kept_indent(line.indent, shown(hidden))
            if not (was_code or code or "{" in source or line.text.startswith("{")):
                self._indented = self._indented or self._is_deeper(line)
            source += f"\n{kept}{hidden}" if source else hidden
        return source

    def _is_deeper(self, line: Line) -> bool:
        first = self._block.lines[0]
        return len(line.indent.expandtabs(4)) > len(first.indent.expandtabs(4)) + 1

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
