"""What pages show of assignments, submissions and reports: plain values, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from assignments.kinds import Traits, traits_of
from assignments.spec import Kind, Limits
from grader.contract import ClassScore, ConfusedPair, ScoreCard, Verdict
from server.deadlines.rules import TAKEN, DeadlinePhase
from server.errors import Text
from server.grading.service import State
from server.person import Person
from server.standings.service import StandingCard
from server.submissions.admission.tries import Left
from server.submissions.report.charts import Calibration, LayerRow, Line
from server.submissions.report.dataset_card import SheetCard
from server.submissions.report.measures import Interval, Measured
from server.submissions.report.staff_notes import StaffCard

HEAT_LEVELS = 9  # the darkest cell of a confusion matrix
CONFUSIONS_SHOWN = 5
UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True)
class AssignmentCard:
    """An assignment as one person sees it now; texts are in the reader's language."""

    slug: str
    title: str
    summary: str
    kind: Kind
    opens: datetime
    due: datetime
    closes: datetime  # of late days, as it is told: the silent grace is not in it
    phase: DeadlinePhase
    points: float
    metric: str
    classes: tuple[str, ...]
    limits: Limits
    accepts: str  # for the file input: ".py,.zip"
    left: Left  # of its tries
    standing: StandingCard | None  # None: nothing to tell yet
    ends: datetime | None = None  # of what holds now, where that is a matter of hours or days
    terms: tuple[Text, ...] = ()  # what lateness costs and who may make up, a sentence each
    common_due: datetime | None = None  # of everybody, where the reader has a later one
    tokens_left: int = 0  # time tokens that could still help here
    packages: tuple[str, ...] = ()  # that its code can import beside the standard library
    unpublished_at: datetime | None = None  # since when its folder is gone

    @property
    def can_try(self) -> bool:
        """Whether a trial on public data tells anything."""
        return self.kind.traits.can_be_tried and self.limits.trials_per_day > 0

    @property
    def tries_left(self) -> int:
        """How many more hand-ins are taken today."""
        return self.left.tries

    @property
    def handed_in(self) -> int:
        """Own submissions so far."""
        return self.standing.hand_ins if self.standing else 0

    @property
    def best_points(self) -> Decimal | None:
        """What counts so far, as the reader may see it."""
        return self.standing.points if self.standing else None

    @property
    def takes(self) -> bool:
        """Whether the hand-in form is shown."""
        return self.unpublished_at is None and self.phase in TAKEN

    @property
    def state(self) -> str:
        """Where its deadlines are, or that nothing is taken because its folder is gone."""
        return self.phase if self.unpublished_at is None else UNPUBLISHED


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file that can be downloaded at `href`."""

    name: str
    sha256: str
    size: int
    href: str


@dataclass(frozen=True, slots=True)
class SubmissionCard:
    """A submission and how far it got. `message` is in the reader's language."""

    id: str
    slug: str
    title: str  # of the assignment
    kind: str  # of homework; "" where its version can no longer be read
    owner: Person | None  # None: a baseline
    baseline: str | None
    state: State
    verdict: Verdict | None
    message: str | None
    points: float | None
    most: float  # the points that the assignment gives
    received_at: datetime
    late_by: timedelta
    sha256: str
    files: tuple[FileCard, ...]
    files_removed_at: datetime | None  # None while they can be downloaded
    position: int | None  # 1 is next; None unless waiting or released
    expected_finish: datetime | None
    attempt: int
    worker: str | None
    charged: bool = True  # whether it costs a try
    no_grader: bool = False  # it waits, and no grader is running for its queue
    trial: bool = False  # run on public data alone, and never counted
    same_as: str | None = None  # the hand-in with the same content whose run this is, too
    given_back: bool = False  # it waits, for a grader could not grade it by our fault

    @property
    def traits(self) -> Traits:
        """What is to be known of its kind of homework."""
        return traits_of(self.kind)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in {State.DONE, State.CANCELLED}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a confusion matrix."""

    count: int
    share: float  # of its row, 0 to 1
    level: int  # 0 to HEAT_LEVELS, for the colour
    right: bool  # on the diagonal


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """All examples of one true class."""

    label: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of an assignment, in the reader's language."""

    name: str
    points: float
    out_of: float
    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The report card: the result of a run, texts in the reader's language. Empty parts are not shown."""

    verdict: Verdict
    message: str
    detail: str
    points: float | None
    most: float
    score: float | None
    metric: str
    interval: Interval | None
    measures: tuple[Measured, ...]
    costs: tuple[Measured, ...]
    per_class: tuple[ClassScore, ...]
    focus: ClassScore | None  # the row of the class that matters most
    classes: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    confusions: tuple[ConfusedPair, ...]
    size: int | None
    curve: tuple[Mapping[str, float | None], ...]
    previous_best: float | None
    change: float | None
    timings: Mapping[str, float | None]  # phase to seconds, and "total"
    memory_mib: float
    gpu_memory_mib: float
    device: str
    seed: int
    versions: Mapping[str, str]
    command: str  # that grades the same again
    calibration: Calibration | None
    lines: tuple[Line, ...]  # ROC and precision-recall curves
    checks: tuple[CheckRow, ...]
    layers: tuple[LayerRow, ...]
    findings: tuple[str, ...]
    notices: tuple[str, ...]
    private: ScoreCard | None = field(repr=False)  # for staff only
    sheet: SheetCard | None = None  # of a data set
    private_checks: tuple[CheckRow, ...] = field(default=(), repr=False)  # hidden ones too; for staff only
    staff: StaffCard | None = None  # for staff only
    final: bool = False  # whether it was scored on data drawn after the deadline

    def failed_phase(self, phases: Sequence[str]) -> str | None:
        """In which phase of a run it ended without a score; None where it has one, or none is to blame.

        Files that were refused never ran, wherever the grader was when it noticed.
        """
        if self.verdict in {Verdict.SCORED, Verdict.GRADER_ERROR}:
            return None
        if self.verdict == Verdict.REJECTED:
            return "unpack"
        return next((phase for phase in reversed(phases) if phase in self.timings), None)


def matrix_rows(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> tuple[MatrixRow, ...]:
    """A confusion matrix with what is needed to draw it: rows are true classes."""
    rows = []
    for true, (label, row) in enumerate(zip(classes, counts, strict=True)):
        total = sum(row)
        cells = tuple(_cell(count, total, right=true == column) for column, count in enumerate(row))
        rows.append(MatrixRow(label, cells, total))
    return tuple(rows)


def most_confused(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> tuple[ConfusedPair, ...]:
    """The pairs that are mixed up most often, worst first."""
    wrong = [
        ConfusedPair(classes[true], classes[column], count, count / sum(row))
        for true, row in enumerate(counts)
        for column, count in enumerate(row)
        if true != column and count
    ]
    return tuple(sorted(wrong, key=lambda pair: -pair.count)[:CONFUSIONS_SHOWN])


def _cell(count: int, total: int, *, right: bool) -> Cell:
    share = count / total if total else 0.0
    level = max(1, round(share * HEAT_LEVELS)) if count else 0
    return Cell(count, share, level, right)
