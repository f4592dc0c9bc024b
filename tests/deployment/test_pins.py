"""Images are built from what was looked at once: base images by digest, packages by hash."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/renew_pins.py"
LISTS = ("server", "grader-cpu", "grader-gpu")
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<rest>.*)$")
INDEX_KIND = "application/vnd.oci.image.index.v1+json"
IMAGES = {"library/python", "library/postgres", "library/redis"}
each_list = pytest.mark.parametrize("name", LISTS)


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("renew_pins", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pins = _module()


# --- images ---------------------------------------------------------------------------------------


class Registry(BaseHTTPRequestHandler):
    """What Docker Hub does: no manifest without a token, and a token for who asks as the refusal says."""

    server: Hub

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/token":
            self._hand_out_token(parse_qs(url.query))
        elif match := re.fullmatch(r"/v2/([\w/-]+)/manifests/([\w.-]+)", url.path):
            self._show(match[1], match[2])
        else:
            self._answer(404, {})

    def _hand_out_token(self, asked: dict[str, list[str]]) -> None:
        assert asked["service"] == ["registry.test"]
        assert "Authorization" not in self.headers
        self.server.asked.append(asked["scope"][0])
        self._answer(200, {self.server.word_for_token: f"token for {asked['scope'][0]}"})

    def _show(self, repository: str, tag: str) -> None:
        scope = f"repository:{repository}:pull"
        if self.headers["Authorization"] != f"Bearer token for {scope}" and self.server.wants_token:
            realm = f"http://127.0.0.1:{self.server.server_port}/token"
            challenge = f'Bearer realm="{realm}",service="registry.test",scope="{scope}"'
            self._answer(401, {"errors": []}, **{"WWW-Authenticate": challenge})
        elif repository not in self.server.images:
            self._answer(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})
        else:
            assert INDEX_KIND in self.headers["Accept"]
            body = json.dumps(manifest(repository, tag)).encode()
            said = self.server.says or f"sha256:{hashlib.sha256(body).hexdigest()}"
            self._answer(200, manifest(repository, tag), **{"Docker-Content-Digest": said})

    def _answer(self, status: int, content: object, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_words: object) -> None:
        """Nothing on the screen."""


class Hub(ThreadingHTTPServer):
    """The registry, and what it has."""

    images = IMAGES
    wants_token = True
    word_for_token = "token"
    says = ""
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Registry)
        self.asked: list[str] = []


def manifest(repository: str, tag: str) -> dict[str, object]:
    return {"schemaVersion": 2, "mediaType": INDEX_KIND, "manifests": [], "annotations": {repository: tag}}


def digest(repository: str, tag: str) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(manifest(repository, tag)).encode()).hexdigest()}"


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The two files that name images, as they were before any digest."""
    for name in pins.FILES:
        (tmp_path / name).write_text(re.sub(r"@sha256:\w+", "", (ROOT / name).read_text()))
    return tmp_path


def renew(copy: Path, hub: Hub) -> subprocess.CompletedProcess[str]:
    address = f"http://127.0.0.1:{hub.server_port}"
    command = [sys.executable, SCRIPT, "images", "--root", copy, "--registry", address]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def texts(folder: Path) -> str:
    return "".join((folder / name).read_text() for name in pins.FILES)


@pytest.mark.parametrize("word", ["token", "access_token"])
def test_every_image_gets_the_digest_of_its_tag(hub: Hub, copy: Path, word: str):
    hub.word_for_token = word
    done = renew(copy, hub)
    assert done.returncode == 0, done.stderr
    text = texts(copy)
    assert text.count(f"python:3.11-slim-bookworm@{digest('library/python', '3.11-slim-bookworm')}") == 2
    assert f"postgres:17-bookworm@{digest('library/postgres', '17-bookworm')}" in text
    assert f"redis:7.4-bookworm@{digest('library/redis', '7.4-bookworm')}" in text
    assert len(hub.asked) == len(IMAGES)
    before = texts(copy)
    assert renew(copy, hub).returncode == 0
    assert texts(copy) == before


def test_a_registry_that_wants_no_token_is_fine(hub: Hub, copy: Path):
    hub.wants_token = False
    assert renew(copy, hub).returncode == 0
    assert hub.asked == []


def test_what_is_not_what_it_says_changes_nothing(hub: Hub, copy: Path):
    before, hub.says = texts(copy), "sha256:" + "0" * 64
    done = renew(copy, hub)
    assert (done.returncode, texts(copy)) == (1, before)
    assert "the registry says sha256:000" in done.stderr


def test_an_image_that_is_missing_changes_nothing(hub: Hub, copy: Path):
    before, hub.images = texts(copy), IMAGES - {"library/redis"}
    done = renew(copy, hub)
    assert (done.returncode, texts(copy)) == (1, before)
    assert done.stderr.startswith("renew_pins: redis:7.4-bookworm: ")


def test_a_registry_that_is_away_changes_nothing(hub: Hub, copy: Path):
    before = texts(copy)
    hub.server_close()
    assert (renew(copy, hub).returncode, texts(copy)) == (1, before)


def test_every_image_of_others_is_seen():
    named = re.findall(r"^(?:FROM|\s+image:) (\S+)", texts(ROOT), re.MULTILINE)
    stages = set(re.findall(r" AS (\S+)", texts(ROOT)))
    foreign = {name for name in named if name not in stages and not name.startswith("hazi-")}
    assert {name.partition("@")[0] for name in foreign} == {f"{n}:{t}" for n, t in pins.images(texts(ROOT))}


def test_digests_are_whole_and_the_same_everywhere():
    """None before `make pins` has reached a registry; all of them after it."""
    found = re.findall(r"^(?:FROM|\s+image:) ([\w./-]+:[\w.-]+)(?:@(\S+))?", texts(ROOT), re.MULTILINE)
    assert len(found) == 4
    digests = {digest for _image, digest in found}
    assert digests == {""} or all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in digests)
    assert len(set(found)) == len({image for image, _digest in found})


# --- packages -------------------------------------------------------------------------------------


def listed(name: str) -> dict[str, str]:
    """The packages of a list with their versions; each has hashes."""
    text = (ROOT / f"deploy/requirements-{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = PINNED.match(line)
        assert match, line
        hashes = re.findall(r"--hash=(\S+)", match["rest"])
        assert hashes, line
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes), line
        found[canonicalize_name(match["name"])] = match["version"]
    return found


@each_list
def test_versions_are_those_of_the_constraints(name: str):
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    known = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in lines}
    found = listed(name)
    assert {one: version for one, version in found.items() if known.get(one, version) != version} == {}


@each_list
def test_what_an_image_needs_is_on_its_list(name: str):
    extra = name.partition("-")[0]
    needed = {canonicalize_name(Requirement(text).name) for text in pins.requirements(ROOT, extra)}
    missing = needed - listed(name).keys()
    assert missing == ({"torch"} if name == "grader-cpu" else set())


def test_a_cpu_image_is_a_gpu_image_without_cuda():
    cpu, gpu = listed("grader-cpu"), listed("grader-gpu")
    assert cpu.items() < gpu.items()
    assert {name.partition("-")[0] for name in gpu.keys() - cpu.keys()} == {
        "torch",
        "triton",
        "nvidia",
        "cuda",
    }
    assert "nvidia-ml-py" in cpu


def test_images_install_nothing_that_is_not_on_a_list():
    text = (ROOT / "Dockerfile").read_text()
    installs = re.findall(r"pip install ([^;&\n\\]*)", text)
    assert len(installs) >= 6
    free = [words for words in installs if "--require-hashes" not in words and "--no-deps" not in words]
    assert free == []
    ignored = (ROOT / ".dockerignore").read_text()
    for name in LISTS:
        assert f"deploy/requirements-{name}.txt" in text
    assert "!deploy/requirements-*.txt" in ignored


def test_our_own_package_is_built_by_what_is_listed():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert {Requirement(text).name for text in build} <= listed("server").keys() & listed("grader-cpu").keys()


def test_without_uv_there_is_a_sentence(tmp_path: Path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [sys.executable, SCRIPT, "packages", "--root", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})
    assert (done.returncode, done.stderr) == (1, "renew_pins: uv is not here: pip install uv\n")
