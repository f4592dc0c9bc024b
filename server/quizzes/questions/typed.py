"""Answers that are typed: a short text without invisible characters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.quizzes.questions.type_rules import insist

LONGEST = 200  # characters


def typed(sent: object) -> str:
    """What was typed. Raises MalformedAnswer."""
    insist(isinstance(sent, str) and len(sent) <= LONGEST, _("Type a text of at most 200 characters."))
    text = str(sent).replace("\0", "")
    insist(text.isprintable() or text.strip().isprintable(), _("The text has invisible characters."))
    return text
