"""Rules of a type of question, by which it is played: one object for each, in the module of its name.

Indices are of two kinds: those in the file, which are kept, and those on the screen, in the `order` of the
room: `order[index]` is the index in the file of what the screen shows at `index`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from assignments.kinds import Localized
from assignments.questions.body import Body
from assignments.questions.registry import module_name, modules_of_types
from server.errors import BadInput, Text
from server.quizzes.refusals import MalformedAnswer

Content: TypeAlias = Any
"""An answer as it is kept, in JSON: what `parse` of its type returns."""

Html: TypeAlias = Mapping[str, Any]
"""What `html` of its type returned, in one language."""

B = TypeVar("B", bound=Body)
B_contra = TypeVar("B_contra", bound=Body, contravariant=True)


class Given(Protocol):
    """A stored answer, as far as tallies need it."""

    @property
    def content(self) -> Content:
        """What was answered."""

    @property
    def credit(self) -> float:
        """What it earned."""


class AcceptField(StrEnum):
    """The field of a form in which staff say which further answer of a question counts as right."""

    OPTION = "option"  # chosen by its letter
    TRUTH = "truth"  # true or false
    TEXT = "text"  # typed as on a phone
    NONE = "none"  # there is no form for it


class TypeRules(Generic[B]):
    """The rules of one type, with what is usual where a type has nothing of its own.

    Types override `parse`, `credit` and `right`, and of the rest what they need.
    """

    words: Mapping[str, Localized] = MappingProxyType({})
    """What its script says, by the names that it has in there, beyond the words that pages have anyway."""

    accept_field: AcceptField = AcceptField.NONE
    """How staff accept a further answer, with what `from_form` reads."""

    def parse(self, body: B, sent: object, order: Sequence[int]) -> Content:
        """What is kept of an answer as a phone sends it. Raises MalformedAnswer."""
        raise NotImplementedError

    def credit(self, body: B, answer: Content, void: frozenset[int]) -> float:
        """The share in [0, 1] that an answer earns; `void` options are neither right nor wrong."""
        raise NotImplementedError

    def right(self, body: B, order: Sequence[int], language: str) -> Any:  # noqa: ANN401 - as its script takes it
        """What was right, in the terms of the screen."""
        raise NotImplementedError

    def html(self, body: B, draw: Callable[[Localized | None], str | None]) -> dict[str, Any]:
        """The texts of the body as HTML. `draw` makes it of a text, and None of none."""
        return {}

    def shown(self, body: B, html: Html, order: Sequence[int]) -> dict[str, Any]:
        """What a screen needs beside the text of the question; nothing in it tells what is right."""
        return {}

    def sent_again(self, body: B, kept: Content, order: Sequence[int], language: str) -> object:
        """A stored answer as a phone would send it: the inverse of `parse`."""
        return kept

    def from_form(self, body: B, value: str) -> object:
        """What a phone would send for the value of the `accept_field`. Raises BadInput."""
        return value

    def shuffled(self, body: B) -> int:
        """How many parts are shown shuffled."""
        return 0

    def keeps_order(self, body: B) -> bool:
        """Whether those parts stay as they are in the file all the same."""
        return False

    def options(self, body: B) -> int:
        """How many options there are of which one can be declared void."""
        return 0

    def is_same(self, body: B, one: Content, other: Content) -> bool:
        """Whether two answers are the same to the question."""
        return bool(one == other)

    def counted_as(self, body: B, kept: Content) -> object:
        """What typed answers are counted by: those that are equal are one bar."""
        return str(self.sent_again(body, kept, (), "en")).casefold()

    def tally(self, body: B, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any] | None:
        """Answers counted for the bars of the projector; None where what was typed most is shown."""
        return None


def rules_of(body: Body) -> TypeRules[Body]:
    """`RULES` of the module that is called like the one the body's class is from."""
    return _rules(module_name(body))


def words_of_types(language: str) -> dict[str, str]:
    """What scripts of types say beyond the words of a page."""
    rules = map(_rules, dict.fromkeys(modules_of_types().values()))
    said = {name: text for one in rules for name, text in one.words.items()}
    return {name: text.hu if language == "hu" else text.en for name, text in said.items()}


def _rules(module: str) -> TypeRules[Body]:
    return cast("TypeRules[Body]", import_module(f"server.quizzes.questions.{module}").RULES)


def insist(fine: bool, otherwise: Text) -> None:
    """Raise MalformedAnswer unless all is fine."""
    if not fine:
        raise MalformedAnswer(otherwise)


def is_index(value: object, size: int) -> bool:
    """Whether a value is an index among so many."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size


def read_index(value: str) -> int:
    """The index that a form's list of options sends. Raises BadInput."""
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadInput
    return int(value)
