"""Signing in, and where the token may go."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cli.api.credentials import CredentialsFile, Login, Logins, write_atomically
from tests.cli.conftest import Terminal
from tests.cli.contract_server import DEVICE, TOKEN, ContractServer, contract_server, dropped


def sign_in(terminal: Terminal, server: ContractServer, *words: str, password: str = "helyes ló"):
    return terminal.types("login", "--url", server.url, "--neptun", "abc123", *words, stdin=f"{password}\n")


def test_login_keeps_a_private_token(stranger: Terminal, server: ContractServer):
    result = sign_in(stranger, server)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(stranger.credentials.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(stranger.folder.stat().st_mode) == 0o700
    assert json.loads(stranger.credentials.path.read_text())["logins"][server.url]["token"] == TOKEN


def test_password_and_token_are_never_shown(stranger: Terminal, server: ContractServer):
    result = sign_in(stranger, server, "--json")
    assert "helyes" not in result.output
    assert TOKEN not in result.output
    assert json.loads(result.stdout)["neptun"] == "ABC123"


def test_the_device_is_shown_again_after_signing_out(stranger: Terminal, server: ContractServer):
    """Wrong passwords of others do not count for a machine that has signed in before."""
    result = sign_in(stranger, server, "--json")
    assert DEVICE not in result.output
    assert stranger.types("logout").exit_code == 0
    sign_in(stranger, server)
    assert server.devices == ["", DEVICE]


def test_password_may_come_from_a_pipe(stranger: Terminal, server: ContractServer):
    assert sign_in(stranger, server, "--password-stdin").exit_code == 0


def test_wrong_password_is_refused_in_the_servers_words(stranger: Terminal, server: ContractServer):
    result = sign_in(stranger, server, password="rossz")
    assert result.exit_code == 3
    assert "Sign-in failed" in result.stderr
    assert "/help/errors#wrong-login" in result.stderr
    assert not stranger.credentials.path.exists()


def test_a_login_is_not_repeated_on_its_own(stranger: Terminal, server: ContractServer):
    """The server may have made a token already."""
    server.fail("POST /api/v1/tokens", dropped)
    assert sign_in(stranger, server).exit_code == 4
    assert len(server.headers_of("POST /api/v1/tokens")) == 1


def test_whoami_says_who_and_where(stranger: Terminal, server: ContractServer):
    sign_in(stranger, server)
    result = stranger.types("whoami")
    assert "Kis Anna (ABC123)" in result.stdout
    assert server.url in result.stdout


def test_logout_revokes_and_forgets(stranger: Terminal, server: ContractServer):
    sign_in(stranger, server)
    assert stranger.json("logout") == {"url": server.url, "revoked": True}
    assert len(server.headers_of("DELETE /api/v1/tokens/current")) == 1
    assert stranger.types("whoami").exit_code == 2


def test_logout_forgets_even_without_a_server(stranger: Terminal, server: ContractServer):
    sign_in(stranger, server)
    server.fail("DELETE /api/v1/tokens/current", *[dropped] * 9)
    result = stranger.types("logout")
    assert result.exit_code == 4
    assert "still valid" in result.stderr
    assert stranger.credentials.load().by_url == {}


def test_a_token_goes_only_to_its_own_server(stranger: Terminal, server: ContractServer):
    sign_in(stranger, server)
    with contract_server() as other:
        stranger.variables["HAZI_URL"] = other.url
        assert stranger.types("whoami").exit_code == 2
        assert other.asked == []


def test_a_redirect_takes_no_token_along(student: Terminal, server: ContractServer):
    with contract_server() as other:
        server.fail("GET /api/v1/me", lambda _request: moved(other.url))
        result = student.types("whoami")
        assert result.exit_code == 4
        assert other.url in result.stderr.replace("\n", "")
        assert other.asked == []


def moved(url: str):
    from werkzeug.utils import redirect

    return redirect(f"{url}/api/v1/me")


def test_token_without_its_server_is_refused(stranger: Terminal):
    stranger.variables["HAZI_TOKEN"] = TOKEN
    result = stranger.types("whoami")
    assert result.exit_code == 2
    assert "HAZI_URL" in result.stderr


def test_token_may_lie_in_a_file(stranger: Terminal, server: ContractServer, tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n")
    stranger.variables |= {"HAZI_URL": server.url, "HAZI_TOKEN_FILE": str(secret)}
    assert stranger.json("whoami")["neptun"] == "ABC123"


def test_a_misspelt_setting_is_named(student: Terminal):
    student.variables["HAZI_TOKENS"] = "x"
    result = student.types("whoami")
    assert result.exit_code == 2
    assert "did you mean HAZI_TOKEN?" in result.stderr


def test_settings_of_other_programs_are_none_of_ours(student: Terminal):
    student.variables |= {"HAZI_STORE": "/srv", "HAZI_BROKER_URL": "redis://", "HAZI_PUBLIC_URL": "x"}
    assert student.types("whoami").exit_code == 0


def test_plain_http_to_another_machine_is_refused(stranger: Terminal):
    result = stranger.types("login", "--url", "http://hazi.example.org", "--neptun", "ABC123")
    assert result.exit_code == 2
    assert "--insecure" in result.stderr


def test_readable_token_file_is_closed_and_told(stranger: Terminal, server: ContractServer):
    sign_in(stranger, server)
    stranger.credentials.path.chmod(0o644)
    result = stranger.types("whoami")
    assert "could be read by other users" in result.stderr.replace("\n", " ")
    assert stat.S_IMODE(stranger.credentials.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", ["{", "[]", "[" * 100_000, '{"current": "", "logins": {"x": {"nope": 1}}}', "\udcff"]
)
def test_a_damaged_token_file_is_named(stranger: Terminal, content: str):
    stranger.folder.mkdir(parents=True)
    stranger.credentials.path.write_bytes(content.encode(errors="surrogateescape"))
    result = stranger.types("whoami")
    assert result.exit_code == 2
    assert "damaged" in result.stderr


def test_a_failed_write_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "login.json"
    path.write_text("old")
    with pytest.raises(TypeError):
        write_atomically(path, "text, not bytes")  # type: ignore[arg-type]
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["login.json"]


def test_a_token_is_not_in_a_traceback():
    assert TOKEN not in repr(Login("https://x", TOKEN))


def test_signing_out_here_leaves_other_servers(tmp_path: Path):
    credentials = CredentialsFile(tmp_path)
    logins = Logins().with_login(Login("https://a", "1")).with_login(Login("https://b", "2"))
    credentials.save(logins.without("https://b"))
    assert credentials.load() == Logins("https://a", {"https://a": Login("https://a", "1")})


@pytest.mark.parametrize("token", ["hazi_ő", "hazi_a b", "hazi_a\r\nX-Evil: 1"])
def test_a_damaged_token_is_not_sent(student: Terminal, server: ContractServer, token: str):
    student.variables["HAZI_TOKEN"] = token
    assert student.types("whoami").exit_code == 2
    assert server.asked == []
