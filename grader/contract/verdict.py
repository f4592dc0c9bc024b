"""Verdicts: how a run ended."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """How a run ended, and whose doing it was."""

    SCORED = "scored"  # nobody's fault: there is a score
    REJECTED = "rejected"  # the student's: the files were refused before running
    FAILED = "failed"  # the student's: the code raised, exited or was killed by a signal
    TIMED_OUT = "timed_out"  # the student's: wall or CPU limit
    OUT_OF_MEMORY = "out_of_memory"  # the student's: memory limit
    OUTPUT_FLOOD = "output_flood"  # the student's: printed without end
    BAD_OUTPUT = "bad_output"  # the student's: predictions of wrong length, type or value
    GRADER_ERROR = "grader_error"  # ours: retried, never a zero


UNCHARGED = frozenset({Verdict.REJECTED, Verdict.GRADER_ERROR})
"""Verdicts that cost the student no try, whatever else is known."""
OF_THE_CODE = frozenset({Verdict.FAILED, Verdict.BAD_OUTPUT})
"""Verdicts that cost none either where the code ended before it was given anything held-out."""


def costs_a_try(verdict: Verdict, *, held_out_given: bool) -> bool:
    """Whether a run is charged: not one that was refused, nor one that failed and could learn nothing by it.

    What used up its time, its memory or the log is charged in any case: it took the grader from others.
    """
    return verdict not in UNCHARGED and (held_out_given or verdict not in OF_THE_CODE)
