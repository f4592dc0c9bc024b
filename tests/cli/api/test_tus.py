"""Large files from the terminal, against the real server: in pieces, over a network that breaks."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from cli.api import tus
from tests.cli import test_real_server
from tests.cli.conftest import Terminal
from tests.cli.test_real_server import Lab
from tests.proxy import BadNetwork, bad_network
from tests.server.submissions.builders import SLUG

anna, lab = test_real_server.anna, test_real_server.lab

CONTENT = b"PK\x03\x04" + Random(3).randbytes(900_000)
HALF = 500_000


@pytest.fixture(autouse=True)
def _smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tus, "RESUMABLE_FROM", 100_000)
    monkeypatch.setattr(tus, "CHUNK", 200_000)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.zip"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def network(anna: Terminal, lab: Lab) -> Iterator[BadNetwork]:
    """What lies between Anna and the server."""
    token = anna.credentials.load().by_url[lab.url].token
    with bad_network(urlsplit(lab.url).port or 0) as network:
        anna.variables |= {"HAZI_URL": network.url, "HAZI_TOKEN": token}
        yield network


def test_a_large_file_survives_a_connection_that_breaks(anna: Terminal, network: BadNetwork, weights: Path):
    network.break_after(HALF)
    assert anna.json("submit", SLUG, str(weights))["sha256"] == sha256(CONTENT).hexdigest()
    assert network.breaks == 1
    assert anna.slept  # it waited before it tried again


def test_the_same_command_goes_on_where_the_last_one_stopped(
    anna: Terminal, network: BadNetwork, weights: Path, homework: Path
):
    network.break_after(HALF)
    network.stays_broken = True
    given_up = anna.types("submit", SLUG, str(weights), str(homework))
    assert given_up.exit_code == 4
    assert "--key" in given_up.stderr
    network.stays_broken = False
    network.break_after(len(CONTENT))  # not enough for the whole file once more, but for the rest
    handed_in = anna.json("submit", SLUG, str(weights), str(homework))
    assert [file["name"] for file in handed_in["files"]] == ["weights.zip", "submission.py"]
    assert network.breaks == 1


def test_a_file_that_changed_is_sent_from_its_start(anna: Terminal, network: BadNetwork, weights: Path):
    network.break_after(HALF)
    network.stays_broken = True
    anna.types("submit", SLUG, str(weights))
    network.stays_broken = False
    weights.write_bytes(CONTENT[:-1] + b"!")
    digest = sha256(weights.read_bytes()).hexdigest()
    assert anna.json("submit", SLUG, str(weights))["sha256"] == digest


def test_refusals_come_before_the_bytes(anna: Terminal, network: BadNetwork, weights: Path):
    renamed = weights.rename(weights.with_name("weights.pt"))
    assert anna.json("submit", SLUG, str(renamed))["slug"] == "wrong-type"
