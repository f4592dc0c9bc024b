"""An assignment's folder as one zip archive: equal files give equal bytes, whose digest is the version."""

from __future__ import annotations

import io
import stat
import zipfile
from hashlib import sha256
from pathlib import Path, PurePosixPath

LARGEST_ARCHIVE = 256 * 2**20
MOST_FILES = 2000
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveError(ValueError):
    """A folder cannot be packed, or an archive is not one that `pack` could have made."""


def pack(folder: Path) -> bytes:
    """The archive of a folder: names sorted, dates fixed, without `__pycache__` and hidden files."""
    buffer = io.BytesIO()
    # Stored, not deflated: what deflate makes of the same bytes differs between versions of zlib.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(files_of(folder).items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def unpack(archive: bytes, into: Path) -> None:
    """Write the files of an archive into an empty or new folder. Raises ArchiveError and writes nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            contents = _contents(opened)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ArchiveError("not a whole zip archive") from error
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise ArchiveError(f"{into} is not empty")
    for name, content in contents.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def version_of(archive: bytes) -> str:
    """The digest (sha256, hex) by which an archive is stored and a grading names its assignment."""
    return sha256(archive).hexdigest()


def files_of(folder: Path) -> dict[str, Path]:
    """Every file that belongs to the assignment, by its name in the archive."""
    found = {}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if any(part.startswith(".") or part == "__pycache__" for part in relative.parts):
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ArchiveError(f"{relative} is neither a file nor a folder")
        if path.is_file():
            found[relative.as_posix()] = path
    return found


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """All files of an archive by name, after every name and size was looked at."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
        raise ArchiveError("the archive is too large")
    names = {_checked(entry) for entry in entries}
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    if len(names) != len(entries) or names & folders:
        raise ArchiveError("a name is there twice")
    return {entry.filename: archive.read(entry) for entry in entries}


def _checked(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    parts = name.split("/")
    mode = entry.external_attr >> 16
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise ArchiveError(f"{name!r} is compressed")
    if not stat.S_ISREG(mode) or name != entry.orig_filename:
        raise ArchiveError(f"{name!r} is not a plain file")
    if "\\" in name or ":" in name or any(part in {"", ".", ".."} for part in parts):
        raise ArchiveError(f"{name!r} is not a name inside the folder")
    return name
