"""Sanitizing of text from elsewhere: no text of a server or a log can steer the terminal."""

from __future__ import annotations

import re
import unicodedata

# Colours and cursor moves (CSI), titles and links (OSC) and other strings, in their 7-bit and 8-bit forms.
ESCAPE_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
)
KEPT_CONTROLS = "\n\t"
# Format characters reorder or hide text, except the joiners, which names in some scripts need.
JOINERS = "\u200c\u200d"
CONTROL_PICTURES = 0x2400


def plain(text: str) -> str:
    """The text without escape sequences; every other control character becomes a visible character.

    A complete sequence is dropped, so that a coloured log is readable; a broken one is shown. Of a line
    that was redrawn by carriage returns only the last drawing stays.
    """
    text = ESCAPE_SEQUENCES.sub("", text.replace("\r\n", "\n"))
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
    if character in KEPT_CONTROLS or character in JOINERS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    return "␡" if code == 0x7F else f"\\u{code:04x}"
