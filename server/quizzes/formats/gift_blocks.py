"""Where the answers of a GIFT question stand, and which of its lines are code.

Escapes are hidden already: a brace that is still there is one that means something, or that nobody escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from server.quizzes.formats.importing import LeftOut

_SIGN = re.compile(r"\s*[=~#]")
_TRUTH = re.compile(r"\s*(?:T|TRUE|F|FALSE)\s*(?:#|\Z)")
_GAP = re.compile(r"\d{0,4}:[A-Z_]{2,20}:")
_ANSWERED = re.compile(r"\{\s*(?:[=~]|#\s*[-+=%~\d.*]|(?:T|TRUE|F|FALSE)\s*[#}]|\d{0,4}:[A-Z_]{2,20}:)")
_COMMAND = re.compile(r"(?:\\[a-zA-Z]{1,30}|[\w)}\]|][\^_])\Z")  # what LaTeX has right before a brace
_FENCE = ("```", "~~~")


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """What stands before, within and behind the braces of the answers. `literal`: there are others."""

    before: str
    answers: str
    after: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Braces:
    """A pair of braces and what is between them."""

    start: int
    end: int
    inside: str


def answer_block(text: str) -> AnswerBlock:
    """The braces that hold the answers. Raises LeftOut where it cannot be told which, or none do."""
    groups = list(_groups(text))
    if not groups:
        raise LeftOut(_("The closing } is missing. A question must not have blank lines."))
    if any(_GAP.match(group.inside.strip()) for group in groups):
        raise LeftOut(_("It has gaps as in Moodle's Cloze, which GIFT has not. Ask each gap by itself."))
    chosen = _chosen(text, groups)
    if "{" in chosen.inside and any(
        sign in inner.inside for inner in _groups(chosen.inside) for sign in "=~#"
    ):
        raise LeftOut(_UNCLEAR)
    literal = len(groups) > 1 or "{" in chosen.inside
    return AnswerBlock(text[: chosen.start], chosen.inside, text[chosen.end :], literal)


def is_answered(text: str) -> bool:
    """Whether braces with signs of answers stand in it, or gaps: what else has braces is none of GIFT's."""
    return _ANSWERED.search(text) is not None


_UNCLEAR = _(
    "It has several pairs of braces, or gaps. "
    "Ask each gap by itself, and write braces of a text as \\{ and \\}."
)


def _chosen(text: str, groups: list[Braces]) -> Braces:
    """Those with signs of answers, or else with a word for truth, or else the only ones there are."""
    signed = [group for group in groups if _SIGN.match(group.inside)]
    true = [group for group in groups if _TRUTH.match(group.inside) and not _in_formula(text, group)]
    if len(signed) + len(true) > 1:
        raise LeftOut(_UNCLEAR)
    if signed or true:
        return (signed or true)[0]
    if len(groups) > 1 or _in_formula(text, groups[0]):
        raise LeftOut(_UNCLEAR)
    return groups[0]


def _in_formula(text: str, group: Braces) -> bool:
    return _COMMAND.search(text[: group.start][-40:]) is not None


def _groups(text: str) -> Iterator[Braces]:
    """The outer pairs of braces. Raises LeftOut where they do not pair."""
    depth, start = 0, 0
    for match in re.finditer("[{}]", text):
        if match[0] == "{":
            start = match.start() if not depth else start
            depth += 1
        elif not depth:
            raise LeftOut(_UNCLEAR)
        else:
            depth -= 1
            if not depth:
                yield Braces(start, match.end(), text[start + 1 : match.start()])
    if depth:
        raise LeftOut(_("The closing } is missing. A question must not have blank lines."))


class CodeLines:
    """Follows the lines of a question: whether they are code, and by how much they stay indented."""

    def __init__(self) -> None:
        self._fence = ""
        self._outer = 0
        self._is_preformatted = False

    def __bool__(self) -> bool:
        return bool(self._fence) or self._is_preformatted

    def kept_indent(self, indent: str, text: str) -> str:
        """What a line of code keeps of its indentation; of other lines nothing is kept."""
        indent = indent.expandtabs(4)
        if self._fence:
            self._fence = (
                "" if text.startswith(self._fence) and not text.strip(self._fence[0]) else self._fence
            )
            return indent[self._outer :] if self._fence else ""
        was = self._is_preformatted
        if text.startswith(_FENCE):
            self._fence, self._outer = text[:3], len(indent)
        elif (opened := text.lower().rfind("<pre")) >= 0 or was:
            self._is_preformatted = text.lower().rfind("</pre") < max(opened, 0)
            self._is_preformatted = self._is_preformatted or (opened < 0 and "</pre" not in text.lower())
        return indent if was else ""
