"""Every sentence that the source of the tool marks for the catalogue, and what is wrong with its marking."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CLI = Path(__file__).parents[3] / "cli"
TRANSLATION = CLI / "language" / "translation.py"
MARKERS = {"_": 0, "gettext": 0, "pgettext": 1}
"""Functions that pybabel knows, and which argument is the sentence; an argument before it is the context."""
SAME_IN_EVERY_LANGUAGE = {"{title}", "hazi notices --before {id}"}
"""The server's own words, and a command: not for the catalogue."""

Key = tuple[str, str]
"""Context and English."""


@dataclass
class Marked:
    """What the source marks."""

    sentences: set[Key] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def placeholders(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _format, _conversion in string.Formatter().parse(sentence) if name}


def marked_in(source: str, where: str) -> Marked:
    """The sentences of one module. Faults are sentences that pybabel could not see or that lack a value."""
    marked = Marked()
    for call in _calls(ast.parse(source)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in MARKERS:
            _read(call, MARKERS[name], marked, f"{where}:{call.lineno}")
        elif name == "Sentence" and _literal(call, 0) not in SAME_IN_EVERY_LANGUAGE:
            marked.faults.append(f"{where}:{call.lineno}: not marked for the catalogue")
    return marked


def marked_sentences() -> Marked:
    """Those of all modules."""
    whole = Marked()
    for path in sorted(CLI.rglob("*.py")):
        if path != TRANSLATION:
            part = marked_in(path.read_text(), str(path.relative_to(CLI)))
            whole.sentences |= part.sentences
            whole.faults += part.faults
    return whole


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _read(call: ast.Call, index: int, marked: Marked, where: str) -> None:
    english = _literal(call, index)
    context = _literal(call, 0) if index else ""
    if english is None or context is None:
        marked.faults.append(f"{where}: no literal, pybabel cannot extract it")
        return
    marked.sentences.add((context, english))
    given = {keyword.arg for keyword in call.keywords}
    if None not in given and given != placeholders(english):
        marked.faults.append(f"{where}: the values {given} are not those of “{english}”")


def _literal(call: ast.Call, index: int) -> str | None:
    argument = call.args[index] if len(call.args) > index else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
