"""What staff read beside the private share of a run: robustness, remarks, and a gap between the shares."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import GradeReport, Robustness, ScoreCard, StaffNotes, Verdict
from server.grading.service import Grading, Submission
from server.submissions.report.share_gap import Gap, gap

REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class StaffCard:
    """Notes for staff, texts in the reader's language. What there is not is empty, and left out."""

    metric: str
    robustness: Robustness | None
    reference: Robustness | None  # of the assignment's own reference, in the same version
    remarks: tuple[str, ...]
    gap: Gap | None

    @property
    def says(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.robustness or self.remarks or self.gap)


def staff_card(session: Session, grading: Grading, report: GradeReport, language: str) -> StaffCard | None:
    """The notes of a run; None without a private share."""
    if not grading.private_share:
        return None
    notes = _notes(grading.private_share)
    return StaffCard(
        metric=report.metric,
        robustness=notes.robustness,
        reference=_robustness_of_reference(session, grading) if notes.robustness else None,
        remarks=tuple(remark.text.in_language(language) for remark in notes.remarks),
        gap=_gap(report.public, ScoreCard.from_message(grading.private_share)),
    )


def _gap(public: ScoreCard | None, private: ScoreCard) -> Gap | None:
    return gap(public.metrics, private.metrics, public.size, private.size) if public else None


def _robustness_of_reference(session: Session, grading: Grading) -> Robustness | None:
    rows = (
        select(Grading.private_share)
        .join(Submission, Grading.submission_id == Submission.id)
        .where(Submission.baseline == REFERENCE, Grading.version_id == grading.version_id)
        .where(Grading.final == grading.final, Grading.verdict == Verdict.SCORED)
        .order_by(Grading.id.desc())
        .limit(1)
    )
    found = session.scalar(rows)
    return _notes(found).robustness if found else None


def _notes(private_share: dict[str, object]) -> StaffNotes:
    notes = private_share.get("staff")
    return StaffNotes.from_message(notes) if isinstance(notes, dict) else StaffNotes()
