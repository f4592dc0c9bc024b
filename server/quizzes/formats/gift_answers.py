"""The answer block of a GIFT question: which type it makes, and its body."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.spec import Localized
from server.quizzes.formats.choice_weights import Weighted, choice
from server.quizzes.formats.gift_text import TextFormat, converted, form_of, shown, split_format
from server.quizzes.formats.html import Converted
from server.quizzes.formats.importing import LeftOut, both, explained
from server.quizzes.formats.markdown import from_plain
from server.quizzes.formats.numbers import middle, read_number, read_weight
from server.quizzes.formats.texts import Warn, option_text, told

MOST_PARTS = 200
_ARROW = re.compile("[-\N{EN DASH}\N{MINUS SIGN}]>")  # as it is, or as an office program writes it
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")
_WORD_FOR_TRUTH = re.compile(r"true|false|t|f|igaz|hamis|i|h", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a block says. `explanation` is the general feedback."""

    body: Body
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The inside of the braces, escapes hidden, without the general feedback."""

    text: str
    usual: TextFormat
    warn: Warn

    def markdown(self, text: str) -> str:
        """One of its texts as Markdown. Raises LeftOut."""
        return told(self.converted(text), self.warn)

    def option(self, text: str) -> str:
        """The text of an option, or nothing. Raises LeftOut."""
        return option_text(self.converted(text), self.warn)

    def converted(self, text: str) -> Converted:
        """One of its texts, and what is lost of it. Raises LeftOut."""
        text_format, text = split_format(text, self.usual)
        return converted(text, text_format)

    def feedback(self, text: str) -> Localized | None:
        """A feedback, where there is one. Raises LeftOut."""
        markdown = self.markdown(text)
        return both(markdown) if markdown else None


@dataclass(frozen=True, slots=True)
class Part:
    """One answer: its weight, where it has one, its text and its feedback."""

    text: str
    feedback: str
    weight: float | None = None


def read_answers(text: str, usual: TextFormat, warn: Warn) -> Answers:
    """The answers between the braces. Raises LeftOut with what is wrong with them."""
    before, hashes, general = text.rpartition("####")
    block = Block((before if hashes else text).strip(), usual, warn)
    explanation = block.markdown(general) if hashes else ""
    if not block.text:
        raise LeftOut(_("It is an essay, which nobody can mark by machine. Write at least one answer."))
    if block.text.split("#")[0].strip() in _TRUE + _FALSE:
        return _true_false(block, explanation)
    return Answers(_reader_of(block.text)(block), explanation)


def _reader_of(text: str) -> Callable[[Block], Body]:
    if text.startswith("#"):
        return _numeric
    if "~" in text:
        return _choice
    return _matching if "=" in text and _ARROW.search(text) else _short_text


def _true_false(block: Block, explanation: str) -> Answers:
    """Its feedbacks are for a wrong reply and for a right one, in this order."""
    answer, *feedbacks = block.text.split("#", 2)
    texts = [explanation, *(block.markdown(one) for one in feedbacks)]
    return Answers(TrueFalse(answer.strip() in _TRUE), explained(texts, block.warn))


def _choice(block: Block) -> Choice:
    parts = _split(block.text.replace("=", "~="), "~")
    has_right = any(part.startswith("=") for part in parts)
    options = [option for part in parts if (option := _weighted(block, part))]
    return choice(options, several=not has_right, warn=block.warn)


def _weighted(block: Block, text: str) -> Weighted | None:
    """An option; an empty one is none, as Moodle drops it on saving."""
    right = text.startswith("=")
    part = _part(text.removeprefix("="), block, weighted=not right)
    if not (said := block.option(part.text)):
        return None
    option = Option(both(said), correct=right, feedback=block.feedback(part.feedback))
    return Weighted(option, 1.0 if right else part.weight)


def _numeric(block: Block) -> Numeric:
    accepted_text, tilde, wrong = block.text[1:].partition("~")
    parts = [_part(one, block) for one in _split(accepted_text, "=")]
    named = [part for part in parts if part.text not in {"", "*"}]
    if tilde or any(part.feedback for part in parts):
        _warn_of_feedback(block, [part.feedback for part in parts] + [wrong])
    if not named:
        raise LeftOut(_("No number is given as its answer. Write one, like {#3.14:0.01}."))
    return Numeric(tuple(_accepted_number(part, block.warn) for part in named))


def _accepted_number(part: Part, warn: Warn) -> AcceptedNumber:
    text = shown(part.text)
    if ".." in text:
        ends = [read_number(end) for end in text.split("..", 1)]
        value, tolerance = middle(ends[0].value, ends[1].value)
    else:
        number, _colon, around = text.partition(":")
        ends = [read_number(number), read_number(around or "0")]
        value, tolerance = ends[0].value, abs(ends[1].value)
    if any(end.comma for end in ends):
        warn(_("GIFT knows no decimal comma. “%(number)s” was read with a point.", number=text[:40]))
    return AcceptedNumber(float(value), float(tolerance), _credit(part, warn))


def _short_text(block: Block) -> ShortText:
    parts = [part for one in _split(block.text, "=") if (part := _part(one, block)).text]
    if not parts:
        raise LeftOut(_("It has no answer. Write at least one between the braces."))
    _warn_of_feedback(block, [part.feedback for part in parts])
    forms = [AcceptedText(form_of(part.text, block.usual), _credit(part, block.warn)) for part in parts]
    if len(forms) == 1 and _WORD_FOR_TRUTH.fullmatch(forms[0].text):
        block.warn(_("It is read as a word to type. Write {TRUE} or {FALSE} if it is a true-false question."))
    return ShortText(tuple(forms))


def _matching(block: Block) -> Matching:
    pairs, distractors = [], []
    for text in filter(None, _split(block.text, "=")):
        left, *rest = _ARROW.split(text, maxsplit=1)
        right = "".join(rest)
        if not right.strip():
            raise LeftOut(_("Each of its pairs needs a left side, -> and a right side."))
        # The right side has no format in GIFT: it is shown as it is.
        shown_right = both(from_plain(shown(right).strip()))
        left = block.markdown(left)
        if left:
            pairs.append(Pair(both(left), shown_right))
        else:
            distractors.append(shown_right)
    return Matching(tuple(pairs), tuple(distractors))


def _split(text: str, sign: str) -> Sequence[str]:
    """The parts between signs. What stands before the first sign is one too, unless it is empty."""
    first, *rest = [part.strip() for part in text.split(sign, MOST_PARTS + 1)]
    parts = [first, *rest] if first else rest
    if len(parts) > MOST_PARTS:
        raise LeftOut(_("It has more than %(n)s answers.", n=MOST_PARTS))
    return parts


def _part(text: str, block: Block, *, weighted: bool = True) -> Part:
    text, _hash, feedback = text.strip().partition("#")
    found = read_weight(text) if weighted else None
    if found is None:
        return Part(text.strip(), feedback.strip())
    weight, rest = found
    if abs(weight) > 1:
        block.warn(_("A weight of more than the whole credit was lowered to it."))
    return Part(rest.strip(), feedback.strip(), max(-1.0, min(1.0, weight)))


def _credit(part: Part, warn: Warn) -> float:
    if part.weight is not None and part.weight < 0:
        warn(_("A negative weight counts only in choices. It was raised to 0."))
        return 0.0
    return 1.0 if part.weight is None else part.weight


def _warn_of_feedback(block: Block, feedbacks: Sequence[str]) -> None:
    if any(one.strip().strip("#") for one in feedbacks):
        block.warn(_("The feedback on single answers is left out; choices alone keep theirs."))
