"""What a notebook has and a file has not: `display`, IPython.display and the modules of Colab.

There is nobody to show anything to, and no drive: what is displayed is printed as text, what clears or mounts
does nothing, and what would ask a person says that nobody is there.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NoReturn


class Shown:
    """Something to display, such as HTML or a picture: its own text is shown in its place."""

    def __init__(self, data: object = "", *_args: object, **_options: object) -> None:
        self.data = data

    def __repr__(self) -> str:
        """What is printed where it is displayed."""
        return f"<{type(self).__name__}>"


def display(*things: object, **_options: object) -> None:
    """Print them, as a notebook without a screen does."""
    for thing in things:
        print(thing if isinstance(thing, str) else repr(thing))  # noqa: T201 - among what the code prints


def do_nothing(*_args: object, **_options: object) -> None:
    """Of what only a screen or a drive would notice."""


def ask_nobody(*_args: object, **_options: object) -> NoReturn:
    """As `input` where nobody is at the keyboard."""
    raise EOFError("EOF when reading a line: nobody is there to choose a file")


SHOWN = (
    "HTML",
    "Image",
    "Markdown",
    "Latex",
    "Math",
    "SVG",
    "Audio",
    "Video",
    "IFrame",
    "Javascript",
    "JSON",
)


VERSION = (9, 0, 0, "")  # of IPython; since 8.24 matplotlib leaves the choice of a backend to it


def plain_progress_bars() -> None:
    """What tqdm draws with widgets, which need a browser, is the bar of a terminal."""
    if "ipywidgets" in sys.modules or find_spec("ipywidgets") or not find_spec("tqdm"):
        return
    tqdm = import_module("tqdm")
    bars = {"tqdm": tqdm.tqdm, "trange": tqdm.trange}
    bars |= {"tqdm_notebook": tqdm.tqdm, "tnrange": tqdm.trange}
    tqdm.notebook = _module("tqdm.notebook", **bars)  # type: ignore[attr-defined]


def stand_in(notebook: ModuleType) -> None:
    """Put the modules where `import` finds them, and `display` among the names of the notebook."""
    notebook.display = display  # type: ignore[attr-defined]
    screen: dict[str, Any] = {name: type(name, (Shown,), {}) for name in SHOWN}
    screen |= {"display": display, "clear_output": do_nothing, "display_html": display}
    shell = _module("IPython.display", **screen)
    core = _module("IPython.core", display=shell)
    _module(
        "IPython",
        display=shell,
        core=core,
        get_ipython=do_nothing,
        clear_output=do_nothing,
        version_info=VERSION,  # matplotlib asks for it
        __version__=".".join(map(str, VERSION[:3])),
    )
    _module("IPython.core.display", **screen)
    drive = _module("google.colab.drive", mount=do_nothing, flush_and_unmount=do_nothing)
    files = _module("google.colab.files", upload=ask_nobody, download=do_nothing, view=do_nothing)
    output = _module("google.colab.output", clear=do_nothing, eval_js=do_nothing)
    patches = _module("google.colab.patches", cv2_imshow=do_nothing)
    secrets = _module("google.colab.userdata", get=do_nothing)
    auth = _module("google.colab.auth", authenticate_user=do_nothing)
    parts = {"drive": drive, "files": files, "output": output, "patches": patches}
    colab = _module("google.colab", **parts, userdata=secrets, auth=auth)
    if "google" not in sys.modules:
        _module("google", colab=colab)


def _module(name: str, **names: object) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)
    module.__path__ = []
    module.__dict__.update(names)
    return module
