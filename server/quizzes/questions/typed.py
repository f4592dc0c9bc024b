"""Answers that are typed: a short text without invisible characters, and numbers as people write them."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _

from server.quizzes.questions.type_rules import insist
from server.texts.unicode_forms import normal_form

LONGEST = 200  # characters
_RAISED = {"⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
           "⁺": "+", "⁻": "-"}  # fmt: skip
_DASH = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
_SPACE = re.compile(r"(?<!\d) | (?!\d)| (?=\d{3}(?!\d))")
_MIXED = re.compile("\\d\\s*[¼-¾⅐-⅞]")
_TIMES = r"(?:[*x×·⋅∙]|\\times|\\cdot)"
_POWER = re.compile(
    rf"([+-]?)(?:(\d{{1,20}}(?:[.,]\d{{0,20}})?){_TIMES})?10(?:\^|\*\*)(?:([+-]?\d{{1,3}})|\{{([+-]?\d{{1,3}})\}})"
)
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


def plain_number(text: str) -> str:
    """A number with the signs of a keyboard, a power of ten as an exponent: `−1,5 · 10^{–3}` is -1,5e-3.

    Spaces are left out, but not where two numbers would become another one: `1 1/2` and `1½` stay as they
    are, and `1 000` is one number.
    """
    if _MIXED.search(text):
        return text
    plain = _SPACE.sub("", " ".join(normal_form("NFKC", raised_digits(text)).split()))
    dashed = _DASH.sub("-", plain)
    power = _POWER.fullmatch(dashed)
    return f"{power[1]}{power[2] or '1'}e{power[3] or power[4]}" if power else dashed
