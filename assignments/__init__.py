"""Course material as files: one folder is one homework, and adding one touches nothing else."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from assignments.spec import Assignment, Course, Localized, SpecError, read_assignment, read_course
from assignments.toml.fields import error_at

ROOT = Path(__file__).parent
"""The folder of the demo course. Every function takes another one."""
ASSIGNMENT_FILE = "assignment.toml"
COURSE_FILE = "course.toml"
LANGUAGES = ("en", "hu")


def course(root: Path = ROOT) -> Course:
    """The course that a folder describes. Raises SpecError."""
    path = root / COURSE_FILE
    return read_course(_text(path, "course"), file=_shown(path))


def load(slug: str, root: Path = ROOT) -> Assignment:
    """The assignment of this name. Raises SpecError when it is broken, KeyError when there is none."""
    folder = folders(root)[slug]
    return read(folder, course(root).zone)


def catalog(root: Path = ROOT) -> tuple[Assignment, ...]:
    """All sound assignments, the next deadline first; `survey` names the broken ones too."""
    found = (outcome for outcome in survey(root).values() if isinstance(outcome, Assignment))
    return tuple(sorted(found, key=lambda assignment: (assignment.window.due, assignment.slug)))


def survey(root: Path = ROOT) -> dict[str, Assignment | SpecError]:
    """For each assignment's folder what it describes, or what is wrong with it: one hides no other."""
    zone = course(root).zone
    return {slug: _outcome(folder, zone) for slug, folder in folders(root).items()}


def folders(root: Path = ROOT) -> dict[str, Path]:
    """The folder of each assignment by slug: whatever holds an `assignment.toml`, broken or not."""
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{ASSIGNMENT_FILE}"))}


def read(folder: Path, zone: ZoneInfo) -> Assignment:
    """The assignment that a folder describes. Raises SpecError."""
    path = folder / ASSIGNMENT_FILE
    text, file = _text(path, "assignment"), _shown(path)
    assignment = read_assignment(text, zone, file=file)
    source = assignment.data.load.partition(":")[0]
    if assignment.slug != folder.name:
        raise error_at(text, file, "slug", f"must be the name of the folder, {folder.name!r}")
    if source and not (folder / source).is_file():
        field = "data.load" if assignment.rules.functions is None else "functions.load"
        raise error_at(text, file, field, f"there is no file {source!r} in the folder")
    return assignment


def handout(folder: Path) -> Localized:
    """What students read: the Markdown texts `handout.en.md` and `handout.hu.md`. Raises SpecError."""
    texts = {language: _text(folder / f"handout.{language}.md", "handout") for language in LANGUAGES}
    return Localized(**texts)


def _outcome(folder: Path, zone: ZoneInfo) -> Assignment | SpecError:
    try:
        handout(folder)
        return read(folder, zone)
    except SpecError as error:
        return error


def _text(path: Path, field: str) -> str:
    """The text of a file that must be there. Line ends may be those of any system."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise SpecError(_shown(path), 1, field, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SpecError(_shown(path), line, field, "is not UTF-8") from error
    if not text.strip():
        raise SpecError(_shown(path), 1, field, "is empty")
    return text


def _shown(path: Path) -> str:
    """How errors name a file: with its folder, but not where the course lies on this machine."""
    return f"{path.parent.name}/{path.name}"
