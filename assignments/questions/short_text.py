"""Type `text`: a word or two are typed, in one of the accepted forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.questions.body import Body
from assignments.questions.texts import refuse_count
from assignments.toml.fields import Fields

TYPES = ("text",)
FORM_LENGTH = 200
MOST_FORMS = 50


@dataclass(frozen=True, slots=True)
class AcceptedText:
    """A form that earns `credit`; `*` in it stands for any characters, as in Moodle."""

    text: str
    credit: float = 1.0


@dataclass(frozen=True, slots=True)
class ShortText(Body):
    """A word or two are typed. The best of the accepted forms that they meet counts."""

    accepted: tuple[AcceptedText, ...]
    case_sensitive: bool = False


def type_of(_body: ShortText) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> ShortText:
    """The body out of a question's table. Raises SpecError."""
    tables = table.tables("accepted", short="text")
    refuse_count(table, "accepted", len(tables), 1, MOST_FORMS)
    return ShortText(tuple(_form(one) for one in tables), table.flag("case_sensitive", False))


def write(body: ShortText) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    table: dict[str, Any] = {"accepted": [_written(one) for one in body.accepted]}
    return table | {"case_sensitive": True} if body.case_sensitive else table


def _form(table: Fields) -> AcceptedText:
    with table:
        return AcceptedText(table.text("text", longest=FORM_LENGTH), table.number("credit", 0, 1, 1.0))


def _written(form: AcceptedText) -> Any:  # noqa: ANN401 - a text, or a table
    return form.text if form.credit == 1 else {"text": form.text, "credit": form.credit}
