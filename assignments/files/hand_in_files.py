"""Files of a hand-in by their names: what is left out, what a name means, which file is the main one.

Made of the standard library alone: the command line, which may import nothing of ours, has this same file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

LEFT_OUT_FOLDERS = frozenset(
    {
        *("__macosx", ".git", ".svn", ".hg", ".idea", ".vscode", ".vs", ".spyproject", ".trash"),
        *("__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".cache"),
        *(".venv", "venv", ".tox", ".nox", "node_modules", ".eggs"),
    }
)
LEFT_OUT_FILES = frozenset(
    {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".gitignore", ".gitattributes", ".gitkeep"}
)
LEFT_OUT_ENDINGS = (".pyc", ".pyo")
LEFT_OUT_BEGINNINGS = ("._", "~$", ".~lock.")
NOTEBOOK = ".ipynb"
PICTURES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".heic", ".tif", ".tiff"),
    *(".pdf", ".mov", ".mp4", ".docx", ".pptx", ".xlsx"),
)
"""What no code of a hand-in needs under a name that not every system can keep."""
DOCUMENTS = (".md", ".txt", ".pdf", ".html", ".csv", ".json", NOTEBOOK, *PICTURES)
"""What nothing can import: such a file may have the name of the main one but for its ending."""
DRIVE = re.compile(r"[A-Za-z]:")
LONGEST_NAME = 200  # bytes
FOLDER_ENDS = ("/", "\\")
"""How entries that are folders end: some programs of Windows write the other slash."""
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})  # Unicode categories that print nothing
MOST_LISTED = 5
ZIP_ENTRY = b"PK\x01\x02"
MOST_ZIP_ENTRIES = 10_000
MAINS = frozenset({"submission.py", "model.py"})
"""What main files are called, of all kinds of homework."""


@dataclass(frozen=True, slots=True)
class MainFile:
    """Which file is graded as the main one: `name`, or why none is: `problem`, a key of a sentence."""

    name: str = ""
    problem: str = ""
    others: tuple[str, ...] = ()  # those that the sentence names, or notebooks that are not graded


def has_too_many_entries(archive: bytes) -> bool:
    """Whether a zip archive, with those inside it, names more files than should be held in memory."""
    return archive.count(ZIP_ENTRY) > MOST_ZIP_ENTRIES


def is_folder(name: str) -> bool:
    """Whether an entry of an archive is a folder: by its name alone, with either slash at the end."""
    return name.endswith(FOLDER_ENDS)


def shown(name: str) -> str:
    """A name as it may be printed."""
    return f"'{name[:100]}'" if name.isprintable() else ascii(name[:100])


def listed(names: Sequence[str]) -> str:
    """The first of several names as they may be printed."""
    return ", ".join(map(shown, names[:MOST_LISTED]))


def is_left_out(name: str) -> bool:
    """Whether an entry is what systems and tools leave in folders, and no work of anybody's."""
    *folders, last = name.replace("\\", "/").rstrip("/").lower().split("/")
    if LEFT_OUT_FOLDERS.intersection([*folders, last]):
        return True
    return last in LEFT_OUT_FILES or last.startswith(LEFT_OUT_BEGINNINGS) or last.endswith(LEFT_OUT_ENDINGS)


def is_only_misnamed(name: str) -> bool:
    """Whether it is a picture or paper with a colon in its name, as screenshots have: it is not needed."""
    last = name.rpartition("/")[2]
    is_plain = name_problem(name.replace(":", "-")) is None and not DRIVE.match(last)
    return ":" in last and is_plain and last.lower().endswith(PICTURES)


def plain(name: str) -> str:
    """A name as it is meant: backslashes part folders, and `.` is the folder itself."""
    slashed = name.replace("\\", "/")
    return "/".join(part for part in slashed.split("/") if part != ".")


def name_problem(name: str) -> str | None:
    """Why an entry cannot be written under its name, as the key of a sentence."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or DRIVE.match(name):
        return "entry_outside"
    if ":" in name:
        return "entry_colon"
    if "\\" in name or any(part in {"", "."} for part in parts):
        return "entry_not_relative"
    if any(unicodedata.category(character) in HIDDEN for character in name):
        return "entry_invisible"
    if any("\ud800" <= character <= "\udfff" for character in name):
        return "entry_not_text"
    return "entry_long" if len(name.encode()) > LONGEST_NAME else None


def common_folder(names: Iterable[str]) -> str:
    """The folders that lie around all files, with a slash at the end; "" where there are none."""
    folders = [PurePosixPath(name).parent.parts for name in names]
    shared = 0
    while folders and all(len(one) > shared and one[shared] == folders[0][shared] for one in folders):
        shared += 1
    return "".join(f"{part}/" for part in folders[0][:shared]) if folders else ""


def main_file(names: Collection[str], main: str, *, notebooks: bool) -> MainFile:
    """The main file among files without common folder: by its name, or the only one that can be meant.

    Where notebooks are taken, one may stand in for it, and is not needed beside it.
    """
    top = sorted(name for name in names if "/" not in name)
    cells = tuple(name for name in top if notebooks and name.lower().endswith(NOTEBOOK))
    if named := [name for name in top if name.casefold() == main]:
        return MainFile(named[0], others=cells)
    elsewhere = tuple(sorted(name for name in names if name.casefold().endswith(f"/{main}")))
    longer = tuple(name for name in top if name.casefold().startswith(f"{main}."))
    if elsewhere or longer:  # of the longer ones systems hide the last ending
        return MainFile(
            problem="main_elsewhere" if elsewhere else "misnamed_file", others=elsewhere or longer
        )
    if cells:
        return MainFile(cells[0]) if len(cells) == 1 else MainFile(problem="notebooks", others=cells)
    return _only_source(names, PurePosixPath(main).suffix)


def _only_source(names: Collection[str], ending: str) -> MainFile:
    """The one file of this ending that lies at the top."""
    sources = sorted(name for name in names if name.lower().endswith(ending))
    top = tuple(name for name in sources if "/" not in name)
    if len(top) == 1:
        return MainFile(top[0])
    if sources:
        return MainFile(problem="main_unclear", others=top or tuple(sources))
    return MainFile(problem="main_missing" if names else "missing_file", others=tuple(sorted(names)))


def may_be_empty(name: str) -> bool:
    """Whether a file says something though it is empty: the `__init__.py` of a package does."""
    return name.endswith(".py") and name.casefold() not in MAINS
