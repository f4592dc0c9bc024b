"""Text from elsewhere, made harmless: nothing that a server or a log says may steer the terminal."""

from __future__ import annotations

import re
import unicodedata

# Colours and cursor moves (CSI), titles and links (OSC) and the other string commands, in both their forms.
COMMANDS = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
)
KEPT = "\n\t"
# Formats that reorder or hide text. Joiners stay: names in several scripts need them.
HARMLESS_FORMATS = "\u200c\u200d"
CONTROL_PICTURES = 0x2400


def plain(text: str) -> str:
    """The text without terminal commands; every other control character becomes a visible sign.

    A complete command is dropped, so that a coloured log reads well. What is left of a broken one is shown,
    never passed on. Of a line that was redrawn by carriage returns the last drawing stays.
    """
    text = COMMANDS.sub("", text.replace("\r\n", "\n"))
    if "\r" in text:
        text = "\n".join(_last_drawing(line) for line in text.split("\n"))
    return "".join(character if _harmless(character) else _picture(character) for character in text)


def one_line(text: str, longest: int = 200) -> str:
    """The text as one line of at most that many characters."""
    line = " ".join(plain(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _last_drawing(line: str) -> str:
    return next((drawing for drawing in reversed(line.split("\r")) if drawing), "")


def _harmless(character: str) -> bool:
    if character in KEPT or character in HARMLESS_FORMATS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    return "␡" if code == 0x7F else f"\\u{code:04x}"
