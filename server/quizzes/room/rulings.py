"""Rulings: the lecturer's decisions about the questions of a room, as far as they count now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.quizzes.models import Ruling
from server.quizzes.questions.scoring import Rulings


class RulingKind(StrEnum):
    """What can be decided."""

    VOID = "void"  # the question counts for nobody; `value` is null
    VOID_OPTION = "void-option"  # `value`: an index in the file
    ACCEPT = "accept"  # `value`: a further answer that earns everything, as a phone would send it
    UNDO = "undo"  # takes back all that was decided about the question


def rulings_of(session: Session, room_id: int) -> dict[str, Rulings]:
    """What counts now, by question."""
    decided: dict[str, list[Ruling]] = defaultdict(list)
    for one in session.scalars(select(Ruling).where(Ruling.room_id == room_id).order_by(Ruling.id)):
        if one.kind == RulingKind.UNDO:
            decided[one.question].clear()
        else:
            decided[one.question].append(one)
    return {question: _added(rulings) for question, rulings in decided.items() if rulings}


def _added(rulings: Iterable[Ruling]) -> Rulings:
    kinds = defaultdict(list)
    for one in rulings:
        kinds[one.kind].append(one.value)
    return Rulings(
        void=bool(kinds[RulingKind.VOID]),
        void_options=frozenset(kinds[RulingKind.VOID_OPTION]),
        accepted=tuple(kinds[RulingKind.ACCEPT]),
    )
