"""Finds the module of a type of question, and reads and writes bodies with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from assignments import questions
from assignments.questions.body import Body
from assignments.toml.fields import Fields


class TypeModule(Protocol):
    """What a module with types has. `TYPES` says that it is one: a quiz's file calls its types so."""

    TYPES: tuple[str, ...]

    def type_of(self, body: Any) -> str:  # noqa: ANN401 - of the module's own class
        """The type that is named in the file: one of `TYPES`."""

    def read(self, table: Fields, kind: str) -> Body:
        """The body out of a question's table. Raises SpecError."""

    def write(self, body: Any) -> dict[str, Any]:  # noqa: ANN401
        """What a question's table says of the body."""


@cache
def modules_of_types() -> Mapping[str, str]:
    """The name of the module that knows a type, by the name of the type."""
    names = [one.name for one in iter_modules(questions.__path__)]
    return {kind: name for name in names for kind in getattr(_module(name), "TYPES", ())}


def module_name(body: Body) -> str:
    """The name of the module that a body's class is from: its type's in every folder of questions."""
    return type(body).__module__.rpartition(".")[2]


def type_of(body: Body) -> str:
    """Of which type a question with this body is."""
    return _module(module_name(body)).type_of(body)


def read_body(table: Fields, kind: str) -> Body:
    """The body out of a question's table. Raises SpecError."""
    return _module(modules_of_types()[kind]).read(table, kind)


def write_body(body: Body) -> dict[str, Any]:
    """What a question's table says of its body."""
    return _module(module_name(body)).write(body)


def _module(name: str) -> TypeModule:
    return cast("TypeModule", import_module(f"{questions.__name__}.{name}"))
