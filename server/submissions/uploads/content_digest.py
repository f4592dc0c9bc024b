"""What is in a hand-in, however it is packed: a digest of names and bytes, for files small enough to be read.

Nothing is run, and little is unpacked: what is large, damaged or strange has no digest, and is run as usual.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256

from assignments.files.hand_in_files import common_folder, has_too_many_entries, is_folder, is_left_out, plain
from assignments.files.tables import ZIP_MAGICS

MOST_PACKED = 4 << 20
MOST_UNPACKED = 16 << 20
MOST_ENTRIES = 200
DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError, OSError)


def content_digest(files: Sequence[tuple[str, bytes]]) -> str | None:
    """The sha256 (hex) of what these files hold; None where it is not known.

    A single zip counts for what is in it, without folders around everything, as graders read it. Names
    count: by its name a file is graded or refused.
    """
    if sum(len(content) for _name, content in files) > MOST_PACKED:
        return None
    found = dict(files)
    if len(files) == 1:
        name, content = files[0]
        if content.startswith(ZIP_MAGICS) or name.lower().endswith(".zip"):
            unpacked = _unpacked(content)
            if not unpacked:
                return None
            around = len(common_folder(unpacked))
            found = {name[around:]: content for name, content in unpacked.items()}
    return _digest(found)


def _unpacked(content: bytes) -> dict[str, bytes] | None:
    if has_too_many_entries(content):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not is_left_out(entry.filename)]
            if len(entries) > MOST_ENTRIES or not all(map(_is_plain, entries)):
                return None
            return _members(archive, [entry for entry in entries if not is_folder(entry.filename)])
    except DAMAGES:
        return None


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return (
        not entry.flag_bits & 0x1
        and entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        and kind in {0, stat.S_IFREG, stat.S_IFDIR}
        and entry.filename == entry.orig_filename
    )


def _members(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> dict[str, bytes] | None:
    """The files by name, counting real bytes: what the headers declare may be a lie."""
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for entry in entries:
        with archive.open(entry) as member:
            content = member.read(room + 1)
        room -= len(content)
        name = plain(entry.filename)
        if room < 0 or name in found:
            return None
        found[name] = content
    return found


def _digest(files: Mapping[str, bytes]) -> str | None:
    if not files:
        return None
    total = sha256()
    for name, content in sorted(files.items()):
        total.update(f"{len(name.encode('utf-8', 'surrogatepass'))} {len(content)}\n".encode())
        total.update(name.encode("utf-8", "surrogatepass"))
        total.update(content)
    return total.hexdigest()
