"""What a person who watches the demo reads."""

from __future__ import annotations

from server.demo.console import readable, table


def test_a_log_record_becomes_a_sentence():
    record = '{"event": "request", "status": 200, "neptun": null, "level": "info", "timestamp": "2026"}'
    assert readable(record) == "request status=200"


def test_a_line_that_is_no_record_stays_as_it_is():
    assert readable("{not json") == "{not json"
    assert readable("Booting worker") == "Booting worker"


def test_a_table_is_as_wide_as_its_widest_cell():
    assert table(("A", "B"), [("long", "x")]) == "  A     B\n  ----  -\n  long  x"
