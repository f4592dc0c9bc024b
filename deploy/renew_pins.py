"""Renew what pins the images: digests of base images, and hashes of the packages inside. `make pins` runs it.

`images` asks the registry for the digest behind each tag, for Dockerfile and docker-compose.yml.
`packages` writes deploy/requirements-*.txt from pyproject.toml and constraints.txt, with uv (pip install uv).
Without either word it does both. It needs the network; docs/deploy.md says when to run it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HUB = "https://registry-1.docker.io"
FILES = ("Dockerfile", "docker-compose.yml")
# An image as both files name it: `FROM name:tag`, `image: name:tag`, with a digest or not. Ours have no tag.
IMAGE = re.compile(
    r"(?P<before>^FROM |^\s+image: )(?P<name>[a-z0-9./_-]+):(?P<tag>[\w.-]+)(?:@\S+)?", re.MULTILINE
)
# Several architectures behind one digest first; a single one only where there is no more.
KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
PATIENCE_S = 30
LARGEST_MANIFEST = 4 << 20
PYTHON = "3.11.9"  # of the images, or newer
# What comes with PyTorch's wheels for graphics cards. A CPU image gets torch from PyTorch's own index,
# of whose files PyPI has no hashes (see the Dockerfile).
WITH_CUDA = re.compile(r"(torch|triton|nvidia-(?!ml-py)[\w-]+|cuda-[\w-]+)==")


class PinError(Exception):
    """Something could not be found out. Says what, in one sentence; nothing was changed."""


def digest_of(registry: str, name: str, tag: str) -> str:
    """The digest behind a tag, `sha256:...`, as the registry has it now. Raises PinError."""
    repository = name if "/" in name else f"library/{name}"
    url = f"{registry}/v2/{repository}/manifests/{tag}"
    try:
        said, body = _manifest(url)
    except (OSError, ValueError, KeyError) as error:
        raise PinError(f"{name}:{tag}: {error}") from error
    found = f"sha256:{hashlib.sha256(body).hexdigest()}"
    if said not in {"", found}:
        raise PinError(f"{name}:{tag}: the registry says {said}, and what it sent is {found}")
    return found


def _manifest(url: str) -> tuple[str, bytes]:
    """The digest that the registry says (or ""), and the manifest itself; with a token if it wants one."""
    headers = {"Accept": ", ".join(KINDS)}
    try:
        return _get(url, headers)
    except urllib.error.HTTPError as refused:
        with refused:
            challenge = refused.headers.get("WWW-Authenticate", "")
            if refused.code != 401 or not challenge.lower().startswith("bearer "):
                raise
    return _get(url, headers | {"Authorization": f"Bearer {_token(challenge)}"})


def _token(challenge: str) -> str:
    """What anybody is given who asks where the challenge says."""
    fields = dict(CHALLENGE.findall(challenge))
    asked = urllib.parse.urlencode({key: fields[key] for key in ("service", "scope") if key in fields})
    _digest, body = _get(f"{fields['realm']}?{asked}", {})
    answer = json.loads(body)
    return str(answer.get("token") or answer["access_token"])


def _get(url: str, headers: dict[str, str]) -> tuple[str, bytes]:
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"{url} is no address of a registry")
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - looked at just above
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        return answer.headers.get("Docker-Content-Digest", ""), answer.read(LARGEST_MANIFEST)


def images(text: str) -> Iterator[tuple[str, str]]:
    """The images of others that a file names: name and tag."""
    return ((match["name"], match["tag"]) for match in IMAGE.finditer(text))


def pinned(text: str, digests: dict[tuple[str, str], str]) -> str:
    """The text with these digests behind the images."""
    return IMAGE.sub(
        lambda match: f"{match[0].partition('@')[0]}@{digests[match['name'], match['tag']]}", text
    )


def renew_images(root: Path, registry: str) -> None:
    """Ask for every digest first, then write: both files or none. Raises PinError."""
    texts = {root / name: (root / name).read_text(encoding="utf-8") for name in FILES}
    wanted = {image for text in texts.values() for image in images(text)}
    digests = {image: digest_of(registry, *image) for image in sorted(wanted)}
    for path, text in texts.items():
        path.write_text(pinned(text, digests), encoding="utf-8")
    for (name, tag), digest in digests.items():
        print(f"{name}:{tag}@{digest}")  # noqa: T201


def requirements(root: Path, extra: str) -> list[str]:
    """What an image needs: our dependencies, those of its extra, and what builds our own package."""
    known = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = known["project"]
    return [
        *project["dependencies"],
        *project["optional-dependencies"][extra],
        *known["build-system"]["requires"],
    ]


def without_cuda(text: str) -> str:
    """The requirements without PyTorch and what its wheels for cards bring along."""
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return "".join(block for block in blocks if not WITH_CUDA.match(block))


def renew_packages(root: Path) -> None:
    """Write the three lists. Raises PinError."""
    grader = _compiled(root, "grader")
    lists = {"server": _compiled(root, "server"), "grader-gpu": grader, "grader-cpu": without_cuda(grader)}
    for name, text in lists.items():
        head = "# Made by `make pins` from pyproject.toml and constraints.txt: do not edit.\n"
        (root / f"deploy/requirements-{name}.txt").write_text(head + text, encoding="utf-8")


def _compiled(root: Path, extra: str) -> str:
    options = ["--universal", "--python-version", PYTHON, "--generate-hashes"]  # from uv's own index
    quiet = ["--no-config", "--no-header", "--no-annotate", "--quiet"]
    command = ["uv", "pip", "compile", *quiet, *options, "-c", str(root / "constraints.txt"), "-"]
    try:
        done = subprocess.run(
            command,
            input="\n".join(requirements(root, extra)),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise PinError("uv is not here: pip install uv") from None
    if done.returncode != 0:
        raise PinError(f"uv found no packages for {extra}:\n{done.stderr}")
    return done.stdout


def main() -> int:
    """Do what the command line says; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["images", "packages"], nargs="*", default=[])
    parser.add_argument("--registry", default=HUB)
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    chosen = parser.parse_args()
    try:
        for what in chosen.what or ["packages", "images"]:
            if what == "images":
                renew_images(chosen.root, chosen.registry)
            else:
                renew_packages(chosen.root)
    except PinError as problem:
        print(f"renew_pins: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
