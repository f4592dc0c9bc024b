"""What every page keeps to, whatever it shows: the policy, the languages, and what screen readers need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from grader.contract import RunPhase
from server import i18n
from tests.server.pages.gallery import PAGES, make_gallery
from tests.server.pages.made_up import LECTURER, PEOPLE

ICONS = Path(i18n.__file__).parent / "static" / "vendor" / "icons.svg"
VOID = {"br", "hr", "img", "input", "link", "meta"}

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """The elements of a page in order, and whether each that was opened is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.open: list[str] = []
        self.mistakes: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> in line {self.getpos()[0]}")

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def client() -> FlaskClient:
    return make_gallery().test_client()


@cache
def text_of(name: str, language: str) -> str:
    return client().get(f"/gallery/{name}?lang={language}").text


@cache
def page_of(name: str, language: str) -> Page:
    return Page(text_of(name, language))


@pytest.fixture(params=sorted(i18n.LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def unclosed(page: Page, _language: str) -> list[str]:
    """Every element is closed."""
    return [*page.mistakes, *page.open]


def forbidden_inline(page: Page, _language: str) -> list[str]:
    """Nothing is inline that the policy forbids, and nothing leads elsewhere."""
    found = ["<style>" for _ in page.all("style")]
    for tag, attributes in page.elements:
        found += [f"{tag} {name}" for name in attributes if name == "style" or name.startswith("on")]
        target = attributes.get("href") or attributes.get("src") or ""
        if target.startswith(("data:", "javascript:", "http")):
            found.append(f"{tag} {target}")
    return found


def scripts_with_code(page: Page, _language: str) -> list[str]:
    """Scripts are files or inert data."""
    return [
        str(script)
        for script in page.all("script")
        if "src" not in script and script.get("type") != "application/json"
    ]


def wrong_language(page: Page, language: str) -> list[str]:
    """The page says its language."""
    return [str(html) for html in page.all("html") or [{}] if html.get("lang") != language]


def missing_headings(page: Page, _language: str) -> list[str]:
    """There is one main heading."""
    return [] if len(page.all("h1")) == 1 else [f"{len(page.all('h1'))} of <h1>"]


def identifiers_used_twice(page: Page, _language: str) -> list[str]:
    """Identifiers are used once."""
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    return [str(name) for name, count in ids.items() if count > 1]


def dangling_references(page: Page, _language: str) -> list[str]:
    """References lead to an element."""
    ids = {attributes.get("id") for _, attributes in page.elements}
    names = ("aria-labelledby", "aria-describedby", "for")
    referring = (
        (name, attributes[name]) for _, attributes in page.elements for name in names if name in attributes
    )
    return [f"{name} {target}" for name, target in referring if target not in ids]


def fields_without_labels(page: Page, _language: str) -> list[str]:
    """Every field has a label."""
    labelled = {label.get("for") for label in page.all("label")}
    within_label = {"data-filter", "data-check-all", "data-follow"}
    fields = [field for tag, field in page.elements if tag in {"input", "select"}]
    return [
        str(field)
        for field in fields
        if field.get("type") != "hidden"
        and field.get("id") not in labelled
        and "aria-label" not in field
        and not within_label & field.keys()
    ]


def unknown_icons(page: Page, _language: str) -> list[str]:
    """Every icon is in the sprite."""
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', ICONS.read_text()))
    used = {str(use["href"]).partition("#")[2] for use in page.all("use") if "icons.svg" in str(use["href"])}
    return sorted(used - known)


def forms_without_token(page: Page, _language: str) -> list[str]:
    """Every form that changes something carries a token."""
    forms = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [field for field in page.all("input") if field.get("name") == "csrf_token"]
    return [] if len(tokens) == len(forms) else [f"{len(tokens)} tokens in {len(forms)} forms"]


def pictures_without_words(page: Page, _language: str) -> list[str]:
    """Every picture has words, or a table beside it."""
    return [
        str(svg)
        for svg in page.all("svg")
        if svg.get("aria-hidden") != "true" and not (svg.get("role") == "img" and svg.get("aria-label"))
    ]


RULES = (
    pictures_without_words,
    *(unclosed, forbidden_inline, scripts_with_code, wrong_language, missing_headings),
    *(identifiers_used_twice, dangling_references, fields_without_labels, unknown_icons, forms_without_token),
)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_keeps_all_rules_in_every_language(name: str):
    broken = {
        (language, rule.__doc__): found
        for language in sorted(i18n.LANGUAGES)
        for rule in RULES
        if (found := rule(page_of(name, language), language))
    }
    assert broken == {}


@pytest.mark.parametrize(
    ("rule", "html"),
    [
        (pictures_without_words, "<svg></svg>"),
        (unclosed, "<p><b></p>"),
        (forbidden_inline, '<p style="x"></p>'),
        (forbidden_inline, '<a href="https://example.org">x</a>'),
        (scripts_with_code, "<script>1</script>"),
        (wrong_language, '<html lang="de"></html>'),
        (missing_headings, "<h2>x</h2>"),
        (identifiers_used_twice, '<p id="a"></p><p id="a"></p>'),
        (dangling_references, '<label for="nothing">x</label>'),
        (fields_without_labels, "<input>"),
        (unknown_icons, '<use href="/icons.svg#no-such-icon">'),
        (forms_without_token, '<form method="post"></form>'),
    ],
)
def test_every_rule_finds_what_breaks_it(rule: Callable[[Page, str], list[str]], html: str):
    assert rule(Page(html), "en") != []


def test_hungarian_pages_show_no_english_word(language: str):
    if language == "hu":
        assert "Hand in" not in text_of("assignment", language)


@pytest.mark.parametrize("name", ["show-scored", "show-failed", "assignment"])
def test_hostile_text_is_shown_as_text(name: str, language: str):
    html = text_of(name, language)
    assert "<script>alert" not in html
    assert "<b>model" not in html


def test_projector_never_shows_a_name_or_a_code(language: str):
    html = text_of("projector", language)
    assert not [word for who in (*PEOPLE, LECTURER) for word in (who.name, who.neptun) if word in html]


def test_students_see_only_nicknames_of_others(language: str):
    html = text_of("leaderboard", language)
    me, *others = PEOPLE
    assert me.nickname in html
    assert not [word for who in others for word in (who.name, who.neptun) if word in html]


def test_private_share_is_shown_to_staff_only(language: str):
    assert 'id="private"' in text_of("show-rockets", language)
    assert 'id="private"' not in text_of("show-scored", language)


def test_final_report_says_so(language: str):
    said = {
        "en": "Final: scored on data drawn after the deadline.",
        "hu": "Végleges: a határidő után sorsolt",
    }
    assert said[language] in text_of("show-rockets", language)
    assert said[language] not in text_of("show-scored", language)


PARTS = {
    "checks",
    "measures",
    "curve",
    "matrix",
    "classes",
    "calibration",
    "curves",
    "costs",
    "network",
    "notices",
}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("show-rockets", PARTS - {"checks"}),
        ("show-scored", PARTS - {"checks", "costs"}),
        ("show-regression", {"measures", "curve", "network"}),
        ("show-functions", {"checks"}),
        ("show-multi-label", {"measures", "curve", "classes", "curves", "network"}),
        ("show-failed", set()),
    ],
)
def test_parts_that_a_report_lacks_are_left_out(name: str, parts: set[str], language: str):
    ids = {attributes.get("id") for _, attributes in Page(text_of(name, language)).elements}
    assert ids & PARTS == parts


def steps_of(name: str) -> list[str | None]:
    page = Page(text_of(name, "en"))
    return [found["data-step"] for found in page.all("li") if "data-step" in found]


def test_steps_are_those_of_the_kind_of_homework():
    assert steps_of("show-running") == ["queue", *map(str, RunPhase)]
    assert steps_of("show-running-functions") == ["queue", "fetch", "unpack", "start", "predict", "score"]


def test_functions_are_called_and_not_asked_for_predictions():
    page = text_of("show-running-functions", "en")
    assert "Calling your functions" in page
    assert "Predicting the held-out examples" not in page
