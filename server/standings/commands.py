"""`hazi-server recompute`: all standings computed anew from what they follow from."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from server.command_line import command_services
from server.courses.service import Course
from server.database import Database
from server.standings.updates import recompute as recompute_course


@click.command()
def recompute() -> None:
    """Compute all standings anew from what they follow from, and say which were wrong: none should be."""
    changed = recompute_all(command_services().database)
    for line in changed:
        click.echo(line, err=True)
    click.echo(f"{len(changed)} standings were wrong and are right now.")
    sys.exit(1 if changed else 0)


def recompute_all(database: Database) -> list[str]:
    """The standings that were wrong, of every course; they are right afterwards."""
    with database.write() as session:
        courses = session.scalars(select(Course.id).order_by(Course.id)).all()
        changes = [change for course_id in courses for change in recompute_course(session, course_id)]
    return [f"{change.slug}, person {change.user_id}" for change in changes]


standing_commands = (recompute,)
