"""The look at the walls before any student's code is let in: they hold here, and a broken one is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.sandbox import host, seccomp, selftest, walls
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.selftest import Trial
from grader.sandbox.spare import Boxes, Mode

ALLOW_EVERYTHING = seccomp._step(seccomp.RETURN, seccomp.ALLOW)


@pytest.fixture
def cold() -> Iterator[Boxes]:
    boxes = Boxes(gpu=False, mode=Mode.COLD)
    yield boxes
    boxes.close()


def down(trial: Trial) -> dict[str, str]:
    return {wall.name: wall.seen for wall in trial.walls if not wall.holds}


def test_all_walls_of_forks_hold_here(boxes: Boxes):
    trial = selftest.try_walls(boxes)
    assert (trial.mode, down(trial)) == (Mode.TEMPLATE, {})
    assert {"rights", "calls", "network", "memory limit", "process limit"} <= {w.name for w in trial.walls}


def test_shared_network_and_visible_secret_are_seen(cold: Boxes, monkeypatch: pytest.MonkeyPatch):
    others = ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup")
    monkeypatch.setattr(host, "NAMESPACES", others)
    secret = f"{walls.HARNESS}/grader/inside"
    fallen = down(selftest.try_walls(cold, [secret]))
    assert fallen["files"] == f"{secret} is there"
    assert "network" in fallen


def test_missing_filter_is_seen(monkeypatch: pytest.MonkeyPatch):
    strict = seccomp.filter_program

    def lax(*, watched: bool = False, template: bool = False) -> bytes:
        del watched
        return strict(template=True) if template else ALLOW_EVERYTHING

    with monkeypatch.context() as patched:
        patched.setattr(seccomp, "filter_program", lax)
        with pytest.raises(SandboxMissingError, match=r"nothing is graded: template \(calls: .*AF_VSOCK"):
            selftest.best_boxes([Mode.TEMPLATE], gpu=False)


def test_first_mode_that_holds_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "of_template", lambda *_, **__: ["--no-such-option"])
    boxes = selftest.best_boxes([Mode.TEMPLATE, Mode.COLD], gpu=False)
    assert boxes.mode is Mode.COLD
    boxes.close()


def test_machine_without_any_sandbox_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "single_use", lambda *_, **__: ["--no-such-option"])
    with pytest.raises(SandboxMissingError, match=r"cold \(box: a box did not open.*doctor"):
        selftest.best_boxes([Mode.COLD], gpu=False)
