"""The words of notices: what they tell of, where they go, and how far a mail is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells of: each can be muted by itself."""

    GRADED = "graded"  # a run came to its end
    REGRADED = "regraded"  # points have moved because hand-ins were graded again
    DECISION = "decision"  # staff decided about one's work
    INQUIRY = "inquiry"  # answered, accepted, declined
    EXTENDED = "extended"  # an extension was granted, or taken back
    MOVED = "moved"  # the dates of an assignment
    DUE_SOON = "due_soon"  # within a day, and nothing is handed in
    RUN = "run"  # a run was cancelled, or goes on after all
    HANDED_IN = "handed_in"  # with the receipt


class Mute(StrEnum):
    """What somebody does not want of a kind."""

    NONE = "none"  # on the page and by mail
    MAIL = "mail"  # on the page alone
    ALL = "all"  # neither


class MailState(StrEnum):
    """How far the mail of a notice is."""

    NONE = "none"  # there is none
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up


# Who hands in is looking at the page, which has the receipt: it is mailed to those who ask for it.
USUALLY: Mapping[NoticeKind, Mute] = {NoticeKind.HANDED_IN: Mute.ALL}


def usual(kind: NoticeKind) -> Mute:
    """What holds for somebody who has chosen nothing."""
    return USUALLY.get(kind, Mute.NONE)
