"""A live quiz from the lobby to the podium, through the API that phones and remotes use."""

from __future__ import annotations

from collections.abc import Callable

from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]


def test_whole_quiz_ends_on_the_podium(remote: Remote, phone: Joined):
    quick, wrong = phone("ABC123"), phone("XYZ789")
    assert quick.see()["phase"] == "lobby"
    remote.ask()
    assert quick.choose("relu", "0", elapsed_ms=200).status_code == 200
    assert wrong.choose("relu", "-2").status_code == 200
    remote.close()
    seen = quick.see()
    assert seen["phase"] == "reveal"
    assert (seen["me"]["credit"], seen["me"]["earned"], seen["me"]["place"]) == (1, 1000, 1)
    assert wrong.see()["me"]["place"] == 2
    remote.ask()
    quick.answer("shape", "64x1x28x28")
    remote.close("standings")
    remote.press("end")
    assert quick.see()["phase"] == "podium"
    results = remote.results()
    assert [(one["neptun"], one["credit"]) for one in results["players"]] == [("ABC123", 1), ("XYZ789", 0)]
