"""What every page keeps to, whatever it shows: the policy, the languages, and what screen readers need."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from grader.contract import Phase
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


@pytest.fixture(params=sorted(PAGES))
def page(request: pytest.FixtureRequest, language: str) -> Page:
    return page_of(request.param, language)


def test_every_element_is_closed(page: Page):
    assert (page.mistakes, page.open) == ([], [])


def test_nothing_is_inline_that_the_policy_forbids(page: Page):
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        target = attributes.get("href") or attributes.get("src") or ""
        assert not target.startswith(("data:", "javascript:", "http"))
    assert not page.all("style")


def test_scripts_are_files_or_inert_data(page: Page):
    assert all("src" in script or script["type"] == "application/json" for script in page.all("script"))


def test_page_says_its_language(page: Page, language: str):
    assert page.all("html")[0]["lang"] == language


def test_page_has_one_main_heading(page: Page):
    assert len(page.all("h1")) == 1


def test_identifiers_are_used_once(page: Page):
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []


def test_references_lead_to_an_element(page: Page):
    ids = {attributes.get("id") for _, attributes in page.elements}
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert attributes.get(name) in ids or name not in attributes


def test_every_field_has_a_label(page: Page):
    labelled = {label.get("for") for label in page.all("label")}
    for tag, field in page.elements:
        if tag not in {"input", "select"} or field.get("type") == "hidden":
            continue
        within_label = {"data-filter", "data-check-all", "data-follow"} & field.keys()
        assert field.get("id") in labelled or "aria-label" in field or within_label, field


def test_every_icon_is_in_the_sprite(page: Page):
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', ICONS.read_text()))
    used = {str(use["href"]).partition("#")[2] for use in page.all("use") if "icons.svg" in str(use["href"])}
    assert used <= known


def test_every_form_that_changes_something_carries_a_token(page: Page):
    forms = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [field for field in page.all("input") if field.get("name") == "csrf_token"]
    assert len(tokens) == len(forms)


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


def test_every_picture_has_words_or_a_table_beside_it(page: Page):
    for svg in page.all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg["role"] == "img" and svg["aria-label"])


def steps_of(name: str) -> list[str | None]:
    page = Page(text_of(name, "en"))
    return [found["data-step"] for found in page.all("li") if "data-step" in found]


def test_steps_are_those_of_the_kind_of_homework():
    assert steps_of("show-running") == ["queue", *map(str, Phase)]
    assert steps_of("show-running-functions") == ["queue", "fetch", "unpack", "start", "predict", "score"]


def test_functions_are_called_and_not_asked_for_predictions():
    page = text_of("show-running-functions", "en")
    assert "Calling your functions" in page
    assert "Predicting the held-out examples" not in page
