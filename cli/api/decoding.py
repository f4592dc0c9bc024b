"""The server's JSON, read into frozen dataclasses: types are checked, text is made harmless."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from cli.api.errors import BadAnswer
from cli.language.sanitize import plain
from cli.language.translation import lazy_gettext as _

T = TypeVar("T")


class _MismatchError(Exception):
    """A value is not of the promised type."""


def read(kind: type[T], value: object) -> T:
    """A dataclass from a JSON object. Unknown keys are ignored, so that the server may grow."""
    try:
        return cast("T", _object(kind, value))
    except _MismatchError as mismatch:
        raise BadAnswer(_("The server's answer was not understood ({what}).", what=mismatch)) from mismatch


def _object(kind: type, value: object) -> object:
    if not isinstance(value, Mapping):
        raise _MismatchError(f"{kind.__name__}: no object")
    return kind(**{field.name: _field(kind, field, value) for field in fields(kind)})


def _field(kind: type, field: Field[Any], value: Mapping[str, object]) -> object:
    if field.name not in value:
        if field.default is not MISSING:
            return field.default
        raise _MismatchError(f"{kind.__name__}: no {field.name}")
    try:
        return _convert(_hints(kind)[field.name], value[field.name])
    except _MismatchError as mismatch:
        raise _MismatchError(f"{kind.__name__}.{field.name}: {mismatch}") from mismatch


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _convert(hint: Any, value: object) -> object:  # noqa: ANN401 - a type form
    origin = get_origin(hint)
    if origin is types.UnionType:
        inner, _none = get_args(hint)
        return None if value is None else _convert(inner, value)
    if origin is tuple:
        return tuple(_convert(get_args(hint)[0], item) for item in _of(list, value))
    if origin is Mapping:
        kind = get_args(hint)[1]
        return {plain(str(name)): _convert(kind, item) for name, item in _of(dict, value).items()}
    if is_dataclass(hint):
        return _object(cast("type", hint), value)
    return _scalar(hint, value)


def _scalar(hint: type, value: object) -> object:
    if hint is datetime:
        return _moment(_of(str, value))
    if hint is str:
        return plain(_of(str, value))
    if isinstance(value, bool) is not (hint is bool):
        raise _MismatchError(f"no {hint.__name__}")
    if hint is float:
        return float(_of((int, float), value))
    return _of(hint, value)


def _of(kind: Any, value: object) -> Any:  # noqa: ANN401
    if not isinstance(value, kind):
        raise _MismatchError(f"unexpected {type(value).__name__}")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _MismatchError("no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
