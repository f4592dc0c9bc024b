"""The bodies of questions in Moodle XML, by Moodle's types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from flask_babel import lazy_gettext as _

from assignments.questions.body import Body
from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from server.quizzes.formats.choice_weights import Weighted, choice
from server.quizzes.formats.importing import LeftOut, both, explained
from server.quizzes.formats.markdown import from_plain
from server.quizzes.formats.moodle.node import Node
from server.quizzes.formats.numbers import read_number

MOST_ANSWERS = 200
# A body, and the explanation of the question.
Found: TypeAlias = tuple[Body, str]


def _choice(node: Node) -> Found:
    several = node.plain("single").lower() in {"false", "0"}
    shuffle = node.plain("shuffleanswers").lower() not in {"false", "0"}
    options = [
        Weighted(option, _fraction(answer) or None)
        for answer in _answers(node)
        if (option := _option(answer))
    ]
    return choice(options, several=several, warn=node.warn, shuffle=shuffle), _general(node)


def _multiple_responses(node: Node) -> Found:
    """What is marked as right is to be chosen; in this type of Moodle's each has the whole fraction."""
    answers = [(option, _fraction(answer)) for answer in _answers(node) if (option := _option(answer))]
    if len(answers) < 2 or not any(fraction > 0 for _one, fraction in answers):
        raise LeftOut(_("None of its options is right. Mark the right one."))
    node.warn(_("Moodle takes less away for wrong options than this service does. Look at its credits."))
    options = tuple(replace(option, correct=fraction > 0) for option, fraction in answers)
    shuffle = node.plain("shuffleanswers").lower() not in {"false", "0"}
    return Choice(options, several=True, shuffle=shuffle), _general(node)


def _option(answer: Node) -> Option | None:
    """An option; an empty one is none, as Moodle drops it on saving."""
    if not (text := answer.option_text()):
        return None
    feedback = answer.markdown("feedback")
    return Option(both(text), feedback=both(feedback) if feedback else None)


def _true_false(node: Node) -> Found:
    """A true-false question has feedback on its two replies."""
    answers = {answer.typed().lower(): answer for answer in _answers(node)}
    if answers.keys() != {"true", "false"}:
        raise LeftOut(_("It has not the answers true and false."))
    correct = _fraction(answers["true"]) > _fraction(answers["false"])
    replies = ("false", "true") if correct else ("true", "false")
    feedbacks = [answers[reply].markdown("feedback") for reply in replies]
    return TrueFalse(correct), explained([node.markdown("generalfeedback"), *feedbacks], node.warn)


def _short_text(node: Node) -> Found:
    answers = [
        answer for answer in _answers(node) if answer.typed() not in {"", "*"} or _fraction(answer) > 0
    ]
    answers = [answer for answer in answers if answer.typed()]
    _warn_of_feedback(node, answers)
    forms = tuple(AcceptedText(answer.typed(), _credit(answer)) for answer in answers)
    return ShortText(forms, case_sensitive=node.plain("usecase") == "1"), _general(node)


def _numeric(node: Node) -> Found:
    answers = [answer for answer in _answers(node) if answer.typed() not in {"", "*"}]
    _warn_of_feedback(node, answers)
    accepted = tuple(_accepted_number(answer) for answer in answers)
    return in_a_unit(Numeric(accepted), node), _general(node)


def in_a_unit(body: Numeric, node: Node) -> Numeric:
    """The body with its unit: the one that the numbers are in, or else the first, with numbers in that."""
    units = [_unit(one) for one in node.each("units/unit")]
    units = [one for one in units if one.name]
    if not units:
        return body
    if len(units) > 1:
        node.warn(_("Only one of its units is kept. The number has to be given in it."))
    unit = next((one for one in units if one.multiplier == 1), units[0])
    return Numeric(tuple(_times(one, unit.multiplier) for one in body.accepted), unit=unit.name[:20].strip())


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, and how many of it are one of the unit that the numbers of the file are in."""

    name: str
    multiplier: Decimal


def _unit(node: Node) -> Unit:
    multiplier = read_number(node.plain("multiplier") or "1").value
    if not multiplier:
        raise LeftOut(_("A unit of it is nothing of another one. Give it a multiplier in Moodle."))
    return Unit(node.plain("unit_name"), multiplier)


def _times(number: AcceptedNumber, multiplier: Decimal) -> AcceptedNumber:
    if multiplier == 1:
        return number
    value, tolerance = (Decimal(repr(one)) * multiplier for one in (number.value, number.tolerance))
    return replace(number, value=float(value), tolerance=abs(float(tolerance)))


def _accepted_number(answer: Node) -> AcceptedNumber:
    tolerance = abs(read_number(answer.plain("tolerance") or "0").value)
    return AcceptedNumber(float(read_number(answer.typed()).value), float(tolerance), _credit(answer))


def _matching(node: Node) -> Found:
    pairs, distractors = [], []
    for one in _few(list(node.each("subquestion"))):
        right = next((both(from_plain(text)) for text in one.plains("answer/text")), both(""))
        left = one.option_text()
        if not left and not right.en:
            continue
        if left:
            pairs.append(Pair(both(left), right))
        else:
            distractors.append(right)
    return Matching(tuple(pairs), tuple(distractors)), _general(node)


def _ordering(node: Node) -> Found:
    node.warn(_("Moodle may pay for a partly right order otherwise than this service does."))
    items = [text for answer in _answers(node) if (text := answer.option_text())]
    return Ordering(tuple(both(text) for text in items)), _general(node)


def _general(node: Node) -> str:
    return node.markdown("generalfeedback")


def _answers(node: Node) -> list[Node]:
    return _few(list(node.each("answer")))


def _few(nodes: list[Node]) -> list[Node]:
    if not 0 < len(nodes) <= MOST_ANSWERS:
        raise LeftOut(_("It has no answers, or more than %(n)s.", n=MOST_ANSWERS))
    return nodes


def _fraction(answer: Node) -> float:
    """The share of the credit that an answer gives. Raises LeftOut."""
    share = float(read_number(answer.attribute("fraction") or "0").value) / 100
    return max(-1.0, min(1.0, share))


def _credit(answer: Node) -> float:
    return max(0.0, _fraction(answer))


def _warn_of_feedback(node: Node, answers: list[Node]) -> None:
    if any(answer.plain("feedback/text") for answer in answers):
        node.warn(_("The feedback on single answers is left out; choices alone keep theirs."))


BODIES: Mapping[str, Callable[[Node], Found]] = {
    "multichoice": _choice,
    "oumultiresponse": _multiple_responses,
    "truefalse": _true_false,
    "shortanswer": _short_text,
    "numerical": _numeric,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
}
