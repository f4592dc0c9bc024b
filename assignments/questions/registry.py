"""Finds the module of a type of question, and reads and writes bodies with it."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

from assignments.fields import Fields
from assignments.questions.body import Body
from assignments.questions.types import MODULES, QuestionType


class TypeModule(Protocol):
    """What a module of this folder has."""

    def type_of(self, body: Any) -> QuestionType:  # noqa: ANN401 - of the module's own class
        """The type that is named in the file."""

    def read(self, table: Fields, kind: QuestionType) -> Body:
        """The body out of a question's table. Raises SpecError."""

    def write(self, body: Any) -> dict[str, Any]:  # noqa: ANN401
        """What a question's table says of the body."""


def module_name(body: Body) -> str:
    """The name of the module that a body's class is from: its type's in every folder of questions."""
    return type(body).__module__.rpartition(".")[2]


def type_of(body: Body) -> QuestionType:
    """Of which type a question with this body is."""
    return _module(module_name(body)).type_of(body)


def read_body(table: Fields, kind: QuestionType) -> Body:
    """The body out of a question's table. Raises SpecError."""
    return _module(MODULES[kind]).read(table, kind)


def write_body(body: Body) -> dict[str, Any]:
    """What a question's table says of its body."""
    return _module(module_name(body)).write(body)


def _module(name: str) -> TypeModule:
    return cast("TypeModule", import_module(f"assignments.questions.{name}"))
