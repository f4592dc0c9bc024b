"""What was not made for a quiz is never read as one, however many braces it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.quizzes.formats.reading import read
from server.quizzes.formats.result import Unreadable

ROOT = Path(__file__).parents[4]
PROGRAM = "import torch\n\ndef f(x):\n    return {x: {=1}}\n"
TEX = "\\documentclass{article}\n\\begin{document}\n\\section{T}\nWhat is $A^{T}$? {=a ~b}\n\\end{document}\n"


def files() -> list[Path]:
    endings = {".py", ".json", ".js", ".css", ".html", ".md", ".toml", ".yml", ".po", ".txt", ".sh", ".mjs"}
    folders = ["server", "assignments", "grader", "cli", "docs", "tests/server/quizzes", "deploy", "bench"]
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    return [
        path for path in found if path.suffix in endings and "vendor" not in path.parts and path.is_file()
    ]


@pytest.mark.parametrize("keeps_its_name", [True, False])
def test_no_file_of_this_project_is_taken_for_a_quiz_of_another_program(keeps_its_name: bool):
    """Two names: its own, and one that says nothing. Only quizzes of this service are read, as such."""
    taken = []
    for path in files():
        name = path.name if keeps_its_name else "upload.txt"
        try:
            found = read(name, path.read_bytes())
        except Unreadable:
            continue
        if not found.toml:
            taken.append((path.relative_to(ROOT).as_posix(), len(found.questions)))
    assert taken == []


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.txt", PROGRAM, "Python"),
        ("a.py", "x = 1", "Python"),
        ("a.txt", "# quiz\nquestions = [\n  {'q': 'What?{=a ~b}'},\n]\n", "Python"),
        ("a.txt", TEX, "TeX"),
        ("a.txt", json.dumps({"q": {"=": "~"}}), "JSON"),
        ("a.txt", '[{"question": "a{=b ~c}"', "JSON"),
        ("a.txt", "[tool]\nx = {a = 1}\n", "TOML"),
        ("a.txt", "x,y\n1,{=2}\n", "CSV"),
        ("a.csv", "x,y\n1,{=2}\n", "CSV"),
        ("a.txt", "body {\n  color: red;\n}\n", "braces"),
        ("a.txt", "function f() { return {T} }\n", "a program"),
        ("a.txt", "Dear all, see {you} tomorrow.", "braces"),
    ],
)
def test_data_and_programs_are_refused_by_name(name: str, text: str, kind: str):
    with pytest.raises(Unreadable) as refused:
        read(name, text.encode())
    assert kind in str(refused.value.reason)


@pytest.mark.parametrize(
    "text",
    [
        "What does it print?\n```\nimport torch\nx = {T}\n```\n{=1 ~2}".replace("{T}", r"\{T\}"),
        "<p>What?</p>{=a ~b}",
        "<!-- mine --> What?{=a ~b}",
        "[html]<b>What?</b>{T}",
        "::a:: What? {\n=a\n~b\n}\n\nExplain. {}\n\nOnly a text.",
        "True\n{T}",
    ],
)
def test_gift_with_code_and_tags_is_gift(text: str):
    assert len(read("a.txt", text.encode()).questions) == 1
