"""`hazi-server demo`: the whole service on one machine, on embedded parts, with the demo course."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from types import FrameType

import click

from assignments.spec import Course
from server.config import Config, ConfigError
from server.database import Database
from server.demo.accounts import Account, provide_accounts, write_accounts
from server.demo.console import Console, table
from server.demo.dates import copy_course
from server.demo.installation import Place, Refused
from server.demo.processes import Program, Supervisor
from server.demo.sample_submission import Sample

__all__ = ["run_demo"]


def run_demo(environ: Mapping[str, str]) -> int:
    """Run the demo until Ctrl-C or SIGTERM. Returns the exit status."""
    stop = Event()
    try:
        with ExitStack() as stack:
            stack.enter_context(_signals_set(stop))
            stack.enter_context(_closed_to_others())
            place = stack.enter_context(Place.taken(environ))
            return _serve(place, Console(stop), stop)
    except (Refused, ConfigError) as problem:
        click.echo(f"demo: {problem}", err=True)
        return 1


def _serve(place: Place, console: Console, stop: Event) -> int:
    config = Config.from_environment(place.server_environ)
    course = copy_course(config.assignments, place.assignments, datetime.now(UTC))
    with Supervisor(console, stop) as programs:
        programs.start(place.redis, until=place.redis_answers)
        if not programs.run(place.command("migrate")):
            programs.give_up("the database could not be brought to its newest shape, so everything stops")
            return programs.follow()
        accounts = _accounts(place, config, course)
        if not programs.run(place.command("sync")):
            console.say("what sync refused stays as it was published before; the rest goes on")
        for program in _programs(place):
            programs.start(program)
        programs.await_or_stop(place.web_answers)
        programs.await_or_stop(place.blobs_answer)
        if not stop.is_set():
            _greet(place, config, accounts)
            sample = Sample(place.address, accounts, place.assignments, console, stop)
            Thread(target=_show, args=(programs, place, sample), daemon=True).start()
        return programs.follow()


def _show(programs: Supervisor, place: Place, sample: Sample) -> None:
    """What comes after the start, in the background: a graded submission, then the practice kits."""
    sample.hand_in_and_watch()
    if programs.run(place.practice):
        programs.run(place.command("sync"))


def _programs(place: Place) -> tuple[Program, ...]:
    """In the order in which they start; they stop the other way round."""
    return (
        place.command("recorder"),
        place.command("dispatcher"),
        place.blobs,
        place.grader,
        # SIGQUIT: gunicorn does not wait for pages that are being watched live.
        place.command("web", stop_signal=signal.SIGQUIT),
    )


def _accounts(place: Place, config: Config, course: Course) -> list[Account]:
    database = Database(config.database_url)
    try:
        accounts = provide_accounts(database, place.accounts, course, datetime.now(UTC))
    finally:
        database.dispose()
    write_accounts(place.accounts, accounts)
    return accounts


def _greet(place: Place, config: Config, accounts: list[Account]) -> None:
    click.echo(f"\n  Házi runs at {click.style(config.public_url, bold=True)}\n")
    click.echo(greeting(accounts, place.accounts, seen=sys.stdout.isatty()))
    click.echo(f"  Ctrl-C stops everything; the data stays in {place.var}.\n")


def greeting(accounts: Iterable[Account], file: Path, *, seen: bool) -> str:
    """Who may sign in. Passwords are told to a screen only: what goes into a file or a pipe stays there."""
    if seen:
        rows = [(one.neptun, one.password, one.role, one.name) for one in accounts]
        where = f"The accounts are also in {file}."
        return table(("Neptun", "Password", "Role", "Name"), rows) + f"\n\n  {where}"
    people = [(one.neptun, one.role, one.name) for one in accounts]
    where = f"The passwords are in {file}, which only you can read."
    return table(("Neptun", "Role", "Name"), people) + f"\n\n  {where}"


@contextmanager
def _closed_to_others() -> Iterator[None]:
    """While inside, whatever we and our children write is for this account alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _signals_set(stop: Event) -> Iterator[None]:
    """While inside, a signal to end sets `stop`: every step then ends in good order."""

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, ask_to_stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
