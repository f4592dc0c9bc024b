"""The packages that student code can count on, and those that an assignment asks for beside them."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.requirements import InvalidRequirement, Requirement

from assignments.toml.fields import Fields

MOST, LONGEST = 20, 100
PACKAGES: Mapping[str, str] = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "sklearn": "scikit-learn",
    "matplotlib": "matplotlib",
    "seaborn": "seaborn",
    "PIL": "pillow",
    "tqdm": "tqdm",
    "einops": "einops",
    "torch": "torch",
    "torchmetrics": "torchmetrics",
    "torchvision": "torchvision",
}
"""By the name under which it is imported, that under which it is installed. torchvision may be missing."""


def read_environment(table: Fields) -> tuple[str, ...]:
    """The packages that an assignment asks for, such as "networkx>=3". Raises SpecError."""
    with table:
        if not table.has("packages"):
            return ()
        wanted = table.texts("packages", longest=LONGEST)
        if len(wanted) > MOST:
            raise table.error("packages", f"at most {MOST} packages can be asked for")
        for text in wanted:
            if problem := _problem(text):
                raise table.error("packages", problem)
        return wanted


def _problem(text: str) -> str:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        return f'{text!r} names no package: write a name and a version, as in "networkx>=3" ({error})'
    if requirement.url or requirement.marker or requirement.extras:
        return f"{text!r}: a name and versions are enough"
    return ""
