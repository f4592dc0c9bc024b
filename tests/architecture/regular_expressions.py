"""Finds the regular expressions of the source, and those that a text can make search for long.

An expression is turned into an automaton. Where two ways through it read the same word and can both be taken
again and again, Python's matcher tries them all before it gives up: twice as many for each further word where
both ways lead back to one place (exponential), n times n where they lead from one place to another
(polynomial; Weber and Seidl 1991). Counted repeats of more than a few are taken for unbounded ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MANY = 8  # repeats that count as unbounded
ALPHABET = tuple(
    [chr(code) for code in range(128)]
    + list("\x85\xa0éßİıſK×٣⅛²　\u2028\u200f\ue000\ue001＝\ud800\U0001d7d9")
)
ANYTHING = frozenset(ALPHABET)
VERBS = r"(match|fullmatch|search|sub|subn|split|findall|finditer|scanner)"
WHOLE = frozenset({"match", "fullmatch"})


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression as it stands in the source, and the verbs it is used with."""

    where: str  # file:name, or file:line where it has no name
    pattern: str
    flags: int
    verbs: frozenset[str]


@dataclass(slots=True)
class Automaton:
    """States are numbers; an edge reads one character out of a set."""

    edges: dict[int, list[tuple[frozenset[str], int]]] = field(default_factory=dict)
    empty: dict[int, set[int]] = field(default_factory=dict)
    certain: dict[int, set[int]] = field(
        default_factory=dict
    )  # of the empty steps, those that ask for nothing
    size: int = 0

    def new(self) -> int:
        self.size += 1
        return self.size - 1

    def read(self, start: int, chars: frozenset[str]) -> int:
        end = self.new()
        self.edges.setdefault(start, []).append((chars, end))
        return end

    def skip(self, start: int, end: int) -> None:
        self.empty.setdefault(start, set()).add(end)
        self.certain.setdefault(start, set()).add(end)

    def ask(self, start: int) -> int:
        """A step that reads nothing and may be refused: the end of the text, a look ahead or behind."""
        end = self.new()
        self.empty.setdefault(start, set()).add(end)
        return end

    def closure(self, start: int) -> set[int]:
        """The states that are reached without reading."""
        return _spread(self.empty, start)

    def has_empty_loop(self) -> bool:
        """Whether something is repeated that may read nothing: a text then has many ways to be divided."""
        return any(start in _spread(self.empty, end) for start, ends in self.empty.items() for end in ends)

    def has_found(self, start: int, end: int) -> bool:
        """Whether the end is reached whatever follows in the text."""
        return end in _spread(self.certain, start)


def trouble(one: Expression) -> str:
    """ "exponential", "polynomial" or "": how an expression can be made to search."""
    tree = parser.parse(one.pattern, one.flags)
    searches = not one.verbs <= WHOLE
    machine = Automaton()
    start = machine.new()
    if searches:
        machine.edges[start] = [(ANYTHING, start)]
    end = _sequence(machine, start, tree, tree.state.flags)
    moves = _moves(machine, start)
    if one.verbs != {"fullmatch"}:  # what has reached its end has been found, and nothing is tried again
        moves = {
            state: [(chars, to) for chars, to in out if not machine.has_found(to, end)]
            for state, out in moves.items()
        }
    if machine.has_empty_loop() or _exponential(moves):
        return "exponential"
    return "polynomial" if _polynomial(moves) else ""


def expressions(folders: list[Path], root: Path) -> list[Expression]:
    """Every literal expression in the Python files below these folders, those behind links once."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.py")) if not path.is_symlink()]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    everything = "\n".join(texts.values())
    return [
        one
        for path, text in texts.items()
        if re.search(r"^import re$", text, re.MULTILINE)
        for one in _of_file(path, root, ast.parse(text), everything)
    ]


def _of_file(path: Path, root: Path, tree: ast.Module, everything: str) -> Iterator[Expression]:
    named = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    known = _constants(tree)
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "re"):
            continue
        if call.func.attr in {"escape", "purge"}:
            continue
        pattern = _value(call.args[0], known)
        name = named.get(id(call), "")
        verbs = _verbs(name, path, everything) if name else {call.func.attr}
        if pattern is not None:
            yield Expression(
                f"{path.relative_to(root)}:{name or call.lineno}",
                pattern if isinstance(pattern, str) else pattern.decode("latin-1"),
                _flags(call),
                frozenset(verbs) or frozenset({"search"}),
            )


def _verbs(name: str, path: Path, everything: str) -> set[str]:
    """What is done with an expression, directly or by a function that is handed it as its `pattern`."""
    text = path.read_text(encoding="utf-8") if name.startswith("_") else everything
    found = re.findall(rf"\b{name}\.{VERBS}\(", text) or re.findall(rf"\bpattern\.{VERBS}\(", text)
    return set(found)


def _constants(tree: ast.Module) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = _value(node.value, known)
            if value is not None:
                known[node.targets[0].id] = value
    return known


def _value(node: ast.expr, known: dict[str, Any]) -> Any:  # noqa: ANN401
    """A constant text, or one put together of constants; None where it is not known before it runs."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        parts = [
            _value(part.value if isinstance(part, ast.FormattedValue) else part, known)
            for part in node.values
        ]
        return None if None in parts else "".join(map(str, parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _value(node.left, known), _value(node.right, known)
        return None if left is None or right is None else left + right
    return None


def _flags(call: ast.Call) -> int:
    named = {"ASCII", "IGNORECASE", "DOTALL", "MULTILINE", "VERBOSE"}
    words = {
        node.attr for part in call.args[1:] for node in ast.walk(part) if isinstance(node, ast.Attribute)
    }
    words |= {node.attr for one in call.keywords for node in ast.walk(one) if isinstance(node, ast.Attribute)}
    return sum(getattr(re, word).value for word in words & named)


def _spread(steps: dict[int, set[int]], start: int) -> set[int]:
    seen, left = {start}, [start]
    while left:
        for end in steps.get(left.pop(), ()):
            if end not in seen:
                seen.add(end)
                left.append(end)
    return seen


def _sequence(machine: Automaton, start: int, items: Any, flags: int) -> int:  # noqa: ANN401
    for kind, value in items:
        start = _ITEMS.get(kind, _asked)(machine, start, (kind, value), flags)
    return start


def _character(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    compiled = re._compiler.compile(parser.SubPattern(parser.State(), [item]), flags)  # type: ignore[attr-defined]
    return machine.read(start, frozenset(char for char in ALPHABET if compiled.fullmatch(char)))


def _branch(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    end = machine.new()
    for branch in item[1][1]:
        machine.skip(_sequence(machine, start, branch, flags), end)
    return end


def _group(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    _number, added, taken, body = item[1]
    return _sequence(machine, start, body, (flags | added) & ~taken)


def _atomic(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    return _sequence(machine, start, item[1], flags)


def _again(machine: Automaton, start: int, _item: Any, flags: int) -> int:  # noqa: ANN401
    """What a group has found, again: any text."""
    anything = (op.MAX_REPEAT, (0, op.MAXREPEAT, [(op.ANY, None)]))
    return _repeat(machine, start, anything, flags | re.DOTALL.value)


def _repeat(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    low, high, body = item[1]
    for _ in range(min(low, MANY)):
        start = _sequence(machine, start, body, flags)
    if high is op.MAXREPEAT or high >= MANY:
        loop, end = machine.new(), machine.new()
        machine.skip(start, loop)
        machine.skip(loop, end)
        machine.skip(_sequence(machine, loop, body, flags), loop)
        return end
    end = machine.new()
    machine.skip(start, end)
    for _ in range(high - low):
        start = _sequence(machine, start, body, flags)
        machine.skip(start, end)
    return end


def _asked(machine: Automaton, start: int, item: Any, flags: int) -> int:  # noqa: ANN401
    """The end, a border of words, a look ahead or behind: whatever they ask for may be so."""
    if item == (op.AT, op.AT_BEGINNING) and flags & re.MULTILINE.value:
        return machine.read(start, frozenset("\n"))
    return machine.ask(start)


_ITEMS = {
    **dict.fromkeys((op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY), _character),
    **dict.fromkeys((op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT), _repeat),
    op.BRANCH: _branch,
    op.SUBPATTERN: _group,
    op.ATOMIC_GROUP: _atomic,
    op.GROUPREF: _again,
}


def _moves(machine: Automaton, start: int) -> dict[int, list[tuple[frozenset[str], int]]]:
    """Edges between the states behind a character, empty steps left out. Each way to an edge counts."""
    states = {start} | {end for out in machine.edges.values() for _chars, end in out}
    return {
        state: [edge for inner in machine.closure(state) for edge in machine.edges.get(inner, ())]
        for state in states
    }


def _exponential(moves: dict[int, list[tuple[frozenset[str], int]]]) -> bool:
    """Whether some state comes back to itself in two ways that read the same word."""
    return any(
        (one, other) != (state, state) and (state, state) in _reached(moves, (one, other))
        for state in moves
        for one, other in _reached(moves, (state, state))
        if one != other
    )


def _polynomial(moves: dict[int, list[tuple[frozenset[str], int]]]) -> bool:
    """Whether one word leads from a state to itself, from it to another one, and from that to itself."""
    loops = {state for state in moves if (state, state) in _after(moves, (state, state))}
    return any(
        (one, other, other) in _reached(moves, (one, one, other))
        for one, other in product(loops, loops)
        if one != other
    )


def _after(
    moves: dict[int, list[tuple[frozenset[str], int]]], states: tuple[int, ...]
) -> set[tuple[int, ...]]:
    return {found for step in _steps(moves, states) for found in {step} | _reached(moves, step)}


def _reached(
    moves: dict[int, list[tuple[frozenset[str], int]]], states: tuple[int, ...]
) -> set[tuple[int, ...]]:
    seen: set[tuple[int, ...]] = set()
    left = [states]
    while left:
        for step in _steps(moves, left.pop()):
            if step not in seen:
                seen.add(step)
                left.append(step)
    return seen


def _steps(
    moves: dict[int, list[tuple[frozenset[str], int]]], states: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    for edges in product(*(moves[state] for state in states)):
        if frozenset.intersection(*(chars for chars, _end in edges)):
            yield tuple(end for _chars, end in edges)
