"""XML of question banks, which may be hostile: what it is, and its tree. No entity of it is ever expanded."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError, ParserCreate

from defusedxml import DefusedXmlException
from flask_babel import lazy_gettext as _

from server.quizzes.formats.encodings import decoded, wide_encoding
from server.quizzes.formats.markup.depth import TooDeep, xml_tree
from server.quizzes.formats.result import Note, Unreadable

MOST_TAGS = 500_000
_BLANK = b"\xef\xbb\xbf \t\r\n"
_BESIDE = re.compile(r"[\w-]{1,40}\.dtd")
_ENCODING = re.compile(rb"""encoding=["']([\w-]{1,40})["']""")


@dataclass(frozen=True, slots=True)
class Prolog:
    """What an XML file begins with. `root` is its first element, where one is reached."""

    root: str = ""
    is_declared: bool = False  # by <?xml ... ?> or <!DOCTYPE ... >
    is_hostile: bool = False  # it declares what is not seen below, or names a file that may


class _Enough(Exception):  # noqa: N818 - it stops the parser
    pass


def is_xml(content: bytes) -> bool:
    """Whether a file is XML. GIFT may begin with tags, too, but is not well-formed behind them."""
    found = _trimmed(content)
    if found[:1] not in {"<", b"<"}:
        return False
    prolog = _prolog(found)
    if prolog.root in {"quiz", ""} or prolog.is_declared:
        return prolog.root == "quiz" or prolog.is_declared
    try:
        xml_tree(found, forbid_dtd=True)
    except (DefusedXmlException, TooDeep):
        return True
    except (ParseError, ValueError, LookupError):
        return False
    return True


def parsed(content: bytes) -> tuple[Element, tuple[Note, ...]]:
    """The root, and what is to be said of the encoding. Raises Unreadable."""
    if content.count(b"<") > MOST_TAGS:
        raise Unreadable(_("The file has too many parts. Export fewer questions at a time."))
    found = _trimmed(content)
    if _prolog(found).is_hostile:
        raise Unreadable(_HOSTILE)
    notes: tuple[Note, ...] = ()
    try:
        root = _root(found)
    except ParseError as error:
        if isinstance(found, str) or not _is_mislabelled(found):
            raise _unreadable(error) from error
        text = decoded(found)
        root, notes = _root_of_text(text.text), (text.note,) if text.note else ()
    if root.tag != "quiz":
        raise Unreadable(_("This XML is no question bank of Moodle. Export one in the format “Moodle XML”."))
    return root, notes


_HOSTILE = _(
    "The XML defines entities or values of attributes, which Moodle never does. Export it from Moodle again."
)


def _leads_away(system: str | None, public: str | None) -> bool:
    """Whether a document type names more than a file beside it, which nobody reads anyway."""
    return public is not None or (system is not None and _BESIDE.fullmatch(system) is None)


def _trimmed(content: bytes) -> bytes | str:
    """Without what may not stand before XML, and does. The parser finds the encoding, but that of UTF-16."""
    if wide := wide_encoding(content):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(wide).lstrip("\ufeff \t\r\n")
    return content.lstrip(_BLANK)


def _is_mislabelled(content: bytes) -> bool:
    """Whether it is said or understood to be UTF-8 and is not."""
    declared = _ENCODING.search(content[:200])
    try:
        content.decode()
    except UnicodeDecodeError:
        return declared is None or declared[1].lower() == b"utf-8"
    return False


def _root_of_text(text: str) -> Element:
    try:
        return _root(text)
    except ParseError as error:
        raise _unreadable(error) from error


def _root(content: bytes | str) -> Element:
    """The root element. Raises ParseError, and Unreadable where it is hostile."""
    try:
        return xml_tree(content)
    except DefusedXmlException as error:
        raise Unreadable(_HOSTILE) from error
    except TooDeep as error:
        raise Unreadable(_("Its XML is nested too deeply. Export it from Moodle again.")) from error
    except (ValueError, LookupError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> Unreadable:
    return Unreadable(_("This is not well-formed XML: %(problem)s.", problem=str(error)[:200]))


def _prolog(content: bytes | str) -> Prolog:
    """What stands before the first element, as the parser sees it. Entities are never expanded."""
    seen = [Prolog(is_declared=content[:5] in {"<?xml", b"<?xml"})]

    def on_doctype(_name: str, system: str | None, public: str | None, _internal: bool) -> None:
        seen.append(replace(seen[-1], is_declared=True, is_hostile=_leads_away(system, public)))

    def on_declaration(*_facts: object) -> None:
        seen.append(replace(seen[-1], is_hostile=True))
        raise _Enough

    def on_start(name: str, _attributes: object) -> None:
        seen.append(replace(seen[-1], root=name))
        raise _Enough

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = on_doctype
    parser.EntityDeclHandler = on_declaration
    parser.AttlistDeclHandler = on_declaration
    parser.StartElementHandler = on_start
    with contextlib.suppress(_Enough, ExpatError, ValueError, LookupError):
        parser.Parse(content, True)
    return seen[-1]
