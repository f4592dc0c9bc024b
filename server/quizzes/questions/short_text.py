"""Type `text`: a word or two are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import translate

from flask_babel import lazy_gettext as _

from assignments.questions.short_text import ShortText
from server.quizzes.questions.type_rules import AcceptField, Content, TypeRules, insist
from server.quizzes.questions.typed import raised_digits, typed
from server.texts.unicode_forms import normal_form

_MINUS = "\ue000"  # stands for a sign while hyphens are taken out
_SPACED_SIGN = re.compile(r"(?<=\s)[-\N{MINUS SIGN}\N{EN DASH}](?=\s)")
# A hyphen stands between letters or digits, beside a word: ResNet-50, t-SNE; not in x-1, 1e-3 and -1.
_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-(?=\w)|(?<=\w)-(?=[^\W\d_]{2})")


class ShortTextRules(TypeRules[ShortText]):
    """Kept: the text as it was typed."""

    accept_field = AcceptField.TEXT

    def parse(self, body: ShortText, sent: object, order: Sequence[int]) -> Content:
        """Without space around it or twice within."""
        text = " ".join(normal_form("NFC", typed(sent)).split())
        insist(bool(text), _("Type a word or two."))
        return text

    def credit(self, body: ShortText, answer: Content, void: frozenset[int]) -> float:
        """The best of the accepted forms that it has; spaces, and hyphens within words, do not count.

        Accents count only where a form has just them: "kor" may earn less than "kör" where both are listed.
        """
        exact, bare = _folded(answer, body), _bare(answer, body)
        met = [
            one.credit for one in body.accepted if "*" not in one.text and _folded(one.text, body) == exact
        ]
        met = met or [one.credit for one in body.accepted if _has_form(bare, _bare(one.text, body))]
        return max(met, default=0.0)

    def right(self, body: ShortText, order: Sequence[int], language: str) -> str:
        """The first of the accepted forms that earn most, as somebody would type it."""
        best = max(one.credit for one in body.accepted)
        forms = [one.text for one in body.accepted if one.credit == best]
        return next((form for form in forms if "*" not in form), " ".join(forms[0].replace("*", " ").split()))

    def is_same(self, body: ShortText, one: Content, other: Content) -> bool:
        """As a reader would say: accents that a keyboard lacks make no other answer."""
        return _bare(one, body) == _bare(other, body)


def _has_form(text: str, form: str) -> bool:
    return re.fullmatch(_pattern(form), text, re.DOTALL) is not None


def _pattern(form: str) -> str:
    """`*` stands for any characters; nothing else is special."""
    return translate("".join("*" if char == "*" else f"[{char}]" if char in "?[" else char for char in form))


def _folded(text: str, body: ShortText) -> str:
    """Without spaces and hyphens; signs of numbers and formulas are none: -1, 1e-3, x - 1."""
    text = raised_digits(text)
    text = _SPACED_SIGN.sub(_MINUS, text)
    plain = normal_form("NFKC", text).replace("\N{MINUS SIGN}", _MINUS)
    plain = "".join(
        "-" if unicodedata.category(char) == "Pd" else char for char in plain if not char.isspace()
    )
    plain = _HYPHEN.sub("", plain).replace(_MINUS, "-")
    return plain if body.case_sensitive else plain.casefold()


def _bare(text: str, body: ShortText) -> str:
    """The same without the accents of Latin letters; other scripts and signs like ≠ are made with marks."""
    kept, base = [], ""
    for char in normal_form("NFKD", _folded(text, body)):
        if not unicodedata.combining(char):
            base = char
        elif unicodedata.name(base or " ", "").startswith("LATIN "):
            continue
        kept.append(char)
    return normal_form("NFC", "".join(kept))


RULES = ShortTextRules()
