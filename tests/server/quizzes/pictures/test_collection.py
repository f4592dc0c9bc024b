"""The pictures of one quiz: harmless names, none twice, and no more than a quiz holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.quizzes.pictures import collection
from server.quizzes.pictures.collection import NotTaken, PictureCollection, overflow
from server.quizzes.pictures.picture import NAME
from tests.server.quizzes.pictures.samples import made

PICTURES = [made(5, 5, colour) for colour in ("red", "green", "blue")]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.sampled_from(PICTURES)), max_size=12))
def test_each_picture_has_one_harmless_name(wishes: list[tuple[str, bytes]]):
    found = PictureCollection()
    names = {(found.take(wish, content), content) for wish, content in wishes}
    assert names == set(found.files.items())
    assert all(NAME.fullmatch(name) for name, _content in names)
    assert len({content for _name, content in names}) == len(names)


def test_another_picture_of_the_same_name_gets_a_number():
    found = PictureCollection()
    assert [found.take("Háló 1.PNG", one) for one in PICTURES] == [
        "halo-1.png",
        "halo-1-2.png",
        "halo-1-3.png",
    ]
    assert found.take("x.png", PICTURES[1]) == "halo-1-2.png"


def test_what_is_no_picture_is_not_taken():
    with pytest.raises(NotTaken, match="neither PNG"):
        PictureCollection().take("a.png", b"<svg/>")


def test_a_quiz_holds_so_many_pictures_and_so_many_bytes(monkeypatch: pytest.MonkeyPatch):
    assert overflow([b"x"] * collection.MOST_PICTURES) is None
    assert "100 pictures" in str(overflow([b"x"] * (collection.MOST_PICTURES + 1)))
    assert "20 MiB" in str(overflow([b"x" * (2 << 20)] * 11))
    monkeypatch.setattr(collection, "MOST_PICTURES", 2)
    found = PictureCollection()
    for one in PICTURES[:2]:
        found.take("a.png", one)
    with pytest.raises(NotTaken, match="holds 2 pictures"):
        found.take("a.png", PICTURES[2])
