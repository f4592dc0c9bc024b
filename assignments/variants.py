"""Questions whose numbers differ from student to student: values are drawn, and put where `{{name}}` stands.

`python -m assignments.variants FILE FUNCTION SEED COUNT` draws them in a process of its own, as JSON: the
course's own code then can neither hold up nor break whoever asks.
"""

from __future__ import annotations

import json
import random
import re
import runpy
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from assignments.quiz import GeneratedQuestion, Question
from assignments.quiz_reading import read_question

_WHOLE = re.compile(r"\{\{([a-z_][a-z0-9_]*)\}\}")


def variants(
    generated: GeneratedQuestion, drawn: Sequence[Mapping[str, Any]], *, file: str
) -> tuple[Question, ...]:
    """One question for each set of values. Raises SpecError for the first that is none."""
    return tuple(
        read_question(filled(generated.table, values), file=file, path=f"{generated.id}, variant {number}")
        for number, values in enumerate(drawn)
    )


def filled(template: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever TOML can say
    """The template with its values. A text that is nothing but `{{name}}` becomes the value as it is.

    A name without a value stays as it stands, for `{{` occurs in LaTeX too.
    """
    if isinstance(template, Mapping):
        return {name: filled(one, values) for name, one in template.items()}
    if isinstance(template, list):
        return [filled(one, values) for one in template]
    if not isinstance(template, str):
        return template
    if (whole := _WHOLE.fullmatch(template)) and whole[1] in values:
        return values[whole[1]]
    return _WHOLE.sub(lambda match: str(values.get(match[1], match[0])), template)


def draw(file: str, function: str, seed: int, count: int) -> list[dict[str, Any]]:
    """What the function returns for `count` generators that follow from one seed."""
    generate = runpy.run_path(file)[function]
    return [dict(generate(random.Random(f"{seed}/{number}"))) for number in range(count)]  # noqa: S311


def _main(file: str, function: str, seed: str, count: str) -> None:
    json.dump(draw(file, function, int(seed), int(count)), sys.stdout)


if __name__ == "__main__":
    _main(*sys.argv[1:])
