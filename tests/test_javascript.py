"""The scripts of the pages: their own tests, which node runs, and the rules that keep them in order."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from assignments.questions.registry import modules_of_types
from server.quizzes.questions.scoring import verdict

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "server" / "static"
SCRIPTS = STATIC / "js"
OWN_TESTS = ROOT / "tests" / "javascript"
TEST_FILES = sorted(str(path.relative_to(OWN_TESTS)) for path in OWN_TESTS.rglob("*.test.js"))
LONGEST_MODULE = 400
LONGEST_LINE = 110
LARGEST_FOLDER = 25
LOWER_FOLDERS = {  # of scripts, and what each may import besides itself
    "lib": set(),
    "questions": {"lib"},
    "live": {"lib", "questions"},
    "editor": {"lib", "questions"},
    "upload": {"lib"},
    "pages": {"lib"},
}
IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*\bfrom)? "([^"]+)";', re.MULTILINE)
WORKER = re.compile(r'new URL\("([^"]+)", import\.meta\.url\)')
DEFINED = re.compile(r"^\s*(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
FUNCTION = re.compile(r"^(?:export )?(?:async )?function \w+\([^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
NAMED_BY_PAGES = re.compile(r"(?:filename=|script_module\()'js/([\w/]+\.js)'")


# --- what node says ---


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of all tests: by file how many passed and failed, and node's own words."""

    passed: Mapping[str, int]
    failed: Mapping[str, int]
    output: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All files at once: node starts a process for each, and as many as there are processors."""
    node = shutil.which("node")
    assert node, "node is missing: ./setup.sh test fetches it"
    record = tmp_path_factory.mktemp("node") / "record"
    reporters = {"spec": "stdout", f"./{OWN_TESTS.relative_to(ROOT)}/by_file.js": str(record)}
    options = [
        option
        for name, target in reporters.items()
        for option in (f"--test-reporter={name}", f"--test-reporter-destination={target}")
    ]
    files = [str(OWN_TESTS / name) for name in TEST_FILES]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
    done = subprocess.run(
        [node, "--test", *options, *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    ended = [json.loads(line) for line in record.read_text().splitlines()]
    files_of = {
        outcome: Counter(_name(one["file"]) for one in ended if one["passed"] is outcome)
        for outcome in (True, False)
    }
    said = done.stdout.partition("failing tests:")[2] or done.stdout
    return Ran(files_of[True], files_of[False], said + done.stderr)


def _name(file: str) -> str:
    return str(Path(file.removeprefix("file://")).relative_to(OWN_TESTS))


@pytest.mark.parametrize("file", TEST_FILES)
def test_scripts_pass_their_own_tests(ran: Ran, file: str):
    failed = ran.failed.get(file, 0)
    assert failed == 0, f"{failed} of {file} failed\n{ran.output}"
    assert ran.passed.get(file, 0) > 0, f"{file} ran no test\n{ran.output}"


# --- what keeps them in order ---


@dataclass(frozen=True, slots=True)
class Script:
    """One module: its path below js/ and its text."""

    name: str
    text: str

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]

    @property
    def imports(self) -> set[str]:
        """The modules of ours that it imports, or starts as a worker."""
        found = IMPORT.findall(self.text) + WORKER.findall(self.text)
        targets = {os.path.normpath(f"{self.folder}/{target}".lstrip("/")) for target in found}
        return {target for target in targets if not target.startswith("../vendor/")}


@cache
def scripts() -> dict[str, Script]:
    return {
        str(path.relative_to(SCRIPTS)): Script(str(path.relative_to(SCRIPTS)), path.read_text())
        for path in sorted(SCRIPTS.rglob("*.js"))
    }


def named_by_pages() -> set[str]:
    """The modules that a page loads by itself."""
    pages = (ROOT / "server" / "templates").rglob("*.html")
    return {name for page in pages for name in NAMED_BY_PAGES.findall(page.read_text())}


def test_scripts_fit_on_a_few_screens():
    lengths = {one.name: len(one.text.splitlines()) for one in scripts().values()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_lines_of_scripts_fit_on_a_screen():
    long = [
        f"{name}:{number}"
        for name, script in scripts().items()
        for number, line in enumerate(script.text.splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_folders_can_be_looked_through():
    folders = [path for path in (SCRIPTS, *SCRIPTS.rglob("*")) if path.is_dir()]
    assert {
        str(one): len(list(one.iterdir())) for one in folders if len(list(one.iterdir())) > LARGEST_FOLDER
    } == {}


def test_every_script_says_what_it_is():
    assert [name for name, script in scripts().items() if not re.match(r"// [A-Z<].*", script.text)] == []


def test_every_script_is_used():
    """By a page or by another script; and what they name is there."""
    imported = {target for script in scripts().values() for target in script.imports}
    assert imported | named_by_pages() == set(scripts())


def test_what_a_page_loads_is_imported_by_no_other_script():
    """A page loads it by an address with a version, an import without: it would run twice."""
    imported = {target for script in scripts().values() for target in script.imports}
    assert imported & named_by_pages() == set()


def test_folders_of_scripts_point_one_way():
    strays = [
        f"{script.name}: {target}"
        for script in scripts().values()
        if script.folder
        for target in script.imports
        if (room := target.split("/")[0]) != script.folder and room not in LOWER_FOLDERS[script.folder]
    ]
    assert strays == []


def test_scripts_import_each_other_in_no_circle():
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for target in sorted(scripts()[name].imports):
                walk(target, [*path, name])
            done.add(name)

    for name in scripts():
        walk(name, [])


def test_nothing_is_defined_that_lib_has_already():
    """What scripts have in common stands once; a name that is exported stands for one thing."""
    exported = Counter(name for script in scripts().values() for name in EXPORTED.findall(script.text))
    assert {name for name, times in exported.items() if times > 1} == set()
    shared = {
        name: script.name
        for script in scripts().values()
        if script.folder == "lib"
        for name in EXPORTED.findall(script.text)
    }
    again = {
        f"{script.name}: {name}"
        for script in scripts().values()
        for name in DEFINED.findall(script.text)
        if name in shared and shared[name] != script.name
    }
    assert again == set()


def test_no_function_stands_in_two_scripts():
    bodies: dict[str, set[str]] = {}
    for script in scripts().values():
        for body in FUNCTION.findall(script.text):
            bodies.setdefault(" ".join(body.split()), set()).add(script.name)
    assert [names for names in bodies.values() if len(names) > 1] == []


def test_every_type_of_question_is_one_line_of_the_list():
    """And that line alone: a type is registered by its own module."""
    listed = scripts()["questions/all.js"].imports - {"questions/registry.js"}
    register = re.compile(r"^register\(", re.MULTILINE)
    assert listed == {name for name, script in scripts().items() if register.search(script.text)}


def said(program: str) -> list[str]:
    """The words that a program prints."""
    command = [shutil.which("node") or "node", "--input-type=module", "--eval", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_scripts_know_the_types_that_a_quiz_may_have():
    names = said(f'import {{ typeNames }} from "{SCRIPTS}/questions/all.js"; console.log(...typeNames());')
    assert sorted(names) == sorted(modules_of_types())


def test_scripts_call_an_answer_what_the_server_calls_it():
    shares = [0, 1e-9, 0.5, 1 - 1e-9, 1, 1.5]
    program = f'import {{ verdict }} from "{SCRIPTS}/live/outcome.js"; '
    program += f"console.log(...{shares}.map((credit) => verdict({{}}, credit)));"
    assert said(program) == [verdict(share) for share in shares]


def test_only_one_helper_writes_html():
    """What it writes is rendered and sifted by the server: texts of people are texts."""
    writers = re.compile(r"\.(?:innerHTML|outerHTML) = |insertAdjacentHTML|document\.write")
    assert [name for name, script in scripts().items() if writers.search(script.text)] == ["lib/dom.js"]
