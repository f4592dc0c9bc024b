"""Which files are taken: names, kinds, encodings, and what the refusal says."""

from __future__ import annotations

import io
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.spec import Kind
from server.errors import BadName, EmptyFile, NoFiles, NotUtf8, TooManyFiles, WrongType
from server.submissions.uploads.file_checks import check_content, check_names

ZIP = b"PK\x03\x04rest of an archive"


def content(name: str, data: bytes, kind: Kind = Kind.CODE) -> None:
    check_content(kind, name, io.BytesIO(data))


@pytest.mark.parametrize(
    "name", ["submission.py", "árvíztűrő tükörfúrógép.py", "a.b.c.zip", "x" * 96 + ".py"]
)
def test_ordinary_names_are_taken(name: str):
    check_names([name], 5)


@pytest.mark.parametrize(
    "name",
    [
        "../submission.py",
        "/etc/passwd",
        "C:\\submission.py",
        "dir/submission.py",
        "a\x00.py",
        "a\n.py",
        "a\x1b[31m.py",
        "abc\u202eyp.exe",
        "a\u200b.py",
        "x" * 101,
        "",
        " ",
        ".",
        "..",
        "a.py ",
        "a.py.",
        "\ud800.py",
    ],
)
def test_names_that_are_more_than_a_label_are_refused(name: str):
    with pytest.raises(BadName):
        check_names([name], 5)


@pytest.mark.parametrize("other", ["submission.py", "SUBMISSION.PY", "ſubmiſſion.py"])
def test_names_that_meet_on_some_system_are_refused(other: str):
    with pytest.raises(BadName):
        check_names(["submission.py", other], 5)


def test_composed_and_decomposed_letters_meet():
    with pytest.raises(BadName):
        check_names(["\u00e1.py", "a\u0301.py"], 5)


def test_no_files_and_too_many_files():
    with pytest.raises(NoFiles):
        check_names([], 5)
    with pytest.raises(TooManyFiles):
        check_names([f"{number}.py" for number in range(6)], 5)


@given(st.text())
def test_any_name_is_taken_or_refused(name: str):
    with suppress(BadName):
        check_names([name], 5)
        assert name == name.strip()
        assert not set(name) & set("/\\\0\n")


@given(st.text())
def test_refused_name_is_shown_harmlessly(name: str):
    with pytest.raises(BadName) as refusal:
        check_names([f"/{name}"], 5)
    assert str(refusal.value).isprintable()


def test_source_archive_and_table_are_taken():
    content("submission.py", b"# \xc3\xa1\nx = 1\n")
    content("work.zip", ZIP)
    content("predictions.csv", b"id,label\n1,0\n", Kind.PREDICTIONS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1250"])
@pytest.mark.parametrize("name", ["predictions.csv", "predictions (1).CSV", "table.tsv", "table.txt"])
def test_tables_are_taken_in_every_encoding_and_under_any_name(name: str, encoding: str):
    content(name, "id;label\r0;ház\r".encode(encoding), Kind.PREDICTIONS)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("predictions.csv", b"PK\x03\x04[Content_Types].xml xl/workbook.xml", "is an Excel workbook"),
        ("predictions.csv", ZIP, "is a zip archive. Unpack it"),
        ("predictions.csv", b"%PDF-1.4", "is a PDF"),
        ("predictions.csv", b"\x89PNG\r\n\x1a\n\0", "is no text"),
        ("predictions.xlsx", b"PK", "is an Excel workbook. Save it as CSV"),
        ("predictions.xls", b"\xd0\xcf", "is an old Excel file"),
        ("predictions.ods", b"PK", "is a LibreOffice document"),
    ],
)
def test_what_is_no_table_says_how_to_save_it(name: str, data: bytes, said: str):
    with pytest.raises(WrongType, match=re.escape(said)):
        content(name, data, Kind.PREDICTIONS)


def test_notebooks_and_weights_are_taken_unread():
    content("homework.ipynb", b"not looked into")
    content("submission.ipynb", b"{}", Kind.FUNCTIONS)
    content("model.py", b"x = 1\n", Kind.MODEL)
    content("model.safetensors", b"\xff" * 8 + b"{ whatever is behind", Kind.MODEL)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.pt", b"PK\x03\x04"),
        ("model.onnx", b"\x08\x08"),
        ("model.h5", b"\x89HDF"),
        ("model.npz", b"PK\x03\x04"),
        ("model.safetensors", b"PK\x03\x04" + bytes(30)),
        ("model.safetensors", b"\x80\x04"),
    ],
)
def test_other_models_are_refused_with_the_two_lines_that_convert_them(name: str, data: bytes):
    with pytest.raises(WrongType, match="import save_file; save_file"):
        content(name, data, Kind.MODEL)


def test_stream_is_at_its_start_afterwards():
    stream = io.BytesIO(b"x = 1\n")
    check_content(Kind.CODE, "submission.py", stream)
    assert stream.read() == b"x = 1\n"


def test_empty_file_is_named():
    with pytest.raises(EmptyFile, match=r"submission\.py"):
        content("submission.py", b"")


def test_an_empty_file_of_a_package_is_taken_and_an_empty_main_file_is_not():
    content("__init__.py", b"")
    content("__init__.py", b"", Kind.MODEL)
    for name, kind in (("model.py", Kind.MODEL), ("a.zip", Kind.CODE), ("a.csv", Kind.PREDICTIONS)):
        with pytest.raises(EmptyFile):
            content(name, b"", kind)
    with pytest.raises(WrongType):
        content("__init__.py", b"", Kind.DATASET)


def test_pickled_model_is_refused_with_what_to_do():
    with pytest.raises(WrongType, match=r"trains the model: \.py, \.zip, \.ipynb"):
        content("model.pt", ZIP)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("notebook.ipynb", b"{}", Kind.MODEL),
        ("notebook.ipynb", b"PK\x03\x04", Kind.CODE),
        ("work.tar.gz", b"\x1f\x8b", Kind.CODE),
        ("work.zip", b"not a zip", Kind.CODE),
        ("submission.py", ZIP, Kind.CODE),
        ("submission.py", b"x = 1", Kind.PREDICTIONS),
        ("predictions.csv", ZIP, Kind.PREDICTIONS),
        ("README", b"text", Kind.CODE),
        (".py", b"x = 1", Kind.CODE),
    ],
)
def test_other_kinds_are_refused(name: str, data: bytes, kind: Kind):
    with pytest.raises(WrongType):
        content(name, data, kind)


def test_first_byte_that_is_not_utf8_is_shown():
    with pytest.raises(NotUtf8, match="line 3 holds the byte 0xe1") as refusal:
        content("submission.py", b"x = 1\ny = 2\n# \xe1\n")
    assert refusal.value.extras == {"file": "submission.py", "line": 3}


def test_nul_byte_is_shown():
    with pytest.raises(NotUtf8, match="line 2 holds the byte 0x00"):
        content("submission.py", b"x = 1\ny = '\0'\n")


@pytest.mark.parametrize(
    "source",
    [
        b"# -*- coding: latin-1 -*-\nx = 1\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1250 :\n",
        b"\xef\xbb\xbf# coding: iso-8859-2\n",
        b"\n# coding=utf-7\n",
        b"# coding: raw_unicode_escape\r\nx = 1\r\n",
    ],
)
def test_another_declared_encoding_is_refused(source: bytes):
    with pytest.raises(NotUtf8):
        content("submission.py", source)


@pytest.mark.parametrize(
    "source",
    [
        b"# -*- coding: utf-8 -*-\n",
        b"# coding: UTF8\n",
        b"x = 1\n# coding: latin-1\n",
        b"\n\n# coding: latin-1\n",
        b"s = 'coding: latin-1'\n",
    ],
)
def test_what_declares_nothing_else_is_taken(source: bytes):
    content("submission.py", source)


@given(
    st.binary(max_size=200),
    st.sampled_from(list(Kind)),
    st.sampled_from([".py", ".csv", ".zip", ".pt", ".ipynb", ".safetensors", ""]),
)
def test_any_content_is_taken_or_refused(data: bytes, kind: Kind, ending: str):
    with suppress(WrongType, NotUtf8, EmptyFile):
        content(f"x{ending}", data, kind)
