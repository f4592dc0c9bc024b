"""Whether a record of the tool can be decoded from every answer that a JSON schema allows."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

Schema = Mapping[str, Any]
Hint = Any

SCALARS = {str: {"string"}, bool: {"boolean"}, int: {"integer"}, float: {"number", "integer"}}
UNKNOWN = "the schema has no such field"


@dataclass(frozen=True, order=True)
class Misfit:
    """A field of a record, and why it does not fit."""

    field: str
    why: str


def resolve(schema: Schema, components: Schema) -> Schema:
    """The schema that a reference names."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    return schema


def misfits(hint: Hint, schema: Schema, components: Schema, where: str = "") -> Iterator[Misfit]:
    """What does not fit in a value of that type, and in the records in it."""
    schema, nullable = _without_null(resolve(schema, components), components)
    hint, optional = (get_args(hint)[0], True) if get_origin(hint) is types.UnionType else (hint, False)
    if nullable and not optional:
        yield Misfit(where, "may be null")
    kind = schema.get("type")
    if is_dataclass(hint) and kind == "object":
        yield from _field_misfits(hint, schema, components)  # type: ignore[arg-type]
    elif get_origin(hint) is tuple and kind == "array":
        yield from misfits(get_args(hint)[0], schema["items"], components, f"{where}[]")
    elif get_origin(hint) is Mapping and kind == "object":
        yield from misfits(get_args(hint)[1], schema["additionalProperties"], components, f"{where}[]")
    elif not _is_scalar(hint, schema):
        yield Misfit(where, f"{getattr(hint, '__name__', hint)} is not {kind}")


def records_in(hint: Hint) -> set[type]:
    """All records in a type, itself included."""
    found = {hint} if is_dataclass(hint) else set()
    inner = get_type_hints(hint).values() if found else get_args(hint)
    return found.union(*map(records_in, inner))


def _field_misfits(record: type, schema: Schema, components: Schema) -> Iterator[Misfit]:
    hints, properties = get_type_hints(record), schema.get("properties", {})
    for field in fields(record):
        where = f"{record.__name__}.{field.name}"
        part = properties.get(field.name, schema.get("additionalProperties"))
        if part:
            yield from misfits(hints[field.name], part, components, where)
        else:
            yield Misfit(where, UNKNOWN)
        if field.name not in schema.get("required", ()) and field.default is MISSING:
            yield Misfit(where, "may be left out, and has no default")


def _without_null(schema: Schema, components: Schema) -> tuple[Schema, bool]:
    kinds = schema.get("anyOf", [schema])
    others = [kind for kind in kinds if kind.get("type") != "null"]
    return resolve(others[0], components) if len(others) == 1 else {}, len(others) < len(kinds)


def _is_scalar(hint: Hint, schema: Schema) -> bool:
    if hint is datetime:
        return schema.get("format") == "date-time"
    return schema.get("type") in SCALARS.get(hint, ())
