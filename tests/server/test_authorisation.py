"""Who may come in where: every route with every method, tried by everybody on the same things.

The routes come from the application, so none can be forgotten; the lists below say whom they are for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, MetaData, Select, Table, select
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.person import Person, Role
from server.web import services
from tests.sampling import few
from tests.server.conftest import Clock, added, an_app, token_of
from tests.server.objects import STARTER, objects_of

SAMPLES = {
    "name": STARTER,
    "number": 0,
    "token": "x",
    "token_id": 999,
    "extension_id": 1,
    "neptun": "XYZ789",
    "report_id": 1,
    "key": "x",
    "file_format": "gift",
    "suffix": "csv",
    "filename": "css/base.css",
    "path": "pictures/curve.png",
    "version": "x",
    "blob": "x",
}
NOTHING = {
    "name": "none.py",
    "number": 9999,
    "token": "y",
    "token_id": 998,
    "extension_id": 9999,
    "neptun": "AAA000",
    "report_id": 9999,
    "key": "y",
    "pin": "999999",
    "slug": "none",
    "question": "none",
    "player_id": "9999",
    "knock_id": "9999",
    "inquiry_id": 9999,
    "submission_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
    "upload_id": "0" * 8 + "-0000-4000-8000-" + "1" * 12,
    "regrade_id": "9999",
    "file_format": "gift",
    "suffix": "csv",
    "filename": "none.css",
    "path": "none.png",
    "version": "y",
    "blob": "y",
}
FOR_EVERYBODY = {
    "static",
    "home",
    "accounts.login",
    "accounts.logout",
    "accounts.language",
    "accounts.invitation",
    "accounts_api.create_token",
    "help.errors_page",
    "cli.instructions",
    "cli.wheel_file",
    "quizzes.check",
    "quizzes.check_echo",
    "quizzes.check_stream",
    "quizzes.enter",
    "quizzes.phone",
    "openapi.openapi",
    "openapi.api_page",
    "notices.calendar_file",
    "receipts.keys",
    "receipts.well_known_keys",
    "health.healthz",
    "health.readyz",
    "health.metrics",
}
FOR_PLAYERS = {
    *("quizzes_api.join", "quizzes_api.state", "quizzes_api.events", "quizzes_api.answer"),
    "quizzes.picture",  # whose it is, tests/server/quizzes/test_pictures.py says
}
FOR_STAFF = {
    *("deadlines.extensions", "deadlines.end_extension", "deadlines.extension_sheet", "deadlines.student"),
    *("deadlines.makeup", "deadlines.makeup_file"),
    *("deadlines_api.extensions", "deadlines_api.extend_some", "deadlines_api.end_extension"),
    *("deadlines_api.all_extensions", "deadlines_api.extend_sheet", "deadlines_api.student_explanation"),
    "deadlines_api.dates",
    "accounts.people",
    "accounts.import_roster",
    "accounts.invitations",
    "accounts.labels",
    "accounts.people_file",
    "accounts_api.roster",
    "gradebook.overview",
    "gradebook.chosen",
    "gradebook.overview_file",
    "inquiries.settle",
    "inquiries_api.settle",
    "gradebook.projector",
    "submissions.graders",
    "gradebook.gradebook",
    "gradebook.gradebook_file",
    "gradebook_api.gradebook",
    "gradebook_api.overview",
    "gradebook.student",
    "standings.audit",
    "standings.audit_file",
    "standings_api.audit",
    "standings_api.decide",
    "standings_api.decisions",
    "submissions.decide",
    "submissions_api.create_for",
    "gradebook.decide",
    "gradebook.hand_in_for",
    "gradebook.regrades",
    "gradebook.regrade",
    "gradebook.end_regrade",
    "gradebook_api.list_regrades",
    "gradebook_api.start_regrade",
    "gradebook_api.regrade",
    "gradebook_api.end_regrade",
    "quizzes_api.list_quizzes",
    "quizzes.allow_replay",
    "quizzes.count",
    "quizzes.decide",
    "quizzes.draft_picture",
    "quizzes.edit_quiz",
    "quizzes.export",
    "quizzes.change_report",
    "quizzes.convert",
    "quizzes.history",
    "quizzes.history_file",
    "quizzes.import_quiz",
    "quizzes.take_reports",
    "quizzes.new_quiz",
    "quizzes.open_quiz",
    "quizzes.participation",
    "quizzes.participation_file",
    "quizzes.preview",
    "quizzes.publish",
    "quizzes.source",
    "quizzes.quiz",
    "quizzes.quizzes",
    "quizzes.remote",
    "quizzes.results",
    "quizzes.results_file",
    "quizzes.wall",
    "quizzes_api.advance",
    "quizzes_api.counts",
    "quizzes_api.create_session",
    "quizzes_api.desk_events",
    "quizzes_api.knock",
    "quizzes_api.lock",
    "quizzes_api.player",
    "quizzes_api.results",
    "quizzes_api.rulings",
    "quizzes_api.wall_events",
}
FOR_LECTURERS = {"deadlines.dates", "deadlines_api.set_dates"}  # refused to assistants as to students
# All else carries somebody's data, or may do so one day.
MAY_BE_KEPT_BY_CACHES = {"static"}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD", "OPTIONS")
OWNED = {"submission_id", "upload_id", "inquiry_id"}
PIECE = {
    "Tus-Resumable": "1.0.0",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}
ENDS_THE_TOKEN = "/api/v1/tokens/current"
# Reading is written down: when somebody was last seen, and that a device is still there.
NOTED = {("api_token", "last_used_at"), ("web_session", "last_seen_at")}
CHARGED = "wrong_guess"  # what a GET with a wrong PIN is written down in


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a door."""

    name: str
    headers: Mapping[str, str]
    is_staff: bool = False
    is_lecturer: bool = False
    is_owner: bool = False

    @property
    def is_somebody(self) -> bool:
        return self.name not in {"nobody", "bad token"}


@dataclass(frozen=True, slots=True)
class Door:
    """A route with one method, and an address at which there is something."""

    rule: Rule
    method: str
    path: str
    has_method: bool = True

    @property
    def is_guess(self) -> bool:
        """Whether it is asked for a quiz that is not there."""
        return NOTHING["pin"] in self.path

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def is_for_everybody(self) -> bool:
        return self.rule.endpoint in FOR_EVERYBODY | FOR_PLAYERS


@dataclass(frozen=True, slots=True)
class Grounds:
    """The application, those who walk around in it, and its doors."""

    app: Flask
    visitors: tuple[Visitor, ...]
    doors: tuple[Door, ...]
    blind_doors: tuple[Door, ...]  # behind which there is nothing

    def knock(self, door: Door, visitor: Visitor) -> TestResponse:
        """A program asks: no cookie, so no form needs a token of the page."""
        headers = {"Accept": "application/json"} if door.is_api else {}
        if "upload_id" in door.rule.arguments:
            headers |= PIECE
        answer = self.app.test_client().open(
            door.path, method=door.method, headers={**headers, **visitor.headers}, buffered=False
        )
        answer.close()
        return answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What one visitor was answered at one door."""

    door: Door
    visitor: Visitor
    status: int
    headers: Headers
    problem: str

    def __str__(self) -> str:
        return f"{self.visitor.name}: {self.door.method} {self.door.path} {self.status}"


@pytest.fixture(scope="module")
def walk(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, compiled_templates: FileSystemBytecodeCache
) -> tuple[Answer, ...]:
    """All routes, all methods, all roles, and the work of another student: every answer, of one walk."""
    with an_app(tmp_path_factory.mktemp("walk"), migrated_file, compiled_templates, Clock()) as app:
        grounds = grounds_of(app, partial(added, app), partial(token_of, app))
        return tuple(
            Answer(door, visitor, answer.status_code, answer.headers, wrong(door, visitor, answer))
            for door in grounds.doors
            for visitor in grounds.visitors
            for answer in [grounds.knock(door, visitor)]
        )


@pytest.fixture
def grounds(app: Flask, person: Callable[..., Person], token: Callable[[str], dict[str, str]]) -> Grounds:
    return grounds_of(app, person, token)


def grounds_of(app: Flask, person: Callable[..., Person], token: Callable[[str], dict[str, str]]) -> Grounds:
    owner = person("ABC123")
    person("XYZ789", name="Nagy Péter")
    person("ASS001", name="Tóth Béla", role=Role.ASSISTANT)
    lecturer = person("LEC001", name="Dr. Kovács Éva", role=Role.LECTURER)
    found = {name: ids[0] for name, ids in objects_of(app, owner, lecturer).items()}
    visitors = (
        Visitor("nobody", {}),
        Visitor("bad token", {"Authorization": "Bearer hazi_nonsense"}),
        Visitor("owner", token("ABC123"), is_owner=True),
        Visitor("other student", token("XYZ789")),
        Visitor("assistant", token("ASS001"), is_staff=True),
        Visitor("lecturer", token("LEC001"), is_staff=True, is_lecturer=True),
    )
    blind = (*doors(app, NOTHING), *guesses(app))
    return Grounds(app, visitors, tuple(doors(app, found)), blind)


def doors(app: Flask, found: Mapping[str, object]) -> Iterator[Door]:
    """Every address of the application with every method; what ends the token comes last."""
    adapter = app.url_map.bind("localhost")
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule == ENDS_THE_TOKEN, rule.rule))
    paths = {}
    for rule in rules:
        slug = "week-1" if "/quizzes/" in rule.rule and found is not NOTHING else found["slug"]
        values = {name: {**SAMPLES, **found, "slug": slug}[name] for name in rule.arguments}
        paths[adapter.build(rule.endpoint, values, method=next(iter(rule.methods or ())))] = rule
    for path, rule in paths.items():
        for method in METHODS:
            try:
                matched, _values = adapter.match(path, method=method, return_rule=True)
            except MethodNotAllowed:
                yield Door(rule, method, path, has_method=False)
            else:
                yield Door(matched, method, path)


def guesses(app: Flask) -> Iterator[Door]:
    """A PIN typed on the page for it."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "quizzes.enter")
    for method in SAFE:
        yield Door(rule, method, f"/live?pin={NOTHING['pin']}")


def wrong(door: Door, visitor: Visitor, answer: TestResponse) -> str:
    """What is wrong with an answer; "" if nothing is."""
    status = answer.status_code
    if status >= 500 and door.rule.endpoint != "health.readyz":  # there is no broker
        return "breaks"
    if not door.has_method:
        return "" if status in {401, 404, 405} else "takes a method that it does not have"
    if door.method == "OPTIONS":
        return "" if status in {200, 204} and not answer.data else "OPTIONS is more than a list of methods"
    if door.is_for_everybody:
        return "turns everybody away" if status == 403 and door.rule.endpoint in FOR_EVERYBODY else ""
    if not visitor.is_somebody:
        return "" if _is_shown_the_door(door, visitor, answer) else "lets nobody in particular in"
    return _wrong_for_somebody(door, visitor, status)


def _wrong_for_somebody(door: Door, visitor: Visitor, status: int) -> str:
    if door.rule.endpoint in FOR_LECTURERS and not visitor.is_lecturer:
        return "" if status == 403 else "lets others than lecturers in"
    if visitor.is_staff:
        return "" if status not in {401, 403, 405} else "turns staff away"
    if door.rule.endpoint in FOR_STAFF:
        return "" if status == 403 else "lets students in"
    if OWNED & door.rule.arguments and not visitor.is_owner:
        return "" if status == 404 else "shows the work of others"
    return "" if status not in {401, 403, 405} else "turns students away"


def _is_shown_the_door(door: Door, visitor: Visitor, answer: TestResponse) -> bool:
    if door.is_api or visitor.headers:
        return answer.status_code == 401
    if door.method in SAFE:
        return (answer.status_code, answer.location.split("?")[0]) == (302, "/login")
    return answer.status_code == 400  # a form without a token of the page


def tables(app: Flask) -> dict[str, list[str]]:
    """All that the database holds, but for what is allowed to change by being looked at."""
    engine = services(app).database.engine
    with engine.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(_kept(table)))) for table in _found(engine)}


@cache
def _found(engine: Engine) -> list[Table]:
    """The tables that are there, whether or not a model knows of them."""
    known = MetaData()
    known.reflect(engine)
    return known.sorted_tables


def _kept(table: Table) -> Select[tuple[object, ...]]:
    return select(*[column for column in table.columns if (table.name, column.name) not in NOTED])


def test_the_lists_above_name_routes_that_exist(app: Flask):
    assert {
        rule.endpoint for rule in app.url_map.iter_rules()
    } >= FOR_EVERYBODY | FOR_PLAYERS | FOR_STAFF | FOR_LECTURERS


@pytest.mark.timeout(300)
def test_everybody_at_every_door(walk: Sequence[Answer], record_property: Callable[[str, object], None]):
    bad = [f"{answer} {answer.problem}" for answer in walk if answer.problem]
    record_property("table", matrix(walk, len(bad)))
    assert not bad, "\n".join(bad)


def matrix(walk: Sequence[Answer], bad: int) -> str:
    """How many answers of which kind each visitor was given."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for one in walk:
        seen[one.visitor.name][f"{one.status // 100}xx" if one.door.has_method else "no method"] += 1
    kinds = ("2xx", "3xx", "4xx", "5xx", "no method")
    rows = [f"{'':14}" + "".join(f"{kind:>11}" for kind in kinds)]
    rows += [f"{name:14}" + "".join(f"{count[kind]:11}" for kind in kinds) for name, count in seen.items()]
    routes = len({one.door.rule.rule for one in walk})
    rows.append(
        f"{routes} addresses x {len(METHODS)} methods x {len(seen)} visitors = {len(walk)}; wrong: {bad}"
    )
    return "\n".join(["Who gets in where", *rows])


def test_caches_keep_nothing_of_anybody(walk: Sequence[Answer]):
    """Files and tables, pages, refusals and ways elsewhere."""
    kept = [
        f"{answer} {said!r}"
        for answer in walk
        if (said := answer.headers.get("Cache-Control", "")) != "no-store"
        and not (answer.door.rule.endpoint in MAY_BE_KEPT_BY_CACHES and answer.door.has_method)
    ]
    assert kept == []
    downloads = {
        answer.door.rule.endpoint
        for answer in walk
        if answer.status == 200 and "Content-Disposition" in answer.headers
    }
    assert downloads > {"submissions.download", "submissions.starter", "gradebook.gradebook_file"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("method", few(SAFE, keep={"HEAD"}.__contains__))
def test_reading_changes_nothing(grounds: Grounds, method: str):
    """Above all HEAD, which must not run the half of a view that a form is sent to."""
    everywhere = [door for door in (*grounds.doors, *grounds.blind_doors) if door.method == method]
    for visitor in grounds.visitors:
        assert changed_by(grounds, visitor, [one for one in everywhere if not one.is_guess]) == set(), visitor
        written = changed_by(grounds, visitor, [one for one in everywhere if one.is_guess])
        assert written == ({CHARGED} if method == "GET" else set()), visitor


def changed_by(grounds: Grounds, visitor: Visitor, those: Iterable[Door]) -> set[str]:
    """The tables in which something is different after a walk."""
    before = tables(grounds.app)
    for door in those:
        grounds.knock(door, visitor)
    after = tables(grounds.app)
    return {name for name in after if after[name] != before[name]}


GUESSED = ["/live?pin={}", "/live/{}", "/live/{}/replay", "/api/v1/live/{}/state", "/api/v1/live/{}/events"]


@pytest.mark.parametrize("path", GUESSED)
def test_a_head_that_costs_nothing_tells_nothing(grounds: Grounds, path: str):
    """Or PINs could be guessed for nothing."""
    right = next(door.path for door in grounds.doors if door.rule.endpoint == "quizzes.wall").split("/")[2]
    for visitor in grounds.visitors:
        answers = [
            grounds.app.test_client().head(path.format(pin), headers=visitor.headers)
            for pin in (right, NOTHING["pin"])
        ]
        assert answers[0].status_code == answers[1].status_code, visitor
        assert answers[0].headers.get("Location") in {
            None,
            answers[1].headers.get("Location", "").replace("999999", right),
        }


def test_walk_finds_the_things_that_it_asks_for(grounds: Grounds):
    """It would also be content if the addresses led nowhere."""
    owner = next(visitor for visitor in grounds.visitors if visitor.is_owner)
    for door in grounds.doors:
        if OWNED & door.rule.arguments and door.method == "GET" and door.has_method:
            assert grounds.knock(door, owner).status_code == 200, door.path


@pytest.mark.parametrize("password", ["\ud800", "\0" * 20, "x" * 100_000, "é" * 900])
def test_strange_passwords_are_only_wrong(client: FlaskClient, password: str):
    request = {"neptun": "ABC123", "password": password, "name": "x"}
    assert client.post("/api/v1/tokens", json=request).status_code in {401, 422}
