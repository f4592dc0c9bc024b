"""Practice kits: what they hold and what never, and grading at home with one, with walls and without."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import settings as hypotheses
from hypothesis import strategies as st

from assignments.archive import pack, version_of
from assignments.checks import Check, Gradients, Holds, Shape, Values, Variance
from assignments.spec import Split, Splits
from grader import material, settings
from grader.__main__ import main
from grader.contract import GradeReport, Verdict
from grader.kinds.functions.preparing import checks_of
from grader.practice import checks as spelled
from grader.practice import command, kit
from grader.practice.kit import KitError
from grader.prepared_check import Answer, PreparedCheck
from grader.sandbox import host, leftovers
from grader.sandbox.host import SandboxMissingError
from grader.settings import SettingsError
from tests.grader import blobs
from tests.grader.kinds.test_functions import LAYERS

A_KEY = "5e" * 32
FORGOTTEN = "\n# the private share is easy: ask for ABC123\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return blobs.write_assignment(tmp_path, more=FORGOTTEN)


def kit_of(folder: Path, place: Path) -> Path:
    place.mkdir(exist_ok=True)
    path = place / "kit.safetensors"
    path.write_bytes(kit.pack(material.from_folder(folder)))
    return path


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def checked(folder: Path, tmp_path: Path, name: str, content: bytes | str) -> GradeReport:
    """The report of `grader check` on one file."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = call("check", kit_of(folder, tmp_path / "kits"), file, "--json")
    assert result.exit_code == 0, result.output
    return GradeReport.from_message(json.loads(result.stdout))


def test_kit_holds_training_and_validation_data(folder: Path, tmp_path: Path):
    here, there = material.from_folder(folder), kit.read(kit_of(folder, tmp_path / "kits"))
    assert there.data.known == here.data.known
    assert there.version == here.version
    assert there.assignment == here.assignment


def test_no_held_out_row_and_no_key_is_in_a_kit(folder: Path):
    found = material.from_folder(folder, A_KEY)
    packed = kit.pack(found)
    assert not any(row.tobytes() in packed for row in found.data.held_out_inputs)
    assert A_KEY.encode() not in packed
    assert bytes.fromhex(A_KEY) not in packed
    assert found.data.splits.train.inputs[:1].numpy().tobytes() in packed  # the search can find


def test_rows_that_share_memory_with_held_out_ones_travel_alone(folder: Path):
    whole, labels = torch.arange(20.0).view(10, 2), torch.arange(10) % 3
    parts = (Split(whole[low:high], labels[low:high]) for low, high in ((0, 4), (4, 6), (6, 10)))
    found = material.from_folder(folder)
    shared = replace(found.data, splits=Splits(*parts))
    lent = replace(found, practice=material.Practice(shared, (), 0, 0))
    assert whole[6:].numpy().tobytes() not in kit.pack(lent)


def test_kit_is_the_same_whatever_the_key(folder: Path):
    one, other = (material.from_folder(folder, key) for key in (A_KEY, "0" * 64))
    assert kit.pack(one) == kit.pack(other)


def test_comments_of_the_lecturer_stay_at_home(folder: Path):
    assert b"ABC123" not in kit.pack(material.from_folder(folder))


def test_equal_material_gives_equal_bytes(folder: Path):
    found = material.from_folder(folder)
    assert kit.pack(found) == kit.pack(found)


@pytest.mark.parametrize("content", [b"", b"\x00" * 8, b"PK\x03\x04", b"\xff" * 64])
def test_what_is_no_kit_is_refused_with_a_sentence(tmp_path: Path, content: bytes):
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(KitError, match="other is no practice kit of this release"):
        kit.read(path)


def test_kit_of_another_format_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kit, "FORMAT", "hazi-practice-0")
    path = kit_of(folder, tmp_path / "kits")
    monkeypatch.undo()
    with pytest.raises(KitError, match="its format is 'hazi-practice-0'"):
        kit.read(path)


@hypotheses(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_damaged_kit_never_ends_in_a_stack_trace(folder: Path, tmp_path: Path, data: st.DataObject):
    path = kit_of(folder, tmp_path / "kits")
    packed = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, 1200))
    packed[at : at + 1] = data.draw(st.binary(max_size=3))
    path.write_bytes(packed)
    with suppress(KitError):
        assert kit.read(path).assignment.slug


def test_practice_scores_the_validation_data(folder: Path, tmp_path: Path):
    report = checked(folder, tmp_path, "submission.py", blobs.HONEST)
    assert report.verdict is Verdict.SCORED
    assert report.message.startswith("Validation: accuracy ")
    assert "Nothing was handed in" in report.message
    assert report.message_hu.startswith("Validáció: pontosság ")
    assert report.public is not None
    assert report.public.size == 30
    assert report.private is None


@pytest.mark.slow
def test_practice_has_the_verdicts_of_a_hand_in(folder: Path, tmp_path: Path):
    assert checked(folder, tmp_path, "submission.py", "def train(").verdict is Verdict.REJECTED
    report = checked(folder, tmp_path, "submission.py", blobs.code(train="raise ValueError('mine')"))
    assert (report.verdict, report.detail.splitlines()[-1]) == (Verdict.FAILED, "ValueError: mine")


def test_table_is_read_though_only_a_hand_in_can_score_it(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path, kind="predictions")
    whole = "id,label\n" + "".join(f"{row},car\n" for row in range(150))
    report = checked(folder, tmp_path, "predictions.csv", whole)
    assert report.message.startswith("All 150 rows are as they must be.")
    assert report.public is None
    short = checked(folder, tmp_path, "predictions.csv", whole.replace("149,car\n", ""))
    assert short.verdict is Verdict.REJECTED


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    return shutil.copytree(LAYERS, tmp_path / LAYERS.name)


def test_visible_checks_travel_and_hidden_ones_do_not(layers: Path, tmp_path: Path):
    own = checks_of(material.from_folder(layers))
    packed = kit_of(layers, tmp_path / "kits")
    there = kit.read(packed).practice
    assert there is not None
    visible = {one.check.name for one in own if one.check.visible and spelled.can_travel(one.check)}
    assert {one.check.name for one in there.checks} == visible
    assert there.untried == len(own) - len(visible) > 0
    hidden = {one.check.name for one in own} - visible
    assert not any(json.dumps(name).encode()[1:-1] in packed.read_bytes() for name in hidden)


@pytest.mark.slow
def test_visible_checks_are_made_at_home(layers: Path, tmp_path: Path):
    reference = (layers / "reference" / "submission.py").read_text()
    report = checked(layers, tmp_path, "submission.py", reference)
    assert report.public is not None
    assert all(check.passed for check in report.public.checks)
    assert "visible checks hold. Nothing was handed in" in report.message
    worse = checked(layers, tmp_path, "submission.py", reference + "\nrelu = lambda x: x\n")
    assert worse.public is not None
    assert not all(check.passed for check in worse.public.checks)


def test_rule_that_is_a_program_stays_at_home():
    rule = Holds(lambda array: bool(array.all()), "some are 0", "van köztük 0")
    assert not spelled.can_travel(Check("rule", "f", expect=(Values(), rule)))


numbers = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5)
tensors = st.lists(st.floats(-1e6, 1e6, width=32), max_size=4).map(torch.tensor)
arguments = st.recursive(
    numbers | tensors, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=4
)
named = st.dictionaries(st.text(max_size=3), arguments, max_size=2)


@given(args=st.lists(arguments, max_size=3), keywords=named)
def test_any_call_comes_back_as_it_was(args: list[object], keywords: dict[str, object]):
    expect = (Values(rtol=0.5), Gradients(), Shape(2, 3), Variance(0.1))
    check = Check("check", "f", tuple(args), keywords, expect, points=2.0, visible=True)
    one = PreparedCheck(check, Answer((np.arange(3.0),), (np.zeros((2, 1)),)), np.ones(3))
    kept: dict[str, torch.Tensor] = {"train.inputs": torch.zeros(1)}
    told = json.loads(json.dumps(spelled.write(one, kept)))
    back = spelled.read(told, kept)
    assert repr(back) == repr(one)


def test_kit_without_data_says_so(tmp_path: Path, layers: Path):
    with pytest.raises(material.MaterialError, match="has no data"):
        _ = kit.read(kit_of(layers, tmp_path / "kits")).data


def test_export_writes_what_is_missing(folder: Path, tmp_path: Path):
    into = tmp_path / "out"
    first = call("export", folder.parent, into)
    assert first.exit_code == 0, first.output
    version = material.from_folder(folder).version
    assert {path.name for path in into.iterdir()} == {f"{version}.safetensors", f"{version}.flaws.json"}
    assert call("export", folder.parent, into).stdout == "blobs: is there\n"


def test_export_removes_kits_of_older_versions_and_nothing_else(folder: Path, tmp_path: Path):
    into = tmp_path / "out"
    into.mkdir()
    (into / f"{'0' * 64}.safetensors").touch()
    (into / "model.safetensors").touch()
    call("export", folder.parent, into)
    version = material.from_folder(folder).version
    assert {path.name for path in into.iterdir()} == {
        *(f"{version}.safetensors", f"{version}.flaws.json", "model.safetensors")
    }


def flaws(folder: Path, into: Path) -> list[str]:
    """What `export` writes down for `sync` to tell."""
    call("export", folder.parent, into)
    found: list[str] = json.loads((into / f"{version_of(pack(folder))}.flaws.json").read_text())
    return found


def test_export_writes_down_what_verify_would_refuse(folder: Path, tmp_path: Path):
    assert flaws(folder, tmp_path / "out") == []
    data = folder / "data.py"
    data.write_text(data.read_text().replace("split(30, valid)", "split(30, draws.public('train'))"))
    assert flaws(folder, tmp_path / "out") == ["train and valid share no example: 30 in both"]
    data.write_text("def load():\n    raise ValueError('no such file')\n")
    [said] = flaws(folder, tmp_path / "out")
    assert "data.py, line 2" in said
    assert "no such file" in said


def test_export_goes_on_after_a_broken_assignment(folder: Path, tmp_path: Path):
    broken = shutil.copytree(folder, folder.with_name("another"))
    (broken / "assignment.toml").write_text("slug = 3")
    result = call("export", folder.parent, tmp_path / "out")
    assert result.exit_code == 1
    assert "another: " in result.stderr
    assert "blobs: " in result.stdout
    assert call("export", folder.parent, tmp_path / "out", "--keep-going").exit_code == 0


def test_what_was_wrong_for_a_while_is_not_said_for_ever(folder: Path, tmp_path: Path):
    """The folder is the same; a file elsewhere that its loader needs was not there the first time."""
    elsewhere = tmp_path / "mounted"
    data = folder / "data.py"
    data.write_text(f"open({str(elsewhere)!r}).close()\n" + data.read_text())
    [said] = flaws(folder, tmp_path / "out")
    assert "mounted" in said
    elsewhere.touch()
    assert flaws(folder, tmp_path / "out") == []


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise SandboxMissingError("bubblewrap is missing")

    monkeypatch.setattr(command.host, "bubblewrap", missing)


def own_folders() -> set[Path]:
    """What this process has in /tmp; other tests may keep a template there."""
    return set(Path("/tmp").glob(f"{leftovers.PREFIX}{os.getpid()}-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("no_sandbox")
def test_own_code_runs_without_a_sandbox_where_none_is(folder: Path, tmp_path: Path):
    file = tmp_path / "submission.py"
    file.write_text(blobs.HONEST)
    before = own_folders()
    result = call("check", kit_of(folder, tmp_path / "kits"), file)
    assert result.exit_code == 0
    assert "without a sandbox, as an ordinary program of yours: bubblewrap is missing" in result.stderr
    assert "scored: Validation: accuracy" in result.stdout
    assert "learned 3 centres" in result.stderr
    assert own_folders() == before


@pytest.mark.slow
@pytest.mark.usefixtures("no_sandbox")
@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("time.sleep(60)", Verdict.TIMED_OUT),
        ("keep = torch.ones(2**28)\nkeep += 1\ntime.sleep(20)", Verdict.OUT_OF_MEMORY),
        ("os._exit(3)", Verdict.FAILED),
    ],
)
def test_limits_hold_without_a_sandbox(tmp_path: Path, body: str, verdict: Verdict):
    folder = blobs.write_assignment(tmp_path, wall="3s", memory_mib=600)
    assert checked(folder, tmp_path, "submission.py", blobs.code(train=body)).verdict is verdict


@pytest.mark.usefixtures("no_sandbox")
def test_only_practice_goes_without_walls(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host, "bubblewrap", command.host.bubblewrap)
    (folder / "submission.py").write_text(blobs.HONEST)
    graded = call("run", folder, folder / "submission.py")
    assert graded.exit_code == 1
    assert "bubblewrap" in graded.stderr
    request = {"HAZI_BROKER_URL": "redis://x", "HAZI_STORE": "/store", "HAZI_GRADER_SANDBOX": "unwalled"}
    with pytest.raises(SettingsError, match="must be one of auto, template, spare, cold"):
        settings.read(request)
