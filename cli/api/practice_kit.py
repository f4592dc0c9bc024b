"""The practice kit of an assignment: downloaded once, cached under its digest, verified before each use."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from cli.api.client import Client
from cli.api.errors import BadAnswer, WrongUse
from cli.api.records import PracticeKit
from cli.language.translation import lazy_gettext as _

DIGEST = re.compile(r"[0-9a-f]{64}")


def fetch_kit(
    cache: Path, client: Client, slug: str, kit: PracticeKit, on_progress: Callable[[int], None]
) -> Path:
    """The path of the kit in the cache, downloaded if it is not there.

    `on_progress` is called with the number of bytes of each chunk. Raises BadAnswer for bytes whose digest is
    not the one that the server named, WrongUse when the cache cannot be written.
    """
    if not DIGEST.fullmatch(kit.sha256):
        raise _corrupt()
    path = cache / f"{kit.sha256}.safetensors"
    if path.is_file() and _digest(path) == kit.sha256:
        return path
    try:
        cache.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            _download(client, slug, kit, draft, on_progress)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise WrongUse.cannot_write(path, error) from error
    _remove_older(cache, slug, path)
    return path


def _download(
    client: Client, slug: str, kit: PracticeKit, path: Path, on_progress: Callable[[int], None]
) -> None:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in client.download("assignments", slug, "practice"):
            size += len(chunk)
            if size > kit.size:
                break
            digest.update(chunk)
            file.write(chunk)
            on_progress(len(chunk))
    if size != kit.size or digest.hexdigest() != kit.sha256:
        raise _corrupt()


def _corrupt() -> BadAnswer:
    return BadAnswer(_("The practice kit did not arrive as it was sent. Please try again."))


def _remove_older(cache: Path, slug: str, path: Path) -> None:
    """Keep only the newest kit of each assignment: kits are large."""
    note = cache / f"{hashlib.sha256(slug.encode()).hexdigest()[:16]}.newest"
    if note.is_file() and (before := note.read_text(encoding="ascii")) != path.name:
        (cache / Path(before).name).unlink(missing_ok=True)
    note.write_text(path.name, encoding="ascii")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
