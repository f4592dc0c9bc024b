"""Pictures of pages for people to look at: PICTURES names a folder, and without it none is taken."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WIDTHS = {"desktop": 1280, "phone": 390}
HEIGHT = 900


def take_pictures(page: Page, name: str) -> None:
    """A page as it is now, on a desktop and on a phone, light and dark."""
    folder = os.environ.get("PICTURES")
    if not folder:
        return
    before = page.viewport_size
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            path = Path(folder) / f"{name}-{device}-{scheme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
    page.emulate_media(color_scheme="null")
    if before:
        page.set_viewport_size(before)
