"""`hazi-server regrade`: what a lecturer does in the browser, from the server's own machine."""

from __future__ import annotations

import click

from server.command_line import command_services
from server.courses.service import the_course
from server.errors import BadInput
from server.gradebook import regrades as service
from server.person import Person, Role
from server.standings.service import DecisionAuthor
from server.submissions.service import Reader, open_regrade
from server.web import Services, utc_now


@click.command()
@click.argument("slug")
@click.option(
    "--only", "only", multiple=True, metavar="NEPTUN", help="Of this student alone; may be repeated."
)
@click.option("--reason", default="", help="Why: the students read it.")
@click.option("--apply", "end", flag_value="apply", help="Let the results of the open regrade count.")
@click.option("--drop", "end", flag_value="drop", help="Leave the old results, and run nothing more.")
def regrade(slug: str, only: tuple[str, ...], reason: str, end: str | None) -> None:
    """Grade again what was handed in for SLUG, with the version in force; or say how far that is.

    The old results count until --apply. Fresh hand-ins go first.
    """
    app_services = command_services()
    if end is not None:
        _end(app_services, slug, end)
    elif reason:
        _start(app_services, service.Start(slug, only), reason)
    else:
        _say(app_services, slug)


def _start(app_services: Services, request: service.Start, reason: str) -> None:
    with app_services.database.write() as session:
        course_id = the_course(session).id
        service.start(
            session, request, DecisionAuthor(None, utc_now(), reason), course_id, app_services.course.zone
        )
    _say(app_services, request.slug)


def _end(app_services: Services, slug: str, end: str) -> None:
    author = DecisionAuthor(None, utc_now(), "")
    with app_services.database.write() as session:
        found = open_regrade(session, the_course(session).id, slug)
        if found is None:
            raise BadInput(f"No regrade of {slug} is open.")
        if end == "drop":
            service.drop(session, found, author)
            click.echo(f"{slug}: dropped; the old results stay.")
        else:
            moved = service.apply(session, found, author)
            click.echo(f"{slug}: applied; {moved} students have other points now.")


def _say(app_services: Services, slug: str) -> None:
    with app_services.database.read() as session:
        reader = _reader(app_services, the_course(session).id)
        found = service.regrades(session, slug, reader)
        current = next((card for card in found.cards if card.ended_at is None), None)
        preview = service.preview(session, current, reader) if current else None
    click.echo(f"{slug}: {found.outdated} results are of versions that grade otherwise.")
    if current is None or preview is None:
        click.echo("No regrade is open; start one with --reason.")
        return
    part = current.progress
    click.echo(f"regrade {current.id}: {part.graded} of {part.runs} graded, {part.waiting} wait.")
    if current.no_grader:
        click.echo("No grader takes jobs of its queue at the moment: it goes on when one does.")
    click.echo(f"{preview.up} students would go up, {preview.down} down; --apply or --drop.")
    for row in preview.rows:
        click.echo(f"  {row.person.neptun}  {row.move.old} -> {row.move.new}  ({row.move.by:+})")


def _reader(app_services: Services, course_id: int) -> Reader:
    """Somebody who sees everything and is nobody."""
    operator = Person(0, "", "", "", Role.LECTURER, course_id)
    return Reader(operator, "en", app_services.course.zone, app_services.shared_clock())


gradebook_commands = (regrade,)
