"""Whether two values of TOML are the same: numbers by their value, whole or not; but true is not 1."""

from __future__ import annotations

from collections.abc import Hashable, Mapping


def same(one: object, other: object) -> bool:
    """Whether they say the same."""
    return frozen(one) == frozen(other)


def frozen(value: object) -> Hashable:
    """The value as a key, equal for all values that are the same. Raises TypeError for what TOML has not."""
    if isinstance(value, Mapping):
        return dict, frozenset((name, frozen(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return list, tuple(map(frozen, value))
    hash(value)
    return isinstance(value, bool), value
