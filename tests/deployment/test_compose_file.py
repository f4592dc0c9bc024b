"""docker-compose.yml and the Dockerfile keep the promises of docs/deploy.md."""

from __future__ import annotations

import json
import re
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.deployment import compose

PROJECT = compose.load({"HAZI_PUBLIC_URL": "https://hazi.example.org"})
SERVICES: dict[str, dict[str, Any]] = PROJECT["services"]
OURS = ("migrate", "practice", "sync", "web", "recorder", "dispatcher", "blobs", "grader-cpu", "grader-gpu")
GRADERS = ("grader-cpu", "grader-gpu")
STAGES = dict(compose.dockerfile_stages())
each_service = pytest.mark.parametrize("name", sorted(SERVICES))
each_image = pytest.mark.parametrize("target", ["web", "recorder", "grader-cpu", "grader-gpu"])


def test_it_follows_the_compose_specification():
    jsonschema.validate(PROJECT, compose.schema())


@each_service
def test_no_service_is_privileged(name: str):
    service = SERVICES[name]
    assert "privileged" not in service
    assert "cap_add" not in service
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"pid", "ipc", "userns_mode"} & service.keys()
    assert service.get("network_mode", "none") == "none"


@each_service
def test_no_service_sees_the_docker_socket(name: str):
    assert "docker.sock" not in json.dumps(SERVICES[name])


@each_service
def test_every_service_has_an_account_without_rights(name: str):
    assert SERVICES[name]["user"] not in {"root", "0", "0:0"}


@each_service
def test_every_root_folder_is_read_only(name: str):
    assert SERVICES[name]["read_only"] is True


@each_service
def test_every_service_that_stays_is_watched(name: str):
    check = SERVICES[name]["healthcheck"]
    assert check.get("test") or (check == {"disable": True} and SERVICES[name]["restart"] == "on-failure")


@each_service
def test_secrets_come_from_files(name: str):
    settings = SERVICES[name].get("environment", {})
    for variable, value in settings.items():
        if re.search("SECRET|PASSWORD|TOKEN|DATABASE|BROKER|KEY", variable):
            assert variable.endswith("_FILE"), f"{name}: {variable}"
            assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def test_every_secret_is_made(tmp_path: Path):
    subprocess.run(
        [compose.ROOT / "deploy/make-secrets", tmp_path / "secrets"], check=True, capture_output=True
    )
    named = {Path(secret["file"]).name for secret in PROJECT["secrets"].values()}
    made = {file.name for file in (tmp_path / "secrets").iterdir()}
    assert named <= made


def test_secrets_made_once_are_kept(tmp_path: Path):
    command = [compose.ROOT / "deploy/make-secrets", tmp_path / "secrets"]
    subprocess.run(command, check=True, capture_output=True)
    before = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    subprocess.run(command, check=True, capture_output=True)
    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == before
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", GRADERS)
def test_graders_reach_broker_and_blob_server_and_nothing_else(name: str):
    assert SERVICES[name]["networks"] == ["graders"]
    assert PROJECT["networks"]["graders"]["internal"] is True
    beside = {other for other, service in SERVICES.items() if "graders" in service.get("networks", [])}
    assert beside == {"redis", "blobs", *GRADERS}


@pytest.mark.parametrize("name", GRADERS)
def test_graders_hold_no_secret_but_their_own_account(name: str):
    assert SERVICES[name]["secrets"] == ["grader_broker_url", "verifying_key"]
    assert "volumes" not in SERVICES[name]


def test_the_blob_server_holds_no_secret_and_writes_nothing():
    assert SERVICES["blobs"]["secrets"] == ["verifying_key"]
    assert SERVICES["blobs"]["volumes"] == ["store:/srv/hazi/store:ro"]
    assert SERVICES["blobs"]["networks"] == ["graders"]


def test_a_broken_homework_stops_nobody():
    """`sync` and `practice` end badly where one is broken: nothing that others need may wait for them."""
    for name in set(SERVICES) - {"sync", "practice"}:
        assert not {"sync", "practice"} & set(SERVICES[name].get("depends_on", {})), name


def test_each_key_is_where_it_is_needed_and_nowhere_else():
    holders = {
        secret: {name for name, service in SERVICES.items() if secret in service.get("secrets", [])}
        for secret in PROJECT["secrets"]
    }
    assert holders["signing_key"] == {"dispatcher"}
    assert holders["broker_url"] == {"migrate", "sync", "recorder", "dispatcher"}
    assert holders["bell_url"] == {"web"}
    assert holders["grader_broker_url"] == set(GRADERS)


def test_practice_kits_are_made_without_network_and_secrets():
    service = SERVICES["practice"]
    assert service["network_mode"] == "none"
    assert "secrets" not in service
    assert not any(volume.startswith("store:") for volume in service["volumes"])


def test_homework_is_published_with_its_practice_kit():
    assert SERVICES["sync"]["depends_on"]["practice"] == {"condition": "service_completed_successfully"}
    assert "practice:/srv/hazi/practice:ro" in SERVICES["sync"]["volumes"]
    assert set(SERVICES["sync"]["volumes"]) > set(SERVICES["recorder"]["volumes"])
    assert SERVICES["sync"]["environment"].items() > SERVICES["recorder"]["environment"].items()


@pytest.mark.parametrize("name", GRADERS)
def test_the_seccomp_filter_of_graders_lets_bubblewrap_work(name: str):
    option = next(opt for opt in SERVICES[name]["security_opt"] if opt.startswith("seccomp="))
    profile = json.loads((compose.ROOT / option.removeprefix("seccomp=")).read_text())
    refused = set(profile["syscalls"][0]["names"])
    assert refused.isdisjoint({"clone", "clone3", "unshare", "mount", "umount2", "pivot_root", "seccomp"})
    assert refused >= {"bpf", "keyctl", "kexec_load", "io_uring_setup", "ptrace", "userfaultfd"}


def test_the_gpu_is_taken_only_on_request():
    assert SERVICES["grader-gpu"]["profiles"] == ["gpu"]
    reserved = SERVICES["grader-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert reserved == [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]


def test_only_a_proxy_on_the_same_machine_reaches_the_web_process():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_web_process_believes_the_gateway_of_its_edge_and_nobody_else():
    """Docker brings what comes in at the published port from there; other containers have other addresses."""
    (edge,) = PROJECT["networks"]["edge"]["ipam"]["config"]
    assert ip_address(edge["gateway"]) in ip_network(edge["subnet"])
    assert SERVICES["web"]["environment"]["HAZI_TRUSTED_PROXIES"] == edge["gateway"]
    assert SERVICES["web"]["environment"]["HAZI_PROXIES"] == 1
    outward = [name for name in SERVICES["web"]["networks"] if not PROJECT["networks"][name].get("internal")]
    assert outward == ["edge"]  # else Docker could choose another network for the port


@pytest.mark.parametrize("name", OURS)
def test_our_services_build_a_stage_that_exists(name: str):
    assert SERVICES[name]["build"]["target"] in STAGES


@each_image
def test_images_run_without_root_and_are_watched(target: str):
    lines = STAGES[target]
    users = [line.removeprefix("USER ") for line in lines if line.startswith("USER ")]
    assert users[-1] == "10001:10001"
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


@pytest.mark.parametrize("name", ["web", "recorder", "grader-cpu", "grader-gpu"])
def test_image_and_compose_file_agree(name: str):
    lines = STAGES[SERVICES[name]["build"]["target"]]
    command = next(line for line in reversed(lines) if line.startswith("CMD ")).removeprefix("CMD ")
    check = next(line for line in reversed(lines) if line.startswith("HEALTHCHECK ")).partition(" CMD ")[2]
    assert json.loads(command) == SERVICES[name]["command"]
    assert ["CMD", *json.loads(check)] == SERVICES[name]["healthcheck"]["test"]


@each_image
def test_only_graders_carry_bubblewrap_and_torch(target: str):
    text = "\n".join(STAGES[target])
    assert ("bubblewrap" in text) == target.startswith("grader")
    assert ("build-grader" in text) == target.startswith("grader")


def test_on_a_bare_host_redis_listens_on_this_machine_only():
    """The compose file binds it to networks of its own, which lead nowhere; it must not do so by its file."""
    lines = (compose.ROOT / "deploy/redis.conf").read_text().splitlines()
    settings = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    addresses = [word.removeprefix("-") for word in settings["bind"].split()]
    assert all(ip_address(address).is_loopback for address in addresses)
    assert settings["protected-mode"] == "yes"
    assert settings["maxmemory-policy"] == "noeviction"
    command = SERVICES["redis"]["command"]
    assert command[command.index("--bind") + 1] == "*"
    assert "ports" not in SERVICES["redis"]
    assert all(PROJECT["networks"][name].get("internal") for name in SERVICES["redis"]["networks"])


def test_who_asks_from_the_graders_network_is_no_web_process():
    assert "graders" not in SERVICES["web"]["networks"]
    assert not set(SERVICES["web"]["networks"]) & set(SERVICES["grader-cpu"]["networks"])


def test_folders_of_the_images_are_for_their_account_alone():
    made = [line for line in STAGES["base"] if "install -d" in line]
    assert len(made) == 1
    assert "-m 700 -o hazi -g hazi" in made[0]
    for name in GRADERS:
        cache = next(entry for entry in SERVICES[name]["tmpfs"] if entry.startswith("/srv/hazi/cache"))
        assert "mode=700" in cache
