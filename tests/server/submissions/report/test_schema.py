"""The API answers what the contract holds; where it names the fields itself, they are the contract's."""

from __future__ import annotations

from dataclasses import fields

import pytest
from pydantic import BaseModel, TypeAdapter

from grader.contract import DataSheet, GradeReport, Layer, ScoreCard
from server.submissions.report.api_schema import DataSheetOut, LayerOut, ReportOut

FOR_GRADERS = {"attempt_id", "held_out_given", "private", "public", "staff"}
OF_THE_SERVER = {"curve", "previous_best", "change", "final"}


def names(cls: type) -> set[str]:
    return {one.name for one in fields(cls)}


def test_report_has_all_that_is_for_students():
    told = names(GradeReport) | names(ScoreCard)
    assert ReportOut.model_fields.keys() == told - FOR_GRADERS | OF_THE_SERVER


@pytest.mark.parametrize(("answered", "kept"), [(LayerOut, Layer), (DataSheetOut, DataSheet)])
def test_parts_have_the_fields_of_the_contract_and_take_their_values(answered: type[BaseModel], kept: type):
    assert list(answered.model_fields) == [one.name for one in fields(kept)]


def test_layer_is_answered_as_it_is_kept():
    layer = Layer("conv", "Conv2d", 416, 0.1, None, 0.02)
    written = TypeAdapter(Layer).dump_python(layer)
    assert LayerOut.model_validate(written).model_dump() == written
