"""The students' tool comes from the server: a wheel that pip takes, without anything that is not theirs."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.http.cli_wheel import wheel


@pytest.fixture(scope="module")
def names() -> list[str]:
    with zipfile.ZipFile(io.BytesIO(wheel().content)) as archive:
        return archive.namelist()


def test_nothing_of_the_course_or_the_server_is_in_it(names: list[str]):
    endings = (".py", "METADATA", "WHEEL", "RECORD", "entry_points.txt", "messages.mo")
    assert [name for name in names if not name.endswith(endings)] == []
    foreign = ("server/", "assignments/lenet", "assignments/rockets", "assignments/quizzes")
    assert [name for name in names if name.startswith(foreign) and not name.endswith("messages.mo")] == []
    assert not any("reference" in name or "starter" in name for name in names)


def test_everybody_may_fetch_it_and_read_how(client: FlaskClient):
    page = client.get("/cli/").text
    assert wheel().name in page
    assert client.get(f"/cli/{wheel().name}").data == wheel().content
    assert client.get("/cli/hazi-99-py3-none-any.whl").status_code == 404


def test_pip_installs_it_and_the_tool_starts(tmp_path: Path):
    """Without its libraries, which this Python has: what is tried is the wheel."""
    file = tmp_path / wheel().name
    file.write_bytes(wheel().content)
    place = tmp_path / "installed"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        place,
        file,
    ]
    subprocess.run(pip, check=True, capture_output=True)
    # -P and -S apart from the libraries: the tool must come from the wheel, not from this checkout.
    code = (
        f"import sys; sys.path[:0] = [{str(place)!r}]; import cli, cli.main; "
        f"assert cli.__file__.startswith({str(place)!r}); sys.argv = ['hazi', '--help']; cli.main.main()"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={"HAZI_LANG": "hu", "LANG": "hu_HU.UTF-8", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "submit" in run.stdout
    assert (place / "bin" / "hazi").exists()
