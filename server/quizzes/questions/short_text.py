"""Type `text`: a word or two are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import translate

from flask_babel import lazy_gettext as _

from assignments.questions.short_text import ShortText
from server.quizzes.questions.type_rules import AcceptField, Content, TypeRules, insist
from server.quizzes.questions.typed import typed
from server.unicode_forms import normal_form


class ShortTextRules(TypeRules[ShortText]):
    """Kept: the text as it was typed."""

    accept_field = AcceptField.TEXT

    def parse(self, body: ShortText, sent: object, order: Sequence[int]) -> Content:
        """Without space around it or twice within."""
        text = " ".join(normal_form("NFC", typed(sent)).split())
        insist(bool(text), _("Type a word or two."))
        return text

    def credit(self, body: ShortText, answer: Content, void: frozenset[int]) -> float:
        """The best of the accepted forms that it has; accents count, spaces and hyphens do not."""
        text = _folded(answer, body)
        met = (
            one.credit
            for one in body.accepted
            if re.fullmatch(_pattern(_folded(one.text, body)), text, re.DOTALL)
        )
        return max(met, default=0.0)

    def right(self, body: ShortText, order: Sequence[int], language: str) -> list[str]:
        """The accepted forms that earn most."""
        best = max(one.credit for one in body.accepted)
        return [one.text for one in body.accepted if one.credit == best]

    def is_same(self, body: ShortText, one: Content, other: Content) -> bool:
        """As far as the question tells texts apart."""
        return _folded(one, body) == _folded(other, body)


def _pattern(form: str) -> str:
    """`*` stands for any characters; nothing else is special."""
    return translate("".join("*" if char == "*" else f"[{char}]" if char in "?[" else char for char in form))


def _folded(text: str, body: ShortText) -> str:
    plain = normal_form("NFKC", text)
    plain = "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Pd")
    return plain if body.case_sensitive else plain.casefold()


RULES = ShortTextRules()
