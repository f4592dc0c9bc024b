"""An edited quiz, written over the text it was made of: comments stay beside what stays, as do blank lines.

The text is cut into blocks: what stands first, the policy, and each question with the comment right above it.
A block that nothing has changed is copied; in another one only its changed entries are written anew.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit

from assignments.list_edits import edited_list, matches
from assignments.quiz_reading import read_policy, read_question
from assignments.quiz_writing import policy_table, question_table, table_text, value_text, write_document
from assignments.toml.fields import Fields, Source, SpecError
from assignments.toml.lines import lines_of, long_name_at
from assignments.toml.same_values import same

LONGEST_BASE = 200_000  # characters: tomlkit takes its time, and no lecturer's quiz is longer
LONGEST_BLOCK = 20_000
POLICY, QUESTION = "policy", "question"
_QUESTION_PATH = re.compile(r"question\[\d+\]")
_POLICY_HEADER = re.compile(r"\s*\[\s*policy\s*\]")

Table = Mapping[str, Any]


def write_edited(document: Table, base: str, zone: ZoneInfo) -> str:
    """The text of a quiz's tables, right or wrong, as far as it can be in the words of `base`.

    Where `base` is no quiz's file, or one that is written in a way of its own, it is as `write_document`
    writes it. Raises TypeError as that does.
    """
    plain = write_document(document)
    try:
        text = _Edit(document, zone).text(_blocks(base))
        return text if same(_canonical(tomllib.loads(text), zone), _canonical(document, zone)) else plain
    except (
        ValueError,
        TypeError,
        RecursionError,
    ):  # it is no TOML, or no quiz, or tomlkit is at its wits' end
        return plain


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the text. `lead` stands above its header, `tail` below its last entry."""

    lead: str
    body: str  # with its header
    tail: str
    table: Table
    at: int

    @property
    def text(self) -> str:
        return self.lead + self.body + self.tail


@dataclass(frozen=True, slots=True)
class _Blocks:
    """All blocks of a text, in three sorts."""

    head: _Block
    policy: _Block | None
    questions: tuple[_Block, ...]

    @property
    def policy_is_last(self) -> bool:
        return self.policy is not None and self.policy.at > len(self.questions)


def _blocks(text: str) -> _Blocks:
    """Raises ValueError where the text cannot be cut."""
    if not text.strip() or len(text) > LONGEST_BASE or long_name_at(text):
        raise ValueError("no text to write over")
    lines = [line for line in re.split(r"(?<=\n)", text) if line]
    headers = {
        number - 1: POLICY if path == POLICY else QUESTION
        for path, number in lines_of(text).items()
        if _QUESTION_PATH.fullmatch(path) or (path == POLICY and _POLICY_HEADER.match(lines[number - 1]))
    }
    starts = sorted(headers)
    cuts = [_above(lines, start) for start in starts]
    head = _block(lines[: cuts[0] if cuts else None], "", 0)
    found = [
        _block(lines[cut:end], headers[start], at)
        for at, (cut, start, end) in enumerate(zip(cuts, starts, [*cuts[1:], len(lines)], strict=True), 1)
    ]
    policies = [block for block, start in zip(found, starts, strict=True) if headers[start] == POLICY]
    questions = [block for block, start in zip(found, starts, strict=True) if headers[start] == QUESTION]
    if QUESTION in head.table or (POLICY in head.table and policies):
        raise ValueError("questions stand in a list")
    return _Blocks(head, policies[0] if policies else None, tuple(questions))


def _above(lines: Sequence[str], header: int) -> int:
    """Where the comment right above a header begins."""
    while header and lines[header - 1].startswith("#"):
        header -= 1
    return header


def _block(lines: Sequence[str], header: str, at: int) -> _Block:
    """Raises ValueError where it is no TOML by itself."""
    first, last = 0, len(lines)
    while header and lines[first].startswith("#"):
        first += 1
    while last > first and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    body = "".join(lines[first:last])
    table = _table_in(tomllib.loads(body), header)
    return _Block("".join(lines[:first]), body, "".join(lines[last:]), table, at)


def _table_in(values: Table, header: str) -> Table:
    """The table that a block holds. Raises ValueError where it holds another."""
    if not header:
        return values
    table = values[header][0] if header == QUESTION else values.get(header)
    if len(values) != 1 or not isinstance(table, dict):
        raise ValueError("a block of two tables")
    return table


class _Edit:
    """Writes one document over blocks."""

    def __init__(self, document: Table, zone: ZoneInfo) -> None:
        self._document = document
        self._zone = zone

    def text(self, blocks: _Blocks) -> str:
        """Raises ValueError and TypeError where that cannot be done."""
        parts = list(self._parts(blocks))
        text = ""
        for (part, at), (_before, at_before) in zip(parts, [("", -1), *parts], strict=False):
            if (
                text
                and not text.endswith("\n\n")
                and (at is None or at_before is None or at != at_before + 1)
            ):
                text += "\n"
            text += part if part.endswith("\n") or not part else part + "\n"
        last = max(block.at for block in (blocks.head, *blocks.questions, blocks.policy) if block)
        return text if parts[-1][1] == last else text.rstrip("\n") + "\n"

    def _parts(self, blocks: _Blocks) -> Iterator[tuple[str, int | None]]:
        """The texts in their new order, each with the index of its old block, or None for a new one."""
        head = {name: value for name, value in self._document.items() if name not in {POLICY, QUESTION}}
        policy = self._document.get(POLICY) or {}
        if POLICY in blocks.head.table and policy:
            head[POLICY] = policy
        yield _edited(blocks.head, head, lambda table: _canonical(table, self._zone)), blocks.head.at
        policies = list(self._policy(blocks, policy))
        if not blocks.policy_is_last:
            yield from policies
        yield from self._questions(blocks.questions)
        if blocks.policy_is_last:
            yield from policies

    def _policy(self, blocks: _Blocks, policy: Table) -> Iterator[tuple[str, int | None]]:
        if POLICY in blocks.head.table or not policy:
            return
        if blocks.policy is None:
            yield f"[{POLICY}]\n{table_text(policy)}", None
        else:
            text = _edited(blocks.policy, policy, lambda table: _canonical_policy(table, self._zone))
            yield text, blocks.policy.at

    def _questions(self, blocks: Sequence[_Block]) -> Iterator[tuple[str, int | None]]:
        questions = self._document.get(QUESTION, ())
        old, new = [_id(block.table) for block in blocks], [_id(one) for one in questions]
        for question, match in zip(questions, matches(old, new), strict=True):
            if match is None:
                yield f"[[{QUESTION}]]\n{table_text(question)}", None
            else:
                yield _edited(blocks[match], question, _canonical_question), blocks[match].at


def _id(question: object) -> object:
    return question.get("id") if isinstance(question, Mapping) else None


def _edited(block: _Block, values: Table, canonical: Callable[[Table], Table]) -> str:
    """The block with these values: its comments stay, and all entries that say the same."""
    old, new = canonical(block.table), canonical(values)
    if same(old, new):
        return block.text
    header, _newline, _rest = block.body.partition("\n") if block.at else ("", "", "")
    plain = block.lead + (f"{header}\n" if header else "") + table_text(values) + block.tail
    if len(block.body) > LONGEST_BLOCK or any(
        old.get(name) != new.get(name) for name in ("type", "generate")
    ):
        return plain
    try:
        document = tomlkit.parse(block.body)
        table: Any = document
        if block.at:
            table = document[QUESTION][0] if QUESTION in document else document[POLICY]
        _patch(table, old, new)
        body = tomlkit.dumps(document)
        written = _table_in(tomllib.loads(body), next(iter(document)) if block.at else "")
    except Exception:  # noqa: BLE001 - whatever tomlkit does not get right is written anew
        return plain
    return block.lead + body + block.tail if same(canonical(written), new) else plain


def _patch(table: Any, old: Table, new: Table) -> None:  # noqa: ANN401 - a table of tomlkit
    """Change in a table what differs; what neither names stays, for it says what is as usual."""
    for name in old.keys() - new.keys():
        table.pop(name, None)
    for name, value in new.items():
        if name in old and same(old[name], value):
            continue
        if name not in table:
            table.append(name, tomlkit.value(value_text(value)))
        elif isinstance(value, Mapping) and isinstance(table[name], dict):
            _patch(table[name], old.get(name, {}), value)
        else:
            text = edited_list(table[name].as_string(), old.get(name), value)
            table[name] = tomlkit.value(text or value_text(value))


def _canonical(document: Table, zone: ZoneInfo) -> dict[str, Any]:
    """A document as `quiz_document` would have it, as far as it is right."""
    found = dict(document)
    if isinstance(title := found.get("title"), Mapping) and title.keys() == {"en", "hu"}:
        found["title"] = title["en"] if title["en"] == title["hu"] else title
    if isinstance(policy := found.pop(POLICY, None), Mapping) and (
        canonical := _canonical_policy(policy, zone)
    ):
        found[POLICY] = canonical
    if QUESTION in found:
        found[QUESTION] = [_canonical_question(one) for one in found[QUESTION]]
    return found


def _canonical_policy(table: Table, zone: ZoneInfo) -> Table:
    try:
        return policy_table(read_policy(Fields(table, Source("", {})), zone), zone)
    except SpecError:
        return table


def _canonical_question(table: Table) -> Table:
    if "generate" in table:
        return table
    try:
        return question_table(read_question(table, file="", path=""))
    except SpecError:
        return table
