"""Answers that are typed: a short text without invisible characters."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _

from server.quizzes.questions.type_rules import insist

LONGEST = 200  # characters
_RAISED = {"⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
           "⁺": "+", "⁻": "-"}  # fmt: skip
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")


def typed(sent: object) -> str:
    """What was typed. Raises MalformedAnswer."""
    insist(isinstance(sent, str) and len(sent) <= LONGEST, _("Type a text of at most 200 characters."))
    text = str(sent).replace("\0", "")
    insist(text.isprintable() or text.strip().isprintable(), _("The text has invisible characters."))
    return text


def raised_digits(text: str) -> str:
    """Text in which raised digits stand behind a ^: 10³ is 10^3. Unicode's normal form takes it for 103."""
    return _RAISED_RUN.sub(lambda match: "^" + "".join(_RAISED[char] for char in match[0]), text)
