"""Commands of `hazi-server` about people."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from server.accounts import access, invitations
from server.accounts.neptun import read_neptun
from server.accounts.people import apply_roster, make_staff, plan_roster
from server.accounts.roster import RosterRow
from server.accounts.roster_files import read_roster
from server.command_line import command_app, command_services
from server.courses.service import provide_course
from server.person import EVERYBODY, Person, Role
from server.web import Services, public_link, services, utc_now


@click.command("create-lecturer")
@click.argument("neptun")
@click.argument("name")
@click.option("--email", default="", help="Where invitations may be mailed to.")
def create_lecturer(neptun: str, name: str, email: str) -> None:
    """Make NEPTUN a lecturer and print the one-time link that sets the password."""
    app = command_app()
    row = RosterRow(read_neptun(neptun), name.strip(), email.strip())
    course_id = _course_id(services(app))
    with services(app).database.write() as session:
        make_staff(session, course_id, row, Role.LECTURER, utc_now(), seed=secrets.randbits(64))
    _print_invitations(app, [row.neptun])


@click.command()
@click.argument("neptun", nargs=-1, required=True)
def invite(neptun: tuple[str, ...]) -> None:
    """Print a new one-time link for each NEPTUN."""
    _print_invitations(command_app(), [read_neptun(code) for code in neptun])


@click.command()
@click.argument("neptun", nargs=-1, required=True)
def deactivate(neptun: tuple[str, ...]) -> None:
    """Let each NEPTUN in no more: sessions, tokens and links end at once. Their work stays."""
    _change(
        neptun,
        lambda session, course_id, code: access.deactivate(session, course_id, code, utc_now()),
        "is let in no more",
    )


@click.command()
@click.argument("neptun", nargs=-1, required=True)
def activate(neptun: tuple[str, ...]) -> None:
    """Let each NEPTUN in again, with the password of before."""
    _change(neptun, access.activate, "is let in again")


@click.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "confirmed", is_flag=True, help="Take it; without this, only say what would change.")
def import_roster(file: Path, confirmed: bool) -> None:
    """Compare a roster (CSV or XLSX) with the people known, or take it."""
    roster = read_roster(file.read_bytes())
    for bad in (*roster.bad_rows, *roster.notes):
        click.echo(f"row {bad.row}: {bad.problem}", err=True)
    app_services = command_services()
    database, course_id = app_services.database, _course_id(app_services)
    if confirmed:
        with database.write() as session:
            plan = apply_roster(
                session,
                course_id,
                roster.rows,
                utc_now(),
                seed=secrets.randbits(64),
                reach=EVERYBODY,
            )
    else:
        with database.read() as session:
            plan = plan_roster(session, course_id, roster.rows, reach=EVERYBODY)
    for row in plan.added:
        click.echo(f"+ {row.neptun} {row.name}{_said(row.labels)}")
    for change in plan.changed:
        labels = _said(change.new.labels if change.new.labels != change.old.labels else None)
        click.echo(f"~ {change.new.neptun} {change.old.name} -> {change.new.name} {change.new.email}{labels}")
    verb = "taken" if confirmed else "not taken yet, add --apply"
    click.echo(f"{len(plan.added)} new, {len(plan.changed)} changed, {plan.unchanged} as before: {verb}.")


def _course_id(app_services: Services) -> int:
    """People may be made before the first `sync`."""
    with app_services.database.write() as session:
        return provide_course(session, app_services.course, utc_now()).id


def _said(labels: tuple[str, ...] | None) -> str:
    return "" if labels is None else f" [{' '.join(labels)}]"


def _change(neptuns: tuple[str, ...], change: Callable[[Session, int, str], Person], said: str) -> None:
    """Of all of them or of none."""
    app_services = command_services()
    course_id = _course_id(app_services)
    with app_services.database.write() as session:
        changed = [change(session, course_id, read_neptun(code)) for code in neptuns]
    for person in changed:
        click.echo(f"{person.neptun} {person.name} {said}.")


def _print_invitations(app: Flask, neptuns: list[str]) -> None:
    course_id = _course_id(services(app))
    with services(app).database.write() as session:
        slips = invitations.invite(session, course_id, neptuns, utc_now(), reach=EVERYBODY)
    with app.test_request_context():
        for slip in slips:
            link = public_link("accounts.invitation", token=slip.key)
            click.echo(f"{slip.person.neptun} {slip.person.name}: {link} (until {slip.expires_at:%Y-%m-%d})")
    unknown = set(neptuns) - {slip.person.neptun for slip in slips}
    if unknown:
        raise click.ClickException(f"not known: {', '.join(sorted(unknown))}")


people_commands = (create_lecturer, invite, deactivate, activate, import_roster)
