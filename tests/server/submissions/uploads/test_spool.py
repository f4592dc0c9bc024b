"""The folder of uploads that are still arriving is ours alone."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from server.outages import StoreAway
from server.submissions.uploads.spool import Spool

STICKY, OTHER = 0o1777, 12345


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder in which everybody may make folders, as /tmp."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(STICKY)
    return folder


def test_others_see_nothing_of_it(shared: Path):
    spool, upload = Spool(shared / "hazi-spool"), str(uuid.uuid4())
    spool.write(upload, 0, b"bytes")
    assert (shared / "hazi-spool").stat().st_mode & 0o777 == 0o700
    assert spool.path(upload).stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_that_another_account_has_planted_is_not_used(shared: Path):
    (shared / "hazi-spool").mkdir()
    os.chown(shared / "hazi-spool", OTHER, OTHER)
    with pytest.raises(StoreAway) as refused:
        Spool(shared / "hazi-spool").write(str(uuid.uuid4()), 0, b"bytes")
    assert "another account" in refused.value.why
    assert list((shared / "hazi-spool").iterdir()) == []


def test_a_link_to_elsewhere_is_the_same(shared: Path, tmp_path: Path):
    """It is the link's owner that counts."""
    (tmp_path / "elsewhere").mkdir()
    (shared / "hazi-spool").symlink_to(tmp_path / "elsewhere")
    if os.geteuid() == 0:
        os.lchown(shared / "hazi-spool", OTHER, OTHER)
        with pytest.raises(StoreAway):
            Spool(shared / "hazi-spool").write(str(uuid.uuid4()), 0, b"bytes")
