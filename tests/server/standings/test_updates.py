"""Standings are what they would be if they were computed from nothing: after any history, at any moment."""

from __future__ import annotations

from random import Random

import pytest

from server.database import Database
from tests.sampling import few
from tests.server.standings.full_histories import FullHistory
from tests.server.standings.histories import History, from_nothing, rows, wrong

pytestmark = pytest.mark.dialects

STEPS = 60


@pytest.mark.parametrize("kind", [History, FullHistory])
@pytest.mark.parametrize("seed", few(range(6, 10), 1))
def test_standings_equal_those_computed_from_nothing(database: Database, seed: int, kind: type[History]):
    history = kind(database, Random(seed))
    history.begin()
    for _step in range(STEPS):
        history.step()
        assert wrong(database) == [], "\n".join(history.done)
    with database.read() as session:
        kept = rows(session)
    assert kept == from_nothing(database), "\n".join(history.done)
    assert len(kept) > 2, "\n".join(history.done)
