"""The look at the walls before any student's code is let in: they hold here, and a broken one is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from grader.inside import probe
from grader.sandbox import seccomp, selftest, walls
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.selftest import Trial

ALLOW_EVERYTHING = seccomp._step(seccomp.RETURN, seccomp.ALLOW)


def down(trial: Trial) -> dict[str, str]:
    return {wall.name: wall.seen for wall in trial.walls if not wall.holds}


def test_all_walls_of_forks_hold_here(boxes: Boxes):
    trial = selftest.try_walls(boxes)
    assert (trial.mode, down(trial)) == (Mode.TEMPLATE, {})
    assert {"rights", "calls", "network", "memory limit", "process limit"} <= {w.name for w in trial.walls}


def test_visible_secret_is_seen(boxes: Boxes):
    secret = f"{walls.HARNESS}/grader/inside"
    assert down(selftest.try_walls(boxes, [secret])) == {"files": f"{secret} is there"}


@pytest.mark.parametrize("look", [probe._rights, probe._network, probe._processes, probe._secrets])
def test_outside_of_any_box_every_look_finds_something(look: Callable[..., Iterable[str]]):
    assert list(look({"environment": []})) != []


def test_missing_filter_of_a_fork_is_seen(monkeypatch: pytest.MonkeyPatch):
    strict = seccomp.filter_program

    def lax(*, watched: bool = False, template: bool = False) -> bytes:
        del watched
        return strict(template=True) if template else ALLOW_EVERYTHING

    with monkeypatch.context() as patched:
        patched.setattr(seccomp, "filter_program", lax)
        with pytest.raises(SandboxMissingError, match=r"nothing is graded: template \(calls: unshare"):
            selftest.best_boxes([Mode.TEMPLATE])


@pytest.mark.slow
def test_first_mode_that_holds_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "single_use", lambda *_, **__: ["--no-such-option"])
    boxes = selftest.best_boxes([Mode.COLD, Mode.TEMPLATE])
    assert boxes.mode is Mode.TEMPLATE
    boxes.close()


def test_machine_without_any_sandbox_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "single_use", lambda *_, **__: ["--no-such-option"])
    with pytest.raises(SandboxMissingError, match=r"cold \(box: a box did not open.*doctor"):
        selftest.best_boxes([Mode.COLD])
