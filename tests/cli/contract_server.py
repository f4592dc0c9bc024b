"""A small server that follows the JSON API on a real socket, and fails where a test wants it to."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from grader.contract import BundleFile
from grader.signing import key_name
from server.receipts.receipt import HandedIn, Meaning, sign

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Json = dict[str, Any]
Fault = Callable[[Request], Response | None]

TOKEN = "hazi_" + "t" * 43
DEVICE = "a-device.signed"
RECEIVED = "2026-10-20T10:00:00Z"
RUN_ID = "5f0c9a1e-0000-4000-8000-000000000001"

CONTENT = b"def train(): ..."
RECEIPT_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
RECEIPT_KEYS: Json = {
    "server": "https://hazi.example.org",
    "keys": [
        {
            "id": key_name(RECEIPT_KEY.public_key()),
            "public": RECEIPT_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
            "used_since": RECEIVED,
            "retired_at": None,
        }
    ],
}
SAID = HandedIn(
    course="deep-learning",
    course_title="Deep learning",
    assignment="lenet-digits",
    version="9f" * 32,
    neptun="ABC123",
    name="Kis Anna",
    submission=RUN_ID,
    files=(BundleFile("submission.py", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT)),),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    received_at=datetime.fromisoformat(RECEIVED),
    issued_at=datetime.fromisoformat(RECEIVED),
    zone="Europe/Budapest",
    meaning=Meaning("open", datetime.fromisoformat("2026-10-25T22:59:59Z"), 0, extended=False),
)

ASSIGNMENT: Json = {
    "slug": "lenet-digits",
    "title": "LeNet-5 on handwritten digits",
    "summary": "A small convolutional network",
    "kind": "code",
    "opens": "2026-09-14T06:00:00Z",
    "due": "2026-10-25T22:59:59Z",
    "closes": "2026-10-28T22:59:59Z",
    "state": "open",
    "points": 10,
    "metric": "accuracy",
    "classes": ["rocket", "car", "airplane"],
    "limits": {
        "wall_s": 60,
        "memory_mib": 2048,
        "cpus": 2,
        "gpu": 0,
        "per_day": 10,
        "upload_mib": 1,
        "files": 3,
    },
    "tries_left_today": 9,
    "best_points": None,
    "links": {
        "self": "/api/v1/assignments/lenet-digits",
        "html": "/assignments/lenet-digits",
        "submissions": "/api/v1/assignments/lenet-digits/submissions",
        "leaderboard": "/api/v1/assignments/lenet-digits/leaderboard",
    },
}
REPORT: Json = {
    "verdict": "scored",
    "message": "The run has a score.",
    "message_hu": "A futásnak van eredménye.",
    "detail": "",
    "points": 7.5,
    "score": 0.6786,
    "metric": "accuracy",
    "metrics": {"accuracy": 0.6786, "macro_f1": 0.6712},
    "per_class": [
        {"label": "rocket", "precision": 0.5357, "recall": 0.5769, "f1": 0.5556, "support": 26}
        | {"tp": 15, "fn": 11, "fp": 13, "tn": 45},
        {"label": "car", "precision": 0.7419, "recall": 0.8214, "f1": 0.7797, "support": 28}
        | {"tp": 23, "fn": 5, "fp": 8, "tn": 48},
        {"label": "airplane", "precision": 0.76, "recall": 0.6333, "f1": 0.6909, "support": 30}
        | {"tp": 19, "fn": 11, "fp": 9, "tn": 45},
    ],
    "confusion_matrix": [[15, 3, 8], [4, 23, 1], [9, 2, 19]],
    "classes": ["rocket", "car", "airplane"],
    "focus": "rocket",
    "size": 84,
    "seed": 7,
    "device": "cpu",
    "timings": {"train": 3.2, "total": 4.1},
    "memory_mib": 412.0,
    "versions": {"python": "3.11.2", "torch": "2.13.0"},
    "curve": [{"epoch": 1, "loss": 1.1, "accuracy": 0.4}, {"epoch": 2, "loss": 0.6, "accuracy": 0.7}],
    "previous_best": 7.0,
    "change": 0.5,
    "confused": [{"truth": "airplane", "predicted": "rocket", "count": 9, "share": 0.3}],
    "calibration": [{"confidence": 0.9, "accuracy": 0.8, "size": 84}],
    "roc": [{"label": "rocket", "x": [0, 1], "y": [0, 1], "area": 0.5}],
    "precision_recall": None,
    "checks": [
        {
            "name": "shape",
            "points": 2,
            "out_of": 2,
            "passed": True,
            "text": {"en": "Fine.", "hu": "Rendben."},
        },
        {"name": "gradient", "points": 0, "out_of": 3, "passed": False}
        | {"text": {"en": "At x = 2 it was 3.", "hu": "Az x = 2 helyen 3 volt."}},
    ],
    "layers": [
        {"name": "conv1", "kind": "Conv2d", "parameters": 416, "activation_mean": 0.1, "activation_std": 0.58}
        | {"gradient_norm": 0.02, "dead": 0.5},
        {"name": "out", "kind": "Linear", "parameters": 850, "activation_mean": None, "activation_std": None}
        | {"gradient_norm": None, "dead": None},
    ],
    "findings": [{"en": "Gradients shrink 40-fold.", "hu": "A gradiens 40× kisebb."}],
    "notices": [{"en": "Two lines were left out.", "hu": "Két sor kimaradt."}],
    "sheet": {
        "classes": [{"label": "rose\x1b[2J", "train": 40, "valid": 10, "test": 5}],
        "histograms": [
            {"name": "width", "low": 0.5, "high": 2.25, "mean": 1.0, "missing": 3}
            | {"counts": [0, 10, *[5] * 18]}
        ],
        "samples": [],
    },
}
BOARD: Json = {
    "assignment": "lenet-digits",
    "title": "LeNet-5 on handwritten digits",
    "metric": "accuracy",
    "rows": [
        {"place": 1, "nickname": "Kovi", "name": None, "neptun": None, "score": 0.99, "points": 10}
        | {"received_at": RECEIVED, "tries": 3, "baseline": None, "mine": False},
        {"place": 2, "nickname": "Anna", "name": "Kis Anna", "neptun": "ABC123", "score": 0.9, "points": 9}
        | {"received_at": RECEIVED, "tries": 1, "baseline": None, "mine": True},
        {"place": None, "nickname": None, "name": None, "neptun": None, "score": 0.5, "points": 4}
        | {"received_at": None, "tries": None, "baseline": "starter", "mine": False},
    ],
}
STUDENT = "/api/v1/assignments/lenet-digits/students/ABC123"
DECISION: Json = {
    "id": 7,
    "kind": "override",
    "assignment": "lenet-digits",
    "submission": None,
    "words": "set to 7 points (before: 5 points)",
    "reason": "the test was wrong\x1b[2J",
    "by": "staff",
    "at": RECEIVED,
}


NOTICE: Json = {
    "id": 42,
    "kind": "graded",
    "assignment": "lenet-digits",
    "text": "LeNet: your hand-in is graded: 8.91 of 10 points on the public share.\x1b[2J",
    "reason": "a reason\x1b[2J",
    "path": "/submissions/x",
    "at": RECEIVED,
    "read": False,
}


def problem(status: int, slug: str, title: str, detail: str = "", **extras: object) -> Response:
    """A refusal as the API has it."""
    body = {"type": f"/help/errors#{slug}", "title": title, "status": status, "detail": detail, "slug": slug}
    return Response(json.dumps(body | extras), status, mimetype="application/problem+json")


def dropped(request: Request) -> None:
    """The connection dies without an answer."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def answering(status: int, headers: dict[str, str] | None = None, body: str = "<h1>proxy</h1>") -> Fault:
    """Something else answers, such as a proxy."""
    return lambda _request: Response(body, status, {"Content-Type": "text/html", **(headers or {})})


@dataclass
class ContractServer:
    """What it has, what was asked of it, and how it is to fail."""

    url: str = ""
    assignment: Json = field(default_factory=lambda: dict(ASSIGNMENT))
    report: Json = field(default_factory=lambda: dict(REPORT))
    board: Json = field(default_factory=lambda: dict(BOARD))
    kit: bytes = b""
    password: str = "helyes ló"
    handed_in: dict[str, Json] = field(default_factory=dict)  # Idempotency-Key -> answer
    devices: list[str] = field(default_factory=list)  # as shown when signing in
    contents: list[dict[str, bytes]] = field(default_factory=list)
    verdict: str = "scored"
    end_state: str = "done"
    unknown: str = "not-found"  # the slug of what is not there, and what else is told of it
    refusal: Json = field(default_factory=dict)
    bodies: list[Json] = field(default_factory=list)  # what was to be decided
    newer: list[str] = field(default_factory=list)  # ids of further submissions
    ended: bool = True  # a run that is watched sets this at its end
    events: list[tuple[str, Json]] = field(default_factory=list)
    cuts: deque[int] = field(default_factory=deque)  # after how many events each stream breaks off
    mid_chunk: bool = False  # break off inside a chunk, not at its end
    streams: bool = True
    hold: threading.Event | None = None  # the run does not end before this is set
    faults: dict[str, deque[Fault]] = field(default_factory=dict)  # "POST /path" -> what goes wrong first
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)  # of hand-ins

    def fail(self, where: str, *faults: Fault) -> None:
        """The next requests there go wrong in these ways, then all is well."""
        self.faults.setdefault(where, deque()).extend(faults)

    def headers_of(self, where: str) -> list[dict[str, str]]:
        """The headers of all requests to that place."""
        return [headers for method, path, headers in self.asked if f"{method} {path}" == where]

    def submission(self, state: str = "waiting") -> Json:
        """S of the one submission there is."""
        ended = state in {"done", "cancelled"}
        return {
            "id": RUN_ID,
            "assignment": "lenet-digits",
            "state": state,
            "verdict": self.verdict if state == "done" else None,
            "message": "It has a score." if ended else None,
            "points": 7.5 if ended and self.verdict == "scored" else None,
            "received_at": RECEIVED,
            "late_by_s": 0,
            "sha256": "ab" * 32,
            "files": [{"name": "submission.py", "sha256": "ab" * 32, "size": 12}],
            "position": 3 if state == "waiting" else None,
            "expected_finish": None if ended else "2026-10-20T10:01:30Z",
            "attempt": None if state == "waiting" else 1,
            "links": {"self": f"/api/v1/submissions/{RUN_ID}", "html": f"/submissions/{RUN_ID}"},
        }

    def receipt(self) -> Json:
        """R of the one submission there is."""
        whole = self.submission()
        kept = ("assignment", "received_at", "late_by_s", "sha256", "files")
        return {"submission": RUN_ID, "neptun": "ABC123", "name": "Kis Anna"} | {k: whole[k] for k in kept}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI door."""
        request = _InMemory(environ)
        where = f"{request.method} {request.path}"
        self.asked.append((request.method, request.path, dict(request.headers)))
        if request.method == "POST" and request.path.endswith("/submissions"):
            self.queries.append(request.args.to_dict())
        waiting = self.faults.get(where)
        with request:
            response = self._answer(where, request)
        if waiting:
            # The work was done, or not looked at: either way the asker hears something else.
            response = waiting.popleft()(request) or Response("")
        return response(environ, start_response)

    def _answer(self, where: str, request: Request) -> Response:
        if where == "POST /api/v1/tokens":
            return self._token(request.get_json())
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401, "token-invalid", "Access token not valid", "Sign in again.")
        run = f"GET /api/v1/submissions/{RUN_ID}"
        doors: dict[str, Callable[[], Response]] = {
            "DELETE /api/v1/tokens/current": lambda: Response("", 204),
            "GET /api/v1/me": lambda: _json(
                {
                    "neptun": "ABC123",
                    "name": "Kis Anna",
                    "nickname": "Anna",
                    "role": "student",
                    "language": "hu",
                }
            ),
            "GET /api/v1/assignments": lambda: _json({"assignments": [self.assignment]}),
            "GET /api/v1/assignments/lenet-digits": lambda: _json(self.assignment | {"handout": "# Do it"}),
            "GET /api/v1/assignments/lenet-digits/practice": lambda: Response(self.kit),
            **{
                f"GET /api/v1/assignments/lenet-digits/starter/{file['name']}": lambda: Response(b"id,x_0\n")
                for file in self.assignment.get("starter", ())
            },
            "GET /api/v1/assignments/lenet-digits/leaderboard": lambda: _json(self.board),
            "POST /api/v1/assignments/lenet-digits/submissions": lambda: self._hand_in(request),
            "GET /api/v1/submissions": lambda: self._listed(request.args.get("before")),
            run: lambda: _json(self.submission(self.end_state if self.ended else "running")),
            f"{run}/events": lambda: self._events(request),
            f"{run}/log": lambda: Response("".join(self.log_lines()), mimetype="text/plain"),
            f"{run}/report": lambda: _json(self.report),
            f"{run}/receipt": lambda: _json(self.receipt()),
            f"{run}/signed-receipt": lambda: _json(sign(SAID, self.url, RECEIPT_KEY).as_json()),
            "GET /api/v1/receipt-keys": lambda: _json(RECEIPT_KEYS),
            f"POST /api/v1/submissions/{RUN_ID}/cancel": lambda: self._cancelled(request),
            "GET /api/v1/notices": lambda: _json({"notices": [NOTICE], "unread": 1, "next": 41}),
            "POST /api/v1/notices/read": lambda: self._noted(request, Response("", 204)),
            "PUT /api/v1/assignments/lenet-digits/choice": lambda: self._noted(request, Response("", 204)),
            "GET /api/v1/assignments/lenet-digits/decisions": lambda: _json({"decisions": [DECISION]}),
            f"GET {STUDENT}/decisions": lambda: _json({"decisions": [DECISION], "newest": 7}),
            f"POST {STUDENT}/decisions": lambda: self._noted(request, _json(DECISION, 201)),
        }
        door = doors.get(where)
        if door:
            return door()
        return problem(404, self.unknown, "Not found", "There is no such thing.", **self.refusal)

    def _noted(self, request: Request, answer: Response) -> Response:
        self.bodies.append(request.get_json())
        return answer

    def _cancelled(self, request: Request) -> Response:
        return self._noted(request, _json(self.submission("cancelled")))

    def log_lines(self) -> list[str]:
        """All that was logged."""
        return [event["text"] + "\n" for kind, event in self.events if kind == "log"]

    def _token(self, asked: Json) -> Response:
        if asked["password"] != self.password:
            return problem(401, "wrong-login", "Sign-in failed", "Code and password do not belong together.")
        answer = {"id": 1, "token": TOKEN, "name": asked["name"], "neptun": "ABC123", "role": "student"}
        self.devices.append(str(asked.get("device", "")))
        return _json(answer | {"device": DEVICE}, 201)

    def _hand_in(self, request: Request) -> Response:
        content = {str(file.filename): file.read() for file in request.files.getlist("file")}
        key = request.headers.get("Idempotency-Key", "")
        if key not in self.handed_in:
            self.contents.append(content)
            self.handed_in[key] = self.submission() | {"receipt": self.receipt()}
        return _json(self.handed_in[key], 201)

    def _listed(self, before: str | None) -> Response:
        """A page of one entry: those in `newer` come before the one submission there is."""
        own = [self.submission(self.end_state)] if self.contents else []
        whole = [self.submission(self.end_state) | {"id": number} for number in self.newer] + own
        first = 0 if before is None else [one["id"] for one in whole].index(before) + 1
        page = whole[first : first + 1]
        return _json(
            {"submissions": page, "next": page[0]["id"] if page and first + 1 < len(whole) else None}
        )

    def _events(self, request: Request) -> Response:
        if "text/event-stream" not in request.headers["Accept"]:
            return self._polled(int(request.args.get("after", 0)))
        if not self.streams:
            return Response("held back by a proxy", mimetype="text/html")
        last = int(request.headers.get("Last-Event-ID", 0))
        return Response(self._stream(last), mimetype="text/event-stream")

    def _polled(self, after: int) -> Response:
        events = [
            {"id": at, "kind": kind} | event for at, (kind, event) in enumerate(self.events, 1) if at > after
        ][:2]
        state = self.end_state if not events else "running"
        self.ended = not events
        answer = {"submission": self.submission(state), "events": events}
        return _json(answer | {"next": events[-1]["id"] if events else after})

    def _stream(self, last: int) -> Iterator[str]:
        cut = self.cuts.popleft() if self.cuts else None
        yield "retry: 2000\n\n: ping\n\n"
        yield f"event: state\ndata: {json.dumps(self.submission('running'))}\n\n"
        for at, (kind, event) in enumerate(self.events, 1):
            if at <= last:
                continue
            if cut == 0:
                if self.mid_chunk:
                    raise ConnectionAbortedError
                return
            cut = cut and cut - 1
            # Bare separators of Unicode are text, not line ends.
            data = json.dumps({"id": at, "at": RECEIVED} | event, ensure_ascii=False)
            yield f"id: {at}\nevent: {kind}\ndata: {data}\n\n"
        if self.hold:
            self.hold.wait()
        self.ended = True
        yield f"event: end\ndata: {json.dumps(self.submission(self.end_state))}\n\n"


class _InMemory(Request):
    """Keeps uploads in memory, so that one that is cut off leaves no file open."""

    def _get_file_stream(self, *_facts: object, **_more: object) -> io.BytesIO:
        return io.BytesIO()


class Quiet(WSGIRequestHandler):
    """Speaks HTTP/1.1, so that a stream that breaks off is seen to, and keeps no log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _json(content: Json, status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")


def digest(content: bytes) -> str:
    """As the store names it."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def contract_server() -> Iterator[ContractServer]:
    """A running server on a free port."""
    app = ContractServer()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    app.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
