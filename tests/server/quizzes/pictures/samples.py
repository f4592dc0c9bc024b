"""Pictures that tests make."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def made(
    width: int = 40, height: int = 30, colour: str = "red", *, kind: str = "PNG", **options: bool
) -> bytes:
    """The bytes of a picture of one colour."""
    found = BytesIO()
    Image.new("RGB", (width, height), colour).save(found, kind, **options)
    return found.getvalue()


def moodle_file(name: str, content: bytes) -> str:
    """A file as it lies in Moodle XML."""
    return f'<file name="{name}" path="/" encoding="base64">{b64encode(content).decode()}</file>'


def moodle_bank() -> bytes:
    """A choice with a picture in its text and pictures for options, one of which says nothing of itself."""

    def pictured(name: str, said: str, content: bytes) -> str:
        shown = f'<img src="@@PLUGINFILE@@/{name}" alt="{said}">'
        return f"<text><![CDATA[{shown}]]></text>{moodle_file(name, content)}"

    text = 'Which is like <img src="@@PLUGINFILE@@/my%20net.png" alt="a red net">?'
    question = f"<text><![CDATA[<p>{text}</p>]]></text>{moodle_file('my net.png', made())}"
    right = pictured("a.png", "", made(50, 20, "green"))
    wrong = pictured("b.webp", "a blue net", made(50, 20, "blue", kind="WEBP"))
    why = pictured("why.gif", "why so", made(9, 9, kind="GIF"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<quiz><question type="multichoice"><name><text>Nets</text></name><single>true</single>'
        f'<questiontext format="html">{question}</questiontext>'
        f'<generalfeedback format="html">{why}</generalfeedback>'
        f'<answer fraction="100" format="html">{right}</answer>'
        f'<answer fraction="0" format="html">{wrong}</answer></question></quiz>'
    ).encode()
