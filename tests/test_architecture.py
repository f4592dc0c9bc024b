"""The walls between the rooms, read from the imports of every module, and the sizes that keep rooms small."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("server", "grader", "cli", "assignments")
STUDENT_CODE = ("starter", "reference")
PURE_RULES = (
    "server/accounts/neptun.py",
    "server/accounts/throttle.py",
    "server/deadline_pages/typed_moments.py",
    "server/courses/labels.py",
    "server/deadlines/own_due.py",
    "server/deadlines/schedule.py",
    "server/deadlines/late_result.py",
    "server/deadlines/reveal.py",
    "server/deadlines/sentences.py",
    "server/deadlines/step_chart.py",
    "server/deadlines/worth_over_time.py",
    "server/deadlines/tokens.py",
    "server/gradebook/ranking.py",
    "server/inquiries/states.py",
    "server/notices/icalendar.py",
    "server/notices/kinds.py",
    "server/quizzes/questions/parsing.py",
    "server/quizzes/attendance.py",
    "server/quizzes/room/points.py",
    "server/quizzes/reports/history.py",
    "server/quizzes/questions/scoring.py",
    "server/quizzes/codes/edit_distance.py",
    "server/quizzes/room/phases.py",
    "server/quizzes/refusals.py",
    "server/quizzes/room/replay_policy.py",
    "server/quizzes/room/ranks.py",
    "server/quizzes/reports/statistics.py",
    "server/quizzes/room/answer_rate_limit.py",
    "server/quizzes/codes/join_code.py",
    "server/standings/computation.py",
    "server/standings/explanation.py",
    "server/standings/states.py",
    "server/submissions/report/share_gap.py",
    "server/submissions/admission/tries.py",
    "server/submissions/uploads/rules.py",
    "server/submissions/queue/fair_order.py",
    "server/texts.py",
)
MARKED_FOR_TRANSLATION = {"flask_babel", "flask_babel.lazy_gettext"}  # a text, until somebody reads it
CLI_LIBRARIES = {"click", "cryptography", "httpx", "platformdirs", "rich", "cli"}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name and what it imports, each import with its depth."""

    path: Path
    name: str
    tree: ast.Module

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[str]:
        """Every module named in an import statement, `from a import b` as both `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.where}: relative import"
                inner = [f"{node.module}.{alias.name}" for alias in node.names]
                yield from inner
                if any(_path_of(name) is None for name in inner):  # `from room import module` needs no more
                    yield node.module or ""


def _path_of(name: str) -> Path | None:
    """The source file of a module of ours."""
    stem = ROOT.joinpath(*name.split("."))
    candidates = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((path for path in candidates if path.exists()), None)


@functools.cache
def modules() -> dict[str, Module]:
    """All source files of ours by dotted name; student code of assignments is not ours."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if any(part in STUDENT_CODE for part in relative.parts) or "versions" in relative.parts:
                continue
            name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(path, name, ast.parse(path.read_text()))
    return found


def in_room(room: str) -> list[Module]:
    return [module for module in modules().values() if module.path.is_relative_to(ROOT / room)]


def offenders(room: str, forbidden: set[str]) -> list[str]:
    """`file: import` for every import of a room whose top-level package is forbidden."""
    return [
        f"{module.where}: {name}"
        for module in in_room(room)
        for name in module.imports()
        if name.split(".")[0] in forbidden
    ]


def test_server_knows_of_grader_only_the_contract_and_the_log():
    strays = [
        f"{module.where}: {name}"
        for module in in_room("server")
        for name in module.imports()
        if name.split(".")[0] == "grader"
        and not f"{name}.".startswith(("grader.contract.", "grader.logs.", "grader.signing."))
        and name != "grader"
    ]
    assert strays == []


def test_server_never_imports_torch():
    assert offenders("server", {"torch", "numpy", "sklearn", "scipy"}) == []


def test_grader_has_no_server_no_database_no_web():
    assert offenders("grader", {"server", "flask", "sqlalchemy", "redis", "psycopg", "cli"}) == []


def test_contract_needs_only_the_standard_library():
    strays = {name.split(".")[0] for name in modules()["grader.contract"].imports()}
    assert strays <= sys.stdlib_module_names


def test_the_shared_log_knows_no_program():
    allowed = sys.stdlib_module_names | {"structlog"}
    strays = {
        f"{module.where}: {name}"
        for module in in_room("grader/logs")
        for name in module.imports()
        if name.split(".")[0] not in allowed and not f"{name}.".startswith("grader.logs.")
    }
    assert strays == set()


def test_inside_imports_nothing_of_ours():
    strays = [
        f"{module.where}: {name}"
        for module in in_room("grader/inside")
        for name in module.imports()
        if name.split(".")[0] in ROOMS and not name.startswith("grader.inside")
    ]
    assert strays == []


def test_cli_imports_only_its_client_libraries():
    strays = {
        f"{module.where}: {name}"
        for module in in_room("cli")
        for name in module.imports()
        if name.split(".")[0] not in CLI_LIBRARIES | sys.stdlib_module_names
    }
    assert strays == set()


@pytest.mark.parametrize("rules", PURE_RULES)
def test_rules_are_pure(rules: str):
    """Rules take time and chance as arguments and know no framework."""
    module = modules()[rules.removesuffix(".py").replace("/", ".")]
    allowed = sys.stdlib_module_names - {"random", "time", "os", "secrets"}
    strays = {
        name
        for name in module.imports()
        if name.split(".")[0] not in allowed
        and name not in MARKED_FOR_TRANSLATION
        and not f"{name}.".startswith(("assignments.", "server.errors."))
        and not _is_pure(name)
    }
    assert strays == set()
    calls = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    assert calls.isdisjoint({"now", "utcnow", "today"}), f"{rules} reads the clock"


def _is_pure(name: str) -> bool:
    return any(f"{name}.".startswith(rule.removesuffix(".py").replace("/", ".") + ".") for rule in PURE_RULES)


FEATURE_ORDER = {
    "gradebook": {
        "inquiries",
        "deadline_pages",
        "submissions",
        "standings",
        "quizzes",
        "deadlines",
        "accounts",
        "courses",
    },
    "deadline_pages": {"submissions", "standings", "deadlines", "accounts", "courses"},
    "inquiries": {"submissions", "standings", "deadlines", "accounts", "courses"},
    "quizzes": {"accounts", "courses"},
    "submissions": {"receipts", "standings", "deadlines", "accounts", "courses"},
    # Notices tell of what the rows of others say; nothing that others do waits for them.
    "notices": {
        *("submissions.models", "submissions.assignments.published", "receipts.service", "quizzes.models"),
        "inquiries.models",
        *("standings", "deadlines", "accounts", "courses"),
    },
    # Pages of submissions show standings; what standings follow from are the rows of submissions.
    "standings": {
        "submissions.models",
        "submissions.assignments.published",
        "submissions.gradings.in_force",
        "deadlines",
        "accounts",
        "courses",
    },
    "receipts": set(),
    "deadlines": {"accounts", "courses"},
    "accounts": {"courses"},  # a way in leads into a course: who signs in has to be enrolled
    "courses": set(),
}


@pytest.mark.parametrize("feature", sorted(FEATURE_ORDER))
def test_features_point_one_way(feature: str):
    others = set(FEATURE_ORDER) - FEATURE_ORDER[feature] - {feature}
    rooms = {room for room in FEATURE_ORDER[feature] if "." in room}
    strays = [
        f"{module.where}: {name}"
        for module in in_room(f"server/{feature}")
        for name in module.imports()
        if name.startswith("server.")
        and name.split(".")[1] in others
        and not any(f"{name}.".startswith(f"server.{room}.") for room in rooms)
    ]
    assert strays == []


def test_only_the_sandbox_starts_processes_in_the_grader():
    strays = [
        entry
        for entry in offenders("grader", {"subprocess", "multiprocessing", "pty"})
        if not entry.startswith("grader/sandbox/")
    ]
    assert strays == []


def test_the_api_reads_no_query_that_it_does_not_describe():
    """What is not described is refused, whoever reads it."""
    readers = [
        f"{module.where}:{node.lineno}"
        for module in in_room("server")
        if module.where.endswith("api.py") and module.where != "server/http/openapi.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "args"
    ]
    assert readers == []


def test_no_import_hides_in_a_function():
    hidden = [
        f"{module.where}:{node.lineno}"
        for module in modules().values()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_import_cycles():
    graph = {name: _dependencies(module) for name, module in modules().items()}
    done: set[str] = set()
    for start in graph:
        cycle = _cycle_from(start, graph, [], done)
        assert cycle is None, " -> ".join(cycle or [])


def _dependencies(module: Module) -> set[str]:
    """Modules of ours that this one loads when it is imported; type-only imports are left out."""
    typing_only = {
        id(inner)
        for node in module.tree.body
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    kept = [node for node in module.tree.body if id(node) not in typing_only]
    pruned = Module(module.path, module.name, ast.Module(body=kept, type_ignores=[]))
    return {name for name in pruned.imports() if name in modules() and name != module.name}


def _cycle_from(name: str, graph: dict[str, set[str]], path: list[str], done: set[str]) -> list[str] | None:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done:
        return None
    for target in sorted(graph[name]):
        cycle = _cycle_from(target, graph, [*path, name], done)
        if cycle:
            return cycle
    done.add(name)
    return None


@pytest.mark.parametrize("room", ROOMS)
def test_modules_fit_on_a_few_screens(room: str):
    # The contract is one file by design: what crosses between two programs is read in one place.
    long = [
        f"{module.where}: {lines} lines"
        for module in in_room(room)
        if module.name != "grader.contract"
        if (lines := len(module.path.read_text().splitlines())) > LONGEST_MODULE
    ]
    assert long == []


@pytest.mark.parametrize("room", ROOMS)
def test_functions_fit_on_one_screen(room: str):
    long = [
        f"{module.where}: {node.name} has {lines} lines"
        for module in in_room(room)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := _length(node)) > LONGEST_FUNCTION
    ]
    assert long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def test_environment_is_read_in_one_file_of_each_program():
    readers = {
        room: sorted(
            {
                m.where
                for m in in_room(room)
                if not f"{m.name}.".startswith("grader.inside.")  # a program of its own, in the sandbox
                if "environ" in {node.attr for node in ast.walk(m.tree) if isinstance(node, ast.Attribute)}
            }
        )
        for room in ROOMS
    }
    assert {room: files for room, files in readers.items() if len(files) > 1 and room != "server"} == {}


def test_nothing_that_can_run_code_is_ever_unpickled():
    """No module opens a file of a format that is a program: neither first nor as a fallback."""
    forbidden = ("torch.load", "allow_pickle=True", "import pickle", "jit.load", "import joblib")
    strays = [
        f"{module.where}: {word}"
        for module in modules().values()
        for word in forbidden
        if word in module.path.read_text()
    ]
    assert strays == []
