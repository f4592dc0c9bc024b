"""What is known of each kind of homework fits together: traits, outer half, inner half."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from assignments.kinds import TRAITS, Kind, traits_of
from grader.contract import RunPhase
from grader.inside.main import SERVED
from grader.kinds.outer import outer_half


def test_every_kind_has_traits():
    assert set(TRAITS) == set(Kind)


def test_a_kind_that_there_is_no_more_has_the_usual_phases():
    assert traits_of("essay").phases == tuple(RunPhase)


@pytest.mark.parametrize("kind", Kind)
def test_phases_are_steps_of_a_run_in_their_order(kind: Kind):
    assert [phase for phase in RunPhase if phase in kind.traits.phases] == list(kind.traits.phases)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_outer_half(kind: Kind):
    assert callable(outer_half(kind).grade)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_has_an_inner_half_if_its_runs_start_a_box(kind: Kind):
    has_half = find_spec(f"grader.kinds.{kind}.inside") is not None
    assert (RunPhase.START in kind.traits.phases, kind in SERVED) == (has_half, has_half)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_scored_by_checks_or_on_public_and_held_out_data(kind: Kind):
    assert kind.traits.is_checked is not kind.traits.has_public_data
