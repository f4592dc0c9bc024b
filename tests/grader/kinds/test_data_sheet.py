"""Data sets of picture files, and their data sheet; hostile pictures are refused by name."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from grader.contract import DataSheet, GradeReport, Verdict
from grader.files import unpack
from grader.kinds.dataset import kind as dataset
from grader.kinds.dataset.inside import facts as inside
from grader.kinds.dataset.inside import sheet
from grader.kinds.dataset.inside.tables import Split, UnreadableError
from grader.kinds.dataset.sheets import read_sheet
from grader.run import RunEndedError
from grader.sandbox.pool import Boxes
from grader.sentences import RefusedError
from tests.grader.conftest import Heard
from tests.grader.files.test_unpack import zipped
from tests.grader.kinds.test_dataset import TOML, facts_of, failed, flowers, graded, pictures

DESCRIPTION = {"dataset.toml": b'format = "images"\n'}
Draw = Callable[[], Image.Image]


def encoded(image: Image.Image, format_: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_)
    return buffer.getvalue()


def noise(seed: int, size: tuple[int, int] = (20, 16), mode: str = "RGB") -> Image.Image:
    draws = np.random.default_rng(seed)
    shape = (*size[::-1], 3) if mode == "RGB" else size[::-1]
    return Image.fromarray(draws.integers(0, 256, shape, dtype=np.uint8))


def photographs(**changed: bytes) -> dict[str, bytes]:
    """Four pictures a split, two of each class, all different."""
    names = [(split, n) for split in inside.SPLITS for n in range(4)]
    files = {
        f"{split}/{'rose' if n % 2 else 'lily'}/{n}.png": encoded(noise(10 * at + n))
        for at, (split, n) in enumerate(names)
    }
    return DESCRIPTION | files | {name.replace("__", "/"): data for name, data in changed.items()}


def refusal(files: Mapping[str, bytes], folder: Path) -> str:
    """The sentence of a data set that cannot be read."""
    with pytest.raises(UnreadableError) as problem:
        facts_of(files, folder)
    told = {"problem": problem.value.code, "file": problem.value.file, "place": problem.value.place}
    with pytest.raises(RefusedError) as refused:
        dataset.read_facts(json.dumps(told).encode())
    return refused.value.text.en


def test_pictures_are_graded_and_shown(tmp_path: Path, boxes: Boxes, heard: Heard):
    folder = tmp_path / "flowers"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML)
    report = graded(photographs(), folder, boxes, heard)
    assert report.verdict is Verdict.SCORED, report
    assert report.public is not None
    assert report.public.points == 8
    assert "RGB pictures of 20 x 16" in report.public.checks[0].text.en
    assert report.sheet is not None
    assert [(one.label, one.train, one.valid, one.test) for one in report.sheet.classes] == [
        ("lily", 2, 2, 2),
        ("rose", 2, 2, 2),
    ]
    assert [sample.label for sample in report.sheet.samples] == ["lily", "lily", "rose", "rose"]
    assert {(sample.width, sample.height, sample.channels) for sample in report.sheet.samples} == {
        (20, 16, 3)
    }
    assert GradeReport.from_message(json.loads(json.dumps(report.to_message()))).sheet == report.sheet


def test_sample_is_the_picture(tmp_path: Path):
    facts = facts_of(photographs(), tmp_path)
    known = {np.asarray(noise(10 * at + at)).tobytes() for at in range(4)}
    assert {base64.b64decode(sample.pixels) for sample in facts.sheet.samples} == known


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_same_picture_in_two_splits_is_found(tmp_path: Path, format_: str):
    picture = encoded(noise(99), format_)
    suffix = {"PNG": "png", "JPEG": "jpg"}[format_]
    files = photographs() | {f"train/rose/x.{suffix}": picture, f"test/rose/y.{suffix}": picture}
    assert "no example is in two splits" in failed(facts_of(files, tmp_path))


def test_compressed_and_scaled_copy_is_nearly_the_same(tmp_path: Path):
    smooth = Image.radial_gradient("L").resize((90, 60)).convert("RGB")
    copy = encoded(smooth.resize((60, 40)), "JPEG")
    files = photographs() | {"train/rose/x.png": encoded(smooth), "test/rose/y.jpg": copy}
    found = failed(facts_of(files, tmp_path))
    assert "no example is nearly in two splits" in found
    assert "no example is in two splits" not in found


def test_mixed_sizes_are_told(tmp_path: Path):
    files = photographs() | {"train/rose/9.png": encoded(noise(5, (30, 30)))}
    assert facts_of(files, tmp_path).splits["train"].form == "RGB pictures of mixed sizes"


@pytest.mark.parametrize(
    ("draw", "channels"),
    [
        (lambda: noise(1, mode="L"), 1),
        (lambda: noise(1, mode="L").convert("1"), 1),
        (lambda: noise(1).convert("P"), 3),
        (lambda: noise(1).convert("RGBA"), 3),
        (lambda: noise(1, mode="L").convert("LA"), 1),
        (lambda: Image.fromarray(np.arange(320, dtype=np.uint16).reshape(16, 20) * 200), 1),
        (lambda: Image.new("RGB", (1, 1)), 3),
        (lambda: Image.new("L", (3000, 2), 255), 1),
    ],
    ids=["grey", "bits", "palette", "alpha", "grey-alpha", "deep", "dot", "line"],
)
def test_every_kind_of_picture_can_be_shown(tmp_path: Path, draw: Draw, channels: int):
    facts = facts_of(photographs() | {"train/iris/1.png": encoded(draw())}, tmp_path)
    (sample,) = (one for one in facts.sheet.samples if one.label == "iris")
    assert sample.channels == channels
    assert max(sample.width, sample.height) <= sheet.SIDE


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.png", b"", "'train/rose/a.png' is no PNG or JPEG picture"),
        ("a.png", encoded(noise(1))[:-40], "is damaged"),
        ("a.png", encoded(noise(1), "JPEG"), "is no PNG or JPEG picture"),
        ("a.png", encoded(noise(1), "GIF"), "is no PNG or JPEG picture"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(200), "is no PNG or JPEG picture"),
        ("a.png", bomb(60_000, 60_000), "has > 4096 x 4096 pixels; at most 4096 x 4096"),
        ("a.png", bomb(5000, 4000), "has 5000 x 4000 pixels; at most 4096 x 4096"),
        ("a.png", bomb(2**31 - 1, 2**31 - 1), "at most 4096 x 4096"),
        ("notes.txt", b"hello", "Leave other files out of these folders"),
    ],
)
def test_hostile_picture_is_refused_by_name(tmp_path: Path, file: str, content: bytes, said: str):
    assert said in refusal(photographs() | {f"train/rose/{file}": content}, tmp_path)


def test_folder_that_can_be_no_class_is_refused(tmp_path: Path):
    files = photographs() | {f"train/{'x' * 41}/1.png": encoded(noise(1))}
    assert "must be called by its class" in refusal(files, tmp_path)


def test_split_without_pictures_is_named(tmp_path: Path):
    files = {name: data for name, data in photographs().items() if not name.startswith("valid")}
    assert "there is no valid/<class>/*.png in the zip" in refusal(files, tmp_path).replace("'", "")


def test_table_has_a_histogram_of_each_column_of_numbers(tmp_path: Path):
    found = facts_of(flowers(), tmp_path).sheet
    assert found.samples == ()
    (width,) = found.histograms
    assert (width.name, width.low, width.high, width.missing) == ("width", 0.25, 3.25, 0)
    assert width.mean == pytest.approx(1.75)
    assert sum(width.counts) == 4


def test_arrays_are_shown_as_pictures(tmp_path: Path):
    found = facts_of(pictures({}), tmp_path).sheet
    assert {sample.label for sample in found.samples} == {"0", "1"}
    assert {(one.width, one.height, one.channels) for one in found.samples} == {(20, 20, 3)}
    assert [one.name for one in found.histograms] == [""]


@given(
    array=arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.uint8, np.int16, np.bool_]),
        st.sampled_from([(5, 9, 9), (5, 1, 80, 3), (5, 3, 7, 9), (5, 60, 90, 1), (5, 4)]),
    )
)
def test_any_array_has_a_sheet_that_is_believed(array: np.ndarray):
    split = Split(["a", "b", "a", "b", "c"], array, array.size, 0, "")
    told = json.loads(json.dumps(sheet.sheet(split)))
    counts = [{"a": 2, "b": 2, "c": 1}, {}, {}]
    found = read_sheet(told, counts)
    (histogram,) = found.histograms
    assert sum(histogram.counts) + histogram.missing == array.size
    assert len(found.samples) == (0 if array.ndim == 2 else 5)


def test_samples_are_few_and_the_same_every_time():
    labels = [f"class {n % 50:02}" for n in range(5000)]
    split = Split(labels, np.zeros((5000, 8, 8), dtype=np.uint8), 1, 0, "")
    first, second = (list(sheet.sheet(split)["samples"]) for _ in range(2))  # type: ignore[call-overload]
    assert first == second
    assert len(first) == sheet.MOST_SAMPLES


SOUND: dict[str, Any] = {
    "samples": [{"label": "a", "width": 1, "height": 2, "channels": 1, "pixels": "AAE="}],
    "histograms": [{"name": "x", "low": 0, "high": 1.5, "mean": 1, "missing": 0, "counts": [1] * 20}],
}
FORGED: list[tuple[str, Mapping[str, object]]] = [
    ("samples", {"label": "another"}),
    ("samples", {"label": ["a"]}),
    ("samples", {"width": 49}),
    ("samples", {"width": True}),
    ("samples", {"height": 10**9}),
    ("samples", {"channels": 4}),
    ("samples", {"pixels": "AAEC"}),
    ("samples", {"pixels": "<script>"}),
    ("samples", {"pixels": 7}),
    ("histograms", {"name": "x" * 41}),
    ("histograms", {"low": 2}),
    ("histograms", {"mean": float("nan")}),
    ("histograms", {"missing": -1}),
    ("histograms", {"counts": [1] * 19}),
    ("histograms", {"counts": [1] * 19 + ["1"]}),
]


def test_sound_sheet_is_believed():
    assert isinstance(read_sheet(SOUND, [{"a": 1}, {}, {}]), DataSheet)


@pytest.mark.parametrize(("part", "changed"), FORGED)
def test_forged_sheet_is_bad_output(tmp_path: Path, part: str, changed: Mapping[str, object]):
    unpack.write_files(unpack.Contents(flowers()), tmp_path)
    told = dict(inside.facts(tmp_path))
    told["splits"]["train"]["classes"] = {"a": 4}  # type: ignore[index]
    told["sheet"] = SOUND | {part: [SOUND[part][0] | changed]}
    with pytest.raises(RunEndedError) as ended:
        dataset.read_facts(json.dumps(told).encode())
    assert ended.value.verdict is Verdict.BAD_OUTPUT


@pytest.mark.parametrize(("part", "most"), [("samples", 32), ("histograms", 12)])
def test_more_than_the_box_sends_is_forged(part: str, most: int):
    assert read_sheet(SOUND | {part: SOUND[part] * most}, [{"a": 1}, {}, {}])
    with pytest.raises(ValueError, match="more in it"):
        read_sheet(SOUND | {part: SOUND[part] * (most + 1)}, [{"a": 1}, {}, {}])


def test_thousands_of_pictures_may_be_in_one_zip():
    files = {f"train/a/{n}.png": b"" for n in range(300)}
    archive = unpack.read_files({"d.zip": zipped(*files.items())}, 2**20, 400)
    assert len(archive.files) == 300
    with pytest.raises(RefusedError, match="300 entries; at most 200"):
        unpack.read_files({"d.zip": zipped(*files.items())}, 2**20)
