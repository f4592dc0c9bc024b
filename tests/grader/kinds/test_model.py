"""Models trained at home in the real sandbox: scored, or refused with the tensor that does not fit."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import save

from grader.contract import UNCHARGED, Verdict
from grader.files import weights
from grader.kinds.model import inside, kind, layout
from grader.run import RunEndedError
from tests.grader.conftest import Grade, Heard

# The three clouds of tests/grader/blobs.py by their nearest centre: x.c - |c|^2 / 2 is largest for it.
CENTRES = torch.tensor([[0.0, 4.0], [4.0, 0.0], [-4.0, -4.0]])
SOUND = {"weight": CENTRES, "bias": -CENTRES.square().sum(1) / 2}
SOURCE = "import torch\ndef build_model():\n    return torch.nn.Linear(2, 3)\n"

NAN = """
import torch
class M(torch.nn.Linear):
    def forward(self, x): return super().forward(x) * float("nan")
def build_model(): return M(2, 3)
"""


def files(source: str = SOURCE, **tensors: torch.Tensor) -> dict[str, bytes]:
    return {"model.py": source.encode(), "model.safetensors": save(tensors or SOUND)}


def test_trained_model_is_scored_and_measured(grade_files: Grade, heard: Heard):
    report = grade_files(files(SOURCE + "print('built')"), kind="model")
    assert report.verdict is Verdict.SCORED
    assert report.private is not None
    assert report.private.points == 10
    assert report.notices[0].en.startswith("The model has 9 parameters in 2 tensors (0.0 MiB)")
    assert "log_loss" in report.private.metrics
    assert heard.log == "built\n"


def test_model_is_tried_under_noise_too(grade_files: Grade):
    more = "perturbation = { noise = 0.05 }\n"
    report = grade_files(files(), kind="model", data=more)
    found = report.staff.robustness
    assert found is not None
    assert found.clean > 0.9
    assert abs(found.clean - found.perturbed) < 0.05


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"weight": CENTRES}, "'bias' is missing from the file"),
        (SOUND | {"bias": torch.zeros(4)}, "'bias' has the shape [4] in the file and [3] in the network"),
        (SOUND | {"bias": torch.zeros(3).double()}, "'bias' has the type F64 in the file and F32"),
        (SOUND | {"more": torch.zeros(1)}, "'more' is in the file but not in the network"),
    ],
)
def test_weights_that_do_not_fit_cost_no_try(grade_files: Grade, tensors: dict[str, torch.Tensor], said: str):
    report = grade_files(files(**tensors), kind="model")
    assert report.verdict in UNCHARGED
    assert said in report.message
    assert "súlyok" in report.message_hu


LAZY = "import torch\ndef build_model():\n    return torch.nn.LazyLinear(3)\n"
WRAPPED = "import torch\ndef build_model():\n    return torch.nn.Sequential(torch.nn.Linear(2, 3))\n"
TIED = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Linear(2, 3)
        self.b = torch.nn.Linear(2, 3)
        self.b.weight = self.a.weight
        self.b.bias = self.a.bias
    def forward(self, x):
        return self.a(x) + self.b(x)
def build_model():
    return Net()
"""


def prefixed(prefix: str) -> dict[str, torch.Tensor]:
    return {prefix + name: tensor for name, tensor in SOUND.items()}


@pytest.mark.parametrize(
    ("source", "tensors", "said", "remedy"),
    [
        (SOURCE, prefixed("module."), "'module.' in the names", 'removeprefix("module.")'),
        (SOURCE, prefixed("_orig_mod."), "'_orig_mod.' in the names", 'replace("_orig_mod.", "")'),
        (SOURCE, prefixed("module._orig_mod."), "'module._orig_mod.' in the", '"module._orig_mod."'),
        (SOURCE, prefixed("net.head."), "'net.head.' in the names", 'removeprefix("net.head.")'),
        (WRAPPED, prefixed("0._orig_mod."), "'_orig_mod.' in the names", 'replace("_orig_mod.", "")'),
        (WRAPPED, SOUND, "`build_model()` returns is wrapped", ""),
        (TIED, prefixed("module.a."), "'module.' in the names", 'removeprefix("module.")'),
        (LAZY, SOUND, "Give its sizes in `build_model()`", ""),
    ],
)
def test_what_wrappers_and_lazy_modules_do_is_named_with_its_remedy(
    grade_files: Grade, *, source: str, tensors: dict[str, torch.Tensor], said: str, remedy: str
):
    report = grade_files(files(source, **tensors), kind="model")
    assert report.verdict is Verdict.REJECTED, report
    assert said in report.message
    assert remedy in report.detail


@pytest.mark.parametrize("kept", ["a.", "b."])
def test_of_tied_weights_a_file_may_hold_one(grade_files: Grade, kept: str):
    """As safetensors.torch.save_model writes them."""
    report = grade_files(files(TIED, **prefixed(kept)), kind="model")
    assert report.verdict is Verdict.SCORED, report
    assert report.private is not None
    assert report.private.points == 10


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_loads_into_a_network_of_single_precision(grade_files: Grade, dtype: torch.dtype):
    report = grade_files(files(**{name: tensor.to(dtype) for name, tensor in SOUND.items()}), kind="model")
    assert report.verdict is Verdict.SCORED, report


def test_double_precision_is_refused_with_its_remedy(grade_files: Grade):
    report = grade_files(files(**{name: tensor.double() for name, tensor in SOUND.items()}), kind="model")
    assert "has the type F64 in the file" in report.message
    assert "model.float()" in report.detail


def test_a_network_with_buffers_is_scored(grade_files: Grade):
    source = """
import torch
def build_model():
    return torch.nn.Sequential(torch.nn.BatchNorm1d(2), torch.nn.Linear(2, 3))
"""
    network = torch.nn.Sequential(torch.nn.BatchNorm1d(2), torch.nn.Linear(2, 3))
    network[1].load_state_dict(SOUND)
    report = grade_files(files(source, **network.state_dict()), kind="model")
    assert report.verdict is Verdict.SCORED, report


@pytest.mark.parametrize("returned", ["(y, y)", "[y]", "{'logits': y}", "None"])
def test_a_network_that_returns_no_tensor_is_told(grade_files: Grade, returned: str):
    source = f"""
import torch
class M(torch.nn.Linear):
    def forward(self, x):
        y = super().forward(x)
        return {returned}
def build_model():
    return M(2, 3)
"""
    report = grade_files(files(source), kind="model")
    assert report.verdict is Verdict.BAD_OUTPUT, report
    assert "must return one tensor" in report.message


def test_both_halves_call_a_tensor_without_size_the_same():
    assert inside.LAZY == layout.LAZY


def test_files_under_other_names_are_taken_where_they_can_only_be_meant(grade_files: Grade):
    handed_in = {"net.py": SOURCE.encode(), "weights.safetensors": save(SOUND)}
    report = grade_files(handed_in, kind="model")
    assert report.verdict is Verdict.SCORED, report
    assert [notice.en for notice in report.notices[:2]] == [
        "'net.py' was taken for model.py.",
        "'weights.safetensors' was taken for model.safetensors.",
    ]


def test_network_that_does_not_fit_gets_no_data(grade_files: Grade, heard: Heard):
    """A free try must be worth nothing: whoever lies about the layout was never sent an input."""
    source = SOURCE + (
        "import os, select, sys\n"
        "waiting = [fd for fd in range(3, 64) if os.path.exists(f'/proc/self/fd/{fd}')\n"
        "           and select.select([fd], [], [], 0)[0]]\n"
        "print('waiting', waiting)\n"
    )
    report = grade_files(files(source, weight=CENTRES), kind="model")
    assert report.verdict is Verdict.REJECTED
    assert heard.log == "waiting []\n"


def test_weights_that_refuse_to_load_are_a_try(grade_files: Grade):
    """The layout was right and the data was on its way: from there on nothing is free."""
    source = """
import torch
class Model(torch.nn.Linear):
    def load_state_dict(self, *args, **keywords):
        raise RuntimeError("I keep mine")
def build_model():
    return Model(2, 3)
"""
    report = grade_files(files(source), kind="model")
    assert report.verdict is Verdict.FAILED
    assert "I keep mine" in report.detail


@pytest.mark.parametrize(
    ("source", "verdict", "said"),
    [
        ("def build_model(:", Verdict.REJECTED, "model.py is not valid Python"),
        ("x = 1", Verdict.FAILED, "no function `build_model()`"),
        ("def build_model(size): pass", Verdict.FAILED, "without arguments"),
        ("def build_model(): return 3", Verdict.FAILED, "must return a torch.nn.Module"),
        (NAN, Verdict.BAD_OUTPUT, "NaN"),
    ],
)
def test_broken_networks_are_explained(grade_files: Grade, source: str, verdict: Verdict, said: str):
    report = grade_files(files(source), kind="model")
    assert report.verdict is verdict, report
    assert said in report.message


def test_building_may_not_take_long(grade_files: Grade, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kind, "BUILD_S", 1.0)
    report = grade_files(files("import time\ntime.sleep(60)"), kind="model")
    assert report.verdict is Verdict.TIMED_OUT
    assert "`build_model` took longer than 1 s" in report.message


def test_only_the_rehearsal_may_print(grade_files: Grade, heard: Heard):
    source = (
        "import torch\nclass M(torch.nn.Linear):\n"
        "    def forward(self, x):\n        print('rows', len(x))\n        return super().forward(x)\n"
        "def build_model(): return M(2, 3)\n"
    )
    report = grade_files(files(source), kind="model")
    assert report.verdict is Verdict.SCORED
    assert heard.log == "rows 30\n"


@pytest.mark.parametrize(
    ("handed_in", "said"),
    [
        ({"model.py": b"x = 1"}, "there is no model.safetensors"),
        ({"model.safetensors": save(SOUND)}, "there is no model.py"),
        (
            {"model.py": b"x = 1", "model.pt": b"PK\x03\x04"},
            "'model.pt' is a model of a kind that can run any",
        ),
        (files() | {"model/__init__.py": b"x"}, "would stand in for model.py"),
        (files(weight=torch.zeros(2**20 + 1)), "4.0 MiB; at most 1 are allowed"),
        (files(weight=torch.zeros(101, dtype=torch.int8)), "101 parameters; at most 100 are allowed"),
    ],
)
def test_files_are_refused_before_anything_runs(grade_files: Grade, handed_in: dict[str, bytes], said: str):
    report = grade_files(handed_in, kind="model", more="[model]\nmax_parameters = 100\nmax_mib = 1\n")
    assert report.verdict is Verdict.REJECTED
    assert said in report.message
    assert "start" not in report.timings


@pytest.mark.parametrize(
    "claim",
    [
        b"",
        b"{}x",
        b"[[1]]",
        b'["abc"]',
        b"[" * 10_000,
        b'[["a", "F32\\u001b", [], ""]]',
        b'[["a", "F32", [1e999], ""]]',
        b'[["a", "F32", 3, ""]]',
        b'[["a", "F32", [3]]]',
    ],
)
def test_forged_layout_is_bad_output(claim: bytes):
    with pytest.raises(RunEndedError) as ended:
        layout.read(claim)
    assert ended.value.verdict is Verdict.BAD_OUTPUT


def test_layout_is_read():
    claim = json.dumps([["a.weight", "F32", [2, 3], ""], ["b.weight", "F32", [2, 3], "a.weight"]]).encode()
    assert layout.read(claim) == layout.Layout(
        {"a.weight": ("F32", (2, 3)), "b.weight": ("F32", (2, 3))}, {"b.weight": "a.weight"}
    )


def test_of_tied_tensors_one_is_enough_however_many_there_are():
    """Ten thousand of them are looked up, each once."""
    names = [f"layer.{number}.weight" for number in range(10_000)]
    shape = ("F32", (2,))
    tied = layout.Layout(dict.fromkeys(names, shape), dict.fromkeys(names[1:], names[0]))
    header = weights.Header({names[-1]: weights.Tensor("F32", (2,), 0, 8)}, 0)
    layout.refuse_mismatch(tied, header)
    wrapped = weights.Header({f"module.{names[-1]}": weights.Tensor("F32", (2,), 0, 8)}, 0)
    with pytest.raises(RunEndedError) as ended:
        layout.refuse_mismatch(tied, wrapped)
    assert ended.value.code == "weights_prefix"
    loose = layout.Layout(dict.fromkeys(names, shape), dict.fromkeys(names[2:], names[1]))
    with pytest.raises(RunEndedError) as ended:
        layout.refuse_mismatch(loose, header)
    assert ended.value.code == "weights_mismatch"
