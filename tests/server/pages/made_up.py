"""Made-up people, assignments and runs, as view models: what the gallery's pages show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assignments.late_policy import LatePolicy, daily_steps
from assignments.packages import PACKAGES
from assignments.spec import Course, Kind, Limits, Localized
from grader.contract import ReturnCause, Verdict
from server.accounts.credentials.tokens import Token
from server.accounts.invitation_mail import Letter
from server.accounts.invitations import Slip
from server.accounts.people import Entry
from server.accounts.roster import Change, Plan, RosterRow
from server.deadlines.rules import DeadlinePhase, line_sentences
from server.gradebook.rows import Latest, LeaderboardRow, OverviewRow
from server.grading.models import State
from server.grading.service import drawn
from server.person import Person, Role
from server.standings.queries import Number
from server.standings.rules import StandingState
from server.standings.service import StandingCard
from server.submissions.admission.tries import Left, Used
from server.submissions.queue.grader_overview import GraderCard, Graders, GraderState, Held
from server.submissions.report.card import AssignmentCard, FileCard, SubmissionCard

NOW = datetime(2026, 11, 24, 20, 16, tzinfo=UTC)
COURSE = Course(
    slug="deep-learning-2026-27-1",
    title=Localized(en="Deep learning", hu="Mélytanulás"),
    term="2026/27/1",
    zone=ZoneInfo("Europe/Budapest"),
)
STUDENT = Person(
    1, "ABC123", "Tűzkő Ödön", "Fürge Vízicickány", Role.STUDENT, 1, labels=("extra-time", "lab-B")
)
OTHER = Person(2, "XYZ789", "Őszi Hajnalka", "Derűs Süni", Role.STUDENT, 1)
LECTURER = Person(3, "DEMOLE", "Kovács Eszter", "Bölcs Bagoly", Role.LECTURER, 1)
PEOPLE = (
    STUDENT,
    OTHER,
    Person(4, "QWE456", "Fűtő Benedek Márton", "Kíváncsi Teknős", Role.STUDENT, 1),
    Person(5, "RTZ001", "Árvíztűrő Tükörfúró Gépész", "Talpraesett Gyík", Role.STUDENT, 1),
    Person(6, "PLM42K", "Nagy Bence", "Ezüst Sirály", Role.STUDENT, 1),
)
HOSTILE = '<script>alert("x")</script>.py'
HANDOUT = drawn(
    """\
# LeNet kézzel írt számjegyeken

Taníts egy kis konvolúciós hálót, és add be a `submission.py` fájlt.

# Mit adj be

    def train(inputs, labels, *, seed):
        ...
        return model

- bemenet: `(N, 1, 8, 8)`
- 10 osztály

| rész | bemenetek | címkék | ki látja |
|---|---|---|---|
| visszatartott | `(697, 1, 16, 16)`, `float32` | nálunk maradnak | a `predict` csak a bemeneteket |
""",
    "files",
)


def assignment(phase: DeadlinePhase = DeadlinePhase.OPEN, **changes: Any) -> AssignmentCard:  # noqa: ANN401
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
        left=Left(7, 30, None, 18, Used(3, 5000, 5000)),
        standing=standing(8.91),
        packages=(*PACKAGES, "networkx>=3"),
        terms=line_sentences(LatePolicy(steps=daily_steps(Decimal("0.1"), 3), tokens=2)),
    )
    ends = {
        DeadlinePhase.OPEN: card.due,
        DeadlinePhase.LATE: card.closes,
        DeadlinePhase.MAKEUP: card.closes,
    }.get(phase)
    card = replace(card, ends=ends)
    return replace(card, **changes)


def submission(
    state: State = State.DONE,
    verdict: Verdict = Verdict.SCORED,
    **changes: Any,  # noqa: ANN401
) -> SubmissionCard:
    """A submission of STUDENT, on time and scored."""
    done = state is State.DONE
    card = SubmissionCard(
        id="0b9f7f0e-1e5d-4a3c-9d7e-2f6a5b1c8d90",
        slug="lenet-digits",
        title="LeNet kézzel írt számjegyeken",
        kind="code",
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
        files_removed_at=None,
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


def standing(points: float | None, *, told: bool = False, **changes: Any) -> StandingCard:  # noqa: ANN401
    """What counts of somebody; `told` adds the private share, which is a little less."""
    public = number(points)
    private = number(None if points is None else round(points - 0.31, 2)) if told else None
    card = StandingCard(
        slug="lenet-digits",
        user_id=1,
        state=StandingState.MISSING if points is None else StandingState.SCORED,
        due=NOW + timedelta(days=5),
        extension_id=None,
        public=public,
        private=private,
        decision_id=None,
        hand_ins=3,
        failures=1,
        our_faults=0,
        under_way=1,
        latest_id="s1",
        latest_late_by=timedelta(),
        serial=1,
    )
    return replace(card, **changes)


def number(points: float | None) -> Number:
    """What counts on one share."""
    value = None if points is None else Decimal(str(points))
    score = None if points is None else points / 10
    return Number(value, value, score, "s1", 1, NOW - timedelta(hours=3), timedelta(), 0, makeup=False)


def leaderboard() -> list[LeaderboardRow]:
    """Students with a shared place, and both baselines."""
    found = [(1, 0.9912), (2, 0.9845), (2, 0.9845), (4, 0.9501), (5, 0.8123)]
    rows = [
        LeaderboardRow(
            place,
            who,
            None,
            f"s{who.id}",
            score,
            Decimal(str(round(10 * score, 2))),
            NOW - timedelta(hours=who.id),
            who.id,
            mine=who is STUDENT,
            older=place == 4,
            public_score=score - 0.01,
        )
        for (place, score), who in zip(found, (OTHER, STUDENT, *PEOPLE[2:]), strict=True)
    ]
    reference = LeaderboardRow(
        None, None, "reference", "b1", 0.9789, Decimal(10), NOW, 1, mine=False, older=False
    )
    starter = LeaderboardRow(
        None, None, "starter", "b2", 0.4012, Decimal("3.46"), NOW, 1, mine=False, older=False
    )
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
        OverviewRow(who, standing(points, told=True), last, number, number // 2)
        for number, (who, points, last) in enumerate(zip(PEOPLE, best, latest, strict=True))
    ]


def roster_plan() -> Plan:
    """Two new people and one with a new name."""
    return Plan(
        added=(
            RosterRow("NEW001", "Új Ubul", "ubul@example.org", ("lab-A",)),
            RosterRow("NEW002", "Kőműves Kelemenné"),
        ),
        changed=(
            Change(
                RosterRow("ABC123", "Tűzkő Ödön", "", ("lab-B",)),
                RosterRow("ABC123", "Dr. Tűzkő Ödön", "odon@example.org", ("extra-time", "lab-B")),
            ),
        ),
        unchanged=297,
    )


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


def handed_in() -> tuple[SubmissionCard, ...]:
    return (
        submission(State.RUNNING),
        submission(late_by=timedelta(hours=3, minutes=4)),
        submission(verdict=Verdict.FAILED),
        submission(verdict=Verdict.GRADER_ERROR),
    )


GRADERS = Graders(
    (
        GraderCard("grader-1", "grade.cpu", GraderState.READY, "", NOW, 214, 0),
        GraderCard(
            "grader-2",
            "grade.cpu",
            GraderState.UNFIT,
            "blob 8a3b0788200be79d is missing. HAZI_STORE must lead to the same store as the server's",
            NOW,
            3,
            2,
        ),
        GraderCard("gpu-1", "grade.gpu", GraderState.SILENT, "", NOW - timedelta(minutes=9), 0, 1),
        GraderCard("old", "grade.gpu", GraderState.STOPPED, "", NOW - timedelta(hours=5), 0, 0),
    ),
    (Held("grade.cpu", ReturnCause.STORE, 12, "StoreError: blob 8a3b0788200be79d is missing"),),
)
