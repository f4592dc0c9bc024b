"""Two real web servers on one real object store: hand-ins by every way, and a store that comes and goes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from server.database import Database
from server.grading.models import AssignmentVersion, Submission
from server.operations.schema_version import migrate
from server.submissions.uploads.rules import written_metadata
from tests.server.builders import PASSWORD, SECRET_KEY, a_course, a_person
from tests.server.submissions.builders import SLUG, SOURCE, a_file, an_assignment
from tests.servers import ObjectServer, free_port, object_server, process, wait_until

pytestmark = pytest.mark.slow
HAZI_SERVER = Path(sys.executable).with_name("hazi-server")
BUCKET = "hazi"
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE_S = 60.0  # of a busy machine
BOUND_S = 15.0  # connecting, a first silence and what the machine does beside it; nobody waits without end


@dataclass(slots=True)
class Site:
    """Web servers with one database and one object store, and who uses them."""

    folder: Path
    store: ObjectServer
    environ: dict[str, str]
    database: Database
    addresses: list[str] = field(default_factory=list)
    token: str = ""

    @contextmanager
    def program(self, number: int = 0) -> Iterator[httpx.Client]:
        """A program with an access token, at one of the servers."""
        with httpx.Client(base_url=self.addresses[number], timeout=PATIENCE_S) as client:
            if not self.token:  # one, which both servers know
                request = {"neptun": "ABC123", "password": PASSWORD, "name": "test"}
                self.token = client.post("/api/v1/tokens", json=request).raise_for_status().json()["token"]
            client.headers["Authorization"] = f"Bearer {self.token}"
            yield client

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A browser that is signed in."""
        with httpx.Client(base_url=self.addresses[0], timeout=PATIENCE_S) as client:
            form = {"neptun": "ABC123", "password": PASSWORD, "csrf_token": token_on(client, "/login")}
            assert client.post("/login", data=form).status_code == 302
            yield client

    def run(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """A command of the server, to its end."""
        return subprocess.run(
            [HAZI_SERVER, command],
            env=self.environ | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    @property
    def blobs(self) -> set[str]:
        """The digests in the bucket."""
        found = (key.rsplit("/", 1)[-1] for key in self.store.objects(BUCKET) if "/blobs/" in key)
        return set(found)

    @property
    def hand_ins(self) -> int:
        with self.database.read() as session:
            return len(session.scalars(select(Submission.id)).all())


def token_on(client: httpx.Client, page: str) -> str:
    found = CSRF.search(client.get(page).text)
    assert found is not None
    return found[1]


@contextmanager
def a_site(folder: Path, redis_url: str, servers: int) -> Iterator[Site]:
    """Everything of it, each a process of its own."""
    with ExitStack() as stack:
        store = stack.enter_context(object_server())
        database = Database(f"sqlite:///{folder / 'hazi.sqlite3'}")
        stack.callback(database.dispose)
        migrate(database)
        with database.write() as session:
            a_course(session)
            a_person(session, password=PASSWORD)
            version = an_assignment(session, due="2099-10-25T23:59:59", per_day=50, upload_mib=64)
            version.starter = [asdict(a_file(b"start", "begin.py"))]
        environ = store.settings(BUCKET) | {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(folder),
            "HAZI_SECRET_KEY": SECRET_KEY,
            "HAZI_DATABASE_URL": f"sqlite:///{folder / 'hazi.sqlite3'}",
            "HAZI_BROKER_URL": redis_url,
            "HAZI_SPOOL": str(folder / "spool"),
            "HAZI_WEB_WORKERS": "1",
        }
        site = Site(folder, store, environ, database)
        for _ in range(servers):
            port = str(free_port())
            own = {"HAZI_PORT": port, "HAZI_PUBLIC_URL": "http://localhost"}
            stack.enter_context(process([HAZI_SERVER, "web"], folder / f"web-{port}.log", env=environ | own))
            site.addresses.append(f"http://127.0.0.1:{port}")
        for address in site.addresses:
            wait_until(lambda address=address: _ready(address), f"{address} being ready", PATIENCE_S)  # type: ignore[misc]
        yield site


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=PATIENCE_S).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Site]:
    """For all tests of this file; each leaves the store as it was."""
    with a_site(tmp_path_factory.mktemp("site"), redis_url, servers=2) as running:
        yield running


def by_api(site: Site, content: bytes, number: int = 0, **headers: str) -> httpx.Response:
    with site.program(number) as client:
        files = {"file": ("submission.py", content)}
        return client.post(f"/api/v1/assignments/{SLUG}/submissions", files=files, headers=headers)


def by_form(site: Site, content: bytes, **headers: str) -> httpx.Response:
    with site.browser() as client:
        form = {"csrf_token": token_on(client, f"/assignments/{SLUG}")}
        files = {"file": ("submission.py", content)}
        return client.post(f"/assignments/{SLUG}/submissions", data=form, files=files, headers=headers)


def by_pieces(site: Site, content: bytes, **headers: str) -> httpx.Response:
    with site.program() as client:
        upload = upload_in_pieces(client, content)
        return client.post(f"/api/v1/assignments/{SLUG}/submissions", json=upload, headers=headers)


def upload_in_pieces(client: httpx.Client, content: bytes) -> dict[str, Any]:
    """An upload that is whole, and waits for being handed in."""
    announced = {
        "Upload-Length": str(len(content)),
        "Upload-Metadata": written_metadata({"filename": "a.py"}),
    }
    begun = client.post(f"/api/v1/assignments/{SLUG}/uploads", headers=announced).raise_for_status()
    for offset in range(0, len(content), 1 << 20):
        at = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        piece = content[offset : offset + (1 << 20)]
        client.patch(begun.headers["Location"], content=piece, headers=at).raise_for_status()
    return {"uploads": [{"id": begun.json()["id"], "sha256": sha256(content).hexdigest()}]}


WAYS: dict[str, Callable[..., httpx.Response]] = {"api": by_api, "form": by_form, "pieces": by_pieces}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_handed_in_lies_in_the_bucket_and_comes_back(site: Site, way: str):
    content = SOURCE + f"# by {way}\n".encode() + b"#" * (3 << 20)
    assert WAYS[way](site, content).status_code in {201, 303}
    assert sha256(content).hexdigest() in site.blobs
    with site.program(1) as elsewhere:  # both servers see the same
        newest = elsewhere.get("/api/v1/submissions").json()["submissions"][0]
    with site.browser() as client:
        answer = client.get(f"/submissions/{newest['id']}/files/0")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["Content-Length"] == str(len(content))


def test_many_hand_in_at_once_at_both_servers(site: Site):
    contents = [SOURCE + b"# crowd %d\n" % number for number in range(12)]
    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda pair: by_api(site, pair[1], pair[0] % 2), enumerate(contents)))
    refused = [answer.json()["slug"] for answer in answers if answer.status_code != 201]
    assert set(refused) <= {"too-many-uploads"}  # of one person
    stored = [sha256(content).hexdigest() in site.blobs for content in contents]
    assert stored == [answer.status_code == 201 for answer in answers]


def test_ready_says_when_the_store_is_gone_and_back(site: Site):
    site.store.stop()
    checked = site.run("check")
    wait_until(lambda: httpx.get(f"{site.addresses[0]}/readyz").status_code == 503, "not being ready")
    site.store.start()
    wait_until(lambda: _ready(site.addresses[0]), "being ready again")
    assert (checked.returncode, "store: the object store does not answer" in checked.stdout) == (1, True)


@pytest.mark.parametrize("way", WAYS)
def test_a_hand_in_without_the_store_is_told_to_come_again(site: Site, way: str):
    """Nothing is half done, and the same hand-in succeeds when the store is there again."""
    content, key = SOURCE + f"# away {way}\n".encode(), {"Idempotency-Key": f"away-{way}"}
    before = site.hand_ins
    site.store.stop()
    refused = WAYS[way](site, content, **key)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert site.hand_ins == before
    site.store.start()
    assert sha256(content).hexdigest() not in site.blobs
    assert WAYS[way](site, content, **key).status_code in {201, 303}
    assert (site.hand_ins, sha256(content).hexdigest() in site.blobs) == (before + 1, True)


def test_downloads_without_the_store_are_told_to_come_again(site: Site):
    assert by_api(site, SOURCE).status_code == 201
    with site.browser() as client, site.program() as program:
        newest = program.get("/api/v1/submissions").json()["submissions"][0]["id"]
        pages = [f"/submissions/{newest}/files/0", f"/assignments/{SLUG}/starter/begin.py"]
        site.store.stop()
        answers = [client.get(page) for page in pages]
        others = [client.get(page) for page in ("/assignments", f"/submissions/{newest}")]
        site.store.start()
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "5")] * 2
    assert [one.status_code for one in others] == [200, 200]


def test_wrong_credentials_are_told_in_a_sentence(site: Site):
    checked = site.run("check", HAZI_STORE_SECRET_KEY="something else")
    sentence = "store: the object store refuses the secret key: look at HAZI_STORE_ACCESS_KEY"
    assert (checked.returncode, sentence in checked.stdout) == (1, True)
    assert "something else" not in checked.stdout + checked.stderr


@pytest.mark.parametrize("way", WAYS)
def test_a_hand_in_beside_a_frozen_store_is_refused_soon(site: Site, way: str):
    content, key = SOURCE + f"# frozen {way}\n".encode(), {"Idempotency-Key": f"frozen-{way}"}
    with site.store.frozen():
        began = time.monotonic()
        refused = WAYS[way](site, content, **key)
        took_s = time.monotonic() - began
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert took_s < BOUND_S
    assert WAYS[way](site, content, **key).status_code in {201, 303}
    assert sha256(content).hexdigest() in site.blobs


def test_a_frozen_store_holds_up_nobody_who_does_not_need_it(site: Site):
    """The waiting is done by a greenlet: pages are served meanwhile by the same process."""
    with ThreadPoolExecutor() as pool, site.browser() as client, site.store.frozen():
        waiting = [pool.submit(by_api, site, SOURCE + b"# waits %d\n" % number) for number in range(3)]
        time.sleep(1)  # until they wait
        answered = [client.get("/assignments").status_code for _ in range(10)]
        still = [not one.done() for one in waiting]
        assert {one.result().status_code for one in waiting} == {503}
    assert (answered, any(still)) == ([200] * 10, True)


def test_what_the_course_gives_out_is_named_by_the_version(site: Site):
    """`sync` writes archives to their own space, and files to begin with among the blobs."""
    done = site.run("sync")
    assert done.returncode == 0, done.stdout + done.stderr
    with site.database.read() as session:
        versions = session.scalars(select(AssignmentVersion).where(AssignmentVersion.slug != SLUG)).all()
        digests = {version.digest for version in versions}
    archives = {key.rsplit("/", 1)[-1] for key in site.store.objects(BUCKET) if "/archives/" in key}
    assert digests
    assert archives == digests
