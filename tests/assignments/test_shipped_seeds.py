"""A number in the course's folder that held-out data are drawn from is found, whatever library draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from assignments.shipped_seeds import shipped_seeds

DRAWING = [
    "torch.manual_seed(1)",
    "torch.Generator().manual_seed(1)",
    "np.random.default_rng(1)",
    "default_rng(1)",
    "np.random.seed(1)",
    "np.random.RandomState(1)",
    "random.seed(1)",
    "random.Random(1)",
    "np.random.Generator(np.random.PCG64(1))",
    "train_test_split(x, y, random_state=1)",
    "torch.randn(3, generator=shared)",
]
READING = [
    "np.load(HERE / 'held_out.npy')",
    "list(csv.reader(open('test.csv')))",
    "load_digits().images",
    "torch.tensor([1, 2])",
]


def folder_with(tmp_path: Path, body: str, name: str = "data.py") -> Path:
    (tmp_path / name).write_text(f"def load():\n    return {body}\n")
    return tmp_path


@pytest.mark.parametrize("body", DRAWING)
def test_what_draws_from_a_number_is_found(tmp_path: Path, body: str):
    assert shipped_seeds(folder_with(tmp_path, body)) == ("data.py, line 2",)


@pytest.mark.parametrize("body", READING)
def test_what_reads_files_is_fine(tmp_path: Path, body: str):
    assert shipped_seeds(folder_with(tmp_path, body)) == ()


def test_file_beside_the_loader_is_read_too(tmp_path: Path):
    folder = folder_with(folder_with(tmp_path, "painter.draw()"), "default_rng(1)", "painter.py")
    assert shipped_seeds(folder) == ("painter.py, line 2",)


def test_seeds_of_public_parts_are_fine_where_the_secret_is_asked(tmp_path: Path):
    assert shipped_seeds(folder_with(tmp_path, "default_rng(1), draws.held_out('test')")) == ()


def test_starter_and_reference_may_set_seeds(tmp_path: Path):
    (tmp_path / "reference").mkdir()
    folder_with(tmp_path / "reference", "torch.manual_seed(seed)", "submission.py")
    assert shipped_seeds(tmp_path) == ()


@pytest.mark.parametrize("source", ["def (", "\0", "(" * 100_000, "-" * 100_000 + "1"])
def test_file_that_is_no_program_is_passed_over(tmp_path: Path, source: str):
    (tmp_path / "data.py").write_text(source)
    assert shipped_seeds(tmp_path) == ()
