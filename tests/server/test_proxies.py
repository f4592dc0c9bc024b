"""Only proxies of ours are believed about who asks, and a host name is one name however it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from flask import request
from hypothesis import given
from hypothesis import strategies as st

from grader.settings import KNOWN, OTHERS, SECRETS
from server import create_app
from server.config import Config, Reader
from server.proxies import Peers, address_in, asker, canonical_host, canonical_url, same_origin
from server.web import safe_next
from tests.server.test_config import NEEDED

PROXY, STRANGER, SOMEBODY = "172.30.91.1", "203.0.113.9", "198.51.100.7"
OURS = Peers.named([PROXY, "10.0.0.0/8", "2001:db8:1::/48"])
SAID = {
    "X-Forwarded-For": SOMEBODY,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "hazi.example.org",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/x",
    "Forwarded": f"for={SOMEBODY}",
}
addresses = st.ip_addresses()
four, six = st.ip_addresses(v=4), st.ip_addresses(v=6)
chains = st.lists(addresses.map(str) | st.text(max_size=12), max_size=5)
hosts = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z][a-z0-9-]{0,8}){1,3}", fullmatch=True)


@pytest.fixture
def seen(config: Config) -> Callable[..., dict[str, object]]:
    """What the application thinks of a request: who asks, over what, and which headers are left."""

    def look(peer: str, headers: dict[str, str], hops: int = 1, believed: Peers = OURS) -> dict[str, object]:
        named = replace(config, public_url="https://hazi.example.org", proxies=hops, trusted_proxies=believed)
        app = create_app(named)
        app.add_url_rule("/seen", view_func=_what_is_seen)
        answer = app.test_client().get(
            "/seen", base_url="http://localhost", headers=headers, environ_overrides={"REMOTE_ADDR": peer}
        )
        return dict(answer.get_json())

    return look


def _what_is_seen() -> dict[str, object]:
    left = [name for name in request.headers.keys() if name.lower().startswith(("x-forw", "forw"))]  # noqa: SIM118
    return {"who": request.remote_addr, "scheme": request.scheme, "host": request.host, "left": left}


def test_a_proxy_of_ours_is_believed(seen: Callable[..., dict[str, object]]):
    found = seen(PROXY, SAID)
    assert (found["who"], found["scheme"], found["host"]) == (SOMEBODY, "https", "hazi.example.org")


@pytest.mark.parametrize("hops", [0, 1, 3])
def test_what_a_stranger_says_about_others_was_never_said(hops: int, seen: Callable[..., dict[str, object]]):
    found = seen(STRANGER, SAID, hops)
    assert found == {"who": STRANGER, "scheme": "http", "host": "localhost", "left": []}


def test_a_socket_without_addresses_is_believed_on_demand_only(seen: Callable[..., dict[str, object]]):
    assert seen("", SAID)["who"] == ""
    assert seen("", SAID, believed=Peers.named(["unix"]))["who"] == SOMEBODY


def test_ipv4_inside_of_ipv6_is_the_same_address(seen: Callable[..., dict[str, object]]):
    assert seen(f"::ffff:{PROXY}", SAID)["who"] == SOMEBODY
    assert seen(PROXY, {"X-Forwarded-For": f"::ffff:{SOMEBODY}"})["who"] == SOMEBODY
    assert Peers.named([f"::ffff:{PROXY}", "::ffff:10.0.0.0/104"]).include("10.9.9.9")


@pytest.mark.parametrize("said", ["unknown", "", "_hidden", "1.2.3", "1.2.3.4:http", "[::1", "\xe9", "a,b,,"])
def test_what_is_no_address_ends_at_the_proxy(said: str, seen: Callable[..., dict[str, object]]):
    assert seen(PROXY, {"X-Forwarded-For": said})["who"] == PROXY


@given(four, st.integers(1, 65535))
def test_a_port_behind_an_address_is_no_part_of_it(address: object, port: int):
    assert str(address_in(f"{address}:{port}")) == str(address)
    assert address_in(f"{address}:{port}0000000") is None


@given(six, st.integers(1, 65535))
def test_a_port_behind_an_ipv6_address_neither(address: object, port: int):
    assert address_in(f"[{address}]:{port}") == address_in(str(address)) == address_in(f"[{address}]")


@given(addresses.map(str), chains, st.integers(0, 8))
def test_nobody_but_the_believed_change_who_asks(peer: str, chain: list[str], hops: int):
    who, count = asker(peer, chain, OURS, hops)
    assert count <= min(hops, len(chain))
    assert count == 0 or OURS.include(peer)
    passed = [peer, *reversed(chain)][: count + 1]
    assert address_in(who) == address_in(passed[-1])
    assert all(OURS.include(str(address_in(one))) for one in passed[:-1])


@given(addresses.map(str), st.lists(addresses.map(str), min_size=1, max_size=3), chains)
def test_what_stands_before_the_first_stranger_is_never_read(peer: str, chain: list[str], made_up: list[str]):
    """Whoever comes through our proxies can put anything before its own address."""
    shown = [STRANGER, "10.0.0.1", *chain] if OURS.include(peer) else chain
    assert asker(PROXY, [*made_up, STRANGER, "10.0.0.1"], OURS, 8)[0] == STRANGER
    assert asker(STRANGER, [*made_up, *shown], OURS, 8)[0] == STRANGER


@pytest.mark.parametrize("word", ["proxy", "10.0.0.0/33", "1.2.3.4:80", "*", "10.0.0.1 10.0.0.2"])
def test_a_list_with_nonsense_in_it_is_refused(word: str):
    reader = Reader({"HAZI_TRUSTED_PROXIES": word})
    assert reader.peers("HAZI_TRUSTED_PROXIES", ()) == Peers()
    assert "neither an address nor a network" in reader.problems[0]


def test_by_default_this_machine_is_believed():
    believed = Config.from_environment(NEEDED).trusted_proxies
    assert believed.include("127.0.0.1")
    assert believed.include("::1")
    assert not believed.include(PROXY)


def test_figures_are_for_this_machine_and_not_for_its_proxy(config: Config):
    app = create_app(replace(config, proxies=1))
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    for said in ("127.0.0.1", "unknown", ""):
        assert client.get("/metrics", headers={"X-Forwarded-For": said}).status_code == 404


def test_a_forgotten_proxy_is_told_once(
    capsys: pytest.CaptureFixture[str], seen: Callable[..., dict[str, object]]
):
    seen(STRANGER, SAID)
    assert "HAZI_TRUSTED_PROXIES" in "".join(capsys.readouterr())


# --- one way to write a host name ---------------------------------------------------------------------


@given(hosts, st.data(), st.sampled_from(["", "."]), st.sampled_from(["", ":8443"]))
def test_a_host_is_the_same_however_it_is_written(host: str, data: st.DataObject, dot: str, port: str):
    ups = data.draw(st.lists(st.booleans(), min_size=len(host), max_size=len(host)))
    written = "".join(char.upper() if up else char for char, up in zip(host, ups, strict=True))
    assert canonical_host(f"{written}{dot}{port}") == f"{host}{port}"
    assert canonical_url(f"HTTPS://{written}{dot}{port}/") == f"https://{host}{port}"
    assert same_origin(f"https://{written}{dot}{port}/a?b", f"https://{host}{port}")


WRITTEN = ["hazi.example.org", "HAZI.Example.ORG", "hazi.example.org.", "HAZI.EXAMPLE.ORG.:443"]


@pytest.mark.parametrize("host", WRITTEN)
@pytest.mark.parametrize("setting", ["https://hazi.example.org", "HTTPS://Hazi.Example.Org./"])
def test_a_host_in_capitals_is_answered(config: Config, host: str, setting: str):
    url = Config.from_environment(NEEDED | {"HAZI_PUBLIC_URL": setting}).public_url
    app = create_app(replace(config, public_url=url))
    answer = app.test_client().get("/login", headers={"Host": host})
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith("__Host-")


@pytest.mark.parametrize("host", ["example.org", "hazi.example.org..", "hazi.example.org.evil.example", "."])
def test_another_host_is_refused_as_ever(config: Config, host: str):
    app = create_app(replace(config, public_url="https://hazi.example.org"))
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 400


def test_further_hosts_are_compared_so_too():
    environ = NEEDED | {"HAZI_HOSTS": "Old.Example.Org., házi.example.org"}
    assert Config.from_environment(environ).trusted_hosts[-2:] == [
        "old.example.org",
        "xn--hzi-ela.example.org",
    ]


OWN = "https://hazi.example.org"
COMES_FROM = [
    ({"Referer": f"{OWN}/login"}, True),
    ({"Referer": "https://HAZI.example.org./login"}, True),
    ({"Referer": f"{OWN}:443/login"}, True),
    ({"Origin": "https://HAZI.EXAMPLE.ORG"}, True),
    ({"Origin": "null", "Referer": f"{OWN}/login"}, True),
    ({}, False),
    ({"Origin": "null"}, False),
    ({"Referer": "http://hazi.example.org/login"}, False),
    ({"Referer": f"{OWN}:8443/login"}, False),
    ({"Referer": f"{OWN}.evil.example/"}, False),
    ({"Origin": "https://evil.example", "Referer": f"{OWN}/login"}, False),
    ({"Referer": "https://[::1"}, False),
    ({"Referer": f"{OWN}:x/"}, False),
]


@pytest.mark.parametrize(("headers", "is_taken"), COMES_FROM)
def test_a_form_under_tls_comes_from_a_page_of_ours(config: Config, headers: dict[str, str], is_taken: bool):
    app = create_app(replace(config, public_url=OWN, proxies=1))
    client = app.test_client()
    beside = {"X-Forwarded-Proto": "https", "X-Forwarded-For": SOMEBODY, "Host": "Hazi.Example.org"}
    page = client.get("/login", base_url=OWN, headers=beside).text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    answer = client.post(
        "/language", base_url=OWN, data={"language": "hu", "csrf_token": token}, headers=beside | headers
    )
    assert answer.status_code == (302 if is_taken else 400)


@given(st.text() | st.from_regex(r"[/\\]{1,3}[\w.@:/\\?#]{0,20}", fullmatch=True))
def test_a_safe_next_never_leaves_the_host(target: str):
    if (safe := safe_next(target)) is not None:
        there = urlsplit(urljoin(f"{OWN}/login", safe))
        assert (there.scheme, there.netloc) == ("https", "hazi.example.org")


def test_a_grader_knows_every_setting_of_the_server():
    """A shared environment file is allowed, so each name is one that the grader passes over or refuses."""
    listening = Listening(NEEDED)
    Config.from_environment(listening)
    assert "HAZI_TRUSTED_PROXIES" in listening.asked
    known = KNOWN | OTHERS | SECRETS | {"PROMETHEUS_MULTIPROC_DIR"}
    assert {name for name in listening.asked - known if not name.startswith("HAZI_MAIL_")} == set()


class Listening(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name.removesuffix("_FILE"))
        return super().get(name, default)
