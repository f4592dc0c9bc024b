"""A quiz and its pictures as one zip archive, which unpacked is what a course's folder has of it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.pictures.collection import MOST_BYTES_IN_ALL, MOST_PICTURES
from server.quizzes.pictures.picture import MOST_BYTES, NAME

MOST_FILES = 2 * MOST_PICTURES  # what systems add by themselves among them
TEXT_BYTES = 4 << 20
MEDIA_TYPE = "application/zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TOML = ".toml"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class BadArchiveError(Exception):
    """An archive that is damaged, or larger than a quiz; `reason` says what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class UnpackedQuiz:
    """What lies in the archive of a quiz. The pictures were not looked at yet."""

    toml: bytes
    pictures: Mapping[str, bytes]


def pack_quiz(slug: str, toml: str, pictures: Mapping[str, bytes]) -> bytes:
    """The archive of a quiz. Pictures are compressed as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{slug}{_TOML}", _EPOCH), toml)
        for name, content in sorted(pictures.items()):
            archive.writestr(zipfile.ZipInfo(f"{slug}/{name}", _EPOCH), content)
    return buffer.getvalue()


def unpack_quiz(content: bytes) -> UnpackedQuiz | None:
    """The quiz in an archive that may be hostile; None where there is none. Raises BadArchiveError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if _is_seen(one)]
            quizzes = [one for one in files if one.filename.endswith(_TOML)]
            return _unpacked(archive, files, quizzes) if quizzes else None
    except _BROKEN as error:
        if _TOML.encode() not in content:  # whoever reads workbooks says what is wrong with it
            return None
        raise BadArchiveError(_("The archive is damaged. Pack it again.")) from error


def _unpacked(
    archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], quizzes: list[zipfile.ZipInfo]
) -> UnpackedQuiz:
    if len(quizzes) > 1 or len(files) > MOST_FILES:
        raise BadArchiveError(_("The archive holds more than one quiz and its pictures. Keep those."))
    return UnpackedQuiz(_read(archive, quizzes[0], TEXT_BYTES), dict(_pictures(archive, files)))


def _pictures(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left, seen = MOST_BYTES_IN_ALL, set[str]()
    for one in files:
        name = PurePosixPath(one.filename).name
        if not NAME.fullmatch(name):
            continue
        content = _read(archive, one, MOST_BYTES)
        left -= len(content)
        if name in seen or len(seen) >= MOST_PICTURES or left < 0:
            raise BadArchiveError(
                _("The archive has too many pictures, or two of one name. Keep those of the quiz.")
            )
        seen.add(name)
        yield name, content


def _read(archive: zipfile.ZipFile, file: zipfile.ZipInfo, most: int) -> bytes:
    """What a file holds, whatever its directory says how much that is. Raises BadArchiveError."""
    with archive.open(file) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        name = PurePosixPath(file.filename).name[:60]
        raise BadArchiveError(_("%(name)s is larger than %(mib)s MiB.", name=name, mib=most >> 20))
    return content


def _is_seen(file: zipfile.ZipInfo) -> bool:
    """Not a folder, and nothing that a system hides."""
    parts = PurePosixPath(file.filename).parts
    return not file.is_dir() and not any(part.startswith((".", "__")) for part in parts)
