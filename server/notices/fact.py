"""`Fact`: one event that one person is told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.notices.kinds import NoticeKind


@dataclass(frozen=True, slots=True)
class Fact:
    """What is told: `key` is the same for the same fact, `params` are plain values for the sentence."""

    course_id: int
    user_id: int
    kind: NoticeKind
    slug: str
    key: str
    params: Mapping[str, Any]
