"""Settings: read once, complete, and nothing that was not meant."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from server.config import BucketConfig, Config, ConfigError
from tests.server.builders import SECRET_KEY

NEEDED = {
    "HAZI_SECRET_KEY": SECRET_KEY,
    "HAZI_DATABASE_URL": "postgresql://hazi@db/hazi",
    "HAZI_BROKER_URL": "redis://:password@redis/0",
    "HAZI_STORE": "/srv/hazi",
}


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as error:
        Config.from_environment(environ)
    return str(error.value)


def test_four_settings_are_enough():
    config = Config.from_environment(NEEDED | {"PATH": "/bin"})
    assert (config.host, config.port, config.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert config.mail is None


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_each_of_them_is_missed(name: str):
    assert problems({key: value for key, value in NEEDED.items() if key != name}) == f"{name} is missing"


def test_all_problems_are_told_at_once():
    assert len(problems({"HAZI_PORT": "none"}).splitlines()) == 5


def test_unknown_names_are_an_error():
    assert problems(NEEDED | {"HAZI_PROT": "8001"}) == "HAZI_PROT is not a setting of the server"


def test_settings_of_other_programs_are_ignored():
    Config.from_environment(NEEDED | {"HAZI_GRADER_NAME": "gpu1", "HAZI_URL": "x", "HAZI_TOKEN": "y"})


def test_a_short_secret_key_is_refused():
    assert "at least 32 random bytes" in problems(NEEDED | {"HAZI_SECRET_KEY": "x" * 31})
    assert "at least 32 random bytes" in problems(NEEDED | {"HAZI_SECRET_KEY_FALLBACKS": "old"})


def test_secrets_may_come_from_files(tmp_path: Path):
    (tmp_path / "key").write_text(SECRET_KEY + "\n")
    environ = NEEDED | {"HAZI_SECRET_KEY_FILE": str(tmp_path / "key")}
    del environ["HAZI_SECRET_KEY"]
    assert Config.from_environment(environ).secret_key == SECRET_KEY


def test_a_missing_file_is_named(tmp_path: Path):
    environ = NEEDED | {"HAZI_SECRET_KEY_FILE": str(tmp_path / "none")}
    del environ["HAZI_SECRET_KEY"]
    assert str(tmp_path / "none") in problems(environ)


def test_a_value_and_its_file_are_one_too_many():
    assert "keep one" in problems(NEEDED | {"HAZI_STORE_FILE": "/run/secrets/store"})


@pytest.mark.parametrize("port", ["0", "65536", "http", "80.5"])
def test_a_port_is_a_port(port: str):
    assert "HAZI_PORT" in problems(NEEDED | {"HAZI_PORT": port})


@pytest.mark.parametrize("url", ["hazi.example.org", "ftp://hazi.example.org", "https://"])
def test_the_public_address_is_an_address(url: str):
    assert "HAZI_PUBLIC_URL" in problems(NEEDED | {"HAZI_PUBLIC_URL": url})


def test_the_installed_database_driver_is_used():
    assert Config.from_environment(NEEDED).database_url == "postgresql+psycopg://hazi@db/hazi"


def test_hosts_are_the_public_one_and_this_machine():
    config = Config.from_environment(
        NEEDED | {"HAZI_PUBLIC_URL": "https://hazi.example.org:8443/", "HAZI_HOSTS": "a, b"}
    )
    assert config.public_url == "https://hazi.example.org:8443"
    assert config.trusted_hosts == ["hazi.example.org", "localhost", "127.0.0.1", "a", "b"]


def test_mail_needs_a_sender():
    assert "HAZI_MAIL_FROM" in problems(NEEDED | {"HAZI_MAIL_HOST": "mail.example.org"})


def test_secrets_are_not_printed():
    shown = repr(Config.from_environment(NEEDED | {"HAZI_METRICS_TOKEN": "prometheus-secret"}))
    assert SECRET_KEY not in shown
    assert "password" not in shown
    assert "prometheus-secret" not in shown


BUCKET = {
    "HAZI_STORE": "s3://hazi/2026/autumn/",
    "HAZI_STORE_ENDPOINT": "https://s3.example.org/",
    "HAZI_STORE_ACCESS_KEY": "an-access-key",
    "HAZI_STORE_SECRET_KEY": "a-secret-key",
}


def test_a_bucket_is_named_with_what_opens_it():
    config = Config.from_environment(NEEDED | BUCKET)
    assert config.bucket == BucketConfig(
        "hazi", "2026/autumn", "https://s3.example.org", "us-east-1", "an-access-key", "a-secret-key"
    )
    assert "a-secret-key" not in repr(config)
    assert Config.from_environment(NEEDED).bucket is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"HAZI_STORE_SECRET_KEY": ""}, "HAZI_STORE_SECRET_KEY is missing"),
        ({"HAZI_STORE": "s3:///prefix"}, "HAZI_STORE must be a folder"),
        ({"HAZI_STORE": "gs://bucket"}, "HAZI_STORE must be a folder"),
        ({"HAZI_STORE_ENDPOINT": "s3.example.org"}, "HAZI_STORE_ENDPOINT must look like"),
    ],
)
def test_a_bucket_that_cannot_be_opened_is_refused(change: dict[str, str], problem: str):
    with pytest.raises(ConfigError, match=problem):
        Config.from_environment(NEEDED | BUCKET | change)


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({"HAZI_STORE": "/srv/store"}, "/srv/store/incoming/uploads"),
        ({"HAZI_STORE": "file:///srv/store"}, "/srv/store/incoming/uploads"),
        (BUCKET, f"{tempfile.gettempdir()}/hazi-spool"),
        (BUCKET | {"HAZI_SPOOL": "/srv/spool"}, "/srv/spool"),
    ],
)
def test_uploads_under_way_lie_beside_the_store(settings: dict[str, str], folder: str):
    assert Config.from_environment(NEEDED | settings).spool_folder == Path(folder)
