"""Pictures in Moodle XML: those that lie in the file come in, and of others the reason is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from server.quizzes.formats.moodle.question_bank import read_moodle_xml
from server.quizzes.formats.result import Imported, NoteKind
from server.quizzes.pictures import collection
from server.quizzes.pictures.picture import ShownPicture, flaw_of
from server.quizzes.questions.rendering import rendered
from tests.server.quizzes.pictures.samples import made, moodle_bank, moodle_file

RED, BLUE = made(colour="red"), made(colour="blue")
TRUE = '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'


def shows(name: str, said: str = "a net") -> str:
    return f'<img src="@@PLUGINFILE@@/{name}" alt="{said}">'


def read(kind: str, text: str, files: str = "", inside: str = TRUE, text_format: str = "html") -> Imported:
    head = f'<questiontext format="{text_format}"><text><![CDATA[{text}]]></text>{files}</questiontext>'
    return read_moodle_xml(f'<quiz><question type="{kind}">{head}{inside}</question></quiz>'.encode())


def reasons(found: Imported) -> str:
    return " ".join(str(note.reason) for note in found.notes)


def test_options_that_are_pictures_come_in():
    found = read_moodle_xml(moodle_bank())
    [question] = found.questions
    assert isinstance(question.body, Choice)
    assert [one.text.en for one in question.body.options] == ["![a](a.png)", "![a blue net](b.webp)"]
    assert question.text.en == "Which is like ![a red net](my-net.png)?"
    assert set(found.pictures) == {"my-net.png", "a.png", "b.webp", "why.gif"}
    [note] = found.notes
    assert (note.kind, "a.png has no alternative text" in str(note.reason)) == (NoteKind.WARNING, True)
    shown = {name: ShownPicture(f"/{name}", 1, 1) for name in found.pictures}
    assert 'src="/my-net.png"' in rendered(question, shown)["hu"]["text"]


def test_names_that_are_the_same_in_two_texts_are_two_pictures():
    inside = f'<generalfeedback format="html"><text><![CDATA[{shows("net.png")}]]></text>'
    inside += f"{moodle_file('net.png', BLUE)}</generalfeedback>{TRUE}"
    found = read("truefalse", shows("net.png"), moodle_file("net.png", RED), inside)
    assert found.pictures == {"net.png": RED, "net-2.png": BLUE}
    assert found.questions[0].text.en == "![a net](net.png)"
    assert str(found.questions[0].explanation) != str(found.questions[0].text)


@pytest.mark.parametrize(
    ("text", "text_format"),
    [
        (f"a {shows('net.png')} b", "html"),
        (f"a {shows('net.png')} b", "moodle_auto_format"),
        ("a ![a net](@@PLUGINFILE@@/net.png) b", "markdown"),
        (f"a {shows('net.png?time=1')} b", "html"),
        (f"<table><tr><td>a {shows('net.png')} b</td></tr></table>", "html"),
        (f"<b>a {shows('net.png')}</b> b <sub>x</sub>", "html"),
    ],
)
def test_each_format_of_moodle_keeps_them(text: str, text_format: str):
    found = read("truefalse", text, moodle_file("net.png", RED), text_format=text_format)
    [question] = found.questions
    assert "![a net](net.png)" in question.text.en
    assert found.pictures == {"net.png": RED}
    assert "left out" not in reasons(found)


def test_gaps_and_pairs_keep_them():
    text = f"<p>{shows('net.png')} is {{1:MC:={shows('blue.png', 'blue')}~b}}</p>"
    files = moodle_file("net.png", RED) + moodle_file("blue.png", BLUE)
    found = read("cloze", text, files, "")
    [question] = found.questions
    assert isinstance(question.body, Choice)
    assert question.body.options[0].text.en == "![blue](blue.png)"
    assert set(found.pictures) == {"net.png", "blue.png"}

    pair = "<text><![CDATA[{}]]></text>{}<answer><text>{}</text></answer>"
    pair = f"<subquestion format='html'>{pair}</subquestion>"
    pairs = pair.format(shows("net.png"), moodle_file("net.png", RED), "red") + pair.format("b", "", "blue")
    found = read("matching", "What?", "", pairs)
    [question] = found.questions
    assert isinstance(question.body, Matching)
    assert question.body.pairs[0].left.en == "![a net](net.png)"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("net.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "net.svg is left out: it is neither PNG"),
        ("net.png", b"", "net.png is left out: it is neither PNG"),
        ("net.png", b"<script>alert(1)</script>", "net.png is left out: it is neither PNG"),
        ("net.png", made() + b"\0" * (2 << 20), "net.png is left out: it is larger than 2 MiB"),
    ],
)
def test_what_is_not_taken_is_told_with_the_reason(name: str, content: bytes, reason: str):
    """One that is described stands there in words; a question about another is left out."""
    described = read("truefalse", f"Is {shows(name)} red?", moodle_file(name, content))
    assert reason in reasons(described)
    assert described.questions[0].text.en == "Is  red?\n\n\\[a net\\]"
    silent = read("truefalse", f"Is {shows(name, '')} red?", moodle_file(name, content))
    assert silent.questions == ()
    assert reason in reasons(silent)
    option = f'<answer fraction="100" format="html"><text><![CDATA[{shows(name, "")}]]></text>'
    found = read("multichoice", "What?", "", f"{option}{moodle_file(name, content)}</answer>" * 2)
    assert found.questions == ()
    assert reason in reasons(found)


def test_pictures_of_questions_that_are_left_out_do_not_come_in():
    assert read("truefalse", shows("net.png"), moodle_file("net.png", RED), "").pictures == {}


@given(
    st.binary(max_size=60), st.sampled_from(["net.png", "net.html", "../../net.png", "a/b.jpg", "ő.gif", ""])
)
def test_whatever_lies_in_a_file_is_a_picture_or_is_not_taken(content: bytes, name: str):
    found = read("truefalse", f"Is {shows(name)} red?", moodle_file(name, content))
    assert all(flaw_of(one) is None for one in found.pictures.values())
    for one in found.questions:
        rendered(one, {picture: ShownPicture("/x", 1, 1) for picture in found.pictures})


def test_pictures_of_questions_that_are_left_out_take_no_room(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collection, "MOST_PICTURES", 1)
    texts = [
        f"<text><![CDATA[{shows('net.png')}]]></text>{moodle_file('net.png', one)}" for one in (RED, BLUE)
    ]
    head = '<question type="truefalse"><questiontext format="html">{}</questiontext>{}</question>'
    bank = f"<quiz>{head.format(texts[0], '')}{head.format(texts[1], TRUE)}</quiz>"
    assert read_moodle_xml(bank.encode()).pictures == {"net.png": BLUE}
