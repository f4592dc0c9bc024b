"""The words of standings: what a standing says, what a run has come to, and what can be decided."""

from __future__ import annotations

from enum import StrEnum


class StandingState(StrEnum):
    """What a standing says. Who has handed in nothing has no row, and is `missing` once it is too late."""

    UNGRADED = "ungraded"  # nothing has a result yet
    SCORED = "scored"
    ZERO = "zero"  # by a decision
    EXCUSED = "excused"  # as if the assignment were not there
    MISSING = "missing"


class RunState(StrEnum):
    """What a hand-in means for points."""

    UNDER_WAY = "under_way"  # its run has not ended
    EARNED = "earned"  # it was scored, or it failed by its own fault and earned nothing
    FREE = "free"  # refused, cancelled, or ended by our fault: it counts for nothing and cost nothing


class DecisionKind(StrEnum):
    """What was decided. What `new` holds stands beside each."""

    OVERRIDE = "override"  # {"points": "7.50"}, or {"points": None} to take it back
    EXCUSE = "excuse"  # {"state": "excused"}, or {"state": None} to take it back
    ZERO = "zero"  # {"state": "zero"}, or {"state": None} to take it back
    VOID = "void"  # of a submission: {"void": True}, or False to take it back
    RETURN_TRY = "return-try"  # of a submission: {"returned": True}, or False to take it back
    CANCEL = "cancel"  # of a submission: {"cancelled": True, "run": id}, or False: it is run after all
    COMMENT = "comment"  # {}: the reason is what the student reads; {"withdraws": id} takes one back
    NOTE = "note"  # as a comment, but staff alone read it
    HAND_IN = "hand-in"  # of a submission: by staff, for the student: {"arrived": moment}
    CHOOSE = "choose"  # {"submission": id} counts, or None to leave it to the rule
    EXTEND = "extend"  # {"due": moment, "extension": id}
    END_EXTENSION = "end-extension"
    EDIT_DATES = "edit-dates"  # {"opens": ..., "due": ..., "closes": ..., "reveal": ...}
    TOKENS = "tokens"  # {"most": 0}: by the student
    REGRADE = "regrade"  # {"regrade": id, "version": digest}
    APPLY_REGRADE = "apply-regrade"
    DROP_REGRADE = "drop-regrade"
    INQUIRY = "inquiry"  # {"inquiry": id, "state": "accepted"}
