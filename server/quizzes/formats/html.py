"""HTML of other programs, hostile or ordinary, as Markdown that draws the characters that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from markdownify import ATX, BACKSLASH, MarkdownConverter

from server.errors import Text
from server.quizzes.formats.markdown import code_block, escape_all, from_plain, printable
from server.quizzes.formats.markup.breaks import FORMULA, settle_breaks
from server.quizzes.formats.markup.depth import TooDeep, soup_of
from server.quizzes.formats.markup.formulas import plain_mathml, put_formulas
from server.quizzes.pictures.picture import ShownPicture
from server.quizzes.questions.rendering import RenderingError, draw_text

LONGEST = 40_000
PICTURE = "x-picture"
MOST_TAGS = 1000
_DROPPED = ("script", "style", "template", "noscript", "head")
_MEDIA = ("img", "audio", "video", "source", "iframe", "object", "embed", "svg", "canvas", "applet")
_SILENT = ("source", "embed")  # they stand in what was named already
_FORMATTING = (
    "b strong i em u ins s strike del code kbd samp tt var mark big small font span label cite dfn abbr"
)
_ALIKE = {  # Markdown has nothing that is underlined, and lists of definitions are lines
    **dict.fromkeys(["u", "ins"], "strong"),
    "strike": "del",
    "tt": "code",
    **dict.fromkeys(["dt", "dd", "center"], "div"),
}
_TAGS = (
    "a|abbr|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|math|ol|p|pre"
    "|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|var"
)
_LOOKS_LIKE_HTML = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|&(?:[a-z]{{2,8}}|#\d{{1,6}});", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"(?<!\\)(?:\\\n){2,}")
_WEB_LINK = re.compile(r"https?://[^\s<>()\"\\]{1,500}", re.IGNORECASE)
_INDENT = re.compile(r"^[ \xa0]{2,100}(?=\S)")
_INDENTED = "\ue020"  # stands for a space that is to be seen; no text from outside has it


class TooComplex(ValueError):  # noqa: N818 - it says what the text is
    """HTML that is longer or deeper than any question's."""


class Untypeable(ValueError):  # noqa: N818 - it says what the text is
    """HTML that shows more than characters of a keyboard."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A text as Markdown. `media` names the pictures, sounds and films that it no longer has.

    What pictures say of themselves stands for the text where it has nothing else. `lost` is what else is
    not as it was, and `refused` why pictures were not taken that lie in the file.
    """

    text: str
    media: tuple[str, ...] = ()
    lost: tuple[Text, ...] = ()
    descriptions: tuple[str, ...] = ()  # of as many of its media as say something of themselves
    says_them: bool = False  # whether the text has the descriptions already
    refused: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureWords:
    """A picture that was taken: its name from now on, and its alternative text."""

    name: str
    alternative: str

    @property
    def markdown(self) -> str:
        """As it stands in a text."""
        return f"![{escape_all(self.alternative)}]({self.name})"


FindPicture: TypeAlias = Callable[[str, str], PictureWords | None]
"""What was taken of the picture at an address, of which the text says this."""


def no_picture(_source: str, _said: str) -> None:
    """Of most files none is taken."""


def looks_like_html(text: str) -> bool:
    """Whether somebody meant tags or entities; `a<b` is none."""
    return _LOOKS_LIKE_HTML.search(text) is not None


def with_line_breaks(text: str) -> str:
    """Text that Moodle takes for HTML because it looks so: its line ends are shown, but for those in code."""
    parts = re.split(r"(<pre\b|</pre>)", text.strip(), flags=re.IGNORECASE)
    return "".join(
        part if at and parts[at - 1].lower() == "<pre" else part.replace("\n", "<br>\n")
        for at, part in enumerate(parts)
    )


def from_html(html: str, find: FindPicture = no_picture) -> Converted:
    """HTML as Markdown, without scripts, styles, and media that are not found. Raises TooComplex."""
    soup = _parse(plain_mathml(html))
    if soup is None:
        return Converted(from_plain(html))
    lost = put_formulas(soup)
    found = _put_pictures(soup, find)
    media, descriptions = _take_media(soup)
    for tag in soup.find_all(list(_ALIKE)):
        tag.name = _ALIKE[tag.name]
    settle_breaks(soup)
    _keep_indents(soup)
    return Converted(_markdown(soup, found) or from_plain(" ".join(descriptions)), media, lost, descriptions)


def text_of_html(html: str) -> str:
    """The characters that HTML shows, on one line; raised ones behind a ^.

    Raises TooComplex and Untypeable.
    """
    soup = _parse(plain_mathml(html))
    if soup is None:
        return " ".join(printable(html).split())
    for raised in soup.find_all("sup"):
        raised.insert_before("^")
    text = " ".join(printable(soup.get_text()).split())
    if soup.find("math") or (not text and soup.find(list(_MEDIA))):
        raise Untypeable
    return text


def _parse(html: str) -> BeautifulSoup | None:
    if len(html) > LONGEST or html.count("<") > MOST_TAGS:
        raise TooComplex
    try:
        # The tag around it keeps a text that is a mere address from being taken for one to open.
        return soup_of(f"<div>{printable(html)}")
    except ParserRejectedMarkup:
        return None
    except TooDeep as error:
        raise TooComplex from error


def _take_media(soup: BeautifulSoup) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take out what is no text. The names of the media, and what they say of themselves."""
    media: list[str] = []
    descriptions: list[str] = []
    for tag in soup.find_all([*_DROPPED, *_MEDIA]):
        if tag.decomposed:
            continue
        if tag.name in _MEDIA and not (tag.name in _SILENT and media):
            media.append(_name(tag))
        if tag.name == "img" and (words := _described(tag)):
            descriptions.append(words)
        if tag.name in {"audio", "video"}:
            tag.unwrap()
        else:
            tag.decompose()
    return tuple(media), tuple(descriptions)


def _put_pictures(soup: BeautifulSoup, find: FindPicture) -> list[PictureWords]:
    """Put an element of our own in the place of each picture that is found."""
    pictures = []
    for tag in soup.find_all("img"):
        found = find(str(tag.get("src") or "").strip(), str(tag.get("alt") or tag.get("title") or ""))
        if found is not None:
            tag.replace_with(soup.new_tag(PICTURE, attrs={"markdown": found.markdown}))
            pictures.append(found)
    return pictures


def _described(tag: Tag) -> str:
    """What a picture says of itself in words. The name of its file is none of them."""
    words = " ".join(printable(str(tag.get("alt") or "")).split())
    return words if " " in words or (words.isalpha() and len(words) > 1) else ""


def _markdown(soup: BeautifulSoup, pictures: Sequence[PictureWords]) -> str:
    """What draws the same characters: with its formatting, or else without it, or else as plain lines."""
    wanted = _characters(soup)
    for _attempt in ("formatted", "bare"):
        markdown = _tidy(_Converter().convert_soup(soup))
        if _drawn(markdown, pictures) in {wanted, None}:
            return markdown
        for tag in soup.find_all(_FORMATTING.split()):
            tag.unwrap()
        soup.smooth()
    for formula in soup.find_all(FORMULA):
        formula.replace_with(f"${formula.get_text()}$")
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    shown = [str(one.extract()["markdown"]) for one in soup.find_all(PICTURE)]
    return "\n\n".join([from_plain(soup.get_text()), *shown])


def _drawn(markdown: str, pictures: Sequence[PictureWords]) -> str | None:
    """The characters that it draws, without formulas and spaces; None where a formula cannot be drawn."""
    known = {one.name: ShownPicture("", 0, 0) for one in pictures}
    try:
        return _characters(BeautifulSoup(draw_text(markdown, known), "html.parser"))
    except RenderingError:
        return None


def _characters(soup: BeautifulSoup) -> str:
    parts = [
        str(text)
        for text in soup.find_all(string=True)
        if not isinstance(text, PreformattedString) and not text.find_parent([FORMULA, "math"])
    ]
    return "".join(printable("".join(parts)).split())


def _keep_indents(soup: BeautifulSoup) -> None:
    """Lines of code that are no code to the editor: spaces that must not break, at their beginning."""
    for text in soup.find_all(string=_INDENT):
        before = text.previous_element
        begins = before is not None and isinstance(before, Tag) and before.name in {"br", "p", "div", "li"}
        indent = _INDENT.match(text)
        if indent and begins and "\xa0" in indent[0] and not isinstance(text, PreformattedString):
            text.replace_with(_INDENTED * len(indent[0]) + text[indent.end() :])


def _name(tag: Tag) -> str:
    for attribute in ("alt", "src"):
        value = printable(str(tag.get(attribute) or "")).strip()
        if value and not value.startswith("data:"):
            return value.rpartition("/")[2][:60]
    return str(tag.name)


def _tidy(markdown: str) -> str:
    markdown = _EMPTY_LINES.sub("\n\n", markdown.replace(_INDENTED, "&nbsp;"))
    lines = [line.rstrip(" ") for line in printable(markdown).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Converter(MarkdownConverter):
    """Markdown as this service draws it: text escaped outside of maths, links to the web alone."""

    class Options:
        """In place of markdownify's own."""

        heading_style = ATX
        newline_style = BACKSLASH
        bullets = "-"
        table_infer_header = True

    def escape(self, text: str, parent_tags: object) -> str:  # noqa: ARG002 - the library's signature
        return escape_all(text)

    def convert_x_maths(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return f"${el.get_text()}$"

    def convert_x_picture(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return str(el["markdown"])

    def convert_video(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return text

    def convert_a(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        if not _WEB_LINK.fullmatch(str(el.get("href") or "")) or not text.strip() or "\n" in text:
            return text
        return f"[{text.strip()}]({el['href']})"

    def convert_pre(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return f"\n\n{code_block(text.strip(chr(10)))}\n\n" if text.strip() else ""
