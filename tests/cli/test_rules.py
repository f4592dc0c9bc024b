"""The small rules: retries, curves, numbers, addresses, the confusion matrix."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.api.address import Address
from cli.api.errors import WrongUse
from cli.api.retry import PERSISTENT, QUICK, RetryPolicy, retry_after_s
from cli.language.translation import Language, language_of_locale
from cli.terminal import numbers
from cli.terminal.confusion import ConfusedPair, confusion_table, most_confused
from cli.terminal.curve import BARS, curves, sparkline

NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
floats = st.floats(allow_nan=True, allow_infinity=True)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_waits_stay_between_half_and_cap(failed: int, jitter: float):
    wait_s = PERSISTENT.wait_s(failed, jitter)
    assert PERSISTENT.first_s / 2 <= wait_s <= PERSISTENT.cap_s


def test_a_question_gives_up_sooner_than_a_hand_in():
    def whole_s(policy: RetryPolicy) -> float:
        return sum(policy.wait_s(failed, 1.0) for failed in range(1, policy.tries))

    assert whole_s(QUICK) < 5
    assert 60 < whole_s(PERSISTENT) < 180


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("Tue, 20 Oct 2026 12:00:30 GMT", 30),
        ("Tue, 20 Oct 2026 11:00:00 -0000", 0),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_in_both_forms(header: str | None, seconds: float | None):
    assert retry_after_s(header, NOON) == seconds


@given(st.lists(floats), st.integers(0, 60))
def test_a_sparkline_fits_and_shows_only_bars(values: list[float], width: int):
    line = sparkline(values, width)
    assert len(line) == min(len(values), width)
    assert set(line) <= {*BARS, "×"}


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40, unique=True))
def test_highest_and_lowest_bars_are_at_the_extremes(values: list[float]):
    line = sparkline(values, 40)
    assert line[values.index(max(values))] in {BARS[-1], BARS[4]}
    assert line[values.index(min(values))] in {BARS[0], BARS[4]}


def test_a_loss_that_exploded_is_seen():
    assert sparkline([1.0, math.inf, math.nan, 0.0], 9) == "█××▁"


def test_axes_are_no_curves():
    found = curves([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": None, "accuracy": 0.5}])
    assert found["loss"][0] == 2.0
    assert math.isnan(found["loss"][1])
    assert set(found) == {"loss", "accuracy"}


@given(st.floats(0, 1))
def test_a_metric_is_one_only_when_it_is_one(value: float):
    assert (numbers.share(value) == "1.0000") == (value == 1)
    assert (numbers.share(value) == "0.0000") == (value == 0)


@pytest.mark.parametrize(
    ("value", "shown"), [(10, "10"), (9.999, "9.99"), (0.29, "0.29"), (7.5, "7.5"), (0, "0"), (math.nan, "–")]
)
def test_points_are_cut_not_rounded_up(value: float, shown: str):
    assert numbers.points(value) == shown


def test_numbers_have_the_decimal_sign_of_the_language():
    hungarian = Language.HU
    assert numbers.points(7.5, 12.5, hungarian) == "7,5 / 12,5"
    assert numbers.share(0.25, hungarian) == "0,2500"
    assert numbers.share(0.999999, hungarian) == "0,9999"
    assert numbers.measured(0.125, hungarian) == "0,125"
    assert numbers.size(1536, hungarian) == "1,5 KiB"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h"),
        (timedelta(hours=1), "1 h 0 min"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_spans_name_their_two_largest_units(length: timedelta, said: str):
    assert numbers.span(length, Language.EN) == said


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (25 * 2**20, "25.0 MiB"), (2**50, "1024.0 TiB")],
)
def test_sizes_have_binary_units(size: int, shown: str):
    assert numbers.size(size) == shown


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("hazi.example.org", "https://hazi.example.org"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("HTTPS://Hazi.Example.org:443/course/", "https://hazi.example.org/course"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000/assignments/lenet-digits", "http://localhost:8000"),
        ("https://uni.example.org/hazi/login?next=/x#y", "https://uni.example.org/hazi"),
        ("https://uni.example.org/hazi/gradebook.csv", "https://uni.example.org/hazi"),
    ],
)
def test_addresses_are_written_one_way(typed: str, url: str):
    assert Address.parse(typed).url == url


@pytest.mark.parametrize(
    "typed",
    ["ftp://x", "https://", "https://user:secret@x", "http://x:99999", "https://[::1", "file:///etc/passwd"],
)
def test_what_is_no_address_is_refused(typed: str):
    with pytest.raises(WrongUse):
        Address.parse(typed)


@pytest.mark.parametrize("url", ["http://127.0.0.1.evil.org", "http://localhost.evil.org", "http://10.0.0.1"])
def test_only_this_very_machine_may_be_plain(url: str):
    with pytest.raises(WrongUse, match="insecure"):
        Address.parse(url).refuse_plain_http(insecure=False)
    Address.parse(url).refuse_plain_http(insecure=True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://[::1]", "http://localhost", "https://x.org"]
)
def test_loopback_and_https_are_fine(url: str):
    Address.parse(url).refuse_plain_http(insecure=False)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("hu_HU.UTF-8", "hu"), ("Hungarian_Hungary.1250", "hu"), ("en_GB", "en"), ("C", "en"), ("", "en")],
)
def test_language_follows_the_locale(locale: str, language: str):
    assert language_of_locale(locale) == language


LECTURE = [[15, 3, 8], [4, 23, 1], [9, 2, 19]]


def test_most_confused_pairs_come_first():
    assert most_confused(LECTURE, ["rocket", "car", "airplane"], 1) == [ConfusedPair("airplane", "rocket", 9)]


@given(st.integers(1, 12), st.integers(0, 10**6), st.integers(20, 120))
def test_every_number_of_a_matrix_is_shown(classes: int, largest: int, width: int):
    matrix = [[(largest + 7 * row + column) for column in range(classes)] for row in range(classes)]
    lines = [
        str(line) for line in confusion_table(matrix, [f"c{n}" for n in range(classes)], width, Language.EN)
    ]
    numbers = " ".join(lines).split()
    assert all(str(count) in numbers for row in matrix for count in row)
