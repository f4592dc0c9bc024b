"""The blob server's answers. Whoever shows a job that the server has signed gets what that job names.

It has the store and the public half of the key that jobs are signed with: no database, no secret, no clock. A
job is good for ever, for whoever holds it has seen its files already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from typing import IO

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, ServiceUnavailable

from assignments.json_reading import read_json
from grader.contract import RELEASE, GradeJob, MalformedMessageError, SignedJob
from grader.signing import ForgedJobError, OtherReleaseError, key_name, verified
from server.errors import Refusal
from server.outages import why_of
from server.store import CHUNK, PROBE, Space, Store

BODY_S = 10.0  # of silence, while a job is shown
LONGEST_JOB = 1 << 20  # bytes; a job names at most 200 files
DIGEST = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger()


def create_blob_app(store: Store, keys: Sequence[Ed25519PublicKey]) -> Flask:
    """The application: GET /probe, POST /blobs/<digest> and POST /archives/<digest> with a signed job."""
    app = Flask("blobs", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_JOB
    app.register_error_handler(HTTPException, _say)
    app.register_error_handler(OSError, _say_away)
    app.register_error_handler(Refusal, _say_away)

    @app.get("/probe")
    def probe() -> Response:
        """The store can be read, which release this is, and which keys are taken for the server's."""
        try:
            with closing(store.open(PROBE)) as stream:
                stream.read()
        except FileNotFoundError as error:
            raise OSError("nothing was ever kept here: HAZI_STORE must be the store of the server") from error
        words = ["hazi", RELEASE, *map(key_name, keys)]
        return Response(" ".join(words) + "\n", content_type="text/plain")

    @app.post("/blobs/<digest>")
    def blob(digest: str) -> Response:
        """A file of the submission that a job is about."""
        _refuse_unless_named(digest, [file.sha256 for file in _job(keys).files])
        return _sent(store.open(digest))

    @app.post("/archives/<digest>")
    def archive(digest: str) -> Response:
        """The archive of the assignment that a job is about: from where only `sync` writes."""
        _refuse_unless_named(digest, [_job(keys).version])
        return _sent(store.open(digest, Space.ARCHIVES))

    return app


def _job(keys: Sequence[Ed25519PublicKey]) -> GradeJob:
    """The job that was shown. Raises BadRequest, and Forbidden for one that the server has not signed."""
    if connection := request.environ.get("gunicorn.socket"):
        connection.settimeout(BODY_S)
    try:
        message = read_json(request.get_data())
        return verified(SignedJob.from_message(message), keys)
    except (ForgedJobError, OtherReleaseError) as error:
        log.warning("forged job", problem=str(error), address=request.remote_addr)
        raise Forbidden from error
    except (MalformedMessageError, AttributeError, ValueError, RecursionError) as error:
        raise BadRequest from error


def _refuse_unless_named(digest: str, named: Collection[str]) -> None:
    if not DIGEST.fullmatch(digest) or digest not in named:
        log.warning("blob of another job", digest=digest[:16], address=request.remote_addr)
        raise Forbidden


def _sent(stream: IO[bytes]) -> Response:
    def chunks() -> Iterator[bytes]:
        with closing(stream):
            while chunk := stream.read(CHUNK):
                yield chunk

    return Response(chunks(), content_type="application/octet-stream")


def _say(error: HTTPException) -> Response:
    return Response(f"{error.name}\n", error.code, content_type="text/plain")


def _say_away(error: Exception) -> Response:
    """The store does not have it, or is away: the grader waits."""
    if isinstance(error, FileNotFoundError):
        return _say(NotFound())
    log.error("store", problem=why_of(error) or type(error).__name__)
    return _say(ServiceUnavailable())
