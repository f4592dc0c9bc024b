"""Real threads beside gevent's: under gevent, whoever computes for long keeps every other request waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent import monkey

P = ParamSpec("P")
R = TypeVar("R")


def run_in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the work returns or raises, done in a thread of gevent's pool where gevent serves requests.

    The work must not touch request, database or anything else that belongs to the thread that asks.
    """
    if not monkey.is_module_patched("threading"):
        return work(*args, **kwargs)
    outcome: tuple[R] | Exception = gevent.get_hub().threadpool.apply(lambda: _outcome(work, *args, **kwargs))
    if isinstance(outcome, Exception):
        raise outcome
    return outcome[0]


def _outcome(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R] | Exception:
    """Errors travel as values: those that leave the work of a pool are printed by gevent."""
    try:
        return (work(*args, **kwargs),)
    except Exception as error:  # noqa: BLE001 - raised again by who asked
        return error
