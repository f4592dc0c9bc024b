"""What commands show, and what they leave out of the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.cli.contract_server import CONTENT, RECEIPT_KEYS, RUN_ID, ContractServer, answering, dropped

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31mhi\x1b[0m \x9b5m\u202etxt.exe\x08\x7f\x1b\x1b[0m[1m"
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = [
    ["whoami"],
    ["assignments"],
    ["assignments", "lenet-digits"],
    ["leaderboard", "lenet-digits"],
    ["status", RUN_ID],
    ["watch", RUN_ID],
    ["log", RUN_ID],
    ["log", "-f", RUN_ID],
    ["report", RUN_ID],
    ["receipt", RUN_ID],
    ["decisions", "lenet-digits"],
    ["decisions", "lenet-digits", "ABC123"],
    ["decide", "override", "lenet-digits", "ABC123", "--points", "7", "--reason", "why"],
    ["notices"],
    ["notices", "--limit", "1", "--before", "43", "--read"],
    ["cancel", RUN_ID],
    ["choose", "lenet-digits", RUN_ID],
    ["open"],
    ["open", "lenet-digits"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_json_is_exactly_one_document(student: Terminal, words: list[str]):
    result = student.types(*words, "--json")
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), dict)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("mode", [[], ["--json"]])
def test_nothing_from_elsewhere_steers_the_terminal(
    student: Terminal, server: ContractServer, words: list[str], mode: list[str]
):
    poison(server)
    result = student.types(*words, *mode)
    assert result.exit_code in {0, 2}, result.output
    assert UNSAFE.findall(result.output) == []


def test_rules_of_the_clock_are_told_as_the_server_words_them(student: Terminal, server: ContractServer):
    rules = ["Each late day takes 10 % of your points.", "After 3 days nothing is taken any more."]
    server.assignment |= {"late": {"grace_s": 300, "words": rules}, "state": "practice"}
    shown = student.types("assignments", "lenet-digits").stdout
    assert all(rule in shown for rule in rules)
    assert "for practice" in shown


def poison(server: ContractServer) -> None:
    server.assignment |= {"title": EVIL, "state": EVIL, "late": {"words": [EVIL]}}
    server.report |= {"message": EVIL, "detail": EVIL, "classes": [EVIL, "b", "c"], "focus": EVIL}
    server.report |= {"metrics": {EVIL: 0.5}, "versions": {EVIL: EVIL}, "curve": [{EVIL: 1}], "device": EVIL}
    text = {"en": EVIL, "hu": EVIL}
    server.report |= {"findings": [text], "notices": [text]}
    server.report["checks"] = [check | {"name": EVIL, "text": text} for check in server.report["checks"]]
    server.report["layers"] = [layer | {"name": EVIL, "kind": EVIL} for layer in server.report["layers"]]
    server.board |= {"title": EVIL, "metric": EVIL}
    server.board["rows"] = [row | {"nickname": EVIL, "name": EVIL} for row in server.board["rows"]]
    server.events = [("log", {"text": EVIL}), ("phase", {"text": EVIL}), ("point", {"values": {EVIL: 1}})]


def test_refusals_cannot_steer_the_terminal_either(student: Terminal, server: ContractServer):
    body = json.dumps({"title": EVIL, "detail": EVIL, "slug": EVIL, "status": 403, "file": EVIL})
    headers = {"Content-Type": "application/problem+json"}
    server.fail("GET /api/v1/me", answering(403, headers, body))
    result = student.types("whoami")
    assert result.exit_code == 3
    assert UNSAFE.findall(result.output) == []


def test_coloured_logs_read_well(student: Terminal, server: ContractServer):
    server.events = [("log", {"text": "\x1b[32mloss\x1b[0m 0.5"})]
    assert student.types("log", RUN_ID).stdout == "loss 0.5\n"


def test_a_report_card_tells_the_whole_story(student: Terminal):
    card = student.types("report", RUN_ID).stdout
    for part in (
        "0.6786",
        "★rocket",
        "15",
        "7.5 / 10",
        "seed 7",
        "torch 2.13.0",
        "9 × airplane taken for rocket",
        "✓ shape  2 / 2",
        "✗ gradient  0 / 3",
        "At x = 2 it was 3.",
        "conv1 Conv2d",
        "0.1 ± 0.58",
        "50 %",
        "Gradients shrink 40-fold.",
        "Two lines were left out.",
    ):
        assert part in card


def test_reports_of_older_servers_are_shown(student: Terminal, server: ContractServer):
    for field in ("checks", "layers", "findings", "notices"):
        del server.report[field]
    card = student.types("report", RUN_ID).stdout
    assert "Inside the network" not in card
    assert "Checks" not in card


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("words", [["report", RUN_ID], ["assignments"], ["leaderboard", "lenet-digits"]])
def test_nothing_is_wider_than_the_terminal(
    student: Terminal, monkeypatch: pytest.MonkeyPatch, width: int, words: list[str]
):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = student.types(*words).stdout.splitlines()
    assert max(len(line) for line in lines) <= width


def test_ten_classes_stay_whole_on_a_narrow_terminal(
    student: Terminal, server: ContractServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "40")
    server.report["classes"] = [f"a class named {n}" for n in range(10)]
    server.report["confusion_matrix"] = [[1000 + 10 * i + j for j in range(10)] for i in range(10)]
    card = student.types("report", RUN_ID).stdout
    assert all(str(1000 + n) in card for n in range(100))
    assert max(len(line) for line in card.splitlines()) <= 40


CHECK = {
    "name": "relu on a vector",
    "points": 0,
    "out_of": 2.5,
    "passed": False,
    "text": {"en": "relu(1): the result is 0 instead of 1", "hu": "relu(1): az eredmény 0 ehelyett: 1"},
}


def test_final_report_says_so(student: Terminal, server: ContractServer):
    assert "Final: scored on data" not in student.types("report", RUN_ID).output
    server.report |= {"final": True}
    assert "Final: scored on data drawn after the deadline." in student.types("report", RUN_ID).output


def test_checks_and_notices_are_told_in_the_readers_language(student: Terminal, server: ContractServer):
    notice = {"en": "Code cell 1, line 1 was left out.", "hu": "Az 1. kódcella 1. sora kimaradt."}
    server.report |= {"checks": [CHECK], "notices": [notice]}
    english, hungarian = student.types("report", RUN_ID), student.types("--lang", "hu", "report", RUN_ID)
    for said in ("Code cell 1, line 1 was left out.", "✗ relu on a vector  0 / 2.5", CHECK["text"]["en"]):
        assert said in english.stdout
    for said in ("Az 1. kódcella 1. sora kimaradt.", CHECK["text"]["hu"]):
        assert said in hungarian.stdout


def test_a_matrix_that_makes_no_sense_is_left_out(student: Terminal, server: ContractServer):
    server.report["confusion_matrix"] = [[1, 2], [3]]
    result = student.types("report", RUN_ID)
    assert result.exit_code == 0
    assert "Confusion matrix" not in result.stdout


def test_report_before_the_end_is_the_servers_refusal(student: Terminal, server: ContractServer):
    server.fail(
        f"GET /api/v1/submissions/{RUN_ID}/report",
        answering(409, {"Content-Type": "application/problem+json"}, '{"title":"Not ready","status":409}'),
    )
    assert student.types("report", RUN_ID).exit_code == 3


def test_status_without_id_is_of_the_newest(student: Terminal, server: ContractServer, homework: Path):
    nothing = student.types("status")
    assert nothing.exit_code == 1
    student.types("submit", "lenet-digits", str(homework))
    assert student.json("status")["id"] == RUN_ID


def test_a_beginning_of_an_id_is_enough(student: Terminal, homework: Path):
    student.types("submit", "lenet-digits", str(homework))
    assert student.json("status", RUN_ID[:6])["id"] == RUN_ID


def test_an_older_submission_is_found_on_a_later_page(
    student: Terminal, server: ContractServer, homework: Path
):
    student.types("submit", "lenet-digits", str(homework))
    server.newer = [f"ffff{number}-newer" for number in range(3)]
    assert student.json("status", RUN_ID[:6])["id"] == RUN_ID


def test_receipt_is_written_whole(student: Terminal, tmp_path: Path):
    target = tmp_path / "receipt.json"
    assert student.types("receipt", RUN_ID, "-o", str(target)).exit_code == 0
    assert json.loads(target.read_text())["key"] == RECEIPT_KEYS["keys"][0]["id"]


def kept_receipt(student: Terminal, folder: Path) -> Path:
    target = folder / "receipt.json"
    assert student.types("receipt", RUN_ID, "-o", str(target)).exit_code == 0
    return target


def test_receipt_is_checked_without_asking_anybody(student: Terminal, tmp_path: Path, server: ContractServer):
    target, source = kept_receipt(student, tmp_path), tmp_path / "mine.py"
    source.write_bytes(CONTENT)
    asked = len(server.asked)
    answer = student.types("verify", str(target), "--file", str(source))
    assert answer.exit_code == 0, answer.stderr
    assert "The receipt is good." in answer.stdout
    assert "Kis Anna (ABC123)" in answer.stdout
    assert len(server.asked) == asked


def test_it_is_said_where_the_keys_are_from(student: Terminal, tmp_path: Path, server: ContractServer):
    """Whoever signs may write any address into a receipt: who vouches for it is who gave the keys."""
    target, keys = kept_receipt(student, tmp_path), tmp_path / "keys.json"
    keys.write_text(json.dumps(RECEIPT_KEYS))
    said = student.json("verify", str(target))
    assert said["keys_from"] == server.url
    assert f"Checked with the keys of {server.url}." in student.types("verify", str(target)).stdout
    assert student.json("verify", str(target), "--keys", str(keys))["keys_from"] == str(keys)


def test_changed_receipt_is_told_and_ends_with_one(student: Terminal, tmp_path: Path):
    target = kept_receipt(student, tmp_path)
    target.write_text(target.read_text().replace("ABC123", "XYZ789"))
    answer = student.types("verify", str(target))
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "something in it was changed" in answer.stderr


def test_other_file_than_was_handed_in_is_told(student: Terminal, tmp_path: Path):
    target, source = kept_receipt(student, tmp_path), tmp_path / "mine.py"
    source.write_bytes(CONTENT + b" ")
    answer = student.types("verify", str(target), "--file", str(source))
    assert answer.exit_code == 1
    assert "another digest" in answer.stderr


def test_receipt_without_kept_keys_says_where_to_get_them(student: Terminal, tmp_path: Path):
    target = kept_receipt(student, tmp_path)
    for path in (student.folder / "receipt-keys").iterdir():
        path.unlink()
    assert "No keys are kept here" in student.types("verify", str(target)).stderr
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(RECEIPT_KEYS))
    assert student.types("verify", str(target), "--keys", str(keys)).exit_code == 0


def test_receipt_into_a_missing_folder_is_told(student: Terminal, tmp_path: Path):
    assert student.types("receipt", RUN_ID, "-o", str(tmp_path / "no" / "r.json")).exit_code == 2


def test_ones_submissions_are_listed(student: Terminal, server: ContractServer):
    assert "not handed in anything" in student.types("submissions").stdout
    server.contents.append({"submission.py": b"x"})
    shown = student.types("submissions").stdout
    assert RUN_ID[:8] in shown
    assert "lenet-digits" in shown
    listed = student.json("submissions", "lenet-digits", "--limit", "1")["submissions"]
    assert [one["id"] for one in listed] == [RUN_ID]
    assert server.asked[-1][1] == "/api/v1/submissions"


def test_words_and_numbers_are_those_of_the_language(student: Terminal, server: ContractServer):
    server.board |= {"metric": "accuracy"}
    assert "Szerep      hallgató" in student.types("whoami", "--lang", "hu").stdout
    rows = student.types("leaderboard", "lenet-digits", "--lang", "hu").stdout
    assert "pontosság" in rows
    assert "accuracy" not in rows
    assert re.search(r"\d,\d{4}", rows)


@pytest.mark.parametrize("width", ["60", "72", "80"])
def test_a_slug_is_never_cut(student: Terminal, server: ContractServer, width: str, monkeypatch):  # noqa: ANN001
    monkeypatch.setenv("COLUMNS", width)
    server.assignment |= {"slug": "a-slug-of-forty-characters-is-what-it-is", "title": "A long title " * 4}
    assert "a-slug-of-forty-characters-is-what-it-is" in student.types("assignments").stdout


def test_leaderboard_marks_ones_own_row(student: Terminal):
    rows = student.types("leaderboard", "lenet-digits").stdout
    assert "▶ Anna · Kis Anna" in rows
    assert "(ABC123)" in rows
    assert "▶ Anna · Kis Anna (ABC123)" in rows
    assert "baseline: starter" in rows


def test_open_goes_to_the_page_and_says_where(student: Terminal, server: ContractServer):
    student.has_browser = False
    result = student.types("open", "lenet-digits")
    assert student.browsed == [f"{server.url}/assignments/lenet-digits"]
    assert result.stdout == f"{server.url}/assignments/lenet-digits\n"
    assert "No browser" in result.stderr


@pytest.mark.parametrize(
    "link", ["https://evil.example/x", "//evil.example/x", "file:///etc/passwd", "javascript:1"]
)
def test_open_never_leaves_the_server(student: Terminal, server: ContractServer, link: str):
    server.assignment["links"] = {"html": link}
    assert student.types("open", "lenet-digits").exit_code == 2
    assert student.browsed == []


def test_unreachable_server_is_exit_code_4(student: Terminal, server: ContractServer):
    server.fail("GET /api/v1/me", *[dropped] * 9)
    result = student.types("whoami", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["slug"] == "unreachable"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<h1>hotel wifi</h1>"),
        (200, "[]"),
        (200, '{"neptun": 3}'),
        (200, '{"neptun": NaN, "name": "x"}'),
        (404, "x"),
        (500, "x"),
    ],
)
def test_whoever_answers_like_no_server_is_told_apart(
    student: Terminal, server: ContractServer, status: int, body: str
):
    server.fail("GET /api/v1/me", *[answering(status, body=body)] * 9)
    result = student.types("whoami")
    assert result.exit_code == 4
    assert not isinstance(result.exception, KeyError)


def test_an_answer_to_put_that_is_no_json_is_told_apart(student: Terminal, server: ContractServer):
    server.fail("PUT /api/v1/assignments/lenet-digits/tokens", answering(200))
    result = student.types("tokens", "lenet-digits", "2", "--json")
    assert (result.exit_code, json.loads(result.stdout)["slug"]) == (4, "bad-answer")


def test_the_newest_states_of_a_server_are_shown_as_they_are(student: Terminal, server: ContractServer):
    server.end_state = "quarantined"
    assert "quarantined" in student.types("status", RUN_ID).stdout


def test_language_is_asked_of_the_server_too(student: Terminal, server: ContractServer):
    student.types("whoami", "--lang", "hu")
    assert server.asked[-1][2]["Accept-Language"].startswith("hu")


def test_wrong_options_are_exit_code_2(student: Terminal):
    assert student.types("submit").exit_code == 2
    assert student.types("nope").exit_code == 2


def test_data_sheet_is_shown_in_numbers(student: Terminal):
    shown = student.types("report", RUN_ID).stdout
    assert "Data sheet" in shown
    assert "\x1b[2J" not in shown
    (line,) = (line for line in shown.splitlines() if line.startswith("width"))
    assert "▁█" in line
    assert "0.5 … 2.25  3 missing" in line
