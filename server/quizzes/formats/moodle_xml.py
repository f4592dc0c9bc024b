"""Reads Moodle XML: the types that a live quiz can ask, without the files that lie inside."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask_babel import lazy_gettext as _

from server.quizzes.formats.gift_tags import Tags, sort_tags, tagged_body
from server.quizzes.formats.importing import Draft, Gathering, LeftOut
from server.quizzes.formats.moodle_bodies import BODIES
from server.quizzes.formats.moodle_node import Node
from server.quizzes.formats.numbers import read_number
from server.quizzes.formats.result import Imported, Unreadable

MOST_TAGS = 500_000
CATEGORY = "category"


def read_moodle_xml(content: bytes) -> Imported:
    """The questions of a Moodle XML file. Raises Unreadable when it is none, or hostile."""
    root = _parse(content)
    gathering = Gathering()
    others = Counter[str]()
    number = 0
    for element in root.iter("question"):
        kind = element.get("type", "")
        if kind == CATEGORY:
            path = Node(element, _no_warning).plain("category/text")
            gathering.title = gathering.title or path.rpartition("/")[2]
            continue
        number += 1
        if gathering.is_full:
            gathering.stop(number)
            break
        gathering.count(sum(len(text.text or "") for text in element.iter("text")))
        others.update(_read(gathering, number, element, kind))
    if others:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(others.items()))
        gathering.warn(0, _("Left out because of their types: %(types)s.", types=kinds[:200]))
    return gathering.imported()


def _parse(content: bytes) -> Element:
    if content.count(b"<") > MOST_TAGS:
        raise Unreadable(_("The file has too many parts. Export fewer questions at a time."))
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable(
            _("The XML defines entities, which Moodle never does. Export it from Moodle again.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(_("This is not well-formed XML: %(problem)s.", problem=str(error)[:200])) from error
    if root.tag != "quiz":
        raise Unreadable(_("This XML is no question bank of Moodle. Export one in the format “Moodle XML”."))
    return root


def _read(gathering: Gathering, number: int, element: Element, kind: str) -> list[str]:
    """Take a question, or note why not. The type, where it is one that cannot be imported."""
    name = Node(element, _no_warning).plain("name/text")
    node = Node(element, lambda reason: gathering.warn(number, reason, name))
    if kind not in BODIES:
        reason = _(
            "Questions of the type “%(type)s” cannot be imported. Ask it in another way.", type=kind[:40]
        )
        gathering.skip(number, reason, name)
        return [kind]
    try:
        gathering.take(_draft(number, node, kind, name))
    except LeftOut as error:
        gathering.skip(number, error.reason, name)
    return []


def _draft(number: int, node: Node, kind: str, name: str) -> Draft:
    text = node.markdown("questiontext")
    if not text:
        raise LeftOut(_("It has no text that could be shown."))
    body, explanation = BODIES[kind](node)
    tags = sort_tags(node.plains("tags/tag/text"))
    _warn_of_losses(node, tags)
    return Draft(
        line=number,
        text=text,
        body=tagged_body(body, tags) if tags != Tags(concepts=tags.concepts) else body,
        id=node.plain("idnumber"),
        name=name,
        seconds=tags.seconds,
        points=tags.points,
        weight=_weight(node, tags),
        tags=tags.concepts,
        explanation=explanation,
    )


def _weight(node: Node, tags: Tags) -> float:
    grade = node.plain("defaultgrade")
    return tags.weight if not grade or tags.weight != 1 else float(read_number(grade).value)


def _warn_of_losses(node: Node, tags: Tags) -> None:
    for wrong in tags.wrong:
        node.warn(_("The tag “%(tag)s” was not understood and is left out.", tag=wrong[:60]))
    if any(node.plains("hint/text")):
        node.warn(_("Hints are left out: nobody tries a second time in a live quiz."))
    kept = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    if any(node.plain(f"{one}/text") not in _USUAL_FEEDBACK for one in kept):
        node.warn(_("The feedback for right and wrong replies as a whole is left out."))
    if files := node.files():
        names = ", ".join(files)
        node.warn(_("The files in it are left out (%(names)s). Describe them in words.", names=names[:200]))


def _no_warning(_reason: object) -> None:
    """A name has nothing to lose."""


# What Moodle writes by itself.
_USUAL_FEEDBACK = frozenset(
    {
        "",
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "<p>Your answer is correct.</p>",
        "<p>Your answer is partially correct.</p>",
        "<p>Your answer is incorrect.</p>",
    }
)
