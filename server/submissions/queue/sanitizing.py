"""What comes from outside, made fit for the database: no NUL, no lone surrogates, no NaN, no endless text.

Types and bounds are the contract's (grader/contract); here stands what is mended instead of refused.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import structlog

from grader.contract import GradeReport
from server.submissions.point_format import shown

TEXT_LENGTH = 64 << 10
log = structlog.get_logger()


def clean(text: str, most: int = TEXT_LENGTH) -> str:
    """Text that PostgreSQL takes and a page can show, cut to a length."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")[:most]


def cleaned(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON in which every text is clean and every number is one: NaN and infinity become null."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(str(key), 200): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value


def bounded(report: GradeReport, most: float) -> GradeReport:
    """The report with points in hundredths, and no more of them in any share than the assignment gives."""
    shares = [share for share in (report.public, report.private) if share]
    if over := [share.points for share in shares if share.points > most]:
        log.error("too many points", points=over, most=most)
    public, private = (
        replace(share, points=min(float(shown(min(share.points, most), most)), most)) if share else None
        for share in (report.public, report.private)
    )
    return replace(report, public=public, private=private)
