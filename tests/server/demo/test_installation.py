"""The demo takes its folder and port, or says in one sentence why it cannot."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from server.demo.installation import Place, Refused


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_second_demo_in_the_same_folder_is_refused(free_port: int):
    environ = {"HAZI_PORT": str(free_port)}
    with Place.taken(environ), pytest.raises(Refused, match="already runs"), Place.taken(environ):
        pass


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with pytest.raises(Refused, match=f"port {port} cannot be used"), Place.taken({"HAZI_PORT": port}):
            pass


def test_a_port_that_is_no_number_is_refused():
    with pytest.raises(Refused, match="is not a port"), Place.taken({"HAZI_PORT": "http"}):
        pass


def test_keys_are_kept_and_private(free_port: int, own_folder: Path):
    environ = {"HAZI_PORT": str(free_port)}
    with Place.taken(environ) as first:
        pass
    with Place.taken(environ) as second:
        pass
    for name, file in (("HAZI_SECRET_KEY", "secret_key"), ("HAZI_SIGNING_KEY", "signing_key")):
        assert first.server_environ[name] == second.server_environ[name]
        assert stat.S_IMODE((own_folder / "var/demo" / file).stat().st_mode) == 0o600


def test_a_folder_that_was_open_to_others_is_closed(free_port: int, own_folder: Path):
    (own_folder / "var/demo").mkdir(parents=True)
    for folder in ("var", "var/demo"):
        (own_folder / folder).chmod(0o755)
    with Place.taken({"HAZI_PORT": str(free_port)}):
        for folder in ("var", "var/demo"):
            assert stat.S_IMODE((own_folder / folder).stat().st_mode) == 0o700


def test_the_grader_gets_no_secret_of_the_server(free_port: int):
    with Place.taken({"HAZI_PORT": str(free_port), "HAZI_MAIL_PASSWORD": "x", "PATH": "/usr/bin"}) as place:
        names = {name for name in place.grader_environ if name.startswith("HAZI_")}
    assert names == {
        "HAZI_BROKER_URL",
        "HAZI_BLOBS_URL",
        "HAZI_BLOBS_PORT",
        "HAZI_VERIFYING_KEY",
        "HAZI_GRADER_NAME",
        "HAZI_GRADER_DEVICE",
        "HAZI_GRADER_CACHE",
    }


def test_a_setting_of_production_does_not_reach_the_demo(free_port: int):
    environ = {"HAZI_PORT": str(free_port), "HAZI_DATABASE_URL_FILE": "/run/secrets/database_url"}
    with Place.taken(environ) as place:
        assert "HAZI_DATABASE_URL_FILE" not in place.server_environ
        assert place.server_environ["HAZI_DATABASE_URL"].startswith("sqlite:///")


def test_a_deep_folder_gets_a_short_socket(free_port: int, own_folder: Path, monkeypatch: pytest.MonkeyPatch):
    deep = own_folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    with Place.taken({"HAZI_PORT": str(free_port)}) as place:
        assert len(str(place.redis_socket)) < 100
    assert not place.redis_socket.parent.exists()
