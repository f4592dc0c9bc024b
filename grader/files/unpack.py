"""From handed-in files to a folder of plain files, or a refusal that names the entry and writes nothing."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.messages import RefusedError

MOST_ENTRIES = 200
MOST_BYTES = 50 * 2**20
HIGHEST_RATIO = 100
LONGEST_NAME = 200  # bytes
LARGEST_SOURCE = 256 * 2**10
MOST_SIGNATURES = 10_000  # of entries, those of archives inside included: each costs memory when it is read
SIGNATURE = b"PK\x01\x02"
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})  # Unicode categories that print nothing
CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
ZIP_MAGIC = b"PK\x03\x04"
SUBMISSION = "submission.py"
WEIGHTS = "model.safetensors"
DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a submission by name, small enough to be held in memory."""

    files: Mapping[str, bytes]


NOTHING = Contents({})


def read_files(
    uploads: Mapping[str, bytes], most_bytes: int = MOST_BYTES, most_entries: int = MOST_ENTRIES
) -> Contents:
    """The files of a submission, a single zip opened up to that size and number. Raises RefusedError."""
    if len(uploads) == 1:
        ((name, data),) = uploads.items()
        if data.startswith(ZIP_MAGIC) or name.lower().endswith(".zip"):
            return Contents(_without_top_folder(_read_zip(data, most_bytes, most_entries)))
    for name in uploads:
        _refuse_bad_name(name)
    _refuse_duplicates(uploads)
    _refuse_files_as_folders(uploads)
    return Contents(dict(uploads))


def check_source(contents: Contents, main: str = SUBMISSION) -> None:
    """Refuse code without its main file and Python files that are no text. Raises RefusedError."""
    files = contents.files
    if main not in files and len(files) == 1:
        raise RefusedError(
            f"the file must be called {main}, not {shown(next(iter(files)))}.",
            f"a fájl neve {main} legyen, ne {shown(next(iter(files)))}.",
        )
    if main not in files:
        raise RefusedError(f"there is no {main} among them.", f"nincs köztük {main}.")
    for name, data in files.items():
        top = name.partition("/")[0]
        if top.partition(".")[0] == main.removesuffix(".py") and name not in {main, WEIGHTS}:
            raise _name_refusal(name, f"would stand in for {main}", f"a {main} helyébe lépne")
        if name.endswith(".py"):
            _refuse_bad_source(name, data)


def write_files(contents: Contents, folder: Path) -> None:
    """Write them read-only into an empty folder of ours, following no link, readable whatever our umask."""
    for name, data in contents.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):  # refused before; nothing rests on one wall
            raise _name_refusal(name, "leads out of its folder", "kivezet a mappából")
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in PurePosixPath(name).parents[:-1]:
            (folder / parent).chmod(0o755)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o444), "wb") as file:
            os.fchmod(file.fileno(), 0o444)
            file.write(data)


def _read_zip(data: bytes, most_bytes: int, most_entries: int) -> dict[str, bytes]:
    if data.count(SIGNATURE) > MOST_SIGNATURES:
        raise _too_many(f"more than {MOST_SIGNATURES}", f"több mint {MOST_SIGNATURES}", most_entries)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > most_entries:
                raise _too_many(str(len(entries)), str(len(entries)), most_entries)
            _refuse_bad_sums(entries, len(data), most_bytes)
            for entry in entries:
                _refuse_bad_entry(entry)
            _refuse_duplicates(entry.filename.rstrip("/") for entry in entries)
            _refuse_overlap(entries)
            files = [entry for entry in entries if not entry.is_dir()]
            return dict(_read_members(archive, files, most_bytes))
    except DAMAGES as error:
        raise RefusedError(
            "the zip archive is damaged or cut off.",
            "a zip fájl sérült vagy csonka.",
            detail=str(error)[:200],
        ) from error


def _read_members(
    archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], room: int
) -> Iterator[tuple[str, bytes]]:
    """Member by member, counting real bytes: what the headers declare may be a lie."""
    for entry in files:
        with archive.open(entry) as member:
            content = member.read(min(room, entry.file_size) + 1)
        room -= len(content)
        if room < 0 or len(content) != entry.file_size:
            raise _entry_refusal(entry, "is larger than it says", "nagyobb, mint amit állít")
        yield entry.filename, content


def _refuse_bad_sums(entries: list[zipfile.ZipInfo], packed: int, most_bytes: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > most_bytes:
        raise RefusedError(
            f"unpacked, the zip would have {total // 2**20} MiB; at most {most_bytes // 2**20} are allowed.",
            f"kicsomagolva a zip {total // 2**20} MiB lenne; legfeljebb {most_bytes // 2**20} lehet.",
        )
    if total > HIGHEST_RATIO * max(packed, 10_000):
        raise RefusedError(
            "the zip grows more than 100-fold when it is unpacked.",
            "a zip kicsomagolva több mint százszorosára nő.",
        )


def _too_many(en: str, hu: str, most: int) -> RefusedError:
    return RefusedError(
        f"the zip has {en} entries; at most {most} are allowed.",
        f"a zipben {hu} bejegyzés van; legfeljebb {most} lehet.",
    )


def _refuse_bad_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise _entry_refusal(entry, "is encrypted", "titkosított")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _entry_refusal(entry, "is packed in an unusual way", "szokatlan módon van tömörítve")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _entry_refusal(entry, "is a link or a device", "hivatkozás vagy eszközfájl")
    if entry.is_dir() and entry.file_size:
        raise _entry_refusal(entry, "is a folder with content", "tartalommal bíró mappa")
    # `orig_filename` keeps what zipfile cuts off or replaces: NUL bytes and the other slash. `filename` is
    # what is written; since Python 3.12 it may come from an extra field that says something else.
    for name in (entry.orig_filename, entry.filename):
        _refuse_bad_name(name.removesuffix("/"))


def _refuse_bad_name(name: str) -> None:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts:
        raise _name_refusal(name, "leads out of its folder", "kivezet a mappából")
    if "\\" in name or ":" in name or any(part in {"", "."} for part in parts):
        raise _name_refusal(name, "is no plain relative name", "nem egyszerű relatív név")
    if any(unicodedata.category(character) in HIDDEN for character in name):
        raise _name_refusal(name, "has characters that cannot be seen", "láthatatlan karaktert tartalmaz")
    if any("\ud800" <= character <= "\udfff" for character in name):
        raise _name_refusal(name, "is no valid text", "nem érvényes szöveg")
    if len(name.encode()) > LONGEST_NAME:
        raise _name_refusal(name, "is too long", "túl hosszú")


def _refuse_duplicates(names: Iterator[str] | Mapping[str, bytes]) -> None:
    """Names that one system or another takes for the same."""
    seen: set[str] = set()
    for name in names:
        folded = _folded(name)
        if folded in seen:
            raise _name_refusal(name, "is there twice", "kétszer szerepel")
        seen.add(folded)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _refuse_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Neither may two entries share bytes of the archive, nor a file be a folder."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise _entry_refusal(entry, "overlaps another entry", "átfed egy másik bejegyzést")
        end = entry.header_offset + 30 + entry.compress_size
    _refuse_files_as_folders([entry.filename for entry in entries if not entry.is_dir()])


def _refuse_files_as_folders(files: Collection[str]) -> None:
    folded = {_folded(name) for name in files}
    for name in files:
        if any(_folded(str(parent)) in folded for parent in PurePosixPath(name).parents):
            raise _name_refusal(name, "lies in a folder that is a file", "egy fájl alatt van")


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Zips made by dragging a folder have everything in one: take it off. Leave out what macOS adds."""
    files = {name: data for name, data in files.items() if not name.startswith("__MACOSX/")}
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        return {name.partition("/")[2]: data for name, data in files.items()}
    return files


def _refuse_bad_source(name: str, data: bytes) -> None:
    quoted = shown(name)
    if not data.strip():
        raise RefusedError(f"{quoted} is empty.", f"a {quoted} üres.")
    if len(data) > LARGEST_SOURCE:
        raise RefusedError(f"{quoted} is larger than 256 KiB.", f"a {quoted} nagyobb 256 KiB-nál.")
    if b"\0" in data:
        raise RefusedError(
            f"{quoted} is not text (it holds a NUL byte).", f"a {quoted} nem szöveg (NUL bájt)."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RefusedError(
            f"{quoted} is not UTF-8 (line {line}). Save it as UTF-8.",
            f"a {quoted} nem UTF-8 kódolású ({line}. sor). Mentsd UTF-8-ként.",
        ) from error
    _refuse_other_encoding(quoted, data)


def _refuse_other_encoding(quoted: str, data: bytes) -> None:
    """Python lets the first two lines declare an encoding; another one would hide what the code says."""
    for line in re.split(rb"\r\n|\r|\n", data.removeprefix(codecs.BOM_UTF8), maxsplit=2)[:2]:
        declared = CODING.match(line)
        if declared and declared[1].lower().replace(b"_", b"-") not in {b"utf-8", b"utf8"}:
            raise RefusedError(
                f"{quoted} declares another encoding than UTF-8. Remove that line.",
                f"a {quoted} nem UTF-8 kódolást ír elő. Töröld azt a sort.",
            )
        if not BLANK.match(line):
            return


def _entry_refusal(entry: zipfile.ZipInfo, en: str, hu: str) -> RefusedError:
    return _name_refusal(entry.filename, en, hu)


def _name_refusal(name: str, en: str, hu: str) -> RefusedError:
    return RefusedError(f"the entry {shown(name)} {en}.", f"a(z) {shown(name)} bejegyzés {hu}.")


def shown(name: str) -> str:
    """A name as it may be printed."""
    return f"'{name[:100]}'" if name.isprintable() else ascii(name[:100])
