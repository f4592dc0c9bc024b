"""Machines change under a grader: packages come, folders are tidied up, groups taken away. It goes on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader import material
from grader.commands.run_local import quiet
from grader.contract import EventKind, GradeReport, RunPhase, Verdict
from grader.grade import Task, grade
from grader.run import BoxNotReadyError, Run
from grader.sandbox import walls
from grader.sandbox.group import CGROUPS
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.template import Template
from grader.sandbox.walls import Bind, Copy
from tests.grader import blobs


@pytest.fixture
def boxes() -> Iterator[Boxes]:
    """Forks of a template that each test may break."""
    boxes = Boxes(mode=Mode.TEMPLATE)
    yield boxes
    boxes.close()


@pytest.fixture
def target(tmp_path: Path) -> material.Material:
    return material.from_folder(blobs.write_assignment(tmp_path))


def graded(
    boxes: Boxes, target: material.Material, at_start: Callable[[], None] = lambda: None, **bodies: str
) -> GradeReport:
    files = {"submission.py": blobs.code(**bodies)}

    def tell(_kind: EventKind, text: str, _values: Mapping[str, float]) -> None:
        if text == RunPhase.TRAIN:
            at_start()

    return grade(Task("test", 7), boxes, lambda: target, lambda _: files, tell)


def replace_file(path: Path) -> None:
    """As package managers do it: a new file takes the name of the old one."""
    fresh = path.with_suffix(".new")
    shutil.copyfile(path, fresh)
    fresh.rename(path)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A loader's cache that a test may replace."""
    path = Path(shutil.copyfile(walls.LOADER_CACHE, tmp_path / "ld.so.cache"))
    real, steps = walls.LOADER_CACHE, walls.steps()
    own = [Copy(path, str(real)) if step == Copy(real, str(real)) else step for step in steps]
    monkeypatch.setattr(walls, "steps", lambda: own)
    monkeypatch.setattr(walls, "LOADER_CACHE", path)
    return path


def test_nothing_single_is_shown_at_its_own_place():
    """A file that is replaced is gone for ever from where it was mounted; a folder stays the same one."""
    assert [
        step.source for step in walls.steps() if isinstance(step, Bind) and not step.source.is_dir()
    ] == []


def test_all_files_of_ours_are_shown_as_copies():
    shown = [step for step in walls.steps() if isinstance(step, Bind | Copy)]
    ours = [step for step in shown if step.source.is_relative_to(walls.ROOM)]
    assert ours
    assert all(isinstance(step, Copy) for step in ours)


@pytest.mark.slow
def test_installed_packages_do_not_stop_a_grader(boxes: Boxes, target: material.Material, cache: Path):
    for _ in range(3):
        assert graded(boxes, target).verdict is Verdict.SCORED
        boxes.warm()
        replace_file(cache)


def test_template_is_renewed_after_packages_were_installed(cache: Path):
    template = Template.open()
    assert not template.is_worn
    replace_file(cache)
    assert template.is_worn
    template.close()


def test_run_sees_the_harness_that_its_worker_began_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """An upgrade under way must not give the box of an old worker the files of a new release."""
    room = tmp_path / "grader"
    for part in ("inside", "kinds"):
        shutil.copytree(walls.ROOM / part, room / part)
    shutil.copyfile(walls.ROOM / "__init__.py", room / "__init__.py")
    monkeypatch.setattr(walls, "ROOM", room)
    before = walls.copied()
    (room / "inside" / "main.py").write_text("raise SystemExit")
    (room / "kinds" / "code" / "inside.py").write_text("raise SystemExit")
    (room / "inside" / "new.py").touch()
    assert walls.copied() == before


def test_box_shows_the_inner_halves_of_kinds_and_nothing_else_of_them():
    shown = {str(name) for name in walls.copied()[walls.ROOM / "kinds"]}
    assert {"code/inside.py", "dataset/inside/facts.py"} <= shown
    assert {name for name in shown if "/inside" not in name} == set()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of this machine that boxes show, like the one that Python lives in."""
    steps = walls.steps
    with tempfile.TemporaryDirectory(prefix="hazi-shown-") as name:
        folder = Path(name) / "prefix"
        folder.mkdir()
        Path(name).chmod(0o755)
        monkeypatch.setattr(walls, "steps", lambda: [*steps(), Bind(folder, "/opt/hazi-shown")])
        yield folder


@pytest.mark.slow
def test_folder_that_is_made_anew_does_not_stop_a_grader(
    boxes: Boxes, target: material.Material, shown: Path
):
    """As when a virtual environment is set up again: what was mounted before is no more."""
    assert graded(boxes, target).verdict is Verdict.SCORED
    boxes.warm()
    shown.rmdir()
    shown.mkdir()
    assert graded(boxes, target).verdict is Verdict.SCORED


@pytest.mark.slow
def test_run_whose_box_did_not_open_is_tried_in_another(
    boxes: Boxes, target: material.Material, monkeypatch: pytest.MonkeyPatch
):
    opened: list[Run] = []
    wait = Run._wait_until_ready

    def first_never(run: Run) -> None:
        opened.append(run)
        if len(opened) == 1:
            raise BoxNotReadyError("the sandbox did not start")
        wait(run)

    monkeypatch.setattr(Run, "_wait_until_ready", first_never)
    assert graded(boxes, target).verdict is Verdict.SCORED
    assert len(opened) == 2


@pytest.mark.slow
def test_run_whose_boxes_do_not_open_is_no_verdict(
    boxes: Boxes, target: material.Material, monkeypatch: pytest.MonkeyPatch
):
    def never(_run: Run) -> None:
        raise BoxNotReadyError("the sandbox did not start")

    monkeypatch.setattr(Run, "_wait_until_ready", never)
    with pytest.raises(BoxNotReadyError):
        graded(boxes, target)


@pytest.mark.slow
def test_folder_that_somebody_tidied_up_costs_no_verdict(boxes: Boxes, target: material.Material):
    removed: list[Path] = []

    def tidy() -> None:
        if not removed:
            removed.extend(Path(tempfile.gettempdir()).glob(f"hazi-*-{os.getpid()}-*"))
            for folder in removed:
                shutil.rmtree(folder)

    assert graded(boxes, target, tidy).verdict is Verdict.SCORED
    assert removed
    assert graded(boxes, target).verdict is Verdict.SCORED


@pytest.mark.slow
@pytest.mark.skipif(
    not (CGROUPS / "memory").is_dir() or os.geteuid() != 0, reason="no group of the kernel's here"
)
def test_group_that_is_taken_away_costs_no_verdict(boxes: Boxes, target: material.Material):
    taken: list[Path] = []

    def take_away() -> None:
        if taken:
            return
        for folder in CGROUPS.glob(f"memory/hazi-*-{os.getpid()}-*"):
            for pid in (folder / "cgroup.procs").read_text().split():
                (CGROUPS / "memory" / "cgroup.procs").write_text(pid)
            folder.rmdir()
            taken.append(folder)

    report = graded(boxes, target, take_away, train="time.sleep(0.5)")
    assert taken
    assert report.verdict is Verdict.SCORED


def test_full_disk_is_ours(boxes: Boxes, target: material.Material, monkeypatch: pytest.MonkeyPatch):
    def full(*_args: object, **_options: object) -> str:
        raise OSError(28, "No space left on device")

    boxes.close()
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(OSError, match="No space left"):
        grade(Task("test", 7), boxes, lambda: target, lambda _: {"submission.py": blobs.code()}, quiet)
