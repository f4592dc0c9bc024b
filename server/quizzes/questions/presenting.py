"""A question as a screen shows it: its parts in the order of the room, and later what was right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.quizzes.questions.published import Variant
from server.quizzes.questions.scoring import Rulings
from server.quizzes.questions.type_rules import Content, rules_of


def question_shown(variant: Variant, language: str, order: Sequence[int]) -> dict[str, Any]:
    """The question before its answer is known: nothing in here tells what is right."""
    question, html = variant.question, variant.html[language]
    shown = {"type": question.type, "text": html["text"], "seconds": question.seconds}
    return shown | rules_of(question.body).shown(question.body, html, order)


def answer_shown(variant: Variant, language: str, order: Sequence[int], rulings: Rulings) -> dict[str, Any]:
    """What was right, in the terms of the screen, and why."""
    html, body = variant.html[language], variant.question.body
    shown: dict[str, Any] = {"right": rules_of(body).right(body, order, language)}
    if html.get("explanation"):
        shown["explanation"] = html["explanation"]
    if any(html.get("feedback") or ()):
        shown["feedback"] = [html["feedback"][index] for index in order]
    if rulings.void:
        shown["void"] = True
    if rulings.void_options:
        shown["void_options"] = sorted(order.index(index) for index in rulings.void_options)
    return shown


def sent_again(variant: Variant, kept: Content, order: Sequence[int], language: str) -> object:
    """A stored answer as a phone would send it: the inverse of `read_answer`."""
    body = variant.question.body
    return rules_of(body).sent_again(body, kept, order, language)
