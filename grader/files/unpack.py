"""From handed-in files to a folder of plain files, or a refusal that names the entry and writes nothing."""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assignments.file_formats import WEIGHTS, first_bad_byte, line_at, line_of_other_encoding
from assignments.files import hand_in_files
from assignments.files.hand_in_files import FOLDER_ENDS, shown
from assignments.files.tables import ZIP_MAGICS
from assignments.localized import Localized
from grader.sentences import RefusedError, say

MOST_ENTRIES = 200
MOST_BYTES = 50 * 2**20
HIGHEST_RATIO = 100
LARGEST_SOURCE = 256 * 2**10
MOST_NOTICES = 10
SUBMISSION = "submission.py"
DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a submission by name, small enough to be held in memory."""

    files: Mapping[str, bytes]
    notices: tuple[Localized, ...] = ()  # what a report says was done with them


NOTHING = Contents({})


@dataclass(frozen=True, slots=True)
class _Room:
    """What a zip may hold when it is unpacked."""

    most_bytes: int
    most_entries: int
    needs_pictures: bool


def read_files(
    uploads: Mapping[str, bytes],
    most_bytes: int = MOST_BYTES,
    most_entries: int = MOST_ENTRIES,
    *,
    needs_pictures: bool = False,
) -> Contents:
    """The files of a submission, a single zip opened up to that size and number. Raises RefusedError.

    Where no pictures are needed, one under a name that cannot be kept is left out.
    """
    if len(uploads) == 1:
        ((name, data),) = uploads.items()
        if data.startswith(ZIP_MAGICS) or name.lower().endswith(".zip"):
            return _read_zip(data, _Room(most_bytes, most_entries, needs_pictures))
    for name in uploads:
        _refuse_bad_name(name)
    _refuse_duplicates(uploads)
    _refuse_files_as_folders(uploads)
    return Contents(dict(uploads))


def check_source(contents: Contents, main: str = SUBMISSION) -> None:
    """Refuse code without its main file and Python files that are no text. Raises RefusedError."""
    files = contents.files
    if main not in files and len(files) == 1:
        raise RefusedError("misnamed_file", main=main, found=shown(next(iter(files))))
    if main not in files:
        raise RefusedError("missing_file", file=main)
    for name, data in files.items():
        top = name.partition("/")[0]
        is_document = top == name and name.lower().endswith(hand_in_files.DOCUMENTS)
        if (
            top.partition(".")[0] == main.removesuffix(".py")
            and name not in {main, WEIGHTS}
            and not is_document
        ):
            raise RefusedError("entry_for_main", entry=shown(name), main=main)
        if name.endswith(".py"):
            _refuse_bad_source(name, data, main)


def write_files(contents: Contents, folder: Path) -> None:
    """Write them read-only into an empty folder of ours, following no link, readable whatever our umask."""
    for name, data in contents.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):  # refused before; nothing rests on one wall
            raise RefusedError("entry_outside", entry=shown(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in PurePosixPath(name).parents[:-1]:
            (folder / parent).chmod(0o755)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o444), "wb") as file:
            os.fchmod(file.fileno(), 0o444)
            file.write(data)


def _read_zip(data: bytes, room: _Room) -> Contents:
    """What is in an archive, without the folders around everything and what systems and tools leave in it."""
    if hand_in_files.has_too_many_entries(data):
        raise RefusedError("zip_many_entries", number=hand_in_files.MOST_ZIP_ENTRIES, most=room.most_entries)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not hand_in_files.is_left_out(entry.filename)]
            if len(entries) > room.most_entries:
                raise RefusedError("zip_entries", number=len(entries), most=room.most_entries)
            misnamed = set() if room.needs_pictures else _misnamed(entries)
            kept = [entry for entry in entries if _meant(entry) not in misnamed]
            _refuse_bad_entries(kept, len(data), room.most_bytes)
            files = [entry for entry in kept if not hand_in_files.is_folder(entry.filename)]
            found = dict(_read_members(archive, files, room.most_bytes))
    except DAMAGES as error:
        raise RefusedError("zip_damaged", detail=str(error)[:200]) from error
    around = len(hand_in_files.common_folder(found))
    notices = [say("entry_left_out", entry=shown(name)) for name in sorted(misnamed)[:MOST_NOTICES]]
    return Contents({name[around:]: content for name, content in found.items()}, tuple(notices))


def _misnamed(entries: list[zipfile.ZipInfo]) -> set[str]:
    return {name for name in map(_meant, entries) if hand_in_files.is_only_misnamed(name)}


def _meant(entry: zipfile.ZipInfo) -> str:
    """The name under which an entry is written, without the slash of a folder."""
    return hand_in_files.plain(_without_slash(entry.filename))


def _without_slash(name: str) -> str:
    return name[:-1] if name.endswith(FOLDER_ENDS) else name


def _read_members(
    archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], room: int
) -> Iterator[tuple[str, bytes]]:
    """Member by member, counting real bytes: what the headers declare may be a lie."""
    for entry in files:
        with archive.open(entry) as member:
            content = member.read(min(room, entry.file_size) + 1)
        room -= len(content)
        if room < 0 or len(content) != entry.file_size:
            raise RefusedError("entry_larger", entry=shown(entry.filename))
        yield _meant(entry), content


def _refuse_bad_entries(entries: list[zipfile.ZipInfo], packed: int, most_bytes: int) -> None:
    _refuse_bad_sums(entries, packed, most_bytes)
    for entry in entries:
        _refuse_bad_entry(entry)
    _refuse_duplicates(_meant(entry) for entry in entries)
    _refuse_overlap(entries)


def _refuse_bad_sums(entries: list[zipfile.ZipInfo], packed: int, most_bytes: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > most_bytes:
        raise RefusedError("zip_size", mib=total // 2**20, most=most_bytes // 2**20)
    if total > HIGHEST_RATIO * max(packed, 10_000):
        raise RefusedError("zip_ratio")


def _refuse_bad_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise RefusedError("entry_encrypted", entry=shown(entry.filename))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedError("entry_packing", entry=shown(entry.filename))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise RefusedError("entry_link", entry=shown(entry.filename))
    if hand_in_files.is_folder(entry.filename) and entry.file_size:
        raise RefusedError("entry_full_folder", entry=shown(entry.filename))
    # `orig_filename` keeps what zipfile cuts off or replaces: NUL bytes and the other slash. `filename` is
    # what is written; since Python 3.12 it may come from an extra field that says something else.
    for name in (entry.orig_filename, entry.filename):
        if (
            not hand_in_files.is_folder(entry.filename) or _without_slash(name) != "."
        ):  # the folder that was packed
            _refuse_bad_name(hand_in_files.plain(_without_slash(name)))


def _refuse_bad_name(name: str) -> None:
    if problem := hand_in_files.name_problem(name):
        raise RefusedError(problem, entry=shown(name))


def _refuse_duplicates(names: Iterator[str] | Mapping[str, bytes]) -> None:
    """Names that one system or another takes for the same."""
    seen: set[str] = set()
    for name in names:
        folded = _folded(name)
        if folded in seen:
            raise RefusedError("entry_twice", entry=shown(name))
        seen.add(folded)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _refuse_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Neither may two entries share bytes of the archive, nor a file be a folder."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise RefusedError("entry_overlap", entry=shown(entry.filename))
        end = entry.header_offset + 30 + entry.compress_size
    _refuse_files_as_folders(
        [_meant(entry) for entry in entries if not hand_in_files.is_folder(entry.filename)]
    )


def _refuse_files_as_folders(files: Collection[str]) -> None:
    folded = {_folded(name) for name in files}
    for name in files:
        if any(_folded(str(parent)) in folded for parent in PurePosixPath(name).parents):
            raise RefusedError("entry_below_file", entry=shown(name))


def _refuse_bad_source(name: str, data: bytes, main: str) -> None:
    quoted = shown(name)
    if name == main and not data.strip():
        raise RefusedError("empty_file", file=quoted)
    if len(data) > LARGEST_SOURCE:
        raise RefusedError("large_source", file=quoted)
    if b"\0" in data:
        raise RefusedError("source_with_nul", file=quoted)
    if (bad := first_bad_byte(data)) is not None:
        raise RefusedError("source_not_utf8", file=quoted, line=line_at(data, bad))
    if line_of_other_encoding(data):
        raise RefusedError("source_encoding", file=quoted)
