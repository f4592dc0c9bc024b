"""The OpenAPI document, drawn from the routes themselves and what `describe` says about their views.

Each view below /api/v1 carries a description, anywhere among its decorators:

    @openapi.describe("Hand in", files="file", answers={201: HandedIn})
    @signed_in
    def create(slug: str) -> ResponseReturnValue: ...

`body` and `query` are pydantic models, `files` is the name of a repeatable multipart field, `raw` the media
type of a body that is just bytes, `headers` maps names of request headers to what they mean. `answers` maps
a status to a pydantic model, to a media type ("text/plain") or to a tuple of both kinds, or to None for an
empty answer. Refusals need not be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from server.errors import BadInput
from server.http.api_address import API

PREFIX = f"{API}/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SCHEMAS = "#/components/schemas/{model}"
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "default": {"type": "string", "minLength": 1},
    "string": {"type": "string", "minLength": 1},
    "int": {"type": "integer", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
    "path": {"type": "string", "minLength": 1},
}

_Kind = type[BaseModel] | str | None
Answer = _Kind | tuple[_Kind, ...]
View = TypeVar("View", bound=Callable[..., Any])

api_docs = Blueprint("openapi", __name__)


class Problem(BaseModel):
    """Why something was refused (RFC 9457). Some slugs add fields that help."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    slug: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says about one view beyond its route."""

    summary: str
    answers: Mapping[int, Answer]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    files: str
    headers: Mapping[str, str]
    raw: str
    public: bool


def describe(
    summary: str,
    *,
    answers: Mapping[int, Answer],
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    files: str = "",
    headers: Mapping[str, str] | None = None,
    raw: str = "",
    public: bool = False,
) -> Callable[[View], View]:
    """Attach a description to a view of the API."""
    operation = Operation(summary, answers, body, query, files, headers or {}, raw, public)

    def mark(view: View) -> View:
        view.__dict__["operation"] = operation
        return view

    return mark


def refuse_unknown_queries() -> None:
    """Before each request to the API: a name in the query that the address does not know is a mistake.

    Ignored, a misspelt `limit` or `assignment` would answer something else than was asked for.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    operation = view.__dict__.get("operation") if view else None
    if not isinstance(operation, Operation) or not request.args:
        return
    known = operation.query.model_fields.keys() if operation.query else ()
    for name in request.args:
        if name not in known:
            raise BadInput(_unknown(name, sorted(known)), field=name)


def _unknown(name: str, known: Sequence[str]) -> str:
    if not known:
        return str(_("This address takes no query: leave “%(name)s” out.", name=name[:100]))
    names = ", ".join(known)
    return str(
        _("This address knows no “%(name)s” in its query, but: %(known)s.", name=name[:100], known=names)
    )


@api_docs.get("/api/openapi.json")
def openapi() -> Response:
    """The document."""
    return jsonify(document(current_app))


@api_docs.get("/api/docs")
def api_page() -> str:
    """The same to read. Template help/api.html: `operations`, each with method, path, and its description."""
    known = document(current_app)
    paths, schemas = known["paths"], known["components"]["schemas"]
    found = [
        (method.upper(), path, said) for path, methods in paths.items() for method, said in methods.items()
    ]
    return render_template("help/api.html", operations=found, schemas=schemas)


def document(app: Flask) -> dict[str, Any]:
    """OpenAPI 3.1 for every route below /api/v1. A route without description is a mistake of ours."""
    paths: dict[str, dict[str, Any]] = {}
    models: set[type[BaseModel]] = {Problem}
    for rule, method, operation in _operations(app):
        models.update(_models(operation))
        paths.setdefault(_path(rule), {})[method.lower()] = _operation(rule, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Házi", "version": version("hazi")},
        "paths": paths,
        "components": {
            "schemas": _schemas(models),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.rule.startswith(PREFIX):
            continue
        for method in METHODS:
            if method in (rule.methods or ()):
                yield rule, method, app.view_functions[rule.endpoint].__dict__["operation"]


def _path(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if converter else part for converter, part in _parts(rule))


def _parts(rule: Rule) -> Iterator[tuple[str, str]]:
    """The pieces of a route: ("", literal text) or (converter, name)."""
    text = rule.rule
    while "<" in text:
        literal, _, text = text.partition("<")
        variable, _, text = text.partition(">")
        converter, colon, name = variable.rpartition(":")
        yield "", literal
        yield (converter if colon else "default"), name
    yield "", text


def _operation(rule: Rule, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": operation.summary,
        "parameters": list(_parameters(rule, operation)),
        "security": [] if operation.public else [{"token": []}],
        "responses": {str(status): _answer(answer) for status, answer in operation.answers.items()}
        | {"default": _content("A refusal", {"application/problem+json": _reference(Problem)})},
    }
    if content := dict(_taken(operation)):
        described["requestBody"] = {"required": True, "content": content}
    return described


def _taken(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """The media types that an operation takes."""
    if operation.files:
        yield "multipart/form-data", _files(operation)
    if operation.body:
        yield "application/json", {"schema": _reference(operation.body)}
    if operation.raw:
        yield operation.raw, {"schema": {"type": "string", "format": "binary"}}


def _parameters(rule: Rule, operation: Operation) -> Iterator[dict[str, Any]]:
    for converter, name in _parts(rule):
        if converter:
            yield {"name": name, "in": "path", "required": True, "schema": PARAMETERS[converter]}
    for name, meaning in operation.headers.items():
        yield {"name": name, "in": "header", "description": meaning, "schema": {"type": "string"}}
    if operation.query:
        shape = operation.query.model_json_schema()
        for name, schema in shape["properties"].items():
            yield {
                "name": name,
                "in": "query",
                "required": name in shape.get("required", ()),
                "schema": schema,
            }


def _files(operation: Operation) -> dict[str, Any]:
    files = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
    schema = {"type": "object", "required": [operation.files], "properties": {operation.files: files}}
    return {"schema": schema}


def _answer(answer: Answer) -> dict[str, Any]:
    kinds = [kind for kind in (answer if isinstance(answer, tuple) else (answer,)) if kind is not None]
    if not kinds:
        return {"description": "Done"}
    text = {"type": "string"}
    return _content(
        "The answer",
        {
            kind if isinstance(kind, str) else "application/json": text
            if isinstance(kind, str)
            else _reference(kind)
            for kind in kinds
        },
    )


def _content(description: str, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    content = {media_type: {"schema": schema} for media_type, schema in schemas.items()}
    return {"description": description, "content": content}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": SCHEMAS.format(model=model.__name__)}


def _models(operation: Operation) -> Iterator[type[BaseModel]]:
    if operation.body:
        yield operation.body
    for answer in operation.answers.values():
        for kind in answer if isinstance(answer, tuple) else (answer,):
            if isinstance(kind, type):
                yield kind


def _schemas(models: set[type[BaseModel]]) -> dict[str, Any]:
    ordered = sorted(models, key=lambda model: model.__name__)
    inputs = [(model, "validation") for model in ordered]
    _, shapes = models_json_schema(inputs, ref_template=SCHEMAS)  # type: ignore[arg-type]
    return dict(shapes["$defs"])
