r"""Formulas in HTML, each as an element of its own with its LaTeX in it: `$x$` and `\(x\)` in text, MathML,
pictures that Moodle and WIRIS draw of a formula, and raised or lowered text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.markdown import first_digits, last_digits, maths_in, with_digits
from server.quizzes.formats.markup.breaks import BLOCKS, FORMULA
from server.quizzes.formats.markup.depth import TooDeep, soup_of
from server.quizzes.formats.markup.mathml import LONGEST, NoLatexError, latex_of, latex_text
from server.texts.formulas import is_formula

LONGEST_RAISED = 100
_UNREAD = _("A formula of it could not be read. Write it anew as $LaTeX$.")
_FLAT = _("Raised or lowered text became plain. Look at it.")
_SAFE_MATHML = str.maketrans({"«": "<", "»": ">", "¨": '"', "§": "&", "`": "'"})
_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_SHIFTED = re.compile(r"vertical-align: ?(super|sub)\b", re.IGNORECASE)
_TEX_PICTURE = ("/filter/tex/", "/mathjax", "latex.codecogs.com", "tex.s2cms")


def plain_mathml(html: str) -> str:
    """HTML in which WIRIS' own spelling of MathML, «math»...«/math», is MathML."""
    parts, at = [], 0
    while (start := html.find("«math", at)) >= 0 and (end := html.find("«/math»", start)) >= 0:
        end += len("«/math»")
        parts += [html[at:start], html[start:end].translate(_SAFE_MATHML)]
        at = end
    return "".join(parts) + html[at:]


def put_formulas(soup: BeautifulSoup) -> tuple[Text, ...]:
    """Make an element of each formula. What could not be kept of them."""
    lost = [*_scripts(soup), *_pictures(soup), *_mathml(soup)]
    _texts(soup)
    lost += _raised(soup)
    for formula in soup.find_all(FORMULA):
        _join_digits(formula)
    return tuple(dict.fromkeys(lost))


def _scripts(soup: BeautifulSoup) -> Iterator[Text]:
    """What MathJax reads."""
    for tag in soup.find_all("script", type=re.compile("math/tex")):
        yield from _put(soup, tag, tag.get_text().strip())
    for tag in soup.find_all(class_="MathJax_Preview"):
        tag.decompose()


def _pictures(soup: BeautifulSoup) -> Iterator[Text]:
    for tag in soup.find_all("img"):
        source, shown = str(tag.get("src") or "").lower(), str(tag.get("alt") or tag.get("title") or "")
        if written := str(tag.get("data-mathml") or ""):
            if formula := _formula_written(written):
                tag.replace_with(formula)
        elif shown and any(mark in source for mark in _TEX_PICTURE):
            yield from _put(soup, tag, shown.strip().strip("$").strip())


def _formula_written(mathml: str) -> Tag | None:
    """The first formula of an attribute, which is markup once more."""
    try:
        found = soup_of(plain_mathml(mathml)).find(_is_mathml)
    except (TooDeep, ParserRejectedMarkup):
        return None
    return found if isinstance(found, Tag) else None


def _is_mathml(tag: Tag) -> bool:
    return tag.name.rpartition(":")[2] == "math"


def _mathml(soup: BeautifulSoup) -> Iterator[Text]:
    for tag in soup.find_all(_is_mathml):
        if tag.decomposed or tag.find_parent(_is_mathml):
            continue
        try:
            yield from _put(soup, tag, latex_of(tag))
        except NoLatexError:
            yield _UNREAD
            tag.replace_with(f" {tag.get_text(' ', strip=True)} ")


def _put(soup: BeautifulSoup, tag: Tag, latex: str) -> Iterator[Text]:
    latex = " ".join(latex.split())
    if len(latex) > LONGEST or not is_formula(latex):
        yield _UNREAD
        tag.replace_with(f" {latex} ")
    else:
        tag.replace_with(_formula(soup, latex))


def _formula(soup: BeautifulSoup, latex: str) -> Tag:
    made = soup.new_tag(FORMULA)
    made.string = latex
    return made


def _texts(soup: BeautifulSoup) -> None:
    r"""Formulas in running text; those in code are code."""
    for text in list(soup.find_all(string=True)):
        is_text = not isinstance(text, PreformattedString)
        if is_text and ("$" in text or "\\" in text) and not text.find_parent(["pre", "code", FORMULA]):
            pieces = list(maths_in(str(text)))
            if len(pieces) > 1 or pieces[0].is_maths:
                text.replace_with(*(_formula(soup, one.text) if one.is_maths else one.text for one in pieces))


def _raised(soup: BeautifulSoup) -> Iterator[Text]:
    for tag in soup.find_all(style=_SHIFTED):
        if shifted := _SHIFTED.search(str(tag["style"])):
            tag.name = "sup" if shifted[1].lower() == "super" else "sub"
    for tag in soup.find_all(["sup", "sub"]):
        if tag.find_parent(["sup", "sub"]) or tag.find_parent(["pre", "code"]):
            continue
        inside = tag.get_text()
        if not inside.strip():
            tag.replace_with(*([" "] if inside else []))
            continue
        latex = " ".join(_latex(tag).split())
        if len(inside) > LONGEST_RAISED or len(latex) > LONGEST // 2 or tag.find([*BLOCKS, "img"]):
            yield _FLAT
            tag.unwrap()
            continue
        _raise(soup, tag, latex, spaced=inside[-1:].isspace())
    for tag in soup.find_all(["sup", "sub"]):  # in code
        tag.insert_before("^" if tag.name == "sup" else "_")
        tag.unwrap()


def _raise(soup: BeautifulSoup, tag: Tag, latex: str, *, spaced: bool) -> None:
    sign = "^" if tag.name == "sup" else "_"
    before = tag.previous_sibling
    if isinstance(before, Tag) and before.name == FORMULA:
        earlier = before.get_text()
        bare = str(before.get("data-signs") or "")
        apart = "{}" if not bare or sign in bare else ""
        made = _formula(soup, f"{earlier}{apart}{sign}{{{latex}}}")
        made["data-signs"] = (bare if not apart else "") + sign
        before.extract()
    else:
        made = _formula(soup, f"{sign}{{{latex}}}")
        made["data-signs"] = sign
    tag.replace_with(made)
    if spaced:
        made.insert_after(" ")


def _latex(node: Tag) -> str:
    """What stands raised, as LaTeX; formatting within it is not kept."""
    return "".join(_latex_parts(node)).strip()


def _latex_parts(node: Tag) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, Tag):
            inside = child.get_text() if child.name == FORMULA else _latex(child)
            sign = {"sup": "^", "sub": "_"}.get(child.name)
            yield f"{sign}{{{inside}}}" if sign else inside
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            lead, trail = " " * str(child)[:1].isspace(), " " * str(child)[-1:].isspace()
            words = f"{lead}{' '.join(str(child).split())}{trail}"
            yield _BETWEEN_WORDS.sub(r"\\ ", latex_text(words))


def _join_digits(formula: Tag) -> None:
    """Digits beside a formula become part of it."""
    before, after = _text_of(formula.previous_sibling), _text_of(formula.next_sibling)
    first, last = last_digits(str(before or "")), first_digits(str(after or ""))
    formula.string = with_digits(formula.get_text(), first, last)
    if first and before is not None:
        before.replace_with(str(before)[: -len(first)])
    if last and after is not None:
        after.replace_with(str(after)[len(last) :])


def _text_of(node: PageElement | None) -> NavigableString | None:
    is_text = isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    return node if is_text else None  # type: ignore[return-value]
