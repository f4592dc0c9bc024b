"""Data sets of students: what is counted in the box, what is found sound outside, what is refused."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files.tables import Flaw
from assignments.kinds import DatasetRules
from assignments.scoring import DATASET_CHECK_NAMES
from grader import material
from grader.contract import Verdict
from grader.files import table_flaws, unpack
from grader.grade import Task, grade
from grader.kinds.dataset import kind
from grader.kinds.dataset.inside import facts as inside
from grader.kinds.dataset.inside.tables import UnreadableError
from grader.kinds.dataset.kind import Facts
from grader.run import RunEndedError
from grader.sandbox.pool import Boxes
from grader.sentences import SENTENCES, RefusedError
from tests.grader.conftest import Heard
from tests.grader.files.test_unpack import zipped

TOML = """
slug = "flowers"
kind = "dataset"
title = { en = "Flowers", hu = "Virágok" }
summary = { en = "Collect.", hu = "Gyűjts." }
opens = 2020-01-01T08:00:00
due = 2099-12-31T23:59:59
[limits]
memory_mib = 1024
cpus = 1
[dataset]
min_examples = 12
min_per_class = 2
[score]
points = 8
"""
DESCRIPTION = b'format = "csv"\nlabel = "species"\n'
RULES = DatasetRules(min_examples=12, min_per_class=2)


def table(*rows: str, header: str = "width,colour,species") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def split(start: int) -> bytes:
    """Four flowers, two of each class, that no other start gives."""
    return table(*(f"{start + n}.25,red,{'rose' if n % 2 else 'lily'}" for n in range(4)))


def flowers(**changed: bytes) -> dict[str, bytes]:
    """A sound data set with some files changed."""
    sound = {
        "dataset.toml": DESCRIPTION,
        "train.csv": split(0),
        "valid.csv": split(10),
        "test.csv": split(20),
    }
    return sound | {f"{name}.csv": data for name, data in changed.items()}


def pictures(change: Mapping[str, np.ndarray]) -> dict[str, bytes]:
    """Six pictures a split as arrays."""
    draws = np.random.default_rng(1)
    files = {"dataset.toml": b'format = "npy"\n'}
    for name in inside.SPLITS:
        inputs = change.get(name, draws.integers(0, 256, (6, 20, 20, 3), dtype=np.uint8))
        for part, array in (("inputs", inputs), ("labels", np.arange(6) % 2)):
            buffer = io.BytesIO()
            np.save(buffer, array)
            files[f"{name}_{part}.npy"] = buffer.getvalue()
    return files


def facts_of(files: Mapping[str, bytes], folder: Path) -> Facts:
    """What the box would say, without the box."""
    unpack.write_files(unpack.Contents(files), folder)
    return kind.read_facts(json.dumps(inside.facts(folder)).encode())


def failed(facts: Facts, rules: DatasetRules = RULES) -> list[str]:
    return [found.name for found in kind.findings(facts, rules) if not found.passed]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flowers"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML)
    return folder


def graded(files: Mapping[str, bytes], folder: Path, boxes: Boxes, heard: Heard):
    found = material.from_folder(folder)
    data = {"flowers.zip": zipped(*files.items())}
    return grade(Task("test", 0), boxes, lambda: found, lambda _: data, heard.tell)


def test_sound_data_set_earns_all_points(folder: Path, boxes: Boxes, heard: Heard):
    report = graded(flowers(), folder, boxes, heard)
    assert report.verdict is Verdict.SCORED, report
    assert report.private is not None
    assert report.private.points == 8
    assert report.private.checks[0].text.en == ("All splits have the form 'width: number, colour: text'.")


def test_unreadable_data_set_costs_no_try(folder: Path, boxes: Boxes, heard: Heard):
    report = graded(flowers(valid=table("1,red")), folder, boxes, heard)
    assert report.verdict is Verdict.REJECTED
    assert "row 2 of 'valid.csv' has another number of cells than the header" in report.message
    assert "'valid.csv' 2. sorában" in report.message_hu


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"test": split(0)}, ["no example is in two splits", "no example is nearly in two splits"]),
        (
            {"test": split(0).replace(b".25,red", b".2500,RED")},
            ["no example is nearly in two splits"],
        ),
        ({"train": split(0) + split(0).partition(b"\n")[2]}, ["no example is there twice"]),
        ({"train": split(0).replace(b"lily", b"tulip")}, ["every class in every split"]),
        ({"train": split(0).replace(b"red", b"?")}, ["missing values"]),
        ({"train": split(0).replace(b"width", b"length")}, ["same form"]),
        ({"test": table()}, ["same form", "enough examples", "every class in every split"]),
    ],
)
def test_each_fault_fails_its_own_check(changed: dict[str, bytes], names: list[str], tmp_path: Path):
    found = failed(facts_of(flowers(**changed), tmp_path))
    assert set(names) <= set(found)
    assert len(found) <= len(names) + 1


def test_every_check_has_a_name_in_both_languages(tmp_path: Path):
    found = kind.findings(facts_of(flowers(), tmp_path), RULES)
    assert [one.name for one in found] == list(DATASET_CHECK_NAMES)


def test_imbalance_is_found(tmp_path: Path):
    train = table(*(f"{n}.5,blue,{'lily' if n < 102 else 'rose'}" for n in range(100, 130)))
    assert failed(facts_of(flowers(train=train), tmp_path)) == ["class balance"]


def test_pictures_that_differ_in_noise_alone_are_near(tmp_path: Path):
    draws = np.random.default_rng(5)
    train = draws.integers(0, 256, (6, 20, 20, 3), dtype=np.uint8)
    test = train.copy()
    test[0] = np.clip(train[0] * 0.9 + draws.normal(0, 1, (20, 20, 3)), 0, 255)
    test[1:] = draws.integers(0, 256, (5, 20, 20, 3))
    facts = facts_of(pictures({"train": train, "test": test}), tmp_path)
    assert facts.exact == {"train-valid": 0, "train-test": 0, "valid-test": 0}
    assert facts.near == {"train-valid": 0, "train-test": 1, "valid-test": 0}
    assert facts.splits["train"].form == "uint8[20, 20, 3]"


def test_flat_pictures_are_alike_only_when_equal(tmp_path: Path):
    flat = {"train": np.zeros((6, 20, 20), np.uint8), "valid": np.ones((6, 20, 20), np.uint8)}
    facts = facts_of(pictures(flat), tmp_path)
    assert facts.near["train-valid"] == 0
    assert facts.twice["train"] == 5


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no_file"),
        ({"dataset.toml": b"format = "}, "no_toml"),
        ({"dataset.toml": b"\xff"}, "no_toml"),
        ({"dataset.toml": b'format = "pickle"'}, "format"),
        ({"dataset.toml": b'format = ["csv"]'}, "format"),
        ({"dataset.toml": b'format = "csv"'}, "label"),
        (flowers(train=b""), "empty"),
        (flowers(train=table("1,2,3", header="a,b,c")), "columns"),
        (flowers(train=table(header="species,a,a")), "columns"),
        (flowers(train=b"\xff\xfe\x00"), "not_text"),
        (flowers(train=b"PK\x03\x04[Content_Types].xml xl/"), "workbook"),
        (flowers(train=b'a,b,species\n1,"2"3,x\n'), "quotes"),
        (flowers(train=table("1,red," + "x" * 41)), "bad_label"),
        (flowers(train=table("1,red,")), "missing_label"),
        (flowers(train=table("1,red,None")), "missing_label"),
        (pictures({}) | {"train_inputs.npy": b"\x93NUMPY\x01"}, "no_array"),
        (pictures({"train": np.array([{"a": 1}] * 6, dtype=object)}), "no_array"),
        (pictures({"train": np.zeros((5, 4, 4))}), "lengths"),
        (pictures({"train": np.zeros(6)}), "shapes"),
    ],
)
def test_what_cannot_be_read_is_named(files: Mapping[str, bytes], code: str, tmp_path: Path):
    unpack.write_files(unpack.Contents(files), tmp_path)
    with pytest.raises(UnreadableError) as refusal:
        inside.facts(tmp_path)
    assert refusal.value.code == code
    assert f"data_{code}" in SENTENCES or table_flaws.SENTENCES[Flaw(code)] in SENTENCES


def hungarian(data: bytes) -> bytes:
    """As a Hungarian Excel writes it."""
    return data.replace(b",", b";").replace(b".", b",").replace(b"\n", b"\r\n")


def bare(data: bytes) -> bytes:
    """As pandas writes it with the index."""
    top, *below = data.decode().splitlines()
    return "\n".join([f",{top}", *(f"{number},{line}" for number, line in enumerate(below))]).encode()


@pytest.mark.parametrize(
    "change",
    [
        hungarian,
        bare,
        lambda data: b"Unnamed: 0.1" + bare(b"Unnamed: 0" + bare(data)),
        lambda data: b"index" + bare(data),
        lambda data: data.decode().encode("utf-16"),
        lambda data: b"sep=,\n" + data.replace(b"\n", b"\r"),
        lambda data: b"\n\n" + data.replace(b"\n", b"\n,,\n"),
        lambda data: data.replace(b"\n", b",,\n"),
        lambda data: data.replace(b"rose\n", b"rose,\n"),
        lambda data: data.replace(b"rose", b'"rose"'),
    ],
    ids=[
        "semicolons",
        "index",
        "indices",
        "named index",
        "utf-16",
        "old Mac",
        "blank rows",
        "empty columns",
        "empty cells",
        "quotes",
    ],
)
def test_tables_of_all_programs_are_counted_the_same(change: Callable[[bytes], bytes], tmp_path: Path):
    sound = facts_of(flowers(), tmp_path / "sound")
    files = {name: change(data) if name.endswith(".csv") else data for name, data in flowers().items()}
    assert facts_of(files, tmp_path / "changed") == sound


def test_a_class_is_one_in_whatever_form_it_is_written(tmp_path: Path):
    train, test = split(0).replace(b"lily", "\u0151".encode()), split(20).replace(b"lily", "o\u030b".encode())
    found = facts_of(flowers(train=train, test=test, valid=split(10)), tmp_path).splits
    assert found["train"].classes == found["test"].classes == {"\u0151": 2, "rose": 2}
    numbers = {name: split(0).replace(b"lily", text) for name, text in (("train", b"3.0"), ("test", b"3"))}
    found = facts_of(flowers(**numbers), tmp_path / "numbers").splits
    assert found["train"].classes == found["test"].classes == {"3": 2, "rose": 2}


def test_a_description_with_a_mark_in_front_is_read(tmp_path: Path):
    assert facts_of(flowers() | {"dataset.toml": b"\xef\xbb\xbf" + DESCRIPTION}, tmp_path)


@pytest.mark.parametrize(
    ("train", "said"),
    [
        (b"x,species\n\n\n1,cat\n3\n", "row 5 of 'train.csv' has another number of cells"),
        (b"x,species\n\n1,none\n", "row 3 of 'train.csv': the label 'none' counts as missing"),
        (b"x,species\n\n1," + b"y" * 41, "row 3 of 'train.csv': the label 'yyy"),
        (b"x;kind\n1;cat\n", "the label among them; it names: x, kind."),
        (b"PK\x03\x04[Content_Types].xml xl/", "'train.csv' is an Excel workbook: save it as CSV."),
    ],
)
def test_a_refusal_names_file_row_and_value(train: bytes, said: str, tmp_path: Path):
    unpack.write_files(unpack.Contents(flowers(train=train)), tmp_path)
    with pytest.raises(UnreadableError) as problem:
        inside.facts(tmp_path)
    found = problem.value
    answer = {"problem": found.code, "file": found.file, "place": found.place, "value": found.value}
    with pytest.raises(RefusedError) as refusal:
        kind.read_facts(json.dumps(answer).encode())
    assert said in refusal.value.text.en


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"3", b"{}", b"[" * 9999, b'{"splits": {"train": {"examples": -1}}}', b'"problem"']
)
def test_answer_that_is_no_facts_is_forged(answer: bytes):
    with pytest.raises(RunEndedError):
        kind.read_facts(answer)


def test_what_the_box_says_of_a_problem_is_shown_harmlessly():
    answer = json.dumps({"problem": "no_file", "file": "a\u202e{x}", "place": "\n"}).encode()
    with pytest.raises(RefusedError) as refusal:
        kind.read_facts(answer)
    assert refusal.value.text.en.isprintable()


@given(st.lists(st.text(alphabet='0159.,-e?a"\n', max_size=30), max_size=4))
def test_noise_is_counted_or_named(rows: list[str]):
    with tempfile.TemporaryDirectory() as folder, suppress(UnreadableError):
        Path(folder, "noise.csv").write_bytes(table(*rows))
        read = inside.tables.read_csv(Path(folder), "noise", "species")
        assert len(list(read.exact())) == len(read.labels)
