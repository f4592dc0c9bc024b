"""Which files are taken, judged by name and content without opening anything: archives are the grader's."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO

from flask_babel import lazy_gettext as _

from assignments.file_formats import (
    OTHER_MODELS,
    PICKLED,
    SAFETENSORS,
    TABLES,
    first_bad_byte,
    line_at,
    line_of_other_encoding,
)
from assignments.files.hand_in_files import HIDDEN, may_be_empty
from assignments.files.tables import ZIP_MAGICS, Flaw, TableError, encoding_of
from assignments.spec import Kind
from server.errors import BadInput, BadName, EmptyFile, NoFiles, NotUtf8, Text, TooManyFiles, WrongType
from server.table_flaws import SAVE_AS, sentence
from server.texts.unicode_forms import normal_form

NAME_LENGTH = 100
OPAQUE = frozenset({".zip", SAFETENSORS})  # only the grader looks into these
TARRED = frozenset({".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"})
CONVERSION = "from safetensors.torch import save_file; save_file(model.state_dict(), 'model.safetensors')"
SURROGATE = "Cs"  # the Unicode category of what is half a character


def check_names(names: Sequence[str], limit: int) -> None:
    """Refuse a set of file names that cannot be kept side by side on any system."""
    if not names:
        raise NoFiles
    if len(names) > limit:
        raise TooManyFiles(_("%(n)s files were sent, and %(limit)s are taken.", n=len(names), limit=limit))
    seen: set[str] = set()
    for name in names:
        _check_name(name)
        folded = normal_form("NFC", name).casefold()
        if folded in seen:
            raise BadName(_("Two files are called %(name)s.", name=name), file=name)
        seen.add(folded)


def check_content(kind: Kind, name: str, stream: IO[bytes]) -> None:
    """Refuse a file that is empty, of a type not taken, or not what its name says. Rewinds the stream."""
    ending = _ending(name)
    head = stream.read(9)
    if not head and may_be_empty(name):
        check_type(kind, name)
        return
    if not head:
        raise EmptyFile(_("%(name)s is empty. Save it in your editor and try again.", name=name), file=name)
    check_type(kind, name)
    stream.seek(0)
    _check_head(kind, name, ending, head)
    if ending in OPAQUE:
        return
    content = stream.read()
    stream.seek(0)
    if ending in TABLES:
        _check_table(name, content)
        return
    _check_text(name, content)
    if ending == ".py":
        _check_coding(name, content)


def check_type(kind: Kind, name: str) -> None:
    """Refuse a file whose name says that it is of a type not taken."""
    ending = _ending(name)
    if ending not in kind.traits.endings:
        raise WrongType(_advice(kind, name, ending), file=name)


def _check_head(kind: Kind, name: str, ending: str, head: bytes) -> None:
    """Refuse what is not what its name says, as far as its first nine bytes tell."""
    is_zip = head[:4] in ZIP_MAGICS
    if ending == ".zip" and not is_zip:
        raise WrongType(_("%(name)s is not a zip archive, whatever its name says.", name=name), file=name)
    if ending == SAFETENSORS and head[8:] != b"{":  # behind the length of its header
        raise WrongType(_conversion(name), file=name)
    if ending not in OPAQUE | TABLES and is_zip and ".zip" in kind.traits.endings:
        raise WrongType(_("%(name)s is a zip archive: name it .zip.", name=name), file=name)


def shown_endings(kind: Kind) -> str:
    """What is taken, as a sentence names it and as a file input wants it."""
    return ", ".join(kind.traits.endings)


def _check_name(name: str) -> None:
    problem = _name_problem(name)
    if problem is not None:
        # The name itself is quoted printably: it may hold whatever was refused.
        shown = ascii(name[:NAME_LENGTH])
        raise BadName(_("The file name %(name)s %(problem)s.", name=shown, problem=problem))


def _name_problem(name: str) -> Text | None:
    if len(name) > NAME_LENGTH or len(name.encode("utf-8", "surrogatepass")) > 2 * NAME_LENGTH:
        return _("is longer than %(n)s characters", n=NAME_LENGTH)
    if any(unicodedata.category(char) in HIDDEN | {SURROGATE} for char in name):
        return _("holds characters that cannot be seen")
    if "/" in name or "\\" in name or ":" in name:
        return _("holds a path: only the last part is a name")
    if name != name.strip() or name.rstrip(".") != name or not name:
        return _("is empty, or begins or ends with a space or a dot")
    return None


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _advice(kind: Kind, name: str, ending: str) -> Text:
    taken = shown_endings(kind)
    if TABLES.issuperset(kind.traits.endings) and ending in SAVE_AS:
        return sentence(TableError(SAVE_AS[ending]), name, "CSV")
    if kind is Kind.MODEL and ending in PICKLED | OTHER_MODELS:
        return _conversion(name)
    if ending in PICKLED:
        return _(
            "%(name)s is a pickled model, which can run any program when it is opened, so it is never taken. "
            "Hand in the code that trains the model: %(taken)s.",
            name=name,
            taken=taken,
        )
    if ending in TARRED:
        return _("%(name)s is an archive of a kind that is not taken: pack it as .zip.", name=name)
    if ending == ".ipynb" and kind is Kind.MODEL:
        return _("%(name)s is a notebook: export it as a Python script (.py).", name=name)
    return _("%(name)s is of no kind that is taken here: %(taken)s.", name=name, taken=taken)


def _conversion(name: str) -> Text:
    return _(
        "%(name)s is no safetensors file, and other model files can run any program when they are opened. "
        "These two lines of Python save your model as one: %(lines)s",
        name=name,
        lines=CONVERSION,
    )


def _check_table(name: str, content: bytes) -> None:
    try:
        encoding_of(content)
    except TableError as error:
        refusal = NotUtf8 if error.line else EmptyFile if error.flaw is Flaw.EMPTY else WrongType
        raise refusal(sentence(error, name, "CSV"), file=name) from error


def _check_text(name: str, content: bytes) -> None:
    if (bad := first_bad_byte(content)) is not None:
        raise _not_utf8(name, content, bad)
    if (position := content.find(0)) >= 0:
        raise _not_utf8(name, content, position)


def _not_utf8(name: str, content: bytes, position: int) -> BadInput:
    line = line_at(content, position)
    return NotUtf8(
        _(
            "%(name)s is not UTF-8 text: line %(line)s holds the byte 0x%(byte)s. "
            "Save it in your editor with the encoding UTF-8.",
            name=name,
            line=line,
            byte=f"{content[position]:02x}",
        ),
        file=name,
        line=line,
    )


def _check_coding(name: str, content: bytes) -> None:
    line = line_of_other_encoding(content)
    if line is not None:
        problem = _(
            "%(name)s declares another encoding than UTF-8 in line %(line)s. Remove that line.",
            name=name,
            line=line,
        )
        raise NotUtf8(problem, file=name, line=line)
