"""Commands of deadlines: extend, extensions, unextend, explain, tokens, dates."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import click

from cli.api.deadline_records import (
    AssignmentDates,
    Explanation,
    Extensions,
    GrantResult,
    TableGrantResult,
    TokenUse,
)
from cli.api.decoding import decode
from cli.api.errors import WrongUse
from cli.api.retry import ONCE
from cli.commands.localized import command, option, pass_context
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal.deadline_tables import (
    date_parts,
    explanation_parts,
    extension_table,
    granted_lines,
    refused_lines,
    token_lines,
)

COLUMNS = ("neptun", "assignment", "due", "reason")
LARGEST_TABLE = 2 * 2**20  # bytes


@command(
    help=_(
        "Give students a later due moment (staff): +2d, +1w, +36h or a moment such as 2026-10-26T12:00.\n\n"
        "hazi extend SLUG ABC123 DEF456 +2d --reason ill; days count from each student's own due moment. "
        "With --label all who have it, with --csv a table with the columns neptun, assignment, due, reason."
    )
)
@click.argument("words", nargs=-1, metavar="SLUG [CODE...] +2d|MOMENT")
@option("--reason", default="", help=_("Why; the student reads it."))
@option("--label", default="", help=_("All who have this label, instead of codes."))
@option("--replace", is_flag=True, help=_("In place of earlier ones: the only way to shorten."))
@option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("Take a table from this file."),
)
@option("--yes", is_flag=True, help=_("Do not ask."))
@pass_context
def extend(
    context: Context,
    *,
    words: tuple[str, ...],
    reason: str,
    label: str,
    replace: bool,
    table: Path | None,
    yes: bool,
) -> None:
    """Grant one extension to several students, or a table of extensions."""
    if table is not None:
        _extend_by_table(context, table, yes=yes)
        return
    if len(words) < 2:
        raise WrongUse(_("Name the assignment, the students and how long: hazi extend SLUG ABC123 +2d"))
    slug, *codes, due = words
    known = decode(Extensions, context.client.get("assignments", slug, "extensions"))
    # `seen` is the newest extension known here: a request that is repeated is not granted a second time.
    request = {
        "neptun": codes,
        "due": due,
        "reason": reason,
        "label": label,
        "replace": replace,
        "seen": known.newest,
    }
    answer = context.client.post("assignments", slug, "extensions", policy=ONCE, json=request)
    context.screen.result(answer, *granted_lines(decode(GrantResult, answer).granted))


@command(help=_("List the extensions of an assignment: who has what and why (staff)."))
@click.argument("slug")
@pass_context
def extensions(context: Context, *, slug: str) -> None:
    """All extensions, in force or not."""
    answer = context.client.get("assignments", slug, "extensions")
    listed = decode(Extensions, answer).extensions
    if listed:
        context.screen.result(answer, extension_table(listed, context.language))
        return
    context.screen.result(answer)
    context.screen.note(_("There is no extension yet."))


@command(help=_("Take an extension back; it stays in the list (staff)."))
@click.argument("id", type=click.IntRange(1))
@option("--reason", default="", help=_("Why; the student reads it."))
@pass_context
def unextend(context: Context, *, id: int, reason: str) -> None:
    """End the extension with that number, which `hazi extensions` shows."""
    listed = decode(Extensions, context.client.get("extensions")).extensions
    slug = next((one.assignment for one in listed if one.id == id), None)
    if slug is None:
        raise WrongUse(_("There is no extension {id}. See: hazi extensions SLUG", id=id))
    context.client.send(
        "DELETE", "assignments", slug, "extensions", str(id), policy=ONCE, json={"reason": reason}
    )
    context.screen.note(_("The extension was taken back."))
    context.screen.result({"id": id, "assignment": slug})


@command(help=_("Say what you would get at this moment and why; staff name a student."))
@click.argument("slug")
@click.argument("neptun", required=False, metavar="[CODE]")
@pass_context
def explain(context: Context, *, slug: str, neptun: str | None) -> None:
    """The steps to the points, and what a hand-in would be worth over time."""
    parts = ("students", neptun, "explanation") if neptun else ("explanation",)
    answer = context.client.get("assignments", slug, *parts)
    context.screen.result(answer, *explanation_parts(decode(Explanation, answer), context.language))


@command(
    help=_(
        "Say how many of your time tokens an assignment uses; with a number, let it use at most so many. "
        "`all` is as many as help."
    )
)
@click.argument("slug")
@click.argument("most", required=False, metavar="[N|all]")
@pass_context
def tokens(context: Context, *, slug: str, most: str | None) -> None:
    """Show the tokens, or limit them until the assignment is closed for the student."""
    if most is None:
        answer = context.client.get("assignments", slug, "tokens")
    else:
        if most != "all" and not (most.isascii() and most.isdigit() and len(most) < 4):
            raise WrongUse(_("Write a whole number of tokens, or: all"))
        request = {"most": None if most == "all" else int(most)}
        answer = context.client.put("assignments", slug, "tokens", json=request)
    context.screen.result(answer, *token_lines(decode(TokenUse, answer), context.language))


@command(
    help=_(
        "Show the dates of an assignment (staff), or set them over those of the file (lecturers).\n\n"
        "Moments are local time of the course, such as 2026-10-26T23:59:59. "
        "First you see whom it touches; nothing is set before you confirm."
    )
)
@click.argument("slug")
@option("--opens", help=_("When it opens."))
@option("--due", help=_("When it is due."))
@option("--closes", help=_("The last moment of all."))
@option("--reveal", help=_("When private results are told."))
@option("--back", is_flag=True, help=_("Go back to the dates of the file."))
@option("--reason", default="", help=_("Why; it stands in the audit."))
@option("--yes", is_flag=True, help=_("Do not ask."))
@pass_context
def dates(
    context: Context,
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
    """Show the dates, or set them after a dry run that shows the effects."""
    given = {"opens": opens, "due": due, "closes": closes, "reveal": reveal}
    request: dict[str, Any] = {name: text for name, text in given.items() if text}
    path = ("assignments", slug, "dates")
    if not request and not back:
        answer = context.client.get(*path)
        context.screen.result(answer, *date_parts(decode(AssignmentDates, answer), context.language))
        return
    request |= {"reason": reason, "back": back}
    dry_run = decode(AssignmentDates, context.client.put(*path, json=request | {"dry_run": True}))
    if not yes:
        for part in date_parts(dry_run, context.language):
            context.screen.stderr.print(part)
        _confirm(context)
    answer = context.client.put(*path, policy=ONCE, json=request | {"seen": dry_run.newest})
    context.screen.result(answer, *date_parts(decode(AssignmentDates, answer), context.language))


def _extend_by_table(context: Context, path: Path, *, yes: bool) -> None:
    """Show the result of a dry run, then grant exactly that: offsets such as +2d are sent as moments."""
    rows = _rows(path)
    answer = context.client.post("extensions", policy=ONCE, json={"rows": rows, "dry_run": True})
    dry_run = decode(TableGrantResult, answer)
    for line in (*refused_lines(dry_run.bad, context.language), *granted_lines(dry_run.granted)):
        context.screen.stderr.print(line)
    if not dry_run.granted:
        raise WrongUse(_("There is no row that can be granted."))
    if not yes:
        _confirm(context)
    refused = {row.row for row in dry_run.bad}
    good = [row for number, row in enumerate(rows, 1) if number not in refused]
    exact = [row | {"due": one.due.isoformat()} for row, one in zip(good, dry_run.granted, strict=True)]
    answer = context.client.post("extensions", policy=ONCE, json={"rows": exact})
    context.screen.note(_("{count} extensions were granted.", count=len(exact)))
    context.screen.result(answer)


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with semicolons, commas or tabs. Raises WrongUse."""
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


def _confirm(context: Context) -> None:
    if not click.confirm(context.language.gettext("Do it?"), err=True):
        raise WrongUse(_("Nothing was changed."))
