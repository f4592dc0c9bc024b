"""The card of a worker: claimed for it alone, capped, looked at after each run. No card is needed here."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.inside import gpu as inside
from grader.sandbox import gpu, walls
from grader.sandbox.gpu import CONTEXT_MIB, Gpu, GpuError, MemoryWatch, left_on
from grader.sandbox.host import SandboxMissingError


@dataclass
class Readings:
    """What a card says, one reading after the other; the last one stays."""

    used: list[float]
    running: list[list[int]] = field(default_factory=lambda: [[]])

    def used_mib(self) -> float:
        return self.used.pop(0) if len(self.used) > 1 else self.used[0]

    def processes(self) -> list[int]:
        return self.running.pop(0) if len(self.running) > 1 else self.running[0]


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A machine with two cards on which nobody computes; their nodes are files."""

    def node(number: int) -> Path:
        return tmp_path / f"nvidia{number}"

    for number in (0, 1):
        node(number).touch()
    monkeypatch.setattr(gpu, "node_of", node)
    monkeypatch.setattr(gpu, "numbers", lambda: [0, 1])
    monkeypatch.setattr(Gpu, "processes", lambda _self: [])
    yield node
    gpu._hold.cache_clear()


@pytest.fixture
def none_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "numbers", list)


@pytest.mark.usefixtures("none_here")
def test_machine_without_a_card_grades_on_the_cpu():
    assert gpu.claim("auto") is None
    assert gpu.claim("cpu") is None


@pytest.mark.usefixtures("none_here")
def test_cuda_that_is_not_there_is_refused():
    with pytest.raises(SandboxMissingError, match="no CUDA here"):
        gpu.claim("cuda")


@pytest.mark.usefixtures("cards")
def test_first_card_is_taken_and_stays_ours():
    assert gpu.claim("auto") == gpu.claim("cuda") == Gpu(0)


@pytest.mark.usefixtures("cards")
def test_card_is_taken_by_its_number():
    assert gpu.claim("cuda:1") == Gpu(1)
    with pytest.raises(SandboxMissingError, match="nvidia2; the cards here are"):
        gpu.claim("cuda:2")


def test_second_worker_takes_the_next_card(cards: Callable[[int], Path]):
    """A lock belongs to an open file: ours is to `claim` what another process's would be."""
    with cards(0).open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert gpu.claim("cuda") == Gpu(1)
        with pytest.raises(SandboxMissingError, match="another grader has GPU 0: one card, one worker"):
            gpu.claim("cuda:0")


@pytest.mark.usefixtures("cards")
def test_card_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Gpu, "processes", lambda self: [4711] if self.number == 0 else [])
    assert gpu.claim("cuda") == Gpu(1)


@pytest.mark.usefixtures("cards")
def test_card_on_which_somebody_computes_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Gpu, "processes", lambda _self: [4711])
    with pytest.raises(SandboxMissingError, match="process 4711 computes on GPU 0"):
        gpu.claim("cuda")


def test_card_that_no_driver_knows_is_refused(cards: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch):
    def silent(_self: Gpu) -> list[int]:
        raise GpuError("the driver knows no GPU 0")

    monkeypatch.setattr(Gpu, "processes", silent)
    with pytest.raises(SandboxMissingError, match="GPU 0 does not answer: the driver knows no GPU 0"):
        gpu.claim("cuda")


def test_run_beyond_its_limit_and_cudas_own_share_is_over():
    watch = MemoryWatch(Readings([100.0, 100 + 4096 + CONTEXT_MIB, 101 + 4096 + CONTEXT_MIB]), idle_mib=100.0)
    watch.most_mib = 4096
    assert [watch.ran_out(now) for now in (1.0, 2.0, 3.0)] == [False, False, True]


def test_peak_of_a_card_is_kept_without_a_limit():
    watch = MemoryWatch(Readings([100.0, 900.0, 300.0]), idle_mib=100.0)
    assert not any(watch.ran_out(now) for now in (1.0, 2.0, 3.0))
    assert watch.peak_mib == 800.0


def test_card_is_not_asked_all_the_time():
    readings = Readings([100.0, 9000.0])
    watch = MemoryWatch(readings, idle_mib=100.0, most_mib=1)
    assert not watch.ran_out(1.0)
    assert not watch.ran_out(1.0 + gpu.LOOK_S / 2)


def test_card_may_take_a_moment_to_clear():
    assert left_on(Readings([900.0, 500.0, 100.0], [[7], [], []]), 100.0) == ""


def test_what_stays_on_a_card_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gpu, "PATIENCE_S", 0.0)
    left = left_on(Readings([900.0], [[7]]), 100.0)
    assert left == "processes [7] compute on it; it holds 800 MiB more than before"


def test_card_that_fell_silent_is_not_clean():
    class Silent(Readings):
        def processes(self) -> list[int]:
            raise GpuError("GPU is lost")

    assert left_on(Silent([0.0]), 0.0) == "the card does not answer: GPU is lost"


def test_box_uses_a_card_only_where_its_worker_lends_one(monkeypatch: pytest.MonkeyPatch):
    """A machine may have a card that torch was not built for, or that is somebody else's."""
    assert not inside.is_here()
    (mark,) = walls.GPU_ENVIRONMENT.keys() & {inside.MARK}
    monkeypatch.setenv(mark, "1")
    assert inside.is_here()
