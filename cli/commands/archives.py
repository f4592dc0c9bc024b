"""What the grader takes out of a zip archive, by its rules of names and within its bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from cli.files import hand_in_files

MOST_BYTES = 50 * 2**20  # of all that is read; the grader unpacks no more
READ = (".py", hand_in_files.NOTEBOOK)
DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError)
LOCKED = RuntimeError  # what zipfile raises for an entry with a password


def contents_of(archive: bytes) -> Mapping[str, bytes]:
    """The files by name, without clutter and the folders around everything; of code also what is in it.

    What cannot be read is taken for empty: the grader says why. Nothing is in what is no whole archive.
    """
    if hand_in_files.has_too_many_entries(archive):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _contents(opened)
    except DAMAGES:
        return {}


def _contents(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    found, room = dict[str, bytes](), MOST_BYTES
    for entry in archive.infolist():
        name = hand_in_files.plain(entry.filename)
        is_unwanted = hand_in_files.is_left_out(name) or hand_in_files.is_only_misnamed(name)
        if hand_in_files.is_folder(entry.filename) or is_unwanted:
            continue
        found[name] = _content(archive, entry, room) if name.lower().endswith(READ) else b""
        room -= len(found[name])
    around = len(hand_in_files.common_folder(found))
    return {name[around:]: content for name, content in found.items()}


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    try:
        with archive.open(entry) as member:
            content = member.read(room + 1)
    except (*DAMAGES, LOCKED):
        return b""
    return content if len(content) <= room else b""
