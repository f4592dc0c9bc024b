"""Every page with made-up people and runs: for looking at, and for tests of what all pages must keep to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, render_template, request
from flask_babel import Babel
from markupsafe import Markup

from assignments.spec import Course, Kind, Limits, Localized
from grader.contract import ClassScore, ScoreCard, Verdict
from server import i18n
from server.accounts.invitations import Slip
from server.accounts.letters import Letter
from server.accounts.people import Entry
from server.accounts.person import Person, Role
from server.accounts.roster import BadRow, Change, Plan, RosterRow
from server.accounts.tokens import Token
from server.errors import Refusal, TooLarge, WrongLogin
from server.gradebook.rows import Latest, LeaderboardRow, OverviewRow, OverviewTotals, StudentAssignment
from server.submissions import filters
from server.submissions.cards import (
    AssignmentCard,
    FileCard,
    ReportCard,
    SubmissionCard,
    matrix_rows,
    most_confused,
)
from server.submissions.lateness import Phase
from server.submissions.models import State

NOW = datetime(2026, 11, 24, 20, 16, tzinfo=UTC)
COURSE = Course(
    title=Localized(en="Deep learning", hu="Mélytanulás"), term="2026/27/1", zone=ZoneInfo("Europe/Budapest")
)
STUDENT = Person(1, "ABC123", "Tűzkő Ödön", "Fürge Vízicickány", Role.STUDENT)
OTHER = Person(2, "XYZ789", "Őszi Hajnalka", "Derűs Süni", Role.STUDENT)
LECTURER = Person(3, "DEMOLE", "Kovács Eszter", "Bölcs Bagoly", Role.LECTURER)
PEOPLE = (
    STUDENT,
    OTHER,
    Person(4, "QWE456", "Fűtő Benedek Márton", "Kíváncsi Teknős", Role.STUDENT),
    Person(5, "RTZ001", "Árvíztűrő Tükörfúró Gépész", "Talpraesett Gyík", Role.STUDENT),
    Person(6, "PLM42K", "Nagy Bence", "Ezüst Sirály", Role.STUDENT),
)
HOSTILE = '<script>alert("x")</script>.py'
HANDOUT = Markup(
    "<h1>LeNet kézzel írt számjegyeken</h1><p>Taníts egy kis konvolúciós hálót, és add be a "
    "<code>submission.py</code> fájlt.</p><h2>Mit adj be</h2><pre><code>def train(train_inputs, train_labels, "
    "*, seed):\n    ...\n    return model\n</code></pre><ul><li>bemenet: <code>(N, 1, 8, 8)</code></li>"
    "<li>10 osztály</li></ul>"
)
ENDPOINTS = {
    "home": "/",
    "accounts.login": "/login",
    "accounts.logout": "/logout",
    "accounts.language": "/language",
    "accounts.account": "/account",
    "accounts.people": "/people",
    "accounts.import_roster": "/people/import",
    "accounts.invitations": "/people/invitations",
    "submissions.assignments": "/assignments",
    "submissions.assignment": "/assignments/<slug>",
    "submissions.create": "/assignments/<slug>/submissions",
    "submissions.show": "/submissions/<submission_id>",
    "submissions.report": "/submissions/<submission_id>/card",
    "gradebook.leaderboard": "/assignments/<slug>/leaderboard",
    "gradebook.projector": "/assignments/<slug>/projector",
    "gradebook.overview": "/assignments/<slug>/overview",
    "gradebook.student": "/people/<neptun>",
    "help.errors_page": "/help/errors",
}


def assignment(phase: Phase = Phase.OPEN, **changes: Any) -> AssignmentCard:
    """An assignment that is due in five days."""
    card = AssignmentCard(
        slug="lenet-digits",
        title="LeNet kézzel írt számjegyeken",
        summary="Taníts kis konvolúciós hálózatot, amely sosem látott, kézzel írt számjegyeket ismer fel.",
        kind=Kind.CODE,
        opens=NOW - timedelta(days=30),
        due=NOW + timedelta(days=5),
        closes=NOW + timedelta(days=8),
        phase=phase,
        points=10,
        metric="accuracy",
        classes=tuple("0123456789"),
        limits=Limits(upload_mib=5),
        accepts=".py,.zip",
        handed_in=3,
        tries_left=7,
        best_points=8.91,
    )
    return replace(card, **changes)


def submission(
    state: State = State.DONE, verdict: Verdict | None = Verdict.SCORED, **changes: Any
) -> SubmissionCard:
    """A submission of STUDENT, on time and scored."""
    done = state is State.DONE
    card = SubmissionCard(
        id="0b9f7f0e-1e5d-4a3c-9d7e-2f6a5b1c8d90",
        slug="lenet-digits",
        title="LeNet kézzel írt számjegyeken",
        owner=STUDENT,
        baseline=None,
        state=state,
        verdict=verdict if done else None,
        message=None,
        points=9.43 if done and verdict is Verdict.SCORED else None,
        most=10,
        received_at=NOW - timedelta(hours=2),
        late_by=timedelta(),
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        files=(
            FileCard("submission.py", "9f" * 32, 4321, "/submissions/1/files/0"),
            FileCard(HOSTILE, "9e" * 32, 99, "#"),
        ),
        position=3 if state is State.WAITING else None,
        expected_finish=None if done else NOW + timedelta(minutes=2),
        attempt=1,
        worker="grader-1",
    )
    return replace(card, **changes)


ROCKETS = (("rakéta", "autó", "repülőgép"), ((15, 3, 8), (4, 23, 1), (9, 2, 19)))
DIGITS = (
    tuple("0123456789"),
    tuple(
        tuple(
            50 - 3 * (row % 4) if row == column else max(0, (row * 7 + column * 3) % 5 - 2)
            for column in range(10)
        )
        for row in range(10)
    ),
)


def scores(classes: tuple[str, ...], counts: tuple[tuple[int, ...], ...]) -> tuple[ClassScore, ...]:
    """The per-class table of a confusion matrix."""
    total = sum(map(sum, counts))
    table = []
    for at, label in enumerate(classes):
        tp, support = counts[at][at], sum(counts[at])
        called = sum(row[at] for row in counts)
        table.append(
            ClassScore(
                label=label, precision=tp / called, recall=tp / support, f1=2 * tp / (called + support),
                support=support, tp=tp, fn=support - tp, fp=called - tp, tn=total - support - called + tp,
            )
        )  # fmt: skip
    return tuple(table)


def report(data: Any = DIGITS, *, focus: bool = False, **changes: Any) -> ReportCard:
    """The report of a run that was scored."""
    classes, counts = data
    table = scores(classes, counts)
    hits, total = sum(row.tp for row in table), sum(map(sum, counts))
    metrics = {
        "accuracy": hits / total, "balanced_accuracy": 0.93, "macro_precision": 0.94, "macro_recall": 0.931,
        "macro_f1": sum(row.f1 for row in table) / len(table), "weighted_f1": 0.93, "log_loss": 0.2134,
        "roc_auc": 0.9951, "map": 0.981, "recall_at_3": 0.998, "accuracy_low": 0.91, "accuracy_high": 0.956,
        "precision_rakéta": 0.54, "recall_rakéta": 0.58,
    }  # fmt: skip
    card = ReportCard(
        verdict=Verdict.SCORED,
        message="A modelled a nyilvános rész 93%-át jól ismerte fel.",
        detail="",
        points=9.43,
        most=10,
        score=hits / total,
        metric="accuracy",
        metrics=metrics,
        per_class=table,
        focus=table[0] if focus else None,
        classes=classes,
        matrix=matrix_rows(classes, counts),
        confusions=most_confused(classes, counts),
        size=total,
        curve=tuple(
            {"epoch": n, "loss": 2.3 * 0.72**n + 0.05, "valid_loss": 2.2 * 0.76**n + 0.14, "accuracy": 1 - 0.9 * 0.7**n}
            for n in range(1, 16)
        ),
        previous_best=8.91,
        change=0.52,
        timings={"fetch": 0.02, "unpack": 0.01, "start": 0.04, "train": 21.3, "predict": 0.4, "score": 0.05, "total": 21.82},
        memory_mib=512.3,
        device="cpu",
        seed=1234567890,
        versions={"python": "3.11.2", "torch": "2.13.0", "numpy": "2.4.1", "hazi": "0.1.0", "data": "9f86d081884c7d65"},
        private=None,
    )  # fmt: skip
    return replace(card, **changes)


def failure() -> ReportCard:
    """The report of a run that raised."""
    return report(
        verdict=Verdict.FAILED,
        message="A train függvényed kivételt dobott; a hibaüzenet lent olvasható.",
        detail='Traceback (most recent call last):\n  File "submission.py", line 12, in train\n    loss = <b>model</b>(x)\n'
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x128 and 256x10)\n",
        points=None, score=None, metrics={}, per_class=(), matrix=(), confusions=(), size=None, curve=(),
        previous_best=None, change=None,
    )  # fmt: skip


def leaderboard() -> list[LeaderboardRow]:
    """Students with a shared place, and both baselines."""
    found = [(1, 0.9912), (2, 0.9845), (2, 0.9845), (4, 0.9501), (5, 0.8123)]
    rows = [
        LeaderboardRow(place, who, None, f"s{who.id}", score, 10 * score, NOW - timedelta(hours=who.id), who.id, mine=who is STUDENT)
        for (place, score), who in zip(found, (OTHER, STUDENT, *PEOPLE[2:]), strict=True)
    ]  # fmt: skip
    reference = LeaderboardRow(None, None, "reference", "b1", 0.9789, 10, NOW, 1, mine=False)
    starter = LeaderboardRow(None, None, "starter", "b2", 0.4012, 3.46, NOW, 1, mine=False)
    return [*rows[:3], reference, *rows[3:], starter]


def overview() -> list[OverviewRow]:
    """One student in each state."""
    at = NOW - timedelta(hours=3)
    latest = [
        Latest("s1", at, timedelta(), State.DONE, Verdict.SCORED),
        Latest("s2", at, timedelta(hours=5, minutes=12), State.DONE, Verdict.TIMED_OUT),
        Latest("s3", at, timedelta(), State.RUNNING, None),
        None,
        Latest("s5", at, timedelta(days=2, hours=3), State.DONE, Verdict.GRADER_ERROR),
    ]
    best = [9.43, None, 7.0, None, 5.25]
    return [
        OverviewRow(who, number, number // 2, points, last)
        for number, (who, points, last) in enumerate(zip(PEOPLE, best, latest, strict=True))
    ]


def roster_plan() -> Plan:
    """Two new people and one with a new name."""
    return Plan(
        added=(RosterRow("NEW001", "Új Ede", "ede@example.org"), RosterRow("NEW002", "Kőműves Kelemenné")),
        changed=(Change(RosterRow("ABC123", "Tűzkő Ödön", ""), RosterRow("ABC123", "Dr. Tűzkő Ödön", "odon@example.org")),),
        unchanged=297,
    )  # fmt: skip


TOKENS = [
    Token(1, "saját gép", NOW - timedelta(days=9), NOW + timedelta(days=171), NOW - timedelta(hours=1)),
    Token(2, "Colab", NOW - timedelta(days=2), NOW + timedelta(days=178), None),
]
ENTRIES = [
    Entry(who, f"{who.neptun.lower()}@example.org" if who.id % 2 else "", who.id < 4, until)
    for who, until in zip(
        (*PEOPLE, LECTURER), (None, None, None, NOW + timedelta(days=11), None, None), strict=True
    )
]
LETTERS = [
    Letter(
        Slip(who, "", "k", NOW + timedelta(days=14)),
        f"https://hazi.example.org/invitation/{'aB3-_x' * 7}{who.id}",
    )
    for who in PEOPLE
]
REFUSALS = sorted(set(Refusal.kinds()), key=lambda kind: (kind.status, kind.slug))

Page = tuple[str, Person | None, Callable[[], Mapping[str, Any]]]

PAGES: Mapping[str, Page] = {
    "login": ("accounts/login.html", None, lambda: {"neptun": "", "next": "/assignments", "refusal": None}),
    "login-refused": ("accounts/login.html", None, lambda: {"neptun": "ABC123", "next": None, "refusal": WrongLogin()}),
    "invitation": ("accounts/invitation.html", None, lambda: {"invited": STUDENT, "refusal": None}),
    "account": ("accounts/account.html", STUDENT, lambda: _account()),
    "account-new-token": ("accounts/account.html", STUDENT, lambda: _account(new_token="hazi_" + "aB3-_xYz" * 5 + "abc", action="token")),
    "account-no-token": ("accounts/account.html", STUDENT, lambda: _account(tokens=[])),
    "people": ("accounts/people.html", LECTURER, lambda: {"entries": ENTRIES, "can_mail": True}),
    "people-empty": ("accounts/people.html", LECTURER, lambda: {"entries": [], "can_mail": False}),
    "import": ("accounts/import.html", LECTURER, lambda: {"plan": None, "bad_rows": (), "text": "", "refusal": None}),
    "import-preview": (
        "accounts/import.html", LECTURER,
        lambda: {"plan": roster_plan(), "bad_rows": (BadRow(7, "Az „A1” nem Neptun-kód."), BadRow(9, "Hiányzik a név.")), "text": "x", "refusal": None},
    ),
    "invitations": ("accounts/invitations.html", LECTURER, lambda: {"letters": LETTERS}),
    "assignments": (
        "submissions/assignments.html", STUDENT,
        lambda: {"assignments": [assignment(), assignment(Phase.LATE, title="Rakéták, autók, repülők", best_points=None, handed_in=0, tries_left=1), assignment(Phase.NOT_OPEN, best_points=None, handed_in=0), assignment(Phase.CLOSED, best_points=10)]},
    ),
    "assignments-empty": ("submissions/assignments.html", STUDENT, lambda: {"assignments": []}),
    "assignment": ("submissions/assignment.html", STUDENT, lambda: _assignment(assignment())),
    "assignment-late": ("submissions/assignment.html", STUDENT, lambda: _assignment(assignment(Phase.LATE), submissions=[], refusal=TooLarge())),
    "assignment-closed": ("submissions/assignment.html", LECTURER, lambda: _assignment(assignment(Phase.CLOSED))),
    "show-waiting": ("submissions/show.html", STUDENT, lambda: {"submission": submission(State.WAITING), "card": None}),
    "show-running": ("submissions/show.html", STUDENT, lambda: {"submission": submission(State.RUNNING), "card": None}),
    "show-scored": ("submissions/show.html", STUDENT, lambda: {"submission": submission(), "card": report()}),
    "show-rockets": (
        "submissions/show.html", LECTURER,
        lambda: {"submission": submission(late_by=timedelta(hours=26)), "card": report(ROCKETS, focus=True, private=_private())},
    ),
    "show-failed": ("submissions/show.html", STUDENT, lambda: {"submission": submission(verdict=Verdict.FAILED), "card": failure()}),
    "leaderboard": ("gradebook/leaderboard.html", STUDENT, lambda: {"assignment": assignment(), "rows": leaderboard()}),
    "leaderboard-staff": ("gradebook/leaderboard.html", LECTURER, lambda: {"assignment": assignment(), "rows": leaderboard()}),
    "leaderboard-empty": ("gradebook/leaderboard.html", STUDENT, lambda: {"assignment": assignment(), "rows": []}),
    "projector": ("gradebook/projector.html", LECTURER, lambda: {"assignment": assignment(), "rows": leaderboard()}),
    "overview": (
        "gradebook/overview.html", LECTURER,
        lambda: {"assignment": assignment(), "rows": overview(), "totals": OverviewTotals(5, 4, 3, 1, 1, 7.227)},
    ),
    "student": (
        "gradebook/student.html", LECTURER,
        lambda: {"student": STUDENT, "assignments": [StudentAssignment(assignment(), _handed_in()), StudentAssignment(assignment(Phase.CLOSED, slug="other", best_points=None), ())]},
    ),
    "error": ("error.html", STUDENT, lambda: {"title": TooLarge.title, "detail": TooLarge.help, "status": 413, "slug": "too-large"}),
    "errors": ("help/errors.html", None, lambda: {"refusals": REFUSALS}),
}  # fmt: skip


def make_gallery() -> Flask:
    """An application that shows PAGES under /gallery/<name>?lang=hu."""
    root = Path(i18n.__file__).parent
    app = Flask("server", root_path=str(root), template_folder="templates", static_folder="static")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(root / "translations")
    Babel(
        app,
        locale_selector=lambda: request.args.get("lang", "en"),
        timezone_selector=lambda: "Europe/Budapest",
    )
    app.jinja_env.globals["csrf_token"] = lambda: "fixture"
    for printed in (filters.points, filters.percent, filters.size):
        app.add_template_filter(printed)
    app.add_url_rule("/gallery/<name>", "gallery", lambda name: show(name))
    for endpoint, rule in ENDPOINTS.items():
        app.add_url_rule(rule, endpoint, lambda **_: "", methods=["GET", "POST"])
    return app


def show(name: str) -> str:
    """One page, in the language of the request."""
    template, person, context = PAGES[name]
    return render_template(
        template, person=person, course=COURSE, events="/events", languages=i18n.LANGUAGES, **context()
    )


def _account(**changes: Any) -> dict[str, Any]:
    usual = {"tokens": TOKENS, "new_token": None, "refusal": None, "action": "", "nickname": STUDENT.nickname}
    return usual | changes


def _assignment(card: AssignmentCard, **changes: Any) -> dict[str, Any]:
    starter = [FileCard("submission.py", "9f" * 32, 1834, "/starter/submission.py")]
    usual = {
        "assignment": card,
        "handout": HANDOUT,
        "starter": starter,
        "submissions": _handed_in(),
        "key": "k",
        "refusal": None,
    }
    return usual | changes


def _handed_in() -> tuple[SubmissionCard, ...]:
    return (
        submission(State.RUNNING),
        submission(late_by=timedelta(hours=3, minutes=4)),
        submission(verdict=Verdict.FAILED),
        submission(verdict=Verdict.GRADER_ERROR),
    )


def _private() -> ScoreCard:
    classes, counts = ROCKETS
    return ScoreCard(9.1, 0.91, {"accuracy": 0.91, "macro_f1": 0.9}, scores(classes, counts), counts, 84)


if __name__ == "__main__":
    make_gallery().run(port=8123)
