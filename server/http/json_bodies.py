"""JSON of the API: bodies and queries as values of a model, and values as answers."""

from __future__ import annotations

from typing import TypeVar

from flask import request
from flask_babel import lazy_gettext as _
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from assignments.json_reading import BadJsonError, read_json
from server.errors import BadInput, BadRequest

Body = TypeVar("Body", bound=BaseModel)


def json_body(model: type[Body]) -> Body:
    """The request's JSON as a value of `model`, or a refusal that names the first wrong field."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        content = read_json(request.get_data())
    except BadJsonError:
        raise BadRequest(_("The body is no JSON, or longer or deeper than is taken here.")) from None
    return _validated(model, content)


def query(model: type[Body]) -> Body:
    """The query string as a value of `model`, or a refusal that names the first wrong field."""
    return _validated(model, request.args.to_dict())


def answer_json(value: BaseModel, status: int = 200) -> Response:
    """A value of the API as an answer."""
    return Response(value.model_dump_json(), status, mimetype="application/json")


def _validated(model: type[Body], content: object) -> Body:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{field}: {first['msg']}" if field else first["msg"], field=field) from None
