"""A large file over a bad network: the connection breaks, the server dies, and what arrives is the file."""

from __future__ import annotations

import base64
import re
import signal
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests import servers
from tests.installation import GRADED_S, SLUG, Installation, submission
from tests.proxy import bad_network

pytestmark = pytest.mark.slow

MIB = 1 << 20
CONTENT = b"PK\x03\x04" + Random(11).randbytes(20 * MIB)
DIGEST = sha256(CONTENT).hexdigest()
PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}
PATIENCE_MS = 60_000


def announce(client: httpx.Client) -> str:
    """The address of a new upload."""
    name = base64.b64encode(b"weights.zip").decode()
    headers = {"Upload-Length": str(len(CONTENT)), "Upload-Metadata": f"filename {name}"}
    begun = client.post(f"/assignments/{SLUG}/uploads", headers=PIECE | headers).raise_for_status()
    return str(begun.headers["Location"])


def offset(client: httpx.Client, where: str) -> int:
    return int(client.head(f"{client.base_url.copy_with(path=where)}").headers["Upload-Offset"])


def send_rest(client: httpx.Client, where: str) -> Callable[[], httpx.Response]:
    """Everything from where the upload has come to, in one request."""
    at = offset(client, where)
    url = str(client.base_url.copy_with(path=where))
    return lambda: client.patch(url, headers=PIECE | {"Upload-Offset": str(at)}, content=CONTENT[at:])


@pytest.mark.timeout(GRADED_S)  # the first to come starts the installation
def test_an_upload_survives_a_broken_connection_and_a_killed_server(house: Installation):
    port = servers.free_port()
    with house.api(house.account("student", 4)) as client, bad_network(port) as network:
        client.base_url = httpx.URL(f"{network.url}/api/v1")
        with house.further_web(port) as web:
            where = announce(client)
            network.break_after(7 * MIB)
            with pytest.raises(httpx.TransportError):
                send_rest(client, where)()
            servers.wait_until(lambda: offset(client, where) > 6 * MIB, "the bytes before the break kept")
            servers.end(web, signal.SIGKILL)
        client.base_url = httpx.URL(f"{house.url}/api/v1")  # other processes of the same installation
        assert 6 * MIB < offset(client, where) <= 7 * MIB
        assert send_rest(client, where)().status_code == 204
        handed_in = hand_in(client, where)
    assert handed_in.status_code == 201
    assert handed_in.json()["receipt"]["sha256"] == DIGEST


def hand_in(client: httpx.Client, where: str) -> httpx.Response:
    refs = [{"id": where.rsplit("/", 1)[-1], "sha256": DIGEST}]
    return client.post(f"/assignments/{SLUG}/submissions", json={"uploads": refs})


@pytest.mark.timeout(GRADED_S)
def test_the_page_goes_on_after_a_break_and_after_a_reload(
    house: Installation, browser: Browser, tmp_path: Path
):
    student = house.account("student", 5)
    weights = tmp_path / "weights.zip"
    weights.write_bytes(CONTENT)
    with bad_network(urlsplit(house.url).port or 0) as network:
        context = browser.new_context(base_url=network.url, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/login")
        page.get_by_label("Neptun code").fill(student.neptun)
        page.get_by_label("Password").fill(student.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/assignments")

        page.goto(f"/assignments/{SLUG}")
        network.stays_broken = True
        network.break_after(6 * MIB)
        page.locator("#file").set_input_files(weights)
        page.locator("[data-send]").click()
        sent = page.locator("[data-sent]")
        expect(sent).to_contain_text("The connection broke", timeout=PATIENCE_MS)
        network.stays_broken = False

        page.goto(f"/assignments/{SLUG}")
        network.break_after(6 * MIB)
        page.locator("#file").set_input_files(weights)
        page.locator("[data-send]").click()
        expect(page).to_have_url(re.compile("/submissions/[0-9a-f-]{36}$"), timeout=PATIENCE_MS)
        number = page.url.rsplit("/", 1)[-1]
        context.close()
    with house.api(student) as client:
        assert submission(client, number)["sha256"] == DIGEST
    assert uploads_begun(house) == 1


def uploads_begun(house: Installation) -> int:
    """How many uploads the page began in all: the second visit went on with the first."""
    log = (house.folder / "web.log").read_text()
    return len(re.findall(rf'"method": "POST"[^\n]*/assignments/{SLUG}/uploads"', log))
