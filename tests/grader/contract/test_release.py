"""The release of the contract: it follows from every text that server and graders have to share."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.contract.release import RELEASE, release_of


@pytest.fixture
def texts(tmp_path: Path) -> list[Path]:
    """A folder, and a module beside it."""
    (folder := tmp_path / "contract").mkdir()
    (folder / "job.py").write_text("job")
    (other := tmp_path / "localized.py").write_text("text")
    return [folder, other]


@pytest.mark.parametrize("name", ["contract/job.py", "localized.py", "contract/new.py"])
def test_another_text_is_another_release(name: str, texts: list[Path], tmp_path: Path):
    before = release_of(*texts)
    (tmp_path / name).write_text("another")
    assert release_of(*texts) != before


def test_release_of_this_contract_is_short_and_plain():
    assert len(RELEASE) == 16
    assert int(RELEASE, 16) >= 0
