"""What student code finds around it: its own files, the usual packages, and words about what is not there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from grader.contract import GradeReport, Verdict, costs_a_try
from tests.grader import blobs
from tests.grader.conftest import Grade, Heard
from tests.sampling import few


def notebook(*cells: str) -> bytes:
    """A notebook with these code cells."""
    found = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
        for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found}).encode()


def is_free(report: GradeReport) -> bool:
    return not costs_a_try(report.verdict, held_out_given=report.held_out_given)


HONEST = blobs.HONEST.replace(", log)", ")").replace("    log(epoch=1, loss=0.5)\n", "")


# --- files ------------------------------------------------------------------------------------------------


READINGS = [
    "json.load(open('config.json'))",
    "json.load(open('./config.json'))",
    "json.loads((Path(__file__).parent / 'config.json').read_text())",
    "json.loads(Path('data', 'more.json').read_text())",
]


@pytest.mark.parametrize("reading", few(READINGS, 2))
def test_own_files_are_found_as_at_home(grade_files: Grade, reading: str):
    source = f"import json\nfrom pathlib import Path\nCONFIG = {reading}\nassert CONFIG == [1]\n" + HONEST
    files = {"submission.py": source.encode(), "config.json": b"[1]", "data/more.json": b"[1]"}
    assert grade_files(files).verdict is Verdict.SCORED


def test_a_folder_of_ones_own_may_be_put_on_the_path(grade_files: Grade):
    source = "import sys\nsys.path.append('./python')\nimport needle\n" + HONEST
    files = {"submission.py": source.encode(), "python/needle/__init__.py": b"from .eye import x\n"}
    assert grade_files(files | {"python/needle/eye.py": b"x = 1\n"}).verdict is Verdict.SCORED


def test_beside_ones_files_can_be_written(grade_code: Grade, heard: Heard):
    body = """
    open("note.txt", "w").write("hi")
    open("submission.py", "a").write("# more")
    os.mkdir("figures")
    print(sorted(os.listdir(".")))
    """
    assert grade_code(train=body).verdict is Verdict.SCORED
    assert heard.log == "['figures', 'note.txt', 'submission.py']\n"


def test_a_large_file_is_there_without_a_copy(grade_files: Grade):
    source = "DATA = open('big.bin', 'rb').read()\nassert len(DATA) == 5 << 20\n" + HONEST
    files = {"submission.py": source.encode(), "big.bin": bytes(5 << 20)}
    report = grade_files(files, memory_mib=600)
    assert report.verdict is Verdict.SCORED


# --- packages ---------------------------------------------------------------------------------------------


def test_drawing_tables_and_progress_bars_work(grade_code: Grade, heard: Heard):
    top = """
    import matplotlib.pyplot as plt, pandas as pd, seaborn as sns
    from tqdm.auto import tqdm
    from tqdm.notebook import trange
    """
    body = """
    plt.plot([1, 2]); plt.title("tanulás"); plt.show(); plt.savefig("curve.png")
    sns.heatmap([[1, 2], [3, 4]])
    for _ in tqdm(range(3)): pass
    for _ in trange(3): pass
    pd.DataFrame({"loss": [1.0]}).to_csv("losses.csv")
    print(sorted(os.listdir(".")))
    """
    assert grade_code(top=top, train=body).verdict is Verdict.SCORED
    assert "['curve.png', 'losses.csv', 'submission.py']" in heard.log
    assert "Warning" not in heard.log


MISSING = """
import numpy, cv2
from tensorflow.keras import layers
import importlib
try:
    import transformers
except ImportError:
    transformers = None
if __name__ == "__main__":
    import wandb

def later():
    import jax.numpy as jnp
    importlib.import_module("timm")
"""


def test_all_that_is_missing_is_told_before_anything_runs(grade_files: Grade):
    report = grade_files(
        {"submission.py": b"print('ran')\n" + MISSING.encode(), "other.py": b"import nothing"}
    )
    assert report.verdict is Verdict.REJECTED
    for place in ("cv2 (submission.py, line 3)", "tensorflow.keras (submission.py, line 4)"):
        assert place in report.message
    assert "jax.numpy (submission.py, line 14)" in report.message
    assert "timm (submission.py, line 15)" in report.message
    assert "take Pillow" in report.message
    assert "Telepítve van: numpy" in report.message_hu
    assert not any(name in report.message for name in ("transformers", "wandb", "nothing"))


def test_imports_of_files_that_are_reached_are_read_too(grade_files: Grade):
    files = {
        "submission.py": b"from parts import model\n" + HONEST.encode(),
        "parts/__init__.py": b"# parts\n",
        "parts/model.py": b"from . import layers\n",
        "parts/layers.py": b"import fastai.vision\n",
    }
    report = grade_files(files)
    assert report.verdict is Verdict.REJECTED
    assert "fastai.vision (parts/layers.py, line 1)" in report.message


def test_missing_imports_of_a_notebook_are_named_by_cell(grade_files: Grade):
    report = grade_files({"homework.ipynb": notebook("x = 1", f"import numpy\nimport gym\n{HONEST}")})
    assert report.verdict is Verdict.REJECTED
    assert "gym (code cell 2, line 2)" in report.message
    assert "gym (2. kódcella, 2. sor)" in report.message_hu


def test_a_file_that_an_installed_module_hides_is_noticed(grade_files: Grade):
    files = {"submission.py": b"import random\n" + HONEST.encode(), "random.py": b"def pick(): return 4\n"}
    report = grade_files(files)
    assert report.verdict is Verdict.REJECTED
    assert "random (submission.py, line 1)" in report.message
    assert "Give your file another name" in report.message


# --- what is not there ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import urllib.request; urllib.request.urlopen('http://example.com')", "there is none"),
        ("import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)", "there is none"),
        ("input('How many epochs? ')", "nobody is at the keyboard"),
        ("open('data/train.csv')", "file that is not there"),
        ("open('/content/drive/MyDrive/x.npy')", "file that is not there"),
    ],
)
def test_what_is_not_there_is_said_in_words_and_costs_no_try(grade_code: Grade, body: str, said: str):
    report = grade_code(train=body)
    assert report.verdict is Verdict.FAILED
    assert said in report.message
    assert 'File "submission.py", line' in report.detail
    assert is_free(report)


def test_what_is_raised_while_a_file_is_loaded_says_so(grade_files: Grade):
    report = grade_files({"submission.py": b"from sklearn.datasets import load_digits\nload_digits()\n"})
    assert report.verdict is Verdict.FAILED
    assert "while it was loaded" in report.message
    assert "site-packages" in report.detail
    assert not any(place in report.detail for place in ("/work", "/home", ".venv"))
    assert is_free(report)


def test_a_file_that_exits_while_it_is_loaded_is_told_for_every_kind(grade_files: Grade):
    report = grade_files({"submission.py": b"import sys\nsys.exit(0)\n"})
    assert report.verdict is Verdict.FAILED
    assert "ended the program while it was loaded" in report.message
    assert "predict" not in report.message


def test_no_warning_names_a_place_of_this_machine(grade_code: Grade, heard: Heard):
    assert grade_code(
        train="import warnings; warnings.warn('old'); numpy = __import__('numpy'); numpy.log(0)"
    )
    assert "submission.py:" in heard.log
    assert "/tmp" not in heard.log
    assert ".venv" not in heard.log


# --- notebooks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ("x = 1", "from __future__ import annotations\n" + HONEST),
        ("    import torch\n    y = 2", HONEST),
        ("import asyncio\nawait asyncio.sleep(0)", HONEST),
        ("from google.colab import drive, files\ndrive.mount('/content/drive')", HONEST),
        (
            "from IPython.display import display, clear_output, HTML\ndisplay(HTML('x'))\nclear_output()",
            HONEST,
        ),
        ("display('hi')", HONEST),
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", HONEST),
        (
            "import tqdm.notebook\nfrom tqdm.notebook import trange\nlist(tqdm.notebook.tqdm(trange(2)))",
            HONEST,
        ),
        ("from google.colab import userdata, auth\nuserdata.get('KEY')", HONEST),
        (HONEST, "if __name__ == '__main__':\n    raise SystemExit"),
    ],
    ids=[
        "future",
        "indented",
        "await",
        "colab",
        "ipython",
        "display",
        "drawing",
        "progress",
        "secrets",
        "main",
    ],
)
def test_a_cell_runs_as_in_a_notebook(grade_files: Grade, cells: Sequence[str]):
    assert grade_files({"homework.ipynb": notebook(*cells)}).verdict is Verdict.SCORED


def test_what_stands_still_of_a_notebook_is_told(grade_files: Grade):
    cell = "from google.colab import drive\ndrive.mount('/content/drive')\ndisplay(1)"
    report = grade_files({"homework.ipynb": notebook(cell, HONEST)})
    assert any(notice.en.startswith("Colab's own modules") for notice in report.notices)
    assert any("printed as text" in notice.en for notice in report.notices)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (("x = 1", "\ny = 1 / 0"), 'File "code cell 2", line 2'),
        (("x = 1", "x = 2", "def f(:\n  pass"), 'File "code cell 3", line 1\n    def f(:'),
        (("x = 1\ny = 2", "z = 3\ndef f():\nreturn 3"), 'File "code cell 2", line 3\n    return 3'),
        (("x = 1", "x = 2\nreturn 3"), 'File "code cell 2", line 2\n    return 3'),
        ((HONEST.replace("centres = ", "centres = missing or "),), 'File "code cell 1", line'),
    ],
)
def test_places_in_a_notebook_are_cells_and_lines(grade_files: Grade, cells: Sequence[str], place: str):
    assert place in grade_files({"homework.ipynb": notebook(*cells)}).detail


# --- arguments --------------------------------------------------------------------------------------------

CENTRES = "return torch.stack([x[y == label].mean(0) for label in range(3)])"
WRAPPED = """
import functools
def quiet(function):
    def inner(*args, **kwargs): return function(*args, **kwargs)
    return inner
def polite(function):
    @functools.wraps(function)
    def inner(*args, **kwargs): return function(*args, **kwargs)
    return inner
"""


SOURCES = {
    "other names": """
def train(x, y): {centres}
def predict(net, z): return -torch.cdist(z, net)
""",
    "other order": """
def train(train_labels, train_inputs): x, y = train_inputs, train_labels; {centres}
def predict(inputs, model): return -torch.cdist(inputs, model)
""",
    "defaults": """
def train(x, y, seed=0, log=None, epochs=3): {centres}
def predict(inputs, net): return -torch.cdist(inputs, net)
""",
    "decorated": """
@quiet
def train(x, y, *, seed): {centres}
@polite
def predict(inputs, model): return -torch.cdist(inputs, model)
""",
    "any": """
def train(*args, **kwargs): x, y = args; assert "seed" in kwargs; {centres}
def predict(*args): return -torch.cdist(args[1], args[0])
""",
}


@pytest.mark.parametrize("name", few(sorted(SOURCES), 3))
def test_arguments_are_given_by_what_they_name(grade_files: Grade, name: str):
    code = "import torch\n" + WRAPPED + SOURCES[name].replace("{centres}", CENTRES)
    report = grade_files({"submission.py": code.encode()})
    assert (report.verdict, report.detail) == (Verdict.SCORED, "")


# --- the rehearsal ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "predict",
    [
        "assert len(inputs) != 1; return torch.zeros(len(inputs))",
        "assert len(inputs) != 101; return torch.zeros(len(inputs))",
        "return torch.zeros(len(inputs) // 10 * 10)",
        "return torch.cat([model_(part) for part in inputs.split(10)])",
    ],
    ids=["one", "odd", "whole batches", "last of one"],
)
def test_numbers_that_fit_no_batch_fail_in_the_rehearsal(grade_code: Grade, predict: str):
    top = "def model_(part):\n    assert len(part) > 1, 'a batch of one'\n    return torch.zeros(len(part))"
    report = grade_code(predict=predict, top=top)
    assert report.verdict in {Verdict.FAILED, Verdict.BAD_OUTPUT}
    assert report.detail
    assert is_free(report)


def test_what_fails_on_the_held_out_inputs_alone_costs_a_try(grade_code: Grade):
    report = grade_code(predict="assert len(inputs) != 150; return torch.zeros(len(inputs))")
    assert report.verdict is Verdict.FAILED
    assert not is_free(report)


@pytest.mark.parametrize(
    ("setting", "body"),
    [
        ({"wall": "3s"}, "time.sleep(60)"),
        ({"memory_mib": 600}, "keep = [torch.ones(2**24) for _ in range(100)]"),
    ],
)
def test_what_uses_a_limit_up_costs_a_try(grade_code: Grade, setting: Mapping[str, object], body: str):
    assert not is_free(grade_code(train=body, **setting))


# --- the curve --------------------------------------------------------------------------------------------

LOGGED = "def train(train_inputs, train_labels, *, seed, log):\n    {body}\n"


@pytest.mark.parametrize(
    ("body", "points", "said"),
    [
        (
            "log(f1=0.5, Loss=1, acc_top5=torch.tensor([0.25]))",
            [{"f1": 0.5, "Loss": 1.0, "acc_top5": 0.25}],
            "",
        ),
        ("log({'val/loss': 0.5}); log(veszteség='0.25')", [{"val/loss": 0.5}, {"veszteség": 0.25}], ""),
        ("log(loss=float('nan'), step=1)", [{"step": 1.0}], "log: loss was left out where it is nan"),
        ("log(accuracy=None, epoch='1/4')", [], "accuracy was left out where it is NoneType"),
        ("log(loss=torch.ones(3)); log(0.5); log()", [], "loss was left out where it is Tensor"),
        ("log(loss=torch.ones((), requires_grad=True) * 2)", [{"loss": 2.0}], ""),
    ],
)
def test_any_number_is_drawn_and_all_else_is_said(
    grade_files: Grade, heard: Heard, body: str, points: Sequence[Mapping[str, float]], said: str
):
    source = "import torch\n" + LOGGED.format(body=body) + "def predict(m, x): return torch.zeros(len(x))\n"
    assert grade_files({"submission.py": source.encode()}).verdict is Verdict.SCORED
    assert list(heard.points) == list(points)
    assert said in heard.log
    assert "Warning" not in heard.log


def test_the_last_of_many_quick_points_is_drawn(grade_files: Grade, heard: Heard):
    body = "[log(step=step) for step in range(5000)]"
    source = "import torch\n" + LOGGED.format(body=body) + "def predict(m, x): return torch.zeros(len(x))\n"
    assert grade_files({"submission.py": source.encode()}).verdict is Verdict.SCORED
    assert heard.points[-1] == {"step": 4999.0}
    assert "faster than they can be drawn" in heard.log
