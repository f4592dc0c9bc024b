"""HTML of other programs, hostile or ordinary, as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from markdownify import ATX, BACKSLASH, MarkdownConverter

from server.quizzes.formats.markdown import escape, from_plain, printable

LONGEST = 40_000
MOST_TAGS = 1000
DEEPEST = 60
_DROPPED = ("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head")
_MEDIA = ("img", "audio", "video", "source")
_TAGS = (
    "a|abbr|b|blockquote|br|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|kbd|li|ol|p|pre|s|script|small|span|strong"
    "|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|var"
)
_LOOKS_LIKE_HTML = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|&(?:[a-z]{{2,8}}|#\d{{1,6}});", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"(?<!\\)(?:\\\n){2,}")
_WEB_LINK = re.compile(r"https?://[^\s<>()\"\\]{1,500}", re.IGNORECASE)
_RAISED = re.compile(r"[A-Za-z0-9+-]{1,20}")


class TooComplex(ValueError):  # noqa: N818 - it says what the text is
    """HTML that is longer or deeper than any question's."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A text as Markdown. `media` names the pictures, sounds and films that it no longer has."""

    text: str
    media: tuple[str, ...] = ()


def looks_like_html(text: str) -> bool:
    """Whether somebody meant tags or entities; `a<b` is none."""
    return _LOOKS_LIKE_HTML.search(text) is not None


def from_html(html: str) -> Converted:
    """HTML as Markdown, without scripts, styles and media. Raises TooComplex."""
    soup = _parse(html)
    if soup is None:
        return Converted(from_plain(html))
    media = []
    for tag in soup.find_all([*_DROPPED, *_MEDIA]):
        if tag.name in _MEDIA:
            media.append(_name(tag))
        elif not tag.decomposed:
            tag.decompose()
    markdown = _tidy(_Converter().convert_soup(soup))
    return Converted(markdown or from_plain(_alternative(soup)), tuple(media))


def text_of_html(html: str) -> str:
    """The characters that HTML shows, on one line. Raises TooComplex."""
    soup = _parse(html)
    return " ".join(printable(html if soup is None else soup.get_text()).split())


def _parse(html: str) -> BeautifulSoup | None:
    if len(html) > LONGEST or html.count("<") > MOST_TAGS:
        raise TooComplex
    try:
        # The tag around it keeps a text that is a mere address from being taken for one to open.
        soup = BeautifulSoup(f"<div>{printable(html)}", "html.parser")
    except ParserRejectedMarkup:
        return None
    if any(_is_deep(tag) for tag in soup.find_all(True)):
        raise TooComplex
    return soup


def _is_deep(tag: Tag) -> bool:
    return sum(1 for _ in islice(tag.parents, DEEPEST)) == DEEPEST


def _alternative(soup: BeautifulSoup) -> str:
    """What its pictures show, in words: it stands in for a text that has nothing else."""
    return " ".join(" ".join(str(tag.get("alt") or "") for tag in soup.find_all("img")).split())


def _name(tag: Tag) -> str:
    for attribute in ("alt", "src"):
        value = printable(str(tag.get(attribute) or "")).strip()
        if value and not value.startswith("data:"):
            return value.rpartition("/")[2][:60]
    return str(tag.name)


def _tidy(markdown: str) -> str:
    markdown = _EMPTY_LINES.sub("\n\n", markdown)
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
        return escape(text)

    def convert_img(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return ""

    def convert_video(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return text

    def convert_a(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        if not _WEB_LINK.fullmatch(str(el.get("href") or "")) or not text.strip() or "\n" in text:
            return text
        return f"[{text.strip()}]({el['href']})"

    def convert_sub(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return f"$_{{{text}}}$" if _RAISED.fullmatch(text) else text

    def convert_sup(self, el: Tag, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return f"$^{{{text}}}$" if _RAISED.fullmatch(text) else text
