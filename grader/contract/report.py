"""From grader to server: the report of a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from assignments.localized import Localized
from grader.contract.dataset import DataSheet
from grader.contract.fields import AnyNumber, AnyNumberOrNull, Flag, Number, Text, Whole
from grader.contract.messages import MalformedMessageError, Message, Row, Sent, read, write
from grader.contract.network import Layer
from grader.contract.score import SCORE_FIELDS, ScoreCard, check_score, score_fields
from grader.contract.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Robustness(Row):
    """The assignment's metric on all held-out examples, and once more with noise on their inputs."""

    noise: Number  # standard deviation, as a share of that of the inputs
    clean: Number
    perturbed: Number


@dataclass(frozen=True, slots=True)
class Remark(Row):
    """Something that staff should look at; it decides nothing."""

    code: Text
    en: Text
    hu: Text

    @property
    def text(self) -> Localized:
        """What it says."""
        return Localized(self.en, self.hu)


@dataclass(frozen=True, slots=True)
class StaffNotes(Sent):
    """What staff read beside the private share. No student ever sees it."""

    robustness: Robustness | None = None
    remarks: tuple[Remark, ...] = ()

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote; nothing where older graders wrote nothing."""
        return read(cls, {**message, "robustness": message.get("robustness") or None}, ("remarks",))


@dataclass(frozen=True, slots=True)
class GradeReport(Row):
    """What came of a job. `public` may be shown to the student; `private` may not before the deadline."""

    attempt_id: Text = field(repr=False)
    verdict: Verdict
    message: Text  # one English sentence that says what happened and what to do
    message_hu: Text
    detail: Text = ""  # the student's own traceback or the refused line; never ours, never held-out data
    classes: tuple[Text, ...] = ()
    metric: Text = ""  # name of the assignment's own metric, a key of `metrics`
    focus: Text = ""  # the class whose precision and recall matter most, or ""
    public: ScoreCard | None = None
    private: ScoreCard | None = field(default=None, repr=False)
    seed: Whole = 0
    device: Text = "cpu"
    timings: Mapping[Text, AnyNumberOrNull] = field(default_factory=dict)  # phase -> seconds, and "total"
    memory_mib: AnyNumber = 0.0  # peak of the run
    gpu_memory_mib: AnyNumber = 0.0  # peak on the graphics card, 0 without one
    versions: Mapping[Text, Text] = field(default_factory=dict)  # python, torch, numpy, hazi, data
    held_out_given: Flag = True  # whether the code was given anything held-out before it ended
    layers: tuple[Layer, ...] = ()
    findings: tuple[Localized, ...] = ()  # what the layers mean, and what to do
    notices: tuple[Localized, ...] = ()  # what was done with the files, e.g. lines of a notebook left out
    sheet: DataSheet | None = None  # of a data set
    staff: StaffNotes = StaffNotes()  # travels with the private share, and is dropped without one

    def to_message(self) -> Message:
        """As a JSON object: the public share on top, the private one below `private`."""
        document = write(self)
        public, private, staff = (document.pop(name) for name in SHARES)
        document["private"] = private | {"staff": staff} if private else None
        return document | (public or dict.fromkeys(SCORE_FIELDS))

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote. Raises MalformedMessageError."""
        report = read(cls, _nested(message), OPTIONAL)
        for share in (report.public, report.private):
            if share is not None:
                check_score(share, report.classes)
        if None in report.timings.values():
            raise MalformedMessageError("a timing is null")
        return report

    @classmethod
    def from_stored(cls, row: Mapping[str, Any]) -> Self:
        """Read what the server keeps of a report: the public share, null where a number was not finite."""
        unknown = {"attempt_id": "", "private": None, "memory_mib": row.get("memory_mib") or 0.0}
        return read(cls, _nested({**row, **unknown}), OPTIONAL)


SHARES = ("public", "private", "staff")
"""What lies elsewhere in a report's JSON than in the report."""

OPTIONAL = ("gpu_memory_mib", "held_out_given", "layers", "findings", "notices", "sheet", "staff")
"""What older graders do not send."""

OWN_FIELDS = tuple(one.name for one in fields(GradeReport) if one.name not in SHARES)


def _nested(message: Mapping[str, Any]) -> Message:
    """The message with the shares where the report has them."""
    private = message.get("private") or None
    if private is not None and not isinstance(private, Mapping):
        raise MalformedMessageError("the private share is no object")
    own = {name: message[name] for name in OWN_FIELDS if name in message}
    own["gpu_memory_mib"] = message.get("gpu_memory_mib") or 0.0
    own["sheet"] = message.get("sheet") or None
    own["public"] = score_fields(message) if message.get("points") is not None else None
    own["private"] = private and score_fields(private)
    if private and private.get("staff") is not None:
        own["staff"] = _staff(private["staff"])
    return own


def _staff(notes: object) -> StaffNotes:
    if not isinstance(notes, Mapping):
        raise MalformedMessageError("the notes for staff are no object")
    return StaffNotes.from_message(notes)
