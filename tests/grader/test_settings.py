from __future__ import annotations

from pathlib import Path

import pytest

from grader import settings
from grader.settings import SettingsError
from grader.signing import new_signing_key, private_text, public_text

KEY = new_signing_key()
BLOBS = {"HAZI_BLOBS_URL": "http://blobs:8001", "HAZI_VERIFYING_KEY": public_text(KEY)}
NEEDED = {"HAZI_BROKER_URL": "redis://x", "HOME": "/home/grader", **BLOBS}


def test_little_needs_to_be_said():
    read = settings.read(NEEDED)
    assert (read.device, read.queue) == ("auto", "")
    assert read.name


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:3"])
def test_device_may_be_one_card(device: str):
    assert settings.read(NEEDED | {"HAZI_GRADER_DEVICE": device}).device == device


def test_secret_may_lie_in_a_file(tmp_path: Path):
    file = tmp_path / "broker"
    file.write_text("redis://:password@host\n")
    environment = {"HAZI_BROKER_URL_FILE": str(file), **BLOBS}
    assert settings.read(environment).broker_url == "redis://:password@host"


@pytest.mark.parametrize("name", sorted(settings.SECRETS))
@pytest.mark.parametrize("suffix", ["", "_FILE"])
def test_secrets_of_the_server_are_refused(name: str, suffix: str):
    with pytest.raises(SettingsError, match=f"{name}{suffix} must not be"):
        settings.read(NEEDED | {name + suffix: "x"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"HAZI_BLOBS_URL": ""}, "HAZI_BLOBS_URL is not set"),
        ({"HAZI_BLOBS_URL": "file:///srv/store"}, "HAZI_BLOBS_URL must look like http://"),
        ({"HAZI_VERIFYING_KEY": private_text(KEY)}, "HAZI_VERIFYING_KEY: no public key"),
        ({"HAZI_GRADER_DEVICE": "tpu"}, "must be auto, cpu, cuda or cuda:N"),
        ({"HAZI_GRADER_DEVCE": "cpu"}, "HAZI_GRADER_DEVCE is no setting"),
        ({"HAZI_GRADER_NAME_FILE": "/nowhere"}, "/nowhere cannot be read"),
    ],
)
def test_mistakes_are_named(change: dict[str, str], said: str):
    with pytest.raises(SettingsError, match=said):
        settings.read(NEEDED | change)


def test_settings_of_other_programs_are_left_alone():
    others = dict.fromkeys([*settings.OTHERS, "HAZI_MAIL_HOST"], "x")
    assert settings.read(NEEDED | others) == settings.read(NEEDED)
