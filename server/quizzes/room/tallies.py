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
    """What was typed most, folded for counting as it reads best."""
    spelt: dict[str, str] = {}
    counts: Counter[str] = Counter()
    earned: dict[str, float] = {}
    for one in answers:
        text = str(sent_again(variant, one.content, order, language))
        folded = text.casefold()
        spelt.setdefault(folded, text)
        earned[folded] = max(earned.get(folded, 0), one.credit)
        counts[folded] += 1
    return [
        {"text": spelt[folded], "count": count, "credit": earned[folded]}
        for folded, count in counts.most_common(TYPED_SHOWN)
    ]
