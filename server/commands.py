"""`hazi-server`: every process of the server, and what an operator does by hand."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterable
from types import FrameType

import click
import structlog

from grader.signing import signing_key
from server.accounts import service as accounts
from server.accounts.commands import people_commands
from server.blobs.settings import BlobSettings
from server.command_line import Group, command_app, command_services
from server.config import Config, ConfigError
from server.courses.service import keep_course, the_course
from server.deadline_pages.service import edited_lines
from server.demo import run_demo
from server.errors import Refusal
from server.gradebook.commands import gradebook_commands
from server.loadtest import report
from server.loadtest.installation import installation
from server.loadtest.play import Cut, play
from server.notices.service import Postman, Reminder
from server.operations.doctor import redis_check
from server.operations.gunicorn_options import allow_connections, blob_options, gunicorn_options
from server.operations.health import HealthCheck, checks
from server.operations.run_folders import new_run_folder
from server.operations.schema_version import migrate as migrate_database
from server.outages import why_of
from server.quizzes.service import RoomEnder, sync_quizzes
from server.standings.commands import recompute_all, standing_commands
from server.store import PROBE, keep_probe
from server.submissions import service as submissions
from server.submissions.service import Expiry, Spool, UploadStorage, run_dispatcher, run_recorder
from server.submissions.service import sync as publish
from server.web import services, utc_now

log = structlog.get_logger()


@click.group(cls=Group)
def main() -> None:
    """The server of Házi. Settings come from HAZI_* in the environment."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    database = command_services().database
    migrate_database(database)
    recompute_all(database)  # an older release may have had other columns, or none
    click.echo("The database is up to date.")


@main.command()
def sync() -> None:
    """Publish assignments, quizzes and staff of the course's folder. Broken ones stay as they were."""
    app_services = command_services()
    with app_services.database.write() as session:
        course_id = keep_course(session, app_services.course, utc_now()).id
        staff = accounts.sync_staff(
            session, course_id, app_services.course.staff, utc_now(), seed=secrets.randbits(64)
        )
    _say_staff(staff)
    outcomes = publish(
        app_services.database,
        app_services.store,
        app_services.config.assignments,
        app_services.course.zone,
        utc_now(),
        course_id=course_id,
        kits=app_services.config.practice,
    )
    keep_probe(app_services.store)
    _say_edited_dates(course_id)
    said = [(one.slug, str(one.result), one.problem) for one in outcomes]
    said += _publish_quizzes(course_id)
    for name, result, problem in said:
        click.echo(f"{name}: {problem or result}")
    for outcome in outcomes:
        if outcome.warning:
            click.secho(f"{outcome.slug}: {outcome.warning}", err=True, fg="red", bold=True)
    with app_services.database.read() as session:
        for slug, number in submissions.outdated_by_slug(
            session, course_id, app_services.course.zone
        ).items():
            click.echo(
                f"{slug}: {number} results are of versions that grade otherwise; they stay in force until "
                f'`hazi-server regrade {slug} --reason "..."` has run them again and they are applied.'
            )
    if any(problem for _name, _result, problem in said):
        sys.exit(1)


def _publish_quizzes(course_id: int) -> list[tuple[str, str, str]]:
    """The name, result and problem of each."""
    known = command_services()
    folder, zone = known.config.assignments, known.course.zone
    outcomes = sync_quizzes(known.database, known.store, folder, zone, utc_now(), course_id=course_id)
    return [(f"quiz {one.slug}", str(one.result), one.problem) for one in outcomes]


def _say_staff(staff: accounts.StaffSync) -> None:
    said = [(person, "no longer staff, a student from now on") for person in staff.gone]
    said += [(one, f"{one.role}, though course.toml does not name them") for one in staff.unnamed]
    out = "is deactivated and stays out, though course.toml names them: hazi-server activate lets them in"
    said += [(one, out) for one in staff.let_out]
    if staff.last:
        said.append((staff.last, "stays a lecturer against course.toml: no other lecturer is active"))
    for person, what in said:
        click.echo(f"{person.neptun} {person.name}: {what}")


def _say_edited_dates(course_id: int) -> None:
    """Dates that staff have set stay in force, whatever the files say: nobody should wonder why."""
    app_services = command_services()
    with app_services.database.read() as session:
        published = submissions.all_in_force(session, course_id, app_services.course.zone)
        for line in edited_lines(session, course_id, {one.spec.slug: one.spec for one in published}):
            click.echo(line)


@main.command("draw-final")
@click.argument("slug")
def draw_final(slug: str) -> None:
    """After the deadline of SLUG: draw its final data and score each student's best submission on them."""
    app_services = command_services()
    with app_services.database.write() as session:
        final = submissions.draw_final(
            session, the_course(session).id, slug, app_services.course.zone, utc_now()
        )
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
    sys.exit(0 if _say(checks(command_services())) else 1)


@main.command()
def doctor() -> None:
    """Look at everything: what `check` does, how old Redis is, and whether the sandbox of a grader holds."""
    app_services = command_services()
    sound = _say(checks(app_services))
    sound = _say([redis_check(app_services.config.broker_url)]) and sound
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
    folder = new_run_folder("metrics")
    folder.pass_on()
    command = [sys.executable, "-m", "gunicorn", *gunicorn_options(config), "server.wsgi:application()"]
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder.path)}
    try:
        os.execve(sys.executable, command, environ)  # noqa: S606 - it takes this process and its signals over
    finally:  # it could not
        folder.remove()


@main.command()
def blobs() -> None:
    """Hand graders the files of their jobs until stopped."""
    settings = BlobSettings.from_environment(os.environ)
    os.execve(  # noqa: S606 - as with `web`
        sys.executable,
        [sys.executable, "-m", "gunicorn", *blob_options(settings), "server.blobs.wsgi:application()"],
        dict(os.environ),
    )


@main.command()
def recorder() -> None:
    """Write down what graders report, until stopped."""
    app_services = command_services()
    run_recorder(
        app_services.database,
        app_services.config.broker_url,
        app_services.database.now,
        secret_keys=app_services.config.secret_keys,
    )


@main.command()
def dispatcher() -> None:
    """Hand waiting submissions to graders, take back lost ones, mail notices, end forgotten quizzes."""
    app = command_app()
    app_services = services(app)
    if not app_services.config.signing_key:
        raise ConfigError("HAZI_SIGNING_KEY is missing, the key that jobs are signed with")
    key = signing_key(app_services.config.signing_key)
    storage = UploadStorage(app_services.database, Spool.of(app_services.config))
    try:
        keep_probe(app_services.store)
    except Refusal as refusal:  # what waits is given out all the same; `sync` has kept it before
        log.warning("probe not kept", problem=why_of(refusal))
    expiry = Expiry(app_services.database, app_services.store.removal(), kept=frozenset({PROBE}))
    config, clock = app_services.config, app_services.database.now
    reminder = Reminder(app_services.database, clock, mails=config.mail is not None)
    run_dispatcher(
        storage,
        config.broker_url,
        app_services.course.zone,
        clock,
        key=key,
        secret_keys=config.secret_keys,
        expiry=expiry,
        chores={
            "reminding": reminder.look,
            "mailing": Postman(app, clock).look,
            "ending rooms": RoomEnder(app_services.database, clock).look,
        },
    )


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
    signal.signal(signal.SIGTERM, _stop)
    with installation(players, questions) as here:
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


def _stop(number: int, _frame: FrameType | None) -> None:
    """Told to stop: on the way out all that was started is stopped too."""
    sys.exit(128 + number)


def _say(found: Iterable[HealthCheck]) -> bool:
    """Print what was found; says whether all is there."""
    sound = True
    for part in found:
        click.echo(f"{part.name}: {part.problem or 'ok'}")
        sound = sound and not (part.problem and part.needed)
    return sound


for _command in (*people_commands, *standing_commands, *gradebook_commands):
    main.add_command(_command)


if __name__ == "__main__":
    main()
