"""Decoding of the server's JSON into frozen dataclasses (records): types are checked, text is sanitized."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from cli.api.errors import BadAnswer
from cli.language.sanitize import plain

T = TypeVar("T")


class _MismatchError(Exception):
    """A value is not of the type that the record has."""


def decode(record: type[T], document: object) -> T:
    """A record from a JSON object. Unknown keys are ignored, so that a newer server can add some.

    Raises BadAnswer for a key that is missing or has another type.
    """
    try:
        return cast("T", _object(record, document))
    except _MismatchError as mismatch:
        raise BadAnswer.undecodable(mismatch) from mismatch


def _object(record: type, document: object) -> object:
    if not isinstance(document, Mapping):
        raise _MismatchError(f"{record.__name__}: no object")
    return record(**{field.name: _field(record, field, document) for field in fields(record)})


def _field(record: type, field: Field[Any], document: Mapping[str, object]) -> object:
    if field.name not in document:
        if field.default is not MISSING:
            return field.default
        raise _MismatchError(f"{record.__name__}: no {field.name}")
    try:
        return _convert(_hints(record)[field.name], document[field.name])
    except _MismatchError as mismatch:
        raise _MismatchError(f"{record.__name__}.{field.name}: {mismatch}") from mismatch


@functools.cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def _convert(hint: Any, value: object) -> object:  # noqa: ANN401 - a type
    origin = get_origin(hint)
    if origin is types.UnionType:
        inner, _none = get_args(hint)
        return None if value is None else _convert(inner, value)
    if origin is tuple:
        return tuple(_convert(get_args(hint)[0], item) for item in _expect(list, value))
    if origin is Mapping:
        inner = get_args(hint)[1]
        return {plain(str(name)): _convert(inner, item) for name, item in _expect(dict, value).items()}
    if is_dataclass(hint):
        return _object(cast("type", hint), value)
    return _scalar(hint, value)


def _scalar(hint: type, value: object) -> object:
    if hint is datetime:
        return _moment(_expect(str, value))
    if hint is str:
        return plain(_expect(str, value))
    if isinstance(value, bool) is not (hint is bool):
        raise _MismatchError(f"no {hint.__name__}")
    if hint is float:
        return float(_expect((int, float), value))
    return _expect(hint, value)


def _expect(types: Any, value: object) -> Any:  # noqa: ANN401
    if not isinstance(value, types):
        raise _MismatchError(f"unexpected {type(value).__name__}")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _MismatchError("no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
