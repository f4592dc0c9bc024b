"""Tallies: answers of a room, counted for the bars on the projector. Nobody can be recognised in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from server.quizzes.questions.presenting import sent_again
from server.quizzes.questions.published import PlayableQuestion, Variant
from server.quizzes.questions.scoring import Verdict, verdict
from server.quizzes.questions.type_rules import rules_of
from server.quizzes.room.state import AnswerRow

TYPED_SHOWN = 8  # of typed answers the commonest


def tally(
    playable: PlayableQuestion, given: Iterable[AnswerRow], order: Sequence[int], language: str
) -> dict[str, Any]:
    """Counts by the order of the screen: "right", "partly", "wrong", by type "bars", "cells" or "typed"."""
    answers = list(given)
    verdicts = Counter(verdict(one.credit) for one in answers)
    counted: dict[str, Any] = {
        "answers": len(answers),
        **{str(word): verdicts[word] for word in Verdict},
    }
    body = playable.question.body
    own = rules_of(body).tally(body, answers, order)
    if own is not None:
        counted |= own
    elif len(playable.variants) == 1:
        counted["typed"] = _typed(playable.variants[0], answers, order, language)
    return counted


def _typed(
    variant: Variant, answers: Sequence[AnswerRow], order: Sequence[int], language: str
) -> list[dict[str, Any]]:
    """What was typed most, and how it was typed first."""
    rules, body = rules_of(variant.question.body), variant.question.body
    spelt: dict[object, str] = {}
    counts: Counter[object] = Counter()
    earned: dict[object, float] = {}
    for one in answers:
        counted = rules.counted_as(body, one.content)
        spelt.setdefault(counted, str(sent_again(variant, one.content, order, language)))
        earned[counted] = max(earned.get(counted, 0), one.credit)
        counts[counted] += 1
    return [
        {"text": spelt[counted], "count": count, "credit": earned[counted]}
        for counted, count in counts.most_common(TYPED_SHOWN)
    ]
