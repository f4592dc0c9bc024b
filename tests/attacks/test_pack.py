"""The attack pack: every row of the catalogue has a file, the quick ones are held, and a breach is seen."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.__main__ import main
from grader.attack import host_state, leak_scan, verdicts
from grader.attack.host_state import Inventory, Room
from grader.attack.pack import Attack, HeaderError, find, parse
from grader.attack.runner import Runner
from grader.attack.verdicts import Seen, Surroundings
from grader.contract import EventKind, GradeReport, ScoreCard, Verdict
from grader.sandbox.pool import Mode

PACK = Path(__file__).parent
ATTACKS = {attack.name: attack for attack in find(PACK)}
QUICK = [attack for attack in ATTACKS.values() if attack.quick]
LAST_ROWS = {"R": 10, "C": 10, "I": 9, "X": 7, "K": 5, "G": 5}
ROWS = {f"{letter}{number}" for letter, last in LAST_ROWS.items() for number in range(1, last + 1)} - {"G2"}
OUT_OF_REACH = {
    "G2",
    "K6",
    "K7",
    "K8",
}  # of the machine, not of a submission: docs/attacks.md says where they are met
HONEST = ATTACKS["honest_loader"]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner.ready(PACK, Mode.TEMPLATE) as ready:
        yield ready


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.name)
def test_quick_attacks_are_held(runner: Runner, attack: Attack):
    assert runner.run(attack).breaches == ()


def test_run_that_cannot_be_graded_is_a_breach(runner: Runner):
    runner_without_target = replace(runner, target=None)  # type: ignore[arg-type]
    (breach,) = runner_without_target.run(HONEST).breaches
    assert breach.startswith("grader_error: ")


def test_every_row_that_a_submission_can_try_is_tried():
    assert {row for attack in ATTACKS.values() for row in attack.rows} == ROWS


def test_rows_out_of_reach_are_explained():
    page = (PACK.parents[1] / "docs/attacks.md").read_text()
    assert [row for row in OUT_OF_REACH if f"| {row} |" not in page] == []


def test_pack_is_large_and_has_honest_controls():
    honest = [attack for attack in ATTACKS.values() if attack.name.startswith("honest_")]
    assert len(ATTACKS) - len(honest) >= 50
    assert len(honest) >= 5
    assert all(attack.verdicts == {Verdict.SCORED} and attack.score for attack in honest)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("Try.", "says what it tries"),
        ("Try.\n\ncatalogue: R1", "says what it tries"),
        ("Try.\n\ncatalogue: R1\nverdict: held", "'held' is not a valid Verdict"),
        ("Try.\n\ncatalogue: first\nverdict: scored", "'first' is no row"),
        ("Try.\n\ncatalogue: R1\nverdict: scored\nscore: high", "must look like"),
        ("Try.\n\ncatalogue: R1\nverdict: scored\nwalls: 5", "'walls: 5' is no field"),
        ("Try.\n\ncatalogue: R1\nverdict: scored\nverdict: failed", "'verdict' is there twice"),
        ("Try.\n\ncatalogue: R1\nverdict: scored\nbeside: me", "'me' is not a valid Beside"),
        ("Try.\n\ncatalogue: R1\nverdict: scored\nquick: maybe", "must be `yes`"),
    ],
)
def test_mistakes_in_a_header_are_named(header: str, problem: str):
    with pytest.raises(HeaderError, match=re.escape(problem)):
        parse("R1_try", {"submission.py": f'"""{header}\n"""\n'.encode()})


def test_header_is_read():
    header = "Try\nhard.\n\ncatalogue: R1 X5\nverdict: scored | failed\nscore: <= 0.5"
    header += "\nwall: 7s\nlate: 6s\nruns: 2\nsays: a: b"
    attack = parse("R1_try", {"submission.py": f'"""{header}\n\nMore: on this.\n"""\n'.encode()})
    assert (attack.tries, attack.rows, attack.says) == ("Try hard.", ("R1", "X5"), ("a: b",))
    assert attack.verdicts == {Verdict.SCORED, Verdict.FAILED}
    assert (attack.wall, attack.runs, attack.quick) == (timedelta(seconds=7), 2, False)
    assert attack.late_s == 6
    assert attack.expected == "failed | scored <= 0.5"


MARK = 731411223344556.0
AROUND = Surroundings(held_out=(MARK,), secret="hazi-planted-0", wall=timedelta(seconds=5))


def seen(log: str = "", *, values: Mapping[str, float] | None = None, **told: object) -> Seen:
    """A run that was graded without a box."""
    card = ScoreCard(points=3, score=0.3, metrics={}, per_class=(), confusion_matrix=(), size=90)
    report = GradeReport("test", Verdict.SCORED, "Scored.", "Értékelve.", public=card, private=card)
    events = [(EventKind.LOG, log, {}), (EventKind.POINT, "", values or {})]
    return Seen(replace(report, **told), events)  # type: ignore[arg-type]


def judged(of: Seen, **header: object) -> list[str]:
    """The breaches of a run by a header that asks for a score alone, or for what is given."""
    plain = Attack("R1_try", "Try.", {}, ("R1",), frozenset({Verdict.SCORED}))
    return list(verdicts.breaches(replace(plain, **header), of, AROUND))  # type: ignore[arg-type]


def test_quiet_run_is_held():
    quiet = seen("loss 0.7314, 7.3e13 steps, 1e300", timings={"train": 6.9}, memory_mib=310.0)
    assert judged(quiet) == []


@pytest.mark.parametrize(
    "text",
    [
        "731411223344556",
        "[[7.3141e+14, 0.0]]",
        "7.31411223e+14",
        "655443322114137",
        "60AD3791B7C90443",
        "4304c9b79137ad60",
        "YWJgrTeRt8kEQw==",
        "eDczMTQxMTIyMzM0NDU1Ng==",
    ],
)
def test_held_out_number_is_found_however_it_is_written(text: str):
    (breach,) = judged(seen(f"epoch 1\n{text}\n"))
    assert breach.startswith("a held-out input can be seen")


@given(before=st.binary(max_size=20), after=st.binary(min_size=1, max_size=20))
def test_held_out_number_is_found_amid_base64(before: bytes, after: bytes):
    assert leak_scan.shown(base64.b64encode(before + struct.pack("<d", MARK) + after).decode(), [MARK])


@pytest.mark.parametrize(
    ("told", "breach"),
    [
        ({"detail": "ValueError: 731411223344556"}, "a held-out input can be seen: '731411223344556'"),
        ({"values": {"loss": MARK}}, "a held-out input can be seen: '731411223344556.0'"),
        ({"log": "hazi-planted-0"}, "a secret of this machine can be seen"),
        ({"log": "BREACH: opened /dev/mem\n"}, "BREACH: opened /dev/mem"),
        ({"timings": {"predict": 0.123}}, "the time of predict is shown as 0.123"),
        ({"timings": {"train": 4.0, "predict": 3.5}}, "it ran 7.5 s with a limit of 5 s"),
        ({"memory_mib": 311.0}, "the memory is shown as 311.0"),
    ],
)
def test_what_no_student_may_see_is_a_breach(told: dict[str, object], breach: str):
    assert judged(seen(**told)) == [breach]  # type: ignore[arg-type]


def test_end_may_be_late_where_the_header_says_so():
    late = seen(timings={"train": 4.0, "predict": 3.5})
    assert judged(late, late_s=6) == []
    assert judged(seen(timings={"train": 11.5}), late_s=6) == ["it ran 11.5 s with a limit of 5 s"]


def test_equal_chance_in_two_runs_is_a_breach():
    attack = replace(HONEST, differs="drawn")
    assert list(verdicts.equal_runs(attack, [seen("drawn 1"), seen("drawn 2")])) == []
    assert list(verdicts.equal_runs(attack, [seen("drawn 1"), seen("drawn 1")])) != []
    assert list(verdicts.equal_runs(attack, [seen(), seen()])) != []


def test_harmed_neighbour_is_a_breach():
    assert list(verdicts.neighbour(None)) == []
    assert list(verdicts.neighbour(seen(verdict=Verdict.TIMED_OUT))) != []


def test_what_a_run_leaves_behind_is_seen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host_state, "PATIENCE_S", 0.0)
    before = Inventory.take()
    with host_state.adopting(), tempfile.NamedTemporaryFile(prefix=host_state.CANARY) as canary:
        # The shell ends at once, and its child would be nobody's if we did not take it.
        script = "exec sleep 600 > /dev/null 2>&1 & echo $!"
        orphan = int(subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True).stdout)
        left = host_state.left_since(before, Inventory())
        allowed = host_state.left_since(before, Inventory(frozenset({orphan})))
        os.kill(orphan, signal.SIGKILL)
        os.waitpid(orphan, 0)
    assert left.processes == {orphan}
    assert left.folders == {canary.name}
    assert not allowed.processes
    assert not host_state.left_since(before, Inventory())


def test_lost_room_is_seen():
    room = Room(disk_mib=5000, shared_mib=900, inodes=10**6, own_mib=300)
    assert list(room.lost_since(room)) == []
    later = Room(disk_mib=4700, shared_mib=600, inodes=10**5, own_mib=400)
    assert len([*later.lost_since(room), *later.grown_since(room)]) == 4


def test_command_names_a_pattern_that_fits_nothing():
    result = CliRunner().invoke(main, ["attack", "--only", "R99_never"])
    assert result.exit_code == 1
    assert "fits 'R99_never'" in result.stderr


@pytest.mark.slow
def test_command_exits_with_one_on_a_breach(tmp_path: Path):
    """A pack of one honest run, whose header forbids all that it does: the runner is able to fail."""
    shutil.copytree(PACK / "target", tmp_path / "target")
    source = (PACK / "honest_prints.py").read_text()
    strict = "verdict: failed\nsays: learned\nhides: xxx\nscore: <= 0.5"
    source = re.sub(r"verdict: scored\nscore: >= 0.9\nsays: .*", strict, source)
    (tmp_path / "honest_prints.py").write_text(source)
    result = CliRunner().invoke(main, ["attack", "--pack", str(tmp_path), "--mode", "cold", "--json"])
    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)
    assert (row["held"], row["seen"]) == (False, "scored 1.00")
    assert row["breaches"][0].startswith("scored: ")
    assert row["breaches"][1:] == ["the log lacks 'learned'", "'xxx' can be seen", "scored 1.000"]
    assert "0 of 1 held." in result.stderr


@pytest.mark.slow
def test_server_starts_the_graders_attacks():
    """`hazi-server attack` becomes the grader's command, without the server's secrets."""
    command = [Path(sys.executable).with_name("hazi-server"), "attack", "--only", "R99_never"]
    environ = {"PATH": os.environ["PATH"], "HAZI_SECRET_KEY": "x" * 32}
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "fits 'R99_never'" in ended.stderr
