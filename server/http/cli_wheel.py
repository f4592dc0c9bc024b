"""The students' tool as a wheel, made from the source that this server runs.

It holds the tool, the grader for practice at home, and the Python that reads assignments: no assignment,
no quiz, nothing of the server but the catalogue of Hungarian. The format: packaging.python.org, "Binary
distribution format".
"""

from __future__ import annotations

import base64
import functools
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE = ("cli", "grader")
PYTHON_ALONE = ("assignments", "assignments/files", "assignments/questions", "assignments/toml")
CATALOGUE = "server/translations/hu/LC_MESSAGES/messages.mo"
EXTRAS = ("grader",)
MOMENT = (2020, 1, 1, 0, 0, 0)  # of every file: the same source makes the same wheel
ENTRY_POINTS = "[console_scripts]\nhazi = cli.main:main\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: hazi\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True)
class Wheel:
    """The file as pip takes it."""

    name: str
    content: bytes


@functools.cache
def wheel() -> Wheel:
    """The wheel of this release, made once."""
    known = metadata.metadata("hazi")
    version = str(known["Version"])
    requirements = [text for text in known.get_all("Requires-Dist") or () if _is_for_students(text)]
    files = dict(_files(ROOT)) | {
        f"hazi-{version}.dist-info/METADATA": _metadata(version, requirements).encode(),
        f"hazi-{version}.dist-info/WHEEL": WHEEL.encode(),
        f"hazi-{version}.dist-info/entry_points.txt": ENTRY_POINTS.encode(),
    }
    record = f"hazi-{version}.dist-info/RECORD"
    files[record] = _record(files, record).encode()
    return Wheel(f"hazi-{version}-py3-none-any.whl", _zipped(files))


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder in WHOLE:
        for path in sorted((root / folder).rglob("*.py")):
            yield str(path.relative_to(root)), path.read_bytes()
    for folder in PYTHON_ALONE:
        for path in sorted((root / folder).glob("*.py")):
            yield str(path.relative_to(root)), path.read_bytes()
    yield CATALOGUE, (root / CATALOGUE).read_bytes()


def _is_for_students(requirement: str) -> bool:
    _, _, condition = requirement.partition(";")
    return "extra ==" not in condition or any(f'"{extra}"' in condition for extra in EXTRAS)


def _metadata(version: str, requirements: Sequence[str]) -> str:
    lines = [
        *("Metadata-Version: 2.1", "Name: hazi", f"Version: {version}", "Requires-Python: >=3.11"),
        *(f"Provides-Extra: {extra}" for extra in EXTRAS),
        *(f"Requires-Dist: {text}" for text in requirements),
    ]
    return "\n".join(lines) + "\n"


def _record(files: dict[str, bytes], record: str) -> str:
    lines = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    return "\n".join([*lines, f"{record},,"]) + "\n"


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
