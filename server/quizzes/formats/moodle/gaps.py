"""Questions with gaps in their text: Moodle's Cloze, and words that are chosen or dragged into a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from assignments.questions.choice import Option
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.short_text import AcceptedText, ShortText
from server.quizzes.formats.choice_weights import Weighted, choice
from server.quizzes.formats.importing import LeftOut, both
from server.quizzes.formats.moodle.node import Node
from server.quizzes.formats.numbers import read_number, read_weight
from server.quizzes.formats.texts import Warn, option_text, told, typed_text, with_descriptions

MOST_GAPS = 20
MOST_ANSWERS = 50
OPEN, ASKED = "(…)", r"\_\_\_\_\_"
_MARK = "Xgap{}x"  # stands for a gap while the text becomes Markdown
_BEGIN = re.compile(r"\{(\d{0,3}):([A-Z_]{2,20}):")
_END = re.compile(r"(?<!\\)\}")
_WORD = re.compile(r"\[\[(\d{1,3})\]\]")
_ONE_OF = re.compile(r"MULTICHOICE(?:_[VHS]{1,2})?|MC[VHS]{0,2}")
_SOME_OF = re.compile(r"MULTIRESPONSE(?:_[HS]{1,2})?|MR[HS]{0,2}")
_TYPED = re.compile(r"(?:SHORTANSWER|SA|MW)_?(C?)")


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap: what asks for it, the text in which it is open, and its weight among the others."""

    text: str
    body: Body
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """An answer of a gap: its weight, and its text as HTML."""

    html: str
    weight: float | None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A gap as it stands in the text."""

    kind: str
    inside: str
    weight: float


def cloze(node: Node) -> list[Gap]:
    """The gaps of a Cloze question. Raises LeftOut."""
    source = node.source("questiontext")
    pieces, found = _taken_apart(source)
    _refuse_count(len(found))
    texts = _texts(node, pieces)
    return [Gap(text, _body(gap, node), gap.weight) for text, gap in zip(texts, found, strict=True)]


def words(node: Node) -> list[Gap]:
    """The gaps of a text into which words are chosen or dragged. Raises LeftOut."""
    choices = [*node.each("selectoption"), *node.each("dragbox")]
    said = [one.option_text() for one in choices]
    groups = [one.plain("group") or "1" for one in choices]
    source = node.source("questiontext")
    right = [int(number) - 1 for number in _WORD.findall(source)]
    _refuse_count(len(right))
    if not all(0 <= at < len(said) and said[at] for at in right):
        raise LeftOut(_("A gap of it names no word that it has."))
    texts = _texts(node, _WORD.split(source)[::2])
    return [
        Gap(text, _word_choice(said, groups, at, node.warn)) for text, at in zip(texts, right, strict=True)
    ]


GAPS: Mapping[str, Callable[[Node], list[Gap]]] = {
    "cloze": cloze,
    "multianswer": cloze,
    "gapselect": words,
    "ddwtos": words,
}


def _refuse_count(count: int) -> None:
    if not count:
        raise LeftOut(_("It has no gap that could be read. Ask it in another way."))
    if count > MOST_GAPS:
        raise LeftOut(
            _("It has %(n)s gaps, which are too many. Ask the important ones by themselves.", n=count)
        )


def _taken_apart(source: str) -> tuple[list[str], list[Found]]:
    """What stands between the gaps, and the gaps."""
    pieces, found, at = [], [], 0
    while begin := _BEGIN.search(source, at):
        end = _END.search(source, begin.end())
        if end is None:
            raise LeftOut(_("A gap of it has no end. Mend it in Moodle, or ask it in another way."))
        pieces.append(source[at : begin.start()])
        found.append(Found(begin[2], source[begin.end() : end.start()], float(begin[1] or "1")))
        at = end.end()
    return [*pieces, source[at:]], [one if one.weight else Found(one.kind, one.inside, 1.0) for one in found]


def _texts(node: Node, pieces: Sequence[str]) -> list[str]:
    """The text for each gap: that one is asked, and the others are open."""
    count = len(pieces) - 1
    marks = [_MARK.format(at) for at in range(count)]
    if any("Xgap" in piece for piece in pieces):
        raise LeftOut(_("It has no gap that could be read. Ask it in another way."))
    marked = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True))
    found = with_descriptions(node.converted(marked, "questiontext"))
    markdown = told(found, node.warn)
    if any(mark not in markdown for mark in marks):
        raise LeftOut(_("It has no gap that could be read. Ask it in another way."))
    return [_opened(markdown, asked) for asked in range(count)]


def _opened(markdown: str, asked: int) -> str:
    return re.sub(r"Xgap(\d{1,3})x", lambda match: ASKED if int(match[1]) == asked else OPEN, markdown)


def _body(gap: Found, node: Node) -> Body:
    parts = list(_parts(gap.inside))
    if not 0 < len(parts) <= MOST_ANSWERS:
        raise LeftOut(_("It has no answers, or more than %(n)s.", n=MOST_ANSWERS))
    if _ONE_OF.fullmatch(gap.kind) or _SOME_OF.fullmatch(gap.kind):
        return _choice(parts, several=_SOME_OF.fullmatch(gap.kind) is not None, node=node)
    if gap.kind in {"NUMERICAL", "NM"}:
        return Numeric(tuple(_number(part) for part in parts if part.html.strip() != "*"))
    if typed := _TYPED.fullmatch(gap.kind):
        forms = [
            AcceptedText(typed_text(part.html), max(0.0, part.weight or 0.0))
            for part in parts
            if part.weight or part.html != "*"
        ]
        return ShortText(tuple(forms), case_sensitive=bool(typed[1]))
    raise LeftOut(_("A gap of the type “%(type)s” cannot be imported. Ask it in another way.", type=gap.kind))


def _parts(inside: str) -> Iterator[Part]:
    for text in re.split(r"(?<!\\)~", inside):
        answer, *feedback = re.split(r"(?<!\\)#", text, maxsplit=1)
        answer, weight = answer.strip(), 0.0
        if answer.startswith("="):
            answer, weight = answer[1:], 1.0
        elif found := read_weight(answer):
            weight, answer = max(-1.0, min(1.0, found[0])), found[1]
        if answer.strip():
            yield Part(_unescaped(answer), weight or None, _unescaped("".join(feedback)))


def _unescaped(text: str) -> str:
    return re.sub(r"\\([}~#/\"'\\=])", r"\1", text).strip()


def _choice(parts: Sequence[Part], *, several: bool, node: Node) -> Body:
    full = sum(1 for part in parts if part.weight == 1)
    options = []
    for part in parts:
        text = option_text(node.converted(part.html, "questiontext"), node.warn)
        feedback = told(node.converted(part.feedback, "questiontext"), node.warn)
        weight = 1 / full if several and part.weight == 1 else part.weight
        option = Option(both(text), part.weight == 1, feedback=both(feedback) if feedback else None)
        options += [Weighted(option, weight)] if text else []
    return choice(options, several=several, warn=node.warn)


def _number(part: Part) -> AcceptedNumber:
    number, _colon, around = typed_text(part.html).partition(":")
    value, tolerance = read_number(number).value, abs(read_number(around or "0").value)
    return AcceptedNumber(float(value), float(tolerance), max(0.0, part.weight or 0.0))


def _word_choice(said: Sequence[str], groups: Sequence[str], right: int, warn: Warn) -> Body:
    """The words of a gap's group; what reads the same is one."""
    own = dict.fromkeys(
        text for text, group in zip(said, groups, strict=True) if group == groups[right] and text
    )
    options = [
        Weighted(Option(both(text), text == said[right]), 1.0 if text == said[right] else None)
        for text in own
    ]
    return choice(options, several=False, warn=warn)
