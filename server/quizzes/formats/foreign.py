"""Tells texts that are no question bank from GIFT: programs and data have braces too."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _

from assignments.json_reading import BadJsonError, read_json
from server.errors import Text
from server.quizzes.formats.gift import answered_share

LOOKED_AT = 200_000  # characters
LINES = 1000
ENOUGH = 0.5  # of its blocks with braces must be answered as in GIFT
DEEP = 100  # brackets in a row: whatever nests deeper is no data of a person
_CSV, _JSON, _TOML, _TEX, _PYTHON = "CSV", "JSON", "TOML", "TeX", "Python"
_KINDS = {
    "bib": "BibTeX",
    "c": "C",
    "cpp": "C++",
    "cs": "C#",
    "css": "CSS",
    "go": "Go",
    "h": "C",
    "htm": "HTML",
    "html": "HTML",
    "ini": "INI",
    "ipynb": "JSON",
    "java": "Java",
    "js": "JavaScript",
    "json": _JSON,
    "log": "LOG",
    "py": _PYTHON,
    "r": "R",
    "rs": "Rust",
    "rtf": "RTF",
    "sh": "SH",
    "sql": "SQL",
    "sty": _TEX,
    "svg": "SVG",
    "tex": _TEX,
    "toml": _TOML,
    "ts": "TypeScript",
    "yaml": "YAML",
    "yml": "YAML",
}
_TEX_LINE = re.compile(
    r"^[ \t]*\\(?:documentclass|documentstyle|usepackage|begin|end|section|subsection|chapter|newcommand"
    r"|renewcommand|def|input|include|maketitle|title|author|question|item|choice)\b(?![ \t]*\\)",
    re.MULTILINE,
)
_PYTHON_LINE = re.compile(
    r'^(?:from [\w.]+ import |import [\w.]+|def \w+\(|class \w+[(:]|@\w|if __name__|r?"""|async def |#!/)',
    re.MULTILINE,
)
_BRACED = re.compile(
    r"^[ \t]*(?:function\b|const |let |var |public |private |#include\b|using |package |export |import \{"
    r"|@media\b|fn |func |struct |interface |\w+\s*<- *function)",
    re.MULTILINE,
)


def sure_kind(filename: str, text: str) -> str | None:
    """The format that a file is in by its name, or by its text; None where it may be a quiz."""
    suffix = PurePosixPath(filename.replace("\\", "/").lower()).suffix.removeprefix(".")
    if suffix == "gift":
        return None
    if suffix in _KINDS:
        return _KINDS[suffix]
    seen = text[:LOOKED_AT]
    if _is_json(text):
        return _JSON
    if _TEX_LINE.search(seen):
        return _TEX
    if _is_toml(seen):
        return _TOML
    return _PYTHON if _is_python(seen) else None


def _is_python(text: str) -> bool:
    """Whether it begins like a program, or is one that does something."""
    begins = next((line for line in text.splitlines() if line.strip()), "")
    if _PYTHON_LINE.match(begins):
        return True
    if len(text) >= LOOKED_AT or any(sign * DEEP in text for sign in "([{-~+"):
        return False
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not isinstance(one, ast.Expr | ast.AnnAssign) for one in statements)


def likely_kind(filename: str, text: str) -> Text | None:
    """What a text is that is no GIFT, in a word; None where it is."""
    if filename.lower().endswith((".gift", ".gift.txt")):
        return None
    if "{" not in text:
        return _("plain text")
    seen = text[:LOOKED_AT]
    if _is_table(seen):
        return _CSV
    program = _BRACED.search(seen) or re.match(r"\s*\{#|[^{]*\{%-? ", seen)
    if answered_share(seen) >= ENOUGH and not (program and program.start() == 0):
        return None
    return _("a program") if program else _("a text with braces")


def _is_table(text: str) -> bool:
    """Whether every line has as many cells as the header, which has neither sentences nor braces."""
    lines = [line for line in text.splitlines()[:LINES] if line.strip()]
    return len(lines) > 1 and any(_has_cells(lines, sign) for sign in ",;\t")


def _has_cells(lines: list[str], sign: str) -> bool:
    count = lines[0].count(sign)
    header = count > 0 and f"{sign} " not in lines[0] and not set("{}?=~") & set(lines[0])
    return header and all(line.count(sign) == count for line in lines)


def _is_json(text: str) -> bool:
    stripped = text.strip()
    if stripped[:1] not in {"{", "["} or "[" * DEEP in stripped or "{" * DEEP in stripped:
        return False
    try:
        read_json(stripped)
    except BadJsonError:
        # What was broken off is JSON all the same; GIFT never begins with a key in quotes.
        return re.match(r'[\[{][\s\[{]*"', stripped) is not None
    return True


def _is_toml(text: str) -> bool:
    if "[" * DEEP in text or "{" * DEEP in text:
        return False
    try:
        return bool(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False
