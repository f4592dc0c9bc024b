"""What the API of submissions answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from assignments.late_policy import After, LatePolicy, Verb
from assignments.limits import Limits
from server.errors import Text
from server.http.api_address import API
from server.submissions.models import RunEvent
from server.submissions.report.card import AssignmentCard, FileCard, SubmissionCard


class LateStepOut(BaseModel):
    """What is done to a hand-in that comes up to `until` after the due moment."""

    until: str  # "+1d" by the wall clock of the course, "+36h" and "+90m" by the time that passes
    verb: Verb
    share: float


class LateOut(BaseModel):
    """What lateness costs. `per_day` and `last_day` are null where not all late days cost the same."""

    grace_s: float
    per_day: float | None
    last_day: int | None
    steps: list[LateStepOut]
    floor: float
    tokens: int
    closes: datetime | None
    after: After
    words: list[str]  # all of it and the make-up, a sentence each


def late_out(policy: LatePolicy, terms: Iterable[Text]) -> LateOut:
    """What lateness costs, as an assignment says it."""
    return LateOut(
        grace_s=policy.grace.total_seconds(),
        per_day=None if policy.per_day is None else float(policy.per_day),
        last_day=policy.last_day,
        steps=[
            LateStepOut(until=str(step.until), verb=step.verb, share=float(step.share))
            for step in policy.steps
        ],
        floor=float(policy.floor),
        tokens=policy.tokens,
        closes=policy.closes,
        after=policy.after,
        words=[str(sentence) for sentence in terms],
    )


class LimitsOut(BaseModel):
    """What one run and one hand-in may use."""

    wall_s: float
    memory_mib: int
    cpus: int
    gpu: int
    gpu_memory_mib: int
    per_day: int
    total: int  # 0: no bound
    cooldown_s: float
    trials_per_day: int
    upload_mib: int
    files: int


class AssignmentOut(BaseModel):
    """An assignment as the asker sees it now. `packages` are what its code can import."""

    slug: str
    title: str
    summary: str
    kind: str
    opens: datetime
    due: datetime
    closes: datetime
    state: str
    points: float
    metric: str
    classes: list[str]
    limits: LimitsOut
    packages: list[str]
    tries_left_today: int
    tries_left: int | None  # over the whole assignment; null: no bound
    trials_left_today: int
    next_hand_in_at: datetime | None  # null: at once
    best_points: float | None
    links: dict[str, str]


class AssignmentList(BaseModel):
    """Every assignment, the nearest deadline first."""

    assignments: list[AssignmentOut]


class StarterOut(BaseModel):
    """A file to begin with."""

    name: str
    href: str


class PracticeOut(BaseModel):
    """The practice kit: public data and visible checks, for grading at home."""

    href: str
    sha256: str
    size: int


class AssignmentDetail(AssignmentOut):
    """An assignment with all there is to read. Before it opens, students see no handout."""

    handout: str
    late: LateOut
    starter: list[StarterOut]
    practice: PracticeOut | None


class FileOut(BaseModel):
    """A file as it was handed in."""

    name: str
    sha256: str
    size: int


class SubmissionOut(BaseModel):
    """A submission and how far it got."""

    id: str
    assignment: str
    state: str
    verdict: str | None
    message: str | None
    points: float | None
    received_at: datetime
    late_by_s: int
    sha256: str
    files: list[FileOut]
    files_removed_at: datetime | None
    position: int | None
    no_grader: bool  # it waits, and no grader is running for its queue
    expected_finish: datetime | None
    attempt: int
    charged: bool  # whether it costs a try
    trial: bool  # run on public data alone: it never counts
    same_as: str | None  # the submission with the same content whose run this is, too
    links: dict[str, str]


class SubmissionList(BaseModel):
    """A page of one's own submissions, newest first; `next` is the `before` of the next one, if any."""

    submissions: list[SubmissionOut]
    next: str | None


class SubmissionQuery(BaseModel):
    """Which submissions: at most `limit`, those older than the submission `before`."""

    assignment: str | None = Field(default=None, max_length=64)
    before: UUID | None = None
    limit: int = Field(default=100, ge=1, le=200)


class HandInQuery(BaseModel):
    """How something is handed in, beside its files."""

    model_config = ConfigDict(extra="forbid")

    trial: bool = False  # run on public data alone, and never counted
    keep: bool = False  # what waits already is run too; else a newer hand-in takes its place


class ReceiptOut(BaseModel):
    """Proof of who handed in what, and when the last byte came."""

    submission: str
    assignment: str
    neptun: str | None
    name: str | None
    received_at: datetime
    late_by_s: int
    sha256: str
    files: list[FileOut]


class HandedIn(SubmissionOut):
    """A new submission with its receipt."""

    receipt: ReceiptOut


class EventOut(BaseModel):
    """One thing that a run told. A value that was no number is null."""

    id: int
    kind: str
    at: datetime
    text: str
    values: dict[str, float | None]


class EventList(BaseModel):
    """What was told since the event `after`; ask again with `next`."""

    submission: SubmissionOut
    events: list[EventOut]
    next: int


class EventQuery(BaseModel):
    """From where on."""

    after: int = Field(default=0, ge=0, le=2**63 - 1)


def _limits_out(limits: Limits) -> LimitsOut:
    return LimitsOut(
        wall_s=limits.wall.total_seconds(),
        memory_mib=limits.memory_mib,
        cpus=limits.cpus,
        gpu=limits.gpu,
        gpu_memory_mib=limits.gpu_memory_mib,
        per_day=limits.per_day,
        total=limits.total,
        cooldown_s=limits.cooldown.total_seconds(),
        trials_per_day=limits.trials_per_day,
        upload_mib=limits.upload_mib,
        files=limits.files,
    )


def assignment_fields(card: AssignmentCard) -> dict[str, object]:
    """What an assignment's answer says, from its card."""
    address = f"{API}/assignments/{card.slug}"
    return {
        "slug": card.slug,
        "title": card.title,
        "summary": card.summary,
        "kind": card.kind,
        "opens": card.opens,
        "due": card.due,
        "closes": card.closes,
        "state": card.state,
        "points": card.points,
        "metric": card.metric,
        "classes": list(card.classes),
        "limits": _limits_out(card.limits),
        "packages": list(card.packages),
        "tries_left_today": card.tries_left,
        "tries_left": card.left.total,
        "trials_left_today": card.left.trials,
        "next_hand_in_at": card.left.again_at,
        "best_points": card.best_points,
        "links": {
            "self": address,
            "html": f"/assignments/{card.slug}",
            "submissions": f"{API}/submissions?assignment={card.slug}",
            "leaderboard": f"{address}/leaderboard",
        },
    }


def submission_fields(card: SubmissionCard) -> dict[str, object]:
    """What a submission's answer says, from its card."""
    address = f"{API}/submissions/{card.id}"
    return {
        "id": card.id,
        "assignment": card.slug,
        "state": card.state,
        "verdict": card.verdict,
        "message": card.message,
        "points": card.points,
        "received_at": card.received_at,
        "late_by_s": int(card.late_by.total_seconds()),
        "sha256": card.sha256,
        "files": _files(card.files),
        "files_removed_at": card.files_removed_at,
        "position": card.position,
        "no_grader": card.no_grader,
        "expected_finish": card.expected_finish,
        "attempt": card.attempt,
        "charged": card.charged,
        "trial": card.trial,
        "same_as": card.same_as,
        "links": {
            "self": address,
            "html": f"/submissions/{card.id}",
            **{name: f"{address}/{name}" for name in ("events", "log", "report", "receipt")},
        },
    }


def receipt(card: SubmissionCard) -> ReceiptOut:
    """The receipt of a submission."""
    return ReceiptOut(
        submission=card.id,
        assignment=card.slug,
        neptun=card.owner.neptun if card.owner else None,
        name=card.owner.name if card.owner else None,
        received_at=card.received_at,
        late_by_s=int(card.late_by.total_seconds()),
        sha256=card.sha256,
        files=_files(card.files),
    )


def event(row: RunEvent) -> EventOut:
    """One event."""
    return EventOut(id=row.id, kind=row.kind, at=row.at, text=row.text, values=row.values)


def _files(files: tuple[FileCard, ...]) -> list[FileOut]:
    return [FileOut(name=file.name, sha256=file.sha256, size=file.size) for file in files]
