"""The data sheet on the page: its picture is a sound PNG, and is served to those who may see the report."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.contract import ClassCount, DataSheet, Histogram, Sample
from server.person import Person
from server.submissions.report.dataset_card import sheet_card
from server.submissions.report.thumbnails import CELL, png, rows
from server.web import services
from tests.server.conftest import Browser
from tests.server.submissions.builders import a_graded_submission, an_assignment


def sample(label: str, width: int, height: int, channels: int, tone: int = 7) -> Sample:
    pixels = bytes((tone + at) % 256 for at in range(width * height * channels))
    return Sample(label, width, height, channels, base64.b64encode(pixels).decode())


sizes = st.integers(1, CELL)
samples = st.lists(
    st.builds(sample, st.sampled_from("abc"), sizes, sizes, st.sampled_from([1, 3]), st.integers(0, 255)),
    min_size=1,
    max_size=8,
).map(lambda found: sorted(found, key=lambda one: one.label))


@given(samples)
def test_every_sample_is_in_the_picture_as_it_was(found: list[Sample]):
    canvas = np.asarray(Image.open(io.BytesIO(png(found))))
    for row in rows(found):
        for column, one in enumerate(row.samples):
            left = CELL * column + (CELL - one.width) // 2
            top = CELL * row.number + (CELL - one.height) // 2
            there = canvas[top : top + one.height, left : left + one.width]
            sent = np.frombuffer(base64.b64decode(one.pixels), dtype=np.uint8)
            wanted = np.broadcast_to(sent.reshape(one.height, one.width, one.channels), there[:, :, :3].shape)
            assert (there[:, :, :3] == wanted).all()
            assert (there[:, :, 3] == 255).all()
    drawn = sum(one.width * one.height for one in found)
    assert int((canvas[:, :, 3] > 0).sum()) == drawn


def sheet(**changes: object) -> DataSheet:
    whole = DataSheet(
        classes=(ClassCount("rose", 40, 10, 5), ClassCount("lily", 20, 0, 5)),
        histograms=(Histogram("width", 0.0, 2.0, 1.0, 3, (4, *[0] * 18, 2)),),
        samples=(sample("rose", 4, 3, 3), sample("lily", 2, 2, 1)),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_bars_are_measured_by_the_longest():
    card = sheet_card(sheet())
    assert card is not None
    assert [(bar.train, bar.valid, bar.test) for bar in card.classes] == [
        (100.0, 25.0, 12.5),
        (50.0, 0.0, 12.5),
    ]
    first, last = card.histograms[0].columns[0], card.histograms[0].columns[-1]
    assert (first.low, first.height, last.high, last.height) == (0.0, 60.0, 2.0, 30.0)


def test_many_classes_are_cut_and_counted():
    card = sheet_card(sheet(classes=tuple(ClassCount(str(n), 1, 1, 1) for n in range(35))))
    assert card is not None
    assert (len(card.classes), card.more) == (30, 5)


def test_empty_sheet_is_drawn_too():
    card = sheet_card(DataSheet())
    assert card is not None
    assert (card.classes, card.samples) == ((), ())
    assert sheet_card(None) is None


Collect = Callable[..., str]


@pytest.fixture
def collected(app: Flask, person: Callable[..., Person]) -> Collect:
    """The id of a data set that ABC123 handed in, with this sheet in its report."""

    def collect(found: DataSheet | None) -> str:
        anna = person("ABC123")
        with services(app).database.write() as session:
            an_assignment(session)
            return a_graded_submission(session, anna, told={"sheet": found}).id

    return collect


@pytest.fixture
def anna(app: Flask) -> Browser:
    return Browser(app)


def test_owner_sees_sheet_and_picture(collected: Collect, anna: Browser):
    number = collected(sheet())
    anna.sign_in("ABC123")
    page = anna.get(f"/submissions/{number}").text
    assert "Data sheet" in page
    assert f"/submissions/{number}/samples.png" in page
    answer = anna.get(f"/submissions/{number}/samples.png")
    assert answer.mimetype == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (CELL, 2 * CELL)


def test_others_see_no_picture(collected: Collect, other_student: Browser):
    number = collected(sheet())
    assert other_student.get(f"/submissions/{number}/samples.png").status_code == 404


@pytest.mark.parametrize("found", [None, sheet(samples=())])
def test_report_without_samples_has_no_picture(collected: Collect, anna: Browser, found: DataSheet | None):
    number = collected(found)
    anna.sign_in("ABC123")
    assert anna.get(f"/submissions/{number}/samples.png").status_code == 404
