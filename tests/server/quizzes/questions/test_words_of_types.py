"""What a type of question says of itself reaches the scripts of all pages that draw questions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from assignments.kinds import Localized
from server.quizzes.questions.numeric import NumericRules
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import Remote

WORDS = re.compile(r'<script type="application/json" data-words>(.*?)</script>', re.DOTALL)


def words(browser: Browser, address: str) -> list[dict[str, Any]]:
    found = [json.loads(text) for text in WORDS.findall(browser.get(address).text)]
    assert found, address
    return found


@pytest.mark.parametrize(
    "address",
    ["/live/{pin}", "/live/{pin}/wall", "/live/{pin}/remote", "/quizzes/new", "/quizzes/week-1/edit"],
)
def test_words_of_a_type_are_on_every_page_that_draws_questions(
    remote: Remote, lecturer: Browser, monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setattr(NumericRules, "words", {"numeric_slip": Localized("Slip", "Elírás")})
    for language, said in (("en", "Slip"), ("hu", "Elírás")):
        lecturer.client.post("/language", data={"language": language, "csrf_token": lecturer.csrf_token()})
        on_page = {one["numeric_slip"] for one in words(lecturer, address.format(pin=remote.pin))}
        assert on_page == {said}


def test_a_right_option_is_called_so_in_both_languages(lecturer: Browser):
    for language, said in (("en", "right"), ("hu", "helyes")):
        lecturer.client.post("/language", data={"language": language, "csrf_token": lecturer.csrf_token()})
        assert words(lecturer, "/quizzes/new")[0]["is_right"] == said
