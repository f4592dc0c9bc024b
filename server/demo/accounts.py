"""The people of the demo: staff from course.toml, students from here, passwords made at the first run."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from assignments.spec import Course
from server.accounts.rules import RosterRow
from server.accounts.service import (
    apply_roster,
    change_nickname,
    find_person,
    make_staff,
    people_entries,
    set_password,
)
from server.courses.service import keep_course
from server.database import Database
from server.demo.installation import read_json, write_private
from server.person import Role

TYPEABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another one


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in to the demo."""

    neptun: str
    name: str
    role: str
    password: str = field(repr=False)


STUDENTS = (  # Neptun code, name, nickname: all invented
    ("ABC123", "Kovács Anna", "Perceptron Panna"),
    ("BDF246", "Lakatos Bence", "Batch Norm Bence"),
    ("CEG357", "Szabó Csilla", "Convolution Csilla"),
    ("DFH468", "Tóth Dániel", "Dropout Dani"),
    ("EGI579", "Horváth Eszter", "Epoch Eszter"),
    ("FHJ680", "Varga Ferenc", "Forward Feri"),
    ("GIK791", "Kiss Gréta", "Gradient Gréta"),
    ("HJL802", "Molnár Hunor", "Hidden Hunor"),
    ("IKM913", "Németh Ilka", "ImageNet Ilka"),
    ("JLN024", "Farkas Júlia", "Jacobian Júlia"),
    ("KMO135", "Balogh Kristóf", "Kernel Kristóf"),
    ("LNP246", "Papp Luca", "Logit Luca"),
)


def provide_accounts(database: Database, file: Path, course: Course, now: datetime) -> list[Account]:
    """Make sure that everybody exists with the password in `file`; returns all accounts, staff first."""
    known = _passwords(file)
    with database.write() as session:
        course_id = keep_course(session, course, now).id
        _provide_people(session, course_id, course, now)
        fresh = {
            entry.person.neptun for entry in people_entries(session, course_id, now) if not entry.has_password
        }
        accounts = [_account(session, course_id, neptun, known) for neptun in _codes(course)]
        for account in accounts:
            if account.neptun in fresh or account.neptun not in known:
                person = find_person(session, course_id, account.neptun)
                if person:
                    set_password(session, person, account.password)
    return accounts


def write_accounts(file: Path, accounts: Iterable[Account]) -> None:
    """Keep the passwords where only the owner of the demo can read them."""
    write_private(
        file, json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=2) + "\n"
    )


def _codes(course: Course) -> list[str]:
    return [member.neptun for member in course.staff] + [neptun for neptun, _name, _nickname in STUDENTS]


def _account(session: Session, course_id: int, neptun: str, known: dict[str, str]) -> Account:
    person = find_person(session, course_id, neptun)
    if person is None:
        raise LookupError(f"{neptun} is not active any more")
    password = known.get(neptun) or _new_password()
    return Account(person.neptun, person.name, str(person.role), password)


def _new_password() -> str:
    """Easy to type, 59 bits."""
    groups = ("".join(secrets.choice(TYPEABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def _provide_people(session: Session, course_id: int, course: Course, now: datetime) -> None:
    for member in course.staff:
        row = RosterRow(member.neptun, member.name, member.email)
        make_staff(session, course_id, row, Role(member.role), now, seed=secrets.randbits(32))
    rows = [RosterRow(neptun, name) for neptun, name, _nickname in STUDENTS]
    taken = apply_roster(session, course_id, rows, now, seed=secrets.randbits(32))
    added = {row.neptun for row in taken.added}
    for neptun, _name, nickname in STUDENTS:
        person = find_person(session, course_id, neptun)
        if neptun in added and person:
            change_nickname(session, person, nickname)


def _passwords(file: Path) -> dict[str, str]:
    """By Neptun code, from an earlier run; none when the file is missing or spoilt."""
    saved = read_json(file)
    rows = saved if isinstance(saved, list) else []
    pairs = [(row.get("neptun"), row.get("password")) for row in rows if isinstance(row, dict)]
    return {
        neptun: password
        for neptun, password in pairs
        if isinstance(neptun, str) and isinstance(password, str)
    }
