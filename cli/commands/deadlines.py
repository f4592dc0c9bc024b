"""Deadlines: extensions and dates for staff, tokens and the reason of one's points for everybody."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from cli.api.deadline_records import Dates, Explanation, Extensions, GrantedList, Tokens
from cli.api.decoding import read
from cli.api.errors import WrongUse
from cli.api.retry import ONCE
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.context import Call
from cli.language.translation import lazy_gettext as _
from cli.terminal.deadline_tables import (
    bad_lines,
    date_table,
    explanation_parts,
    extension_table,
    granted_lines,
    moved_table,
    token_lines,
)

COLUMNS = ("neptun", "assignment", "due", "reason")
LARGEST_TABLE = 2 * 2**20


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Give students a later due moment (staff): +2d, +1w, +36h or a moment such as 2026-10-26T12:00.\n\n"
        "hazi extend SLUG ABC123 DEF456 +2d --reason ill; days count from each student's own due moment. "
        "With --label all who have it, with --csv a table with the columns neptun, assignment, due, reason."
    ),
)
@click.argument("words", nargs=-1, metavar="SLUG [CODE...] +2d|MOMENT")
@click.option("--reason", default="", cls=LocalizedOption, help=_("Why; the student reads it."))
@click.option(
    "--label", default="", cls=LocalizedOption, help=_("All who have this label, instead of codes.")
)
@click.option(
    "--replace",
    is_flag=True,
    cls=LocalizedOption,
    help=_("In place of earlier ones: the only way to shorten."),
)
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    cls=LocalizedOption,
    help=_("Take a table from this file."),
)
@click.option("--yes", is_flag=True, cls=LocalizedOption, help=_("Do not ask."))
@pass_call
def extend(
    call: Call,
    *,
    words: tuple[str, ...],
    reason: str,
    label: str,
    replace: bool,
    table: Path | None,
    yes: bool,
) -> None:
    """One extension for several, or a table."""
    if table is not None:
        _extend_by(call, table, yes=yes)
        return
    if len(words) < 2:
        raise WrongUse(_("Name the assignment, the students and how long: hazi extend SLUG ABC123 +2d"))
    slug, *codes, due = words
    known = read(Extensions, call.client.get("assignments", slug, "extensions"))
    wish = {"neptun": codes, "due": due, "reason": reason, "label": label, "replace": replace}
    # `seen` keeps a request whose answer was lost from being granted on top of itself.
    answer = call.client.post(
        "assignments", slug, "extensions", patience=ONCE, json=wish | {"seen": known.newest}
    )
    call.screen.result(answer, *granted_lines(read(GrantedList, answer).granted))


@click.command(
    cls=LocalizedCommand, help=_("List the extensions of an assignment: who has what and why (staff).")
)
@click.argument("slug")
@pass_call
def extensions(call: Call, *, slug: str) -> None:
    """Those that ended too."""
    answer = call.client.get("assignments", slug, "extensions")
    found = read(Extensions, answer).extensions
    if found:
        call.screen.result(answer, extension_table(found, call.language))
        return
    call.screen.result(answer)
    call.screen.note(_("There is no extension yet."))


@click.command(cls=LocalizedCommand, help=_("Take an extension back; it stays in the list (staff)."))
@click.argument("id", type=click.IntRange(1))
@click.option("--reason", default="", cls=LocalizedOption, help=_("Why; the student reads it."))
@pass_call
def unextend(call: Call, *, id: int, reason: str) -> None:
    """By its number, as `hazi extensions` shows it."""
    found = read(Extensions, call.client.get("extensions")).extensions
    slug = next((one.assignment for one in found if one.id == id), None)
    if slug is None:
        raise WrongUse(_("There is no extension {id}. See: hazi extensions SLUG", id=id))
    call.client.send(
        "DELETE", "assignments", slug, "extensions", str(id), patience=ONCE, json={"reason": reason}
    )
    call.screen.note(_("The extension was taken back."))
    call.screen.result({"id": id, "assignment": slug})


@click.command(
    cls=LocalizedCommand,
    help=_("Say what you would get at this moment and why; staff name a student."),
)
@click.argument("slug")
@click.argument("neptun", required=False, metavar="[CODE]")
@pass_call
def explain(call: Call, *, slug: str, neptun: str | None) -> None:
    """Every step, and what a hand-in would be worth when."""
    parts = ("students", neptun, "explanation") if neptun else ("explanation",)
    answer = call.client.get("assignments", slug, *parts)
    call.screen.result(answer, *explanation_parts(read(Explanation, answer), call.language))


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Say how many of your time tokens an assignment uses; with a number, let it use at most so many. "
        "`all` is as many as help."
    ),
)
@click.argument("slug")
@click.argument("most", required=False, metavar="[N|all]")
@pass_call
def tokens(call: Call, *, slug: str, most: str | None) -> None:
    """Until the assignment is closed for oneself."""
    if most is None:
        answer = call.client.get("assignments", slug, "tokens")
    else:
        if most != "all" and not (most.isascii() and most.isdigit() and len(most) < 4):
            raise WrongUse(_("Write a whole number of tokens, or: all"))
        wish = {"most": None if most == "all" else int(most)}
        answer = dict(call.client.send("PUT", "assignments", slug, "tokens", json=wish).json())
    call.screen.result(answer, *token_lines(read(Tokens, answer), call.language))


@click.command(
    cls=LocalizedCommand,
    help=_(
        "Show the dates of an assignment (staff), or set them over those of the file (lecturers).\n\n"
        "Moments are local time of the course, such as 2026-10-26T23:59:59. "
        "First you see whom it touches; nothing is set before you confirm."
    ),
)
@click.argument("slug")
@click.option("--opens", cls=LocalizedOption, help=_("When it opens."))
@click.option("--due", cls=LocalizedOption, help=_("When it is due."))
@click.option("--closes", cls=LocalizedOption, help=_("The last moment of all."))
@click.option("--reveal", cls=LocalizedOption, help=_("When private results are told."))
@click.option("--back", is_flag=True, cls=LocalizedOption, help=_("Go back to the dates of the file."))
@click.option("--reason", default="", cls=LocalizedOption, help=_("Why; it stands in the audit."))
@click.option("--yes", is_flag=True, cls=LocalizedOption, help=_("Do not ask."))
@pass_call
def dates(
    call: Call,
    *,
    slug: str,
    opens: str | None,
    due: str | None,
    closes: str | None,
    reveal: str | None,
    back: bool,
    reason: str,
    yes: bool,
) -> None:
    """What is asked for is looked at first."""
    given = {"opens": opens, "due": due, "closes": closes, "reveal": reveal}
    wish: dict[str, Any] = {name: text for name, text in given.items() if text}
    if not wish and not back:
        answer = call.client.get("assignments", slug, "dates")
        _say_dates(call, answer)
        return
    wish |= {"reason": reason, "back": back}
    dry = dict(call.client.send("PUT", "assignments", slug, "dates", json=wish | {"dry_run": True}).json())
    if not yes:
        _say_dates(call, dry, aside=True)
        _confirm(call)
    seen = read(Dates, dry).newest
    done = call.client.send("PUT", "assignments", slug, "dates", patience=ONCE, json=wish | {"seen": seen})
    _say_dates(call, dict(done.json()))


def _extend_by(call: Call, path: Path, *, yes: bool) -> None:
    """What would be granted is granted as it was shown: offsets become moments."""
    rows = _rows(path)
    dry = read(
        GrantedList, call.client.post("extensions", patience=ONCE, json={"rows": rows, "dry_run": True})
    )
    for line in (*bad_lines(dry.bad, call.language), *granted_lines(dry.granted)):
        call.screen.notes.print(line)
    if not dry.granted:
        raise WrongUse(_("There is no row that can be granted."))
    if not yes:
        _confirm(call)
    bad = {one.row for one in dry.bad}
    good = [row for number, row in enumerate(rows, 1) if number not in bad]
    told = [row | {"due": one.due.isoformat()} for row, one in zip(good, dry.granted, strict=True)]
    answer = call.client.post("extensions", patience=ONCE, json={"rows": told})
    call.screen.note(_("{count} extensions were granted.", count=len(told)))
    call.screen.result(answer)


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table, whichever of commas, semicolons or tabs separate it."""
    if path.stat().st_size > LARGEST_TABLE:
        raise WrongUse(_("{path} is too large for a table of extensions.", path=path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(_("{path} cannot be read as UTF-8: {why}", path=path, why=error)) from error
    for delimiter in (";", ",", "\t"):
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = {(name or "").strip().casefold(): name for name in table.fieldnames or ()}
        if set(COLUMNS) <= names.keys():
            return [
                {column: (row[names[column]] or "").strip() for column in COLUMNS}
                for row in table
                if any(isinstance(cell, str) and cell.strip() for cell in row.values())
            ]
    raise WrongUse(
        _("The first line of {path} must name the columns neptun, assignment, due, reason.", path=path)
    )


def _say_dates(call: Call, answer: dict[str, Any], *, aside: bool = False) -> None:
    found = read(Dates, answer)
    parts: list[Any] = [date_table(found, call.language)]
    if found.moved:
        parts.append(moved_table(found.moved, call.language))
    if found.would_be:
        said = {"moved": len(found.moved), "told": len(found.to_be_told)}
        parts.append(
            Text(
                call.language.gettext("{moved} change in points or lateness, {told} are to be told.", **said)
            )
        )
    elif found.edit:
        by = {"by": found.edit.by or "–", "reason": found.edit.reason}
        parts.append(Text(call.language.gettext("Set by {by}: {reason}", **by)))
    if not aside:
        call.screen.result(answer, *parts)
        return
    for part in parts:
        call.screen.notes.print(part)


def _confirm(call: Call) -> None:
    if not click.confirm(call.language.gettext("Do it?"), err=True):
        raise WrongUse(_("Nothing was changed."))
