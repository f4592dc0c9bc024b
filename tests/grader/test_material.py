from __future__ import annotations

from pathlib import Path

import pytest

from assignments import archive
from assignments.spec import SpecError
from grader import material
from grader.contract import GradeJob
from grader.draws import DEVELOPMENT_KEY
from grader.fetch import StoreError
from grader.material import MaterialError, PackagesMissingError
from tests.grader import blobs


def job_for(slug: str, version: str) -> GradeJob:
    return GradeJob("attempt", slug, version, (), 1, DEVELOPMENT_KEY)


def missing(digest: str, _at_most: int) -> bytes:
    raise StoreError(f"{digest} is missing")


def test_version_is_fetched_once(tmp_path: Path):
    packed = archive.pack(blobs.write_assignment(tmp_path))
    job = job_for("blobs", archive.version_of(packed))
    first = material.from_job(job, lambda _digest, _at_most: packed, tmp_path / "cache")
    again = material.from_job(job, missing, tmp_path / "cache")
    assert first == again
    assert first.data.held_out_labels.shape == (150,)
    assert first.data is again.data


def test_folder_and_archive_have_one_version(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    assert material.from_folder(folder).version == archive.version_of(archive.pack(folder))


def test_versions_never_meet(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    before = material.from_folder(folder)
    assert len(before.data.held_out_labels) == 150
    (folder / "data.py").write_text(blobs.DATA.replace("split(150, test)", "split(30, test)"))
    assert len(material.from_folder(folder).data.held_out_labels) == 30
    assert len(before.data.held_out_labels) == 150


@pytest.mark.parametrize(
    ("slug", "version"),
    [("../blobs", "a" * 64), ("blobs", "../" + "a" * 61), ("/etc", "a" * 64), ("", "a" * 64)],
)
def test_names_that_lead_out_of_the_cache_are_refused(tmp_path: Path, slug: str, version: str):
    with pytest.raises(MaterialError, match="cannot be a folder"):
        material.from_job(job_for(slug, version), missing, tmp_path / "cache")


def test_failed_fetch_leaves_nothing_in_the_cache(tmp_path: Path):
    with pytest.raises(StoreError):
        material.from_job(job_for("blobs", "0" * 64), missing, tmp_path / "cache")
    assert not (tmp_path / "cache" / ("0" * 64) / "blobs").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("def load(): return 7", "returned int: return Splits"),
        ("def load(): return ([[1.0]], [0]), ([[1.0]], [0])", "returned tuple: return Splits"),
        (
            "import torch\n\ndef load():\n    return torch.zeros(2) @ torch.zeros(3)",
            r"data.py, line 4.*RuntimeError",
        ),
        ("import nothing_of_the_kind", r"data.py, line 1.*ModuleNotFoundError"),
        ("def load(:", "SyntaxError"),
        ("def other(): pass", "has no attribute 'load'"),
        (blobs.DATA.replace("labels)\n", "labels.tolist())\n"), "the labels of train are list"),
        (blobs.DATA.replace("labels)\n", "labels + 0.5)\n"), "class numbers from 0 on"),
        (blobs.DATA.replace("train=split(300, train)", "train=(1, 2)"), "train is tuple, not Split"),
        (
            blobs.DATA.replace("split(30, valid)", "Split(torch.zeros(2, 2), torch.zeros(3))"),
            "valid: 2 inputs but 3",
        ),
        (blobs.DATA.replace("split(150, test)", "split(0, test)"), "must not be empty"),
    ],
)
def test_unusable_data_is_named(tmp_path: Path, data: str, said: str):
    folder = blobs.write_assignment(tmp_path)
    (folder / "data.py").write_text(data)
    with pytest.raises(MaterialError, match=said):
        _ = material.from_folder(folder).data


@pytest.mark.parametrize("asked", ["nothing-of-the-kind", "numpy<1", "numpy>=999"])
def test_an_assignment_whose_packages_are_not_there_is_not_graded(tmp_path: Path, asked: str):
    folder = blobs.write_assignment(tmp_path)
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text() + f'\n[environment]\npackages = ["torch", "{asked}"]\n')
    with pytest.raises(PackagesMissingError, match=f"blobs needs {asked}, not installed here"):
        material.from_folder(folder)


def test_broken_assignment_names_its_line(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    (folder / "assignment.toml").write_text("slug = 3\n")
    with pytest.raises(SpecError, match="line 1"):
        material.from_folder(folder)
