"""`hazi-server`: every process of the server, and what an operator does by hand."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import structlog
from flask import Flask

from server import create_app
from server.accounts import service as accounts
from server.config import Config, ConfigError
from server.demo import run as run_demo
from server.errors import Refusal
from server.gunicorn_options import allow_connections, gunicorn_options
from server.health import checks
from server.logs import configure
from server.migrate import migrate as migrate_database
from server.outages import why_of
from server.quizzes.loadtest import report
from server.quizzes.loadtest.place import place
from server.quizzes.loadtest.play import Cut, play
from server.quizzes.service import sync_quizzes
from server.store import PROBE, keep_probe
from server.submissions import dispatcher as dispatching
from server.submissions import recorder as recording
from server.submissions import service as submissions
from server.submissions.blob_expiry import Expiry
from server.submissions.publishing import sync as publish
from server.submissions.resuming import Desk
from server.submissions.spool import Spool
from server.web import Services, public_link, services, utc_now

log = structlog.get_logger()


class _Group(click.Group):
    """Turns refusals and bad settings into one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (ConfigError, Refusal) as error:
            raise click.ClickException(why_of(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """The server of Házi. Settings come from HAZI_* in the environment."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    migrate_database(_services().database)
    click.echo("The database is up to date.")


@main.command("create-lecturer")
@click.argument("neptun")
@click.argument("name")
@click.option("--email", default="", help="Where invitations may be mailed to.")
def create_lecturer(neptun: str, name: str, email: str) -> None:
    """Make NEPTUN a lecturer and print the one-time link that sets the password."""
    app = _app()
    row = accounts.RosterRow(accounts.read_neptun(neptun), name.strip(), email.strip())
    with services(app).database.write() as session:
        accounts.make_staff(session, row, accounts.Role.LECTURER, utc_now(), seed=secrets.randbits(64))
    _print_invitations(app, [row.neptun])


@main.command()
@click.argument("neptun", nargs=-1, required=True)
def invite(neptun: tuple[str, ...]) -> None:
    """Print a new one-time link for each NEPTUN."""
    _print_invitations(_app(), [accounts.read_neptun(code) for code in neptun])


@main.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "confirmed", is_flag=True, help="Take it; without this, only say what would change.")
def import_roster(file: Path, confirmed: bool) -> None:
    """Compare a roster (CSV or XLSX) with the people known, or take it."""
    roster = accounts.read_roster(file.read_bytes())
    for bad in roster.bad_rows:
        click.echo(f"row {bad.row}: {bad.problem}", err=True)
    database = _services().database
    if confirmed:
        with database.write() as session:
            plan = accounts.apply_roster(
                session, roster.rows, utc_now(), seed=secrets.randbits(64), reach=accounts.EVERYBODY
            )
    else:
        with database.read() as session:
            plan = accounts.plan_roster(session, roster.rows, reach=accounts.EVERYBODY)
    for row in plan.added:
        click.echo(f"+ {row.neptun} {row.name}")
    for change in plan.changed:
        click.echo(f"~ {change.new.neptun} {change.old.name} -> {change.new.name} {change.new.email}")
    verb = "taken" if confirmed else "not taken yet, add --apply"
    click.echo(f"{len(plan.added)} new, {len(plan.changed)} changed, {plan.unchanged} as before: {verb}.")


@main.command()
def sync() -> None:
    """Publish assignments, quizzes and staff of the course's folder. Broken ones stay as they were."""
    those = _services()
    with those.database.write() as session:
        for member in those.course.staff:
            row = accounts.RosterRow(member.neptun, member.name, member.email)
            role = accounts.Role(member.role)
            accounts.make_staff(session, row, role, utc_now(), seed=secrets.randbits(64))
    outcomes = publish(
        those.database,
        those.store,
        those.config.assignments,
        those.course.zone,
        utc_now(),
        kits=those.config.practice,
    )
    keep_probe(those.store)
    quizzes = sync_quizzes(those.database, those.config.assignments, those.course.zone, utc_now())
    said = [(one.slug, str(one.result), one.problem) for one in outcomes]
    said += [(f"quiz {one.slug}", str(one.result), one.problem) for one in quizzes]
    for name, result, problem in said:
        click.echo(f"{name}: {problem or result}")
    for outcome in outcomes:
        if outcome.warning:
            click.secho(f"{outcome.slug}: {outcome.warning}", err=True, fg="red", bold=True)
    if any(problem for _name, _result, problem in said):
        sys.exit(1)


@main.command("draw-final")
@click.argument("slug")
def draw_final(slug: str) -> None:
    """After the deadline of SLUG: draw its final data and score each student's best submission on them."""
    those = _services()
    with those.database.write() as session:
        final = submissions.draw_final(session, slug, those.course.zone, utc_now())
    click.echo(f"{slug}: drawn at {final.drawn_at:%Y-%m-%d %H:%M} UTC; {final.added} runs added.")
    if final.under_way:
        click.echo(f"{final.under_way} runs have not ended; until they have, the numbers before them count.")
    for submission_id in final.without_score:
        click.echo(f"without a score, so without points: {submission_id}", err=True)


@main.command()
def check() -> None:
    """Look whether database, broker and store are there, and whether graders take jobs.

    Exits 1 where hand-ins would not be taken; without graders they are taken and wait.
    """
    sys.exit(0 if _say_checks() else 1)


@main.command()
def doctor() -> None:
    """Look at everything: what `check` does, and where a grader is installed, whether its sandbox holds."""
    sound = _say_checks()
    if importlib.util.find_spec("torch") is None:
        click.echo("grader: none here; `python -m grader doctor` looks at the sandbox where one works")
    else:
        sound = (
            subprocess.run([sys.executable, "-m", "grader", "doctor"], check=False).returncode == 0 and sound
        )
    sys.exit(0 if sound else 1)


@main.command()
def web() -> None:
    """Serve pages and API until stopped."""
    config = Config.from_environment(os.environ)
    allow_connections()
    folder = tempfile.mkdtemp(prefix="hazi-metrics-")
    os.execve(  # noqa: S606 - gunicorn takes this process over, and with it its signals
        sys.executable,
        [sys.executable, "-m", "gunicorn", *gunicorn_options(config), "server.wsgi:application()"],
        {**os.environ, "PROMETHEUS_MULTIPROC_DIR": folder},
    )


@main.command()
def recorder() -> None:
    """Write down what graders report, until stopped."""
    those = _services()
    recording.run(those.database, those.config.broker_url, those.database.now)


@main.command()
def dispatcher() -> None:
    """Hand waiting submissions to graders and take back lost ones, until stopped."""
    those = _services()
    desk = Desk(those.database, Spool.of(those.config))
    try:
        keep_probe(those.store)
    except Refusal as refusal:  # what waits is given out all the same; `sync` has kept it before
        log.warning("probe not kept", problem=why_of(refusal))
    expiry = Expiry(those.database, those.store.removal(), kept=frozenset({PROBE}))
    dispatching.run(desk, those.config.broker_url, those.course.zone, those.database.now, expiry)


@main.command()
def demo() -> None:
    """Run everything on this machine with the demo course, until stopped."""
    sys.exit(run_demo(os.environ))


@main.command("quiz-loadtest")
@click.option("--players", type=click.IntRange(1, 5000), default=300, show_default=True)
@click.option("--questions", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option(
    "--cut",
    type=click.Choice([str(one) for one in Cut]),
    default="nothing",
    help="What is killed in mid-question.",
)
@click.option("--poll", is_flag=True, help="Phones ask once a second instead of holding a stream.")
def quiz_loadtest(players: int, questions: int, cut: str, poll: bool) -> None:
    """Say how many phones this machine carries: a whole hall against a server of its own, on loopback."""
    allow_connections()
    with place(players, questions) as here:
        result = asyncio.run(play(here, cut=Cut(cut), poll=poll))
    for line in report.lines(result):
        click.echo(line)
    sys.exit(1 if result.lost or result.doubled else 0)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def attack(options: tuple[str, ...]) -> None:
    """Try the attack pack on this machine's sandbox, with the options of `python -m grader attack`."""
    if importlib.util.find_spec("torch") is None:
        raise click.ClickException(
            "no grader is installed here: run `python -m grader attack` where one works, "
            "with Compose `docker compose run --rm grader-cpu python -m grader attack`"
        )
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")}
    command = [sys.executable, "-m", "grader", "attack", *options]
    os.execve(sys.executable, command, foreign)  # noqa: S606 - none of the server's secrets goes along


def _say_checks() -> bool:
    """Print what was found; says whether all is there."""
    found = list(checks(_services()))
    for part in found:
        click.echo(f"{part.name}: {part.problem or 'ok'}")
    return not any(part.problem and part.needed for part in found)


def _print_invitations(app: Flask, neptuns: list[str]) -> None:
    with services(app).database.write() as session:
        slips = accounts.invite(session, neptuns, utc_now(), reach=accounts.EVERYBODY)
    with app.test_request_context():
        for slip in slips:
            link = public_link("accounts.invitation", token=slip.key)
            click.echo(f"{slip.person.neptun} {slip.person.name}: {link} (until {slip.expires_at:%Y-%m-%d})")
    unknown = set(neptuns) - {slip.person.neptun for slip in slips}
    if unknown:
        raise click.ClickException(f"not known: {', '.join(sorted(unknown))}")


def _app() -> Flask:
    configure()
    app = create_app(Config.from_environment(os.environ))
    click.get_current_context().call_on_close(services(app).close)
    return app


def _services() -> Services:
    return services(_app())


if __name__ == "__main__":
    main()
