"""How a message is read and written: frozen dataclasses, of whose fields pydantic makes the schema."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, Self, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

Message = dict[str, Any]
"""A JSON object."""

T = TypeVar("T")


class MalformedMessageError(ValueError):
    """A message lacks a field, or a field has the wrong type."""


class Sent:
    """A value that travels as a message of its own. Fields that nobody knows are ignored."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="ignore")

    def to_message(self) -> Message:
        """As a JSON object."""
        return write(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote. Raises MalformedMessageError."""
        return read(cls, message)


class Row:
    """A value inside of a message. Fields that nobody knows are refused."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid")


def write(value: Any) -> Message:  # noqa: ANN401 - any dataclass
    """The fields of a dataclass as a JSON object. Nothing is checked: whoever reads it does."""
    cls: Any = type(value)
    written: Message = _schema(cls).dump_python(value, warnings="none")
    return written


def read(cls: type[T], message: Mapping[str, Any], optional: Collection[str] = ()) -> T:
    """A message as a value of this class; fields have to be there even if the class has a default for them.

    `optional` names those that older graders do not send. Raises MalformedMessageError.
    """
    if not isinstance(message, Mapping):
        raise MalformedMessageError(f"a {cls.__name__} is no object")
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name not in message and field.name not in optional:
            raise MalformedMessageError(f"field {field.name!r} is missing")
    schema: TypeAdapter[T] = _schema(cls)  # type: ignore[arg-type]
    try:
        return schema.validate_python(message)
    except ValidationError as error:
        raise MalformedMessageError(_first_problem(error)) from None  # it would tell values


@functools.cache
def _schema(cls: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type
    return TypeAdapter(cls)


def _first_problem(error: ValidationError) -> str:
    """Where the first problem is and what it is, without the value, which may be private."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
