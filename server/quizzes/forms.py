"""The staff's forms of quizzes: models of the API, filled from fields that people typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from flask_babel import lazy_gettext as _
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from assignments.moments import to_utc
from assignments.quiz import Counts, Game, Policy
from server.errors import BadInput, Text
from server.quizzes.attendance import Rule
from server.quizzes.room import api_schema as schema
from server.quizzes.room.regrading import REASON_LENGTH
from server.web import clean_text, services


def _number(typed: str) -> float | None:
    """A number as people type it, or none. Raises ValueError."""
    return float(typed.replace(",", ".")) if typed.strip() else None


def _share(typed: str) -> float | None:
    """A number of percent, as a share. Raises ValueError."""
    percent = _number(typed)
    return None if percent is None else percent / 100


def _moment(typed: str) -> datetime | None:
    """A moment in the course's zone, as a field for date and time sends it. Raises BadInput."""
    try:
        local = datetime.fromisoformat(typed).replace(tzinfo=None) if typed else None
        return None if local is None else to_utc(local, services().course.zone)
    except (ValueError, OverflowError):
        raise BadInput(_("“%(text)s” is no date and time of the course.", text=typed[:40])) from None


Few: TypeAlias = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Part: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count: TypeAlias = Annotated[Few | None, BeforeValidator(_number)]
Share: TypeAlias = Annotated[Part | None, BeforeValidator(_share)]
Cap: TypeAlias = Annotated[Part | None, BeforeValidator(lambda typed: _share(typed.removesuffix("%")))]
Moment: TypeAlias = Annotated[datetime | None, BeforeValidator(_moment)]
# A box that is not ticked is not sent.
Tick: TypeAlias = Annotated[bool, BeforeValidator(lambda _value: True)]


class Form(BaseModel):
    """The fields of a form. `sentences` say what a field takes, where that is not to be seen."""

    sentences: ClassVar[Mapping[str, Text]] = {}

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """The value of a form; what else was sent is not its own. Raises BadInput."""
        own = {name: clean_text(fields[name]) for name in cls.model_fields if name in fields}
        try:
            return cls.model_validate(own)
        except ValidationError as error:
            raise BadInput(cls.sentences.get(str(error.errors()[0]["loc"][0]))) from None


class ReplayForm(Form):
    """Until when a quiz may be played again, or None for never, and the most credit as a share."""

    sentences = {"replay_cap": _("The most credit of a replay is a number of percent from 0 to 100.")}

    replay_cap: Cap = None
    replay_until: Moment = None

    def cap(self) -> float:
        """The usual one where the field is empty."""
        return Policy().replay_cap if self.replay_cap is None else self.replay_cap


class RoomForm(ReplayForm, schema.NewRoom):
    """How a room is played: every field is there, unlike in the API."""

    counts: Counts
    game: Game
    word: Tick = False
    change: Tick = False

    def policy(self) -> dict[str, Any]:
        """What differs from the quiz's own policy, perhaps."""
        return self.model_dump() | {"replay_cap": self.cap()}


class CountsForm(Form, schema.WhatCounts):
    """What of a room counts."""


class RuleForm(Form):
    """The thresholds of who took part; an empty field is none."""

    sentences = dict.fromkeys(
        ("least_correct", "least_share"),
        _("Type a number of answers and a number of percent, or leave them empty."),
    )

    least_correct: Count = None
    least_share: Share = None

    def rule(self) -> Rule:
        """Without any field the usual ones hold."""
        if not self.model_fields_set:
            return Rule()
        return Rule(None if self.least_correct is None else int(self.least_correct), self.least_share)


class WeeksForm(Form):
    """How many quizzes count, the best ones; None for all."""

    sentences = {"keep": _("Type how many quizzes count, or leave it empty for all.")}

    keep: Count = None

    def weeks(self) -> int | None:
        """At least one."""
        return None if self.keep is None else max(1, int(self.keep))


class DayForm(Form):
    """The day on which a quiz was played."""

    played_on: Annotated[
        datetime,  # its noon
        BeforeValidator(lambda day: _moment(f"{day}T12:00")),
        Field(default="", validate_default=True),
    ]


class RulingForm(Form, schema.RulingIn):
    """What is decided about a question, with the value as its field sends it."""

    value: str = ""
    reason: Annotated[str, BeforeValidator(lambda typed: typed[:REASON_LENGTH])] = ""
