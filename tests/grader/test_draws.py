"""Streams of chance: the public one tells nothing of the other, and data of two keys are never one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import draws, material
from grader.commands.run_local import quiet
from grader.contract import GradeJob
from grader.draws import DEVELOPMENT_KEY, KeyedDraws
from grader.grade import Task, grade
from grader.material import MaterialError
from grader.report import Draft
from grader.sandbox.box import Box
from grader.sandbox.pool import Boxes
from grader.wire import Predictions
from tests.grader import blobs

keys = st.binary(min_size=32, max_size=32).map(bytes.hex)
names = st.text(min_size=1, max_size=20)


def numbers(stream: object) -> bytes:
    return bytes(stream.bytes(64))  # type: ignore[attr-defined]


@given(key=keys, name=names)
def test_the_same_names_give_the_same_numbers(key: str, name: str):
    one, again = KeyedDraws("blobs", key), KeyedDraws("blobs", key)
    assert numbers(one.held_out(name)) == numbers(again.held_out(name))
    assert numbers(one.public(name)) == numbers(again.public(name))


@given(key=keys, other=keys, name=names)
def test_only_the_key_gives_the_held_out_stream(key: str, other: str, name: str):
    one, another = KeyedDraws("blobs", key), KeyedDraws("blobs", other)
    assert (numbers(one.held_out(name)) == numbers(another.held_out(name))) is (key == other)
    assert numbers(one.public(name)) == numbers(another.public(name))


@given(key=keys, name=names, seed=st.text(max_size=10))
def test_no_public_seed_moves_the_held_out_stream(key: str, name: str, seed: str):
    one, another = KeyedDraws("blobs", key), KeyedDraws("blobs", key, seed)
    assert numbers(one.held_out(name)) == numbers(another.held_out(name))


@given(key=keys, name=names, other=names)
def test_streams_of_other_names_and_assignments_are_others(key: str, name: str, other: str):
    one, elsewhere = KeyedDraws("blobs", key), KeyedDraws("other", key)
    assert numbers(one.held_out(name)) != numbers(elsewhere.held_out(name))
    assert numbers(one.held_out(name)) != numbers(one.public(name))
    assert (numbers(one.held_out(name)) == numbers(one.held_out(other))) is (name == other)


def test_no_value_shows_its_key_or_its_labels(tmp_path: Path):
    found = material.from_folder(blobs.write_assignment(tmp_path), "5e" * 32)
    shown = f"{found!r} {found.draws!r} {found.data!r} {found.data.splits!r} {found.data.splits.test!r}"
    assert "5e5e" not in shown
    assert "tensor" not in shown
    assert "array" not in shown


def test_data_of_two_keys_are_kept_apart(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    one, other = material.from_folder(folder), material.from_folder(folder, "5e" * 32)
    assert one.data.known == other.data.known
    assert not (one.data.held_out_inputs == other.data.held_out_inputs).any()
    assert one.identity != other.identity
    assert one.identity.startswith(one.version[:16])


def test_which_rows_are_public_follows_from_the_key(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    (folder / "data.py").write_text(blobs.DATA.replace("draws.held_out", "draws.public"))  # the same rows
    shares = []
    for key in ("5e" * 32, "77" * 32):
        draft = Draft("attempt", material.from_folder(folder, key), 0, "cpu")
        truth = draft.material.data.held_out_labels
        wrong = np.where(np.arange(len(truth)) < 60, (truth + 1) % 3, truth)
        public = draft.scored(Predictions(wrong)).public
        assert public is not None
        shares.append(public.confusion_matrix)
    assert shares[0] != shares[1]


def test_nothing_that_is_sent_into_a_box_holds_the_key_or_the_labels(
    boxes: Boxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    key, sent = "5e" * 31 + "77", []
    exchange = Box.exchange

    def overheard(self: Box, outgoing: bytes, size: int, *, until: float) -> bytes:
        sent.append(outgoing)
        return exchange(self, outgoing, size, until=until)

    monkeypatch.setattr(Box, "exchange", overheard)
    folder = blobs.write_assignment(tmp_path)
    chosen = "torch.from_numpy(chance.integers(0, 3, count))"
    (folder / "data.py").write_text(blobs.DATA.replace("torch.arange(count) % 3", chosen))
    found = material.from_folder(folder, key)
    files = {"submission.py": blobs.HONEST.encode()}
    report = grade(Task("attempt", 0), boxes, lambda: found, lambda _: files, quiet)
    everything = b"".join(sent)
    assert report.public is not None
    assert found.data.held_out_inputs[0].tobytes() in everything  # the search can find
    assert key.encode() not in everything
    assert bytes.fromhex(key) not in everything
    assert found.data.held_out_labels.tobytes() not in everything


def test_a_fingerprint_does_not_hold_the_key():
    assert draws.fingerprint(DEVELOPMENT_KEY) not in DEVELOPMENT_KEY
    assert len(draws.fingerprint(DEVELOPMENT_KEY)) == 8


def never_fetched(digest: str, at_most: int) -> bytes:
    raise AssertionError(f"{digest} of {at_most} bytes was fetched")


@pytest.mark.parametrize("key", ["", "5e" * 31, "5E" * 32, "../" + "a" * 61])
def test_job_without_a_key_is_ours_to_repair(tmp_path: Path, key: str):
    with pytest.raises(MaterialError, match="no key for the held-out data"):
        material.from_job(
            GradeJob("attempt", "blobs", "a" * 64, (), 1, key), never_fetched, tmp_path / "cache"
        )


def test_loader_without_a_parameter_reads_its_files(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    source = blobs.DATA.replace("def load(draws):", "def load():\n    draws = Fixed()")
    (folder / "data.py").write_text(
        source + "\nimport numpy\nclass Fixed:\n    def public(self, name):\n"
        "        return numpy.random.default_rng(len(name))\n    held_out = public\n"
    )
    one, other = material.from_folder(folder), material.from_folder(folder, "5e" * 32)
    assert (one.data.held_out_inputs == other.data.held_out_inputs).all()
