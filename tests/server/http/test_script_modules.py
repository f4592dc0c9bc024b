"""Scripts of pages are asked for side by side: a page names all that they import."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from server.http.script_modules import imported, script_module

HREF = re.compile(r'<link rel="modulepreload" href="([^"]+)">')


def test_all_that_a_script_imports_is_named(app: Flask, client: FlaskClient):
    with app.test_request_context():
        named = HREF.findall(script_module("js/live/phone.js"))
    assert {"/static/js/live/outbox.js", "/static/js/questions/matrix.js", "/static/js/lib/dom.js"} <= set(
        named
    )
    for address in named:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_nothing_is_named_twice_on_a_page(app: Flask):
    with app.test_request_context():
        page = script_module("js/page.js") + script_module("js/pages/timeline.js")
    assert max(Counter(HREF.findall(page)).values()) == 1


def test_the_script_itself_is_named_with_its_version(app: Flask):
    with app.test_request_context():
        tag = script_module("js/theme.js")
    assert re.fullmatch(r'<script type="module" src="/static/js/theme\.js\?v=[0-9a-f]{12}"></script>', tag)


def test_imports_of_imports_are_found_once_each(tmp_path: Path):
    (tmp_path / "js").mkdir()
    modules = {
        "js/a.js": '// import { x } from "./none.js";\nimport { b } from "./b.js";\nimport "./c.js";\n',
        "js/b.js": 'import {\n  c,\n  d,\n} from "./c.js";\nexport { e } from "../e.js";\n',
        "js/c.js": 'const text = "import";\nimport { a } from "./b.js";\n',
        "e.js": "",
    }
    for name, text in modules.items():
        (tmp_path / name).write_text(text)
    assert sorted(imported(tmp_path, "js/a.js")) == ["e.js", "js/b.js", "js/c.js"]
