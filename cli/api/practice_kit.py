"""The practice kit of an assignment: fetched once, kept by its digest, never used when it is another's."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from cli.api.client import Client
from cli.api.errors import BadAnswer, WrongUse
from cli.api.records import Practice
from cli.language.translation import lazy_gettext as _

DIGEST = re.compile(r"[0-9a-f]{64}")


def kit_in(folder: Path, client: Client, slug: str, practice: Practice, tell: Callable[[int], None]) -> Path:
    """The kit's place below this folder; `tell` hears how many bytes came.

    Raises BadAnswer for bytes that are not those the server named.
    """
    if not DIGEST.fullmatch(practice.sha256):
        raise _not_as_sent()
    path = folder / f"{practice.sha256}.safetensors"
    if path.is_file() and _digest(path) == practice.sha256:
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        try:
            _fetch(client, slug, practice, fresh, tell)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise WrongUse(_("{path} cannot be written: {why}", path=path, why=error.strerror)) from error
    _forget_others(folder, slug, path)
    return path


def _fetch(client: Client, slug: str, practice: Practice, path: Path, tell: Callable[[int], None]) -> None:
    seen, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in client.download("assignments", slug, "practice"):
            size += len(chunk)
            if size > practice.size:
                break
            seen.update(chunk)
            file.write(chunk)
            tell(len(chunk))
    if size != practice.size or seen.hexdigest() != practice.sha256:
        raise _not_as_sent()


def _not_as_sent() -> BadAnswer:
    return BadAnswer(_("The practice kit did not arrive as it was sent. Please try again."))


def _forget_others(folder: Path, slug: str, path: Path) -> None:
    """Of each assignment only the newest kit is kept: they are large."""
    note = folder / f"{hashlib.sha256(slug.encode()).hexdigest()[:16]}.newest"
    if note.is_file() and (before := note.read_text(encoding="ascii")) != path.name:
        (folder / Path(before).name).unlink(missing_ok=True)
    note.write_text(path.name, encoding="ascii")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
