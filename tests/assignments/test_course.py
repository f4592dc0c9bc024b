"""The demo course keeps its promises: references earn full points, starters less, data are sound."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256

import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier

import assignments
from assignments.shipped_seeds import shipped_seeds
from assignments.spec import Assignment, Splits
from tests.assignments.lessons import Run, run, splits

DIGITS, ROCKETS = "lenet-digits", "rockets-cars-airplanes"
SLUGS = (DIGITS, ROCKETS)
NEAREST = {DIGITS: 1.2, ROCKETS: 4.5}  # the usual noise alone sets two copies of a picture 1 and 4 apart

# The references really train; on a machine that does much else, twenty seconds become minutes.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads of small networks mostly wait for each other, above all on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data() -> dict[str, Splits]:
    return {slug: splits(assignments.load(slug)) for slug in SLUGS}


@pytest.fixture(scope="module")
def references(data: dict[str, Splits]) -> dict[str, Run]:
    return {slug: run(slug, "reference", data[slug]) for slug in SLUGS}


@pytest.fixture(scope="module")
def starters(data: dict[str, Splits]) -> dict[str, Run]:
    return {slug: run(slug, "starter", data[slug]) for slug in SLUGS}


def parts(data: Splits) -> dict[str, torch.Tensor]:
    """The inputs of each split as rows (N, D)."""
    return {name: getattr(data, name).inputs.flatten(1) for name in ("train", "valid", "test")}


def test_every_folder_is_sound():
    outcomes = assignments.survey()
    assert set(outcomes) >= set(SLUGS)
    assert [str(outcome) for outcome in outcomes.values() if not isinstance(outcome, Assignment)] == []


def test_course_has_a_lecturer_and_an_assistant():
    course = assignments.course()
    assert {member.role for member in course.staff} == {"lecturer", "assistant"}


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_earns_full_points(references: dict[str, Run], slug: str):
    assert references[slug].accuracy >= assignments.load(slug).score.full_points_at


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_starter_earns_some_points_but_clearly_fewer(starters: dict[str, Run], slug: str):
    score = assignments.load(slug).score
    middle = (score.full_points_at + score.zero_points_at) / 2
    assert score.zero_points_at < starters[slug].accuracy < (score.full_points_at + middle) / 2


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_and_starter_draw_a_falling_loss(
    references: dict[str, Run], starters: dict[str, Run], slug: str
):
    for drawn in (references[slug].curve, starters[slug].curve):
        assert [point["epoch"] for point in drawn] == list(range(1, len(drawn) + 1))
        assert drawn[-1]["loss"] < drawn[0]["loss"]
        assert drawn[-1]["accuracy"] > drawn[0]["accuracy"]


@pytest.mark.slow
def test_starter_gives_the_same_result_again(starters: dict[str, Run], data: dict[str, Splits]):
    assert run(DIGITS, "starter", data[DIGITS]) == starters[DIGITS]


@pytest.mark.slow
def test_network_sees_what_no_linear_model_can(references: dict[str, Run], data: dict[str, Splits]):
    rows, rockets = parts(data[ROCKETS]), data[ROCKETS]
    linear = RidgeClassifier(alpha=1000.0).fit(rows["train"].numpy(), rockets.train.labels.numpy())
    assert linear.score(rows["test"].numpy(), rockets.test.labels.numpy()) < 0.80
    assert references[ROCKETS].accuracy > 0.95


@pytest.mark.slow
def test_looking_digits_up_in_the_public_collection_does_not_win(data: dict[str, Splits]):
    """Whoever brings all public pictures with their labels and takes the nearest one earns less than full."""
    public = load_digits()
    pictures = torch.from_numpy(public.images).float().unsqueeze(1) / 16
    known = torch.nn.functional.interpolate(pictures, scale_factor=2, mode="bilinear").flatten(1)
    nearest = torch.cdist(parts(data[DIGITS])["test"], known).argmin(1)
    right = torch.from_numpy(public.target)[nearest] == data[DIGITS].test.labels
    assert right.float().mean() < assignments.load(DIGITS).score.full_points_at - 0.03


@pytest.mark.parametrize("slug", SLUGS)
def test_splits_share_no_example_not_even_a_near_one(data: dict[str, Splits], slug: str):
    for first, second in itertools.combinations(parts(data[slug]).values(), 2):
        assert torch.cdist(first, second).min() > NEAREST[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_no_example_is_there_twice(data: dict[str, Splits], slug: str):
    everything = torch.cat(list(parts(data[slug]).values()))
    assert len(torch.unique(everything, dim=0)) == len(everything)


@pytest.mark.parametrize("slug", SLUGS)
def test_inputs_are_pictures_and_labels_are_classes(data: dict[str, Splits], slug: str):
    classes = assignments.load(slug).data.classes
    for split in (data[slug].train, data[slug].valid, data[slug].test):
        assert (split.inputs.dtype, split.labels.dtype) == (torch.float32, torch.int64)
        assert split.inputs.shape[0] == split.labels.shape[0]
        assert 0 <= split.inputs.min() < split.inputs.max() <= 1
        assert split.labels.unique().tolist() == list(range(len(classes)))


@pytest.mark.parametrize("slug", SLUGS)
def test_classes_are_balanced(data: dict[str, Splits], slug: str):
    for split in (data[slug].train, data[slug].valid, data[slug].test):
        shares = torch.bincount(split.labels) / len(split.labels)
        assert shares.max() < 2 * shares.min()


@pytest.mark.parametrize("slug", SLUGS)
def test_data_are_always_the_same(data: dict[str, Splits], slug: str):
    torch.manual_seed(12345)
    again = splits(assignments.load(slug))
    for name in ("train", "valid", "test"):
        before, now = getattr(data[slug], name), getattr(again, name)
        assert torch.equal(before.inputs, now.inputs)
        assert torch.equal(before.labels, now.labels)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", assignments.LANGUAGES)
def test_handout_states_the_numbers_that_hold(data: dict[str, Splits], slug: str, language: str):
    text = getattr(assignments.handout(assignments.folders()[slug]), language)
    score = assignments.load(slug).score
    for split in (data[slug].train, data[slug].valid, data[slug].test):
        assert f"`{tuple(split.inputs.shape)}`" in text
    for mark in (score.zero_points_at, score.full_points_at):
        assert f"| {mark:.2f} ".replace(".", "," if language == "hu" else ".") in text
    assert f"{score.public_share:.0%}".replace("%", " %") in text


@pytest.mark.parametrize("slug", SLUGS)
def test_handouts_are_plain_markdown_with_the_same_outline(slug: str):
    handout = assignments.handout(assignments.folders()[slug])
    outlines = [re.findall(r"^#+(?= )", text, re.MULTILINE) for text in (handout.en, handout.hu)]
    assert outlines[0] == outlines[1]
    assert re.search(r"<[a-z/!]", handout.en + handout.hu) is None


@pytest.mark.parametrize("slug", SLUGS)
def test_code_in_both_handouts_is_the_same_and_compiles(slug: str):
    handout = assignments.handout(assignments.folders()[slug])
    english, hungarian = (
        re.findall(r"```python\n(.*?)```", text, re.DOTALL) for text in (handout.en, handout.hu)
    )
    assert [block.split("#")[0] for block in english] == [block.split("#")[0] for block in hungarian]
    for block in english + hungarian:
        compile(block, f"{slug}/handout", "exec")


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_what_the_handout_says_to_run_at_home_runs(slug: str):
    folder = assignments.folders()[slug]
    program = re.findall(r"```python\n(.*?)```", assignments.handout(folder).en, re.DOTALL)[-1]
    command = [sys.executable, "-B", "-c", program]
    done = subprocess.run(command, cwd=folder / "starter", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "'loss'" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_public_data_and_all_code_do_not_give_the_held_out_data(data: dict[str, Splits], slug: str):
    """The attack: draw as `data.py` does, with everything that is public and any key but the course's."""
    for guessed in ("0" * 64, "f" * 64, sha256(slug.encode()).hexdigest()):
        drawn = splits(assignments.load(slug), key=guessed)
        assert torch.equal(drawn.train.inputs, data[slug].train.inputs)
        assert torch.equal(drawn.valid.inputs, data[slug].valid.inputs)
        assert not (drawn.test.inputs == data[slug].test.inputs).flatten(1).all(1).any()
        assert torch.cdist(parts(drawn)["test"], parts(data[slug])["test"]).min() > NEAREST[slug] / 2


@pytest.mark.parametrize("slug", SLUGS)
def test_held_out_data_do_not_follow_from_the_public_stream(data: dict[str, Splits], slug: str):
    other = splits(assignments.load(slug), seed="another")
    assert not torch.equal(other.train.inputs, data[slug].train.inputs)
    assert torch.equal(other.test.inputs, data[slug].test.inputs)
    assert torch.equal(other.test.labels, data[slug].test.labels)


def test_no_held_out_data_come_from_a_seed_in_the_folder():
    """A number in the course's folder is in every image and archive of it."""
    assert [shipped_seeds(folder) for folder in assignments.folders().values()] == [(), ()]
