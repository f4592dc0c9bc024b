"""Any file at all: its format is found, or it is refused, and nothing else ever happens."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.quiz import Question
from server.quizzes.formats.importing import both
from server.quizzes.formats.kahoot_report import read_kahoot_report
from server.quizzes.formats.kahoot_sheet import write_kahoot_sheet
from server.quizzes.formats.reading import FILE_BYTES, read
from server.quizzes.formats.result import Language, Unreadable
from server.quizzes.formats.workbook import ROWS, WORKBOOK
from server.quizzes.formats.writing import FORMATS, Format, write
from tests.server.quizzes.formats.samples import sample

GIFT = "Old?{~yes =no}\n\nTrue?{T}"
AIKEN = "What?\nA) yes\nB) no\nANSWER: A"
XML = '<?xml version="1.0"?><quiz><question type="truefalse"></question></quiz>'
QUESTION = Question("q", both("What?"), Choice((Option(both("a"), correct=True), Option(both("b")))))
SHEET = write_kahoot_sheet([QUESTION], Language.EN).content
GAPS = """<quiz><question type='category'><category><text>a/b</text></category></question>
<question type='cloze'><questiontext format='html'><text><![CDATA[<p>{1:MC:~a#x~=b} {1:NM:=1:0.1}<br>
10<sup>3 </sup><math><mi>x</mi></math>]]></text></questiontext></question>
<question type='gapselect'><questiontext><text>[[1]]</text></questiontext>
<selectoption><text>a</text><group>1</group></selectoption><selectoption><text>b</text></selectoption></question>
<question type='calculated'><questiontext><text>{a}?</text></questiontext>
<answer fraction='100'><text>{a}*2</text><tolerance>0.1</tolerance></answer>
<units><unit><multiplier>10</multiplier><unit_name>m</unit_name></unit></units>
<dataset_definitions><dataset_definition><name><text>a</text></name>
<dataset_items><dataset_item><value>2</value></dataset_item></dataset_items></dataset_definition>
</dataset_definitions></question></quiz>"""
TABLE = "Question Text,Question Type,Option 1,Option 2,Correct Answer\nWhat?,Multiple Choice,a,b,2\n"
TOML = 'slug = "a"\ntitle = "A"\n[[question]]\nid = "b"\ntype = "true-false"\ntext = "c"\ncorrect = true\n'
FILES = (GIFT.encode(), AIKEN.encode(), XML.encode(), SHEET, GAPS.encode(), TABLE.encode(), TOML.encode())


def refusal(content: bytes, name: str = "quiz.txt") -> str:
    with pytest.raises(Unreadable) as refused:
        read(name, content)
    return str(refused.value.reason)


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, inside in parts.items():
            file.writestr(name, inside)
    return content.getvalue()


def sheet_with(name: str, inside: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(SHEET)) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    return archive({**parts, name: inside})


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("kahoot-import-template.xlsx", 1),
        ("kahoot-import-filled.xlsx", 16),
        ("moodle-gift-examples.txt", 43),
        ("moodle-questions.gift.txt", 8),
        ("moodle-questions.aiken.txt", 2),
        ("moodle-aiken_errors.txt", 2),
        ("moodle-multichoice.xml", 1),
        ("moodle-truefalse.xml", 2),
        ("moodle-multianswer.xml", 5),
    ],
)
def test_every_sample_is_known_by_its_content(name: str, count: int):
    assert len(read("upload", sample(name)).questions) == count


@pytest.mark.parametrize("name", ["kahoot-report-rawdata.xlsx", "kahoot-report-finalscores.xlsx"])
def test_a_report_is_sent_to_its_place(name: str):
    assert "among the reports" in refusal(sample(name))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_text_is_read_in_every_usual_encoding(encoding: str):
    assert read("a.txt", "Őszi?{T}".encode(encoding)).questions[0].text.en == "Őszi?"


def test_the_name_tells_gift_from_aiken_where_both_fit():
    both_fit = "What {T}\nA) yes\nANSWER: A"
    assert len(read("a.gift", both_fit.encode()).questions) == 1
    assert len(read("a.txt", both_fit.encode()).questions) == 0


INSIDE = XML.partition("?>")[2]


@pytest.mark.parametrize(
    "prolog",
    [
        "", "\n \n", "\ufeff", "<!-- made by a tool {=a ~b} -->",
        "<?xml version='1.0'?><!-- x --><?made by='x'?>",
        "<!DOCTYPE quiz>", "<?xml version='1.0'?>\n<!DOCTYPE quiz [<!ELEMENT quiz ANY>]>\n",
        "<?made?>\n<!-- a --><!-- b -->", "<!DOCTYPE quiz SYSTEM 'moodle.dtd'>",
    ],
)  # fmt: skip
def test_xml_is_known_whatever_stands_before_its_root(prolog: str):
    found = read("upload", (prolog + INSIDE).encode())
    assert (found.questions, found.skipped) == ((), 1)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert read("upload", (prolog + INSIDE).encode(encoding)).skipped == 1


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>",
        "<!-- x --><!DOCTYPE q [<!ENTITY a 'b'>]><quiz/>",
        "<!DOCTYPE quiz SYSTEM 'file:///etc/passwd'><quiz/>",
        "<!DOCTYPE q [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]><quiz/>",
        "<!DOCTYPE q [<!ENTITY a 'aaaa'>]><quiz x='&a;&a;'/>",
        "<!DOCTYPE q [<!ATTLIST answer fraction CDATA '100'>]><quiz/>",
        "<?xml version='1.0'?><!DOCTYPE q [<!ELEMENT quiz ANY><!ATTLIST a b CDATA #FIXED 'c'>]><quiz/>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_entities_and_values_are_refused_wherever_they_are_declared(content: str, encoding: str):
    assert "entities" in refusal(content.encode(encoding))


@pytest.mark.parametrize(
    "content", ["<html><body>x</body></html>", "<?xml version='1.0'?><a/>", "<!DOCTYPE html><p>"]
)
def test_other_xml_is_refused_as_such(content: str):
    assert "XML" in refusal(content.encode())


OWN = """\
# A comment.
slug = "own"
title = { en = "Own", hu = "Saját" }

[[question]]
id = "a"
type = "single"
text = { en = "Q?", hu = "K?" }
options = [{ text = "0", correct = true }, { text = "1" }]
"""


@pytest.mark.parametrize("name", ["own.toml", "own.txt", ""])
def test_a_quiz_of_our_own_is_read_to_the_letter(name: str):
    found = read(name, OWN.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    assert (found.toml, [one.id for one in found.questions]) == (OWN, ["a"])


@pytest.mark.parametrize(
    ("mistake", "said"), [("seconds = 2\n", "line 10: question[0].seconds"), ("x = [", "line")]
)
def test_a_mistake_in_our_own_file_is_told_with_its_line_and_place(mistake: str, said: str):
    reason = refusal((OWN + mistake).encode(), "own.toml")
    assert said in reason
    assert "Text of the file" in reason


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Où est ça, señor?", "latin-1", "Latin-1"),
        ("Őszi tűz?", "cp1250", "Windows-1250"),
        ("Nö?", "latin-1", "1250"),
    ],
)
def test_letters_of_older_encodings_are_read_and_the_guess_is_told(text: str, encoding: str, name: str):
    found = read("a.gift", f"{text}{{T}}".encode(encoding))
    assert found.questions[0].text.en == text
    assert name in str(found.notes[0].reason)


def bank(sizes: dict[str, int]) -> str:
    blocks = [
        f"$CATEGORY: top/{name}\n\n" + "\n\n".join(f"::{name}{at}:: Is it {at}?{{T}}" for at in range(size))
        for name, size in sizes.items()
    ]
    return "\n\n".join(blocks)


def xml_bank(sizes: dict[str, int]) -> str:
    answers = (
        "<answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer>"
    )
    parts = []
    for name, size in sizes.items():
        parts.append(f"<question type='category'><category><text>top/{name}</text></category></question>")
        parts += [
            f"<question type='truefalse'><name><text>{name}{at}</text></name><questiontext><text>Is it {at}?"
            f"</text></questiontext>{answers}</question>"
            for at in range(size)
        ]
    return f"<quiz>{''.join(parts)}</quiz>"


@pytest.mark.parametrize("made", [bank, xml_bank])
def test_of_a_large_bank_a_category_is_chosen(made: Callable[[dict[str, int]], str]):
    content = made({"one": 120, "two": 250}).encode()
    whole = read("bank", content)
    assert [one.label for one in whole.portions] == [
        "top/one (1–120)",
        "top/two (1–200)",
        "top/two (201–250)",
    ]
    assert [len(read("bank", content, one.label).questions) for one in whole.portions] == [120, 200, 50]
    last = read("bank", content, "top/two (201–250)")
    assert (last.title, last.questions[0].id, last.notes) == ("two", "two200", ())


@pytest.mark.parametrize("made", [bank, xml_bank])
def test_a_bank_that_fits_is_read_whole(made: Callable[[dict[str, int]], str]):
    found = read("bank", made({"one": 120, "two": 80}).encode())
    assert (len(found.questions), found.portions) == (200, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not one question"),
        (b" \n", "not one question"),
        (b"<quiz/>", "not one question"),
        (b"a" * (FILE_BYTES + 1), "larger"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"%PDF-1.7 \0", "no text"),
        (b"\x81\x98", "no text"),
        (b"\xff\xfea", "no text"),
        (b"Dear all, see you tomorrow.", "none of the formats"),
        (b"PK\x03\x04", "XLSX"),
        (archive({"a.txt": b"x"}), "XLSX"),
        (SHEET[:-100], "XLSX"),
    ],
)
def test_what_is_no_quiz_is_refused_with_its_reason(content: bytes, reason: str):
    assert reason in refusal(content)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("xl/media/a.png", b"0" * (WORKBOOK.unpacked_bytes + 1)),
        ("xl/sharedStrings.xml", b"0" * (WORKBOOK.strings_bytes + 1)),
        ("xl/styles.xml", b"0" * (WORKBOOK.frame_bytes + 1)),
        ("xl/worksheets/sheet1.xml", b"<" * (WORKBOOK.tags + 1)),
    ],
)
def test_a_bomb_is_refused_before_it_is_parsed(name: str, inside: bytes):
    assert "too large when unpacked" in refusal(sheet_with(name, inside))


def test_an_archive_of_many_parts_is_refused():
    assert "too large when unpacked" in refusal(archive({str(at): b"" for at in range(WORKBOOK.parts + 1)}))


def test_a_sheet_of_too_many_rows_is_refused():
    row = b"<row><c t='inlineStr'><is><t>x</t></is></c></row>"
    inside = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    content = sheet_with("xl/worksheets/sheet1.xml", inside + row * (ROWS + 1) + b"</sheetData></worksheet>")
    assert "rows" in refusal(content)


def test_entities_in_a_workbook_do_not_expand():
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet>&a;</worksheet>"
    assert refusal(sheet_with("xl/worksheets/sheet1.xml", bomb))


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.gift", "a.xlsx", "a.xml", ""]))
@example(b"PK\x05\x06" + b"\0" * 18, "a.xlsx")
def test_arbitrary_bytes_are_read_or_refused(content: bytes, name: str):
    read_or_refuse(name, content)


def test_the_files_that_are_damaged_are_sound():
    assert [len(read("a.txt", content).questions) for content in FILES] == [2, 1, 0, 1, 4, 1, 1]


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl.*")
@settings(max_examples=250, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject):
    content = data.draw(st.sampled_from(FILES))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    damaged = content[:start] + data.draw(st.binary(max_size=20)) + content[end:]
    read_or_refuse("upload", damaged)


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl.*")
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_parts_of_a_workbook_are_read_or_refused(data: st.DataObject):
    """The archive is sound, and what is inside is not: this reaches further than damage to its bytes."""
    with zipfile.ZipFile(io.BytesIO(SHEET)) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    end = data.draw(st.integers(start, min(len(parts[name]), start + 30)))
    inside = data.draw(st.binary(max_size=5) | st.sampled_from([b"-1", b"1e999", b"<c/>", b"x", b"&#0;"]))
    read_or_refuse("a.xlsx", archive({**parts, name: parts[name][:start] + inside + parts[name][end:]}))


def read_or_refuse(name: str, content: bytes) -> None:
    for reader in (lambda: read(name, content), lambda: read_kahoot_report(content)):
        with contextlib.suppress(Unreadable):
            reader()


@pytest.mark.parametrize(
    "unit",
    ["[id:", "[tag:a]", " ", "A) ", "::", "\\(", "$a", "`", "<b>", r"\ne ", "{~", "#", "-> =", "\t", "&#"],
)
@pytest.mark.parametrize(
    "around", ["// %s\na{T}", "A) %s x\nANSWER:", "a%s{T}", "a{%s}", "[html]a%s{T}", "::%s"]
)
def test_endless_repetition_costs_no_endless_time(around: str, unit: str):
    """Each would take minutes if anything searched it again from every place."""
    read_or_refuse("a.txt", (around % (unit * (300_000 // len(unit)))).encode())


@pytest.mark.parametrize("file_format", Format)
def test_every_format_is_written_and_read_again(file_format: Format):
    exported = write([QUESTION], file_format, Language.HU)
    [found] = read(f"quiz{FORMATS[file_format].suffix}", exported.content).questions
    assert (found.text, found.body) == (QUESTION.text, QUESTION.body)
