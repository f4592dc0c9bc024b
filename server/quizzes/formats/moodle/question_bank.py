"""Reads Moodle XML: the types that a live quiz can ask, with the pictures that lie inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from flask_babel import lazy_gettext as _

from assignments.quiz_reading import MOST_QUESTIONS
from server.errors import Text
from server.quizzes.formats.importing import Draft, Gathering, LeftOut, last_of_path
from server.quizzes.formats.moodle.drafts import UnknownTypeError, drafts_of, no_warning
from server.quizzes.formats.moodle.node import Node
from server.quizzes.formats.moodle.xml_file import parsed
from server.quizzes.formats.result import Imported

CATEGORY = "category"
_DOES_NOT_FIT = _(
    "With each of its gaps as a question the quiz would hold more than %(n)s. Import it by itself.",
    n=MOST_QUESTIONS,
)


def read_moodle_xml(content: bytes, portion: str = "") -> Imported:
    """The questions of a Moodle XML file, or of a portion. Raises Unreadable when it is none, or hostile."""
    root, notes = parsed(content)
    gathering = Gathering()
    others = Counter[str]()
    found, categories = [], []
    path = ""
    for element in root.iter("question"):
        if element.get("type", "") == CATEGORY:
            path = Node(element, no_warning).plain("category/text")
            gathering.title = gathering.title or last_of_path(path)
        else:
            found.append(element)
            categories.append(path)
    for at in sorted(gathering.places(categories, portion)):
        if gathering.is_full:
            gathering.stop(at + 1)
            break
        gathering.count(sum(len(text.text or "") for text in found[at].iter("text")))
        others.update(_read(gathering, at + 1, found[at], found[at].get("type", "")))
    if others:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(others.items()))
        gathering.warn(0, _("Left out because of their types: %(types)s.", types=kinds[:200]))
    imported = gathering.imported()
    return replace(imported, notes=(*notes, *imported.notes))


def _read(gathering: Gathering, number: int, element: Element, kind: str) -> list[str]:
    """Take a question, or note why not. The type, where it is one that cannot be imported."""
    name = Node(element, no_warning).plain("name/text")
    count = len(gathering.pictures.files)
    lost = list[Text]()  # of a question that is left out, nothing else is told
    node = Node(element, lost.append, gathering.pictures)
    try:
        drafts = list(drafts_of(number, node, kind, name))
    except UnknownTypeError:
        reason = _(
            "Questions of the type “%(type)s” cannot be imported. Ask it in another way.", type=kind[:40]
        )
        gathering.skip(number, reason, name)
        return [kind]
    except LeftOut as error:
        gathering.pictures.forget(count)
        gathering.skip(number, error.reason, name)
    else:
        _take(gathering, drafts, lost, name)
    return []


def _take(gathering: Gathering, drafts: Sequence[Draft], lost: Sequence[Text], name: str) -> None:
    """Take what stands for one question, all of it or nothing."""
    if not gathering.holds(len(drafts)):
        gathering.skip(drafts[0].line, _DOES_NOT_FIT, name)
        return
    for reason in lost:
        gathering.warn(drafts[0].line, reason, name)
    for draft in drafts:
        gathering.take(draft)
