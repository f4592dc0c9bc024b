"""From a hand-in to points that count, in the browser: late, extended, graded again, asked about, decided."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests import servers
from tests.installation import GRADED_S, SLUG, Installation, await_done, installation, run_command
from tests.journeys.test_browser import drop_file
from tests.pictures import take_pictures
from tests.programs import training

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * GRADED_S)]
ZONE = ZoneInfo("Europe/Budapest")
LATE, EXTENDED, WRONG, ASKED = "late-digits", "more-time", "wrong-digits", "asked-digits"
TOML = """slug = "{slug}"
kind = "code"
title = {{ en = "{title}", hu = "{title}" }}
opens = {opens}
due = {due}

[summary]
en = "Read handwritten digits."
hu = "Olvass kézzel írt számjegyeket."

[late]
grace = "5m"
per_day = 0.10
last_day = 3
{late}
[limits]
wall = "2m"
memory_mib = 2048
cpus = 2
per_day = 10

[data]
load = "data.py:load"
classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

[score]
metric = "accuracy"
public_share = 0.4
full_points_at = 0.60
zero_points_at = 0.10
points = 10
"""
REASON = "Half of the labels of the test set were wrong."
RIGHT = "return Split(rewrite(pictures[rows], chance), labels[rows])"
MISTAKE = """wrong = torch.arange(len(rows)) % 2 if len(rows) < TRAIN else 0
        return Split(rewrite(pictures[rows], chance), (labels[rows] + wrong) % 10)"""


def write_course(folder: Path) -> None:
    """Four homeworks with the same data; those of one are wrong."""
    course = folder / "course.toml"
    course.write_text(course.read_text() + '\n[tokens]\nper_term = 4\nday = "1d"\n')
    now = datetime.now(ZONE)
    for slug, title, late_by, late in (
        (LATE, "Late digits", timedelta(hours=20), "tokens = 2\n"),
        (EXTENDED, "More time", timedelta(hours=30), ""),
        (WRONG, "Wrong digits", timedelta(days=-3), ""),
        (ASKED, "Asked digits", timedelta(days=-3), ""),
    ):
        target = folder / slug
        shutil.copytree(folder / SLUG, target, ignore=shutil.ignore_patterns("reference", "__pycache__"))
        due, opens = now - late_by, now - timedelta(days=9)
        (target / "assignment.toml").write_text(
            TOML.format(slug=slug, title=title, due=_local(due), opens=_local(opens), late=late)
        )
    shutil.rmtree(folder / SLUG)
    data = folder / WRONG / "data.py"
    data.write_text(data.read_text().replace(RIGHT, MISTAKE))


def _local(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


@pytest.fixture(scope="module")
def house(
    postgres: servers.PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A course of its own, with a grader."""
    with (
        servers.redis_server() as redis,
        servers.fresh_database(postgres) as url,
        installation(tmp_path_factory.mktemp("results"), url, redis, write=write_course) as running,
        running.grader("only"),
    ):
        yield running


@pytest.fixture
def window(browser: Browser, house: Installation) -> Iterator[Callable[..., Page]]:
    """Opens windows of people who are signed in; whatever their consoles complain about fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(role: str, number: int = 0, locale: str = "en-GB") -> Page:
        contexts.append(browser.new_context(base_url=house.url, locale=locale, timezone_id="Europe/Budapest"))
        page = contexts[-1].new_page()
        page.on("console", lambda told: complaints.append(told.text) if is_fault(told) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login")
        account = house.account(role, number)
        page.locator("input[name=neptun]").fill(account.neptun)
        page.locator("input[name=password]").fill(account.password)
        page.locator("input[name=password]").press("Enter")
        expect(page).to_have_url(re.compile("/assignments$"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def is_fault(told: ConsoleMessage) -> bool:
    """That a second decision is refused is told to the console too, and is as it should be."""
    return told.type == "error" and "409" not in told.text


def graded(house: Installation, slug: str, number: int, epochs: int) -> str:
    """A hand-in by a program of the student, and its end; returns its number."""
    with house.api(house.account("student", number)) as client:
        file = ("submission.py", training(epochs).encode())
        answer = client.post(f"/assignments/{slug}/submissions", files={"file": file})
        return str(await_done(client, answer.raise_for_status().json()["id"])["id"])


def test_token_is_told_before_and_after_a_late_hand_in(
    house: Installation, window: Callable[..., Page], tmp_path: Path
):
    page = window("student", 0)
    page.goto(f"/assignments/{LATE}")
    expect(page.get_by_text("Now: with one time token. 10 points earned would count 10.")).to_be_visible()
    take_pictures(page, "a1-before")
    file = tmp_path / "submission.py"
    file.write_text(training(40))
    drop_file(page, file)
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile("/submissions/[0-9a-f-]{36}$"))
    expect(page.locator(".report")).to_be_visible(timeout=1000 * GRADED_S)
    take_pictures(page, "a2-report")
    page.goto(f"/assignments/{LATE}")
    expect(page.get_by_text("1 of at most 2")).to_be_visible()
    page.get_by_text("Why these points?").click()
    steps = page.get_by_role("table", name="Every step")
    expect(steps).to_contain_text("One time token moved the due moment.")
    expect(steps.locator("tfoot")).to_contain_text("10 / 10")
    take_pictures(page, "a3-after")
    page.goto("/grades")
    expect(page.get_by_role("row").filter(has_text="Late digits")).to_contain_text("10 / 10")
    take_pictures(page, "a4-grades")
    staff = window("lecturer")
    staff.goto("/gradebook")
    student = house.account("student", 0)
    expect(staff.get_by_role("row").filter(has_text=student.neptun)).to_contain_text("10 / 10")
    take_pictures(staff, "a5-gradebook")


def test_extension_makes_a_late_hand_in_on_time(house: Installation, window: Callable[..., Page]):
    graded(house, EXTENDED, 1, 40)
    student, staff, name = window("student", 1), window("lecturer"), house.account("student", 1).name
    student.goto(f"/assignments/{EXTENDED}")
    expect(student.locator("#own")).to_be_visible()
    expect(student.get_by_text("late by 1 day 6 h")).to_be_visible()
    expect(student.get_by_text("Best: 8 / 10")).to_be_visible()
    staff.goto(f"/assignments/{EXTENDED}/overview")
    take_pictures(staff, "b1-overview")
    staff.get_by_role("link", name=f"Extend {name}").click()
    take_pictures(staff, "b2-extend")
    staff.get_by_role("button", name="ill: +2 days").click()
    expect(staff.get_by_role("row").filter(has_text=name)).to_contain_text("in force")
    take_pictures(staff, "b3-extended")
    student.reload()
    expect(student.locator("#yours")).to_contain_text("ill")
    expect(student.get_by_text("Best: 10 / 10")).to_be_visible()
    expect(student.get_by_text("late by")).to_have_count(0)
    take_pictures(student, "b4-on-time")
    staff.get_by_text("Take back").first.click()
    staff.get_by_label("Reason").last.fill("granted to the wrong student")
    staff.get_by_role("button", name="Take back").click()
    expect(staff.get_by_role("row").filter(has_text=name)).to_contain_text("taken back")
    take_pictures(staff, "b5-taken-back")
    student.reload()
    expect(student.get_by_text("Best: 8 / 10")).to_be_visible()


def test_same_is_said_in_hungarian(house: Installation, window: Callable[..., Page]):
    student, staff = (window(role, number, "hu-HU") for role, number in (("student", 5), ("lecturer", 0)))
    student.goto(f"/assignments/{LATE}")
    expect(student.get_by_text("Most: egy időzsetonnal. 10 elért pont 10 pontot érne.")).to_be_visible()
    take_pictures(student, "h1-before")
    neptun = house.account("student", 5).neptun
    staff.goto(f"/assignments/{LATE}/extensions?neptun={neptun}")
    staff.get_by_role("button", name="beteg: +1 nap").click()
    expect(staff.get_by_role("row").filter(has_text=neptun)).to_contain_text("beteg")
    take_pictures(staff, "h2-extended")
    staff.goto(f"/assignments/{LATE}/overview")
    take_pictures(staff, "h3-overview")
    student.reload()
    expect(student.locator("#yours")).to_contain_text("beteg")
    take_pictures(student, "h4-extended")


def test_wrong_test_set_is_corrected_and_graded_again(house: Installation, window: Callable[..., Page]):
    for number, epochs in enumerate((5, 15, 40)):
        graded(house, WRONG, number, epochs)
    staff, student = window("lecturer"), window("student", 2)
    data = house.folder / "assignments" / WRONG / "data.py"
    data.write_text(data.read_text().replace(MISTAKE, RIGHT))
    run_command(house.folder, house.environ, "sync")
    assert "3 results are of versions that grade otherwise" in (house.folder / "sync.log").read_text()
    staff.goto(f"/assignments/{WRONG}/overview")
    staff.get_by_role("link", name="Grade again").click()
    staff.get_by_label("Reason").fill(REASON)
    take_pictures(staff, "c1-start")
    staff.get_by_role("button", name="Grade again").click()
    take_pictures(staff, "c2-running")
    student.goto(f"/assignments/{WRONG}/leaderboard")
    expect(student.locator("tr.mine")).to_be_visible()
    take_pictures(student, "c3-board-of-two-versions")
    apply = staff.get_by_role("button", name="Apply")
    expect(apply).to_be_enabled(timeout=1000 * GRADED_S)  # the page is brought up to date by itself
    expect(staff.get_by_text("3 up")).to_be_visible()
    expect(staff.get_by_role("row").filter(has_text=house.account("student", 2).neptun)).to_be_visible()
    take_pictures(staff, "c4-preview")
    apply.click()
    expect(staff.get_by_text("Applied")).to_be_visible()
    take_pictures(staff, "c5-applied")
    student.goto(f"/assignments/{WRONG}")
    expect(student.get_by_text(REASON)).to_be_visible()
    take_pictures(student, "c6-why")
    student.goto(f"/assignments/{WRONG}/leaderboard")
    take_pictures(student, "c7-board")


def test_result_that_is_asked_about_is_decided_and_read(house: Installation, window: Callable[..., Page]):
    graded(house, ASKED, 3, 5)
    student, staff, who = window("student", 3), window("lecturer"), house.account("student", 3)
    set_dates_back(house, ASKED)
    student.goto(f"/assignments/{ASKED}")
    student.get_by_role("link", name="Ask about the result").click()
    student.get_by_label("What should be looked at, and why?").fill("Two of my digits are sevens, not ones.")
    take_pictures(student, "d1-ask")
    student.get_by_role("button", name="Ask").click()
    expect(student.get_by_text("Two of my digits")).to_be_visible()
    take_pictures(student, "d2-asked")
    staff.goto("/inquiries")
    take_pictures(staff, "d3-inquiries")
    staff.get_by_role("row").filter(has_text=who.name).get_by_role("link").first.click()
    staff.get_by_role("textbox", name="Message").fill("You are right: we give you the points.")
    take_pictures(staff, "d4-inquiry")
    staff.get_by_role("button", name="Accept").click()
    take_pictures(staff, "d5-accepted")
    staff.goto(f"/people/{who.neptun}")
    decide(staff, ASKED, "9.5", "two labels were wrong")
    take_pictures(staff, "d6-decided")
    student.goto(f"/assignments/{ASKED}")
    expect(student.get_by_text("two labels were wrong", exact=True)).to_be_visible()
    expect(student.get_by_text("Best: 9.5 / 10")).to_be_visible()
    take_pictures(student, "d7-read")
    staff.goto("/audit")
    expect(staff.get_by_role("row").filter(has_text="two labels were wrong")).to_contain_text(who.name)
    take_pictures(staff, "d8-audit")


def test_second_who_decides_at_once_reads_what_the_first_did(
    house: Installation, window: Callable[..., Page]
):
    first, second, who = window("lecturer"), window("assistant"), house.account("student", 4)
    for page in (first, second):
        page.goto(f"/people/{who.neptun}")
    decide(first, ASKED, "7", "handed in on paper")
    decide(second, ASKED, "3", "handed in by mail")
    card = second.locator(f"[aria-labelledby=a-{ASKED}]")
    expect(card.get_by_text(f"{house.account('lecturer').name} has decided in the meantime")).to_be_visible()
    expect(card).to_contain_text("handed in on paper")
    take_pictures(second, "e1-overtaken")
    expect(card.locator(f"#reason-{ASKED}")).to_have_value("handed in by mail")


def decide(page: Page, slug: str, points: str, reason: str) -> None:
    """Set points on the page of a student, which is open."""
    card = page.locator(f"[aria-labelledby=a-{slug}]")
    card.get_by_text("Decide about it").click()
    card.locator(f"#reason-{slug}").fill(reason)
    card.locator(f"#points-{slug}").fill(points)
    card.get_by_role("button", name="Set points").click()


def set_dates_back(house: Installation, slug: str) -> None:
    """Due the day before yesterday, revealed yesterday."""
    now = datetime.now(ZONE)
    dates = {"due": _local(now - timedelta(days=5)), "reveal": _local(now - timedelta(days=1))}
    with house.api(house.account("lecturer")) as client:
        client.put(f"/assignments/{slug}/dates", json=dates | {"reason": "a test"}).raise_for_status()
