"""Kind `code`: train a model with the student's code, then predict with it."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from grader.inside import dead_units, diagnostics, submission
from grader.inside.error_report import UnusableError, exit_at_once, fail
from grader.inside.limits import seed
from grader.inside.pipes import Pipes, flush

REHEARSED = 64
MOST_LOGGED = 10_000  # half of what ends a run
SCORES, LABELS, VALUES = b"S", b"L", b"V"
LARGEST_VALUE = 1e100  # grader/wire.py has the same

Predict = Callable[..., Any]


def serve(pipes: Pipes, job: Mapping[str, Any]) -> None:
    """Answer C or X (does it compile), T (trained), then the predictions for the held-out inputs."""
    data = [pipes.read_tensor() for _ in range(4)]
    submission.check_syntax(pipes)
    try:
        model, predict = _train(pipes, job, data)
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        fail(pipes, error)
    flush()
    pipes.answer(b"T")
    seed(job["seed"])
    inputs = pipes.read_tensor()
    with exit_at_once():
        answer = packed(predictions(predict, model, inputs, job), job["task"])
    pipes.answer(answer)


def _train(pipes: Pipes, job: Mapping[str, Any], data: list[torch.Tensor]) -> tuple[Any, Predict]:
    """Train, and rehearse the prediction on examples whose failures may be shown in full."""
    train_inputs, train_labels, valid_inputs, valid_labels = data
    seed(job["seed"])
    module = submission.load()
    train, predict = submission.function(module, "train"), submission.function(module, "predict")
    extras = {"valid_inputs": valid_inputs, "valid_labels": valid_labels, "log": _log_to(pipes)}
    keywords = submission.accepted(train, extras | {"seed": job["seed"], "device": job["device"]})
    required = keywords | {"seed": job["seed"]}
    submission.check_call(train, "train_signature", train_inputs, train_labels, **required)
    told = submission.accepted(predict, {"device": job["device"]})
    submission.check_call(predict, "predict_signature", None, valid_inputs, **told)
    examples = dead_units.examples_of(valid_inputs if len(valid_inputs) else train_inputs)
    rehearsal = examples[:REHEARSED].clone()
    with diagnostics.Watch() as watch:
        model = train(train_inputs, train_labels, **keywords)
    start = time.monotonic()
    check_usable(predictions(predict, model, rehearsal, job), len(rehearsal), job["classes"], job["task"])
    few = dead_units.examples_in_time(examples, rehearsed=len(rehearsal), took_s=time.monotonic() - start)
    most_bytes = job["memory_mib"] * 2**20 // 16
    trained = dead_units.dead_units(
        model, lambda network, inputs: predictions(predict, network, inputs, job), few, most_bytes=most_bytes
    )
    pipes.note(layers=diagnostics.merged(watch.rows(), trained))
    return model, predict


def _log_to(pipes: Pipes) -> Callable[..., None]:
    left = iter(range(MOST_LOGGED))

    def log(**values: float) -> None:
        """Draw one point of the live curve: log(epoch=3, loss=0.12, accuracy=0.9)."""
        if next(left, None) is not None:
            pipes.note(point={name: float(value) for name, value in values.items()})

    return log


def predictions(predict: Predict, model: object, inputs: torch.Tensor, job: Mapping[str, Any]) -> np.ndarray:
    """What predict returned, as an array of numbers of one or two dimensions."""
    with torch.no_grad():
        answer = predict(model, inputs, **submission.accepted(predict, {"device": job["device"]}))
    if isinstance(answer, torch.Tensor):
        answer = answer.detach().to("cpu")
        answer = answer.double() if answer.is_floating_point() else answer.long()
    array = np.asarray(answer)
    if array.dtype.kind not in "biuf":
        raise UnusableError("not_numbers", f"predict returned {type(answer).__name__}")
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def check_usable(array: np.ndarray, rows: int, classes: int, task: str = "classes") -> None:
    """Say of the rehearsal what is wrong with it, in full."""
    shapes: dict[str, set[tuple[int, ...]]] = {
        "classes": {(rows,), (rows, classes)},
        "labels": {(rows, classes)},
        "values": {(rows,)},
    }
    if array.shape not in shapes[task]:
        code = "wrong_shape" if task == "classes" else f"wrong_shape_{task}"
        raise UnusableError(code, f"shape {tuple(array.shape)} for {rows} inputs")
    largest = LARGEST_VALUE if task == "values" else np.finfo(np.float64).max
    if array.dtype.kind == "f" and not (usable := np.abs(array) <= largest).all():
        raise UnusableError("not_finite", f"{np.count_nonzero(~usable)} values")
    seen = f"from {array.min()} to {array.max()}" if array.size else ""
    if task == "labels" and array.dtype.kind in "biu" and ((array < 0) | (array > 1)).any():
        raise UnusableError("not_zero_or_one", f"whole numbers {seen}")
    if task == "classes" and array.ndim == 1 and not _are_classes(array, classes):
        raise UnusableError("bad_label", f"labels {seen}")


def _are_classes(array: np.ndarray, classes: int) -> bool:
    return bool(((array == np.trunc(array)) & (array >= 0) & (array < classes)).all())


def packed(array: np.ndarray, task: str = "classes") -> bytes:
    """Kind, rows and columns, then numbers of eight bytes each."""
    if task == "values" and array.ndim == 1:
        return VALUES + struct.pack("<QI", len(array), 1) + array.astype("<f8").tobytes()
    if array.ndim == 2:
        return SCORES + struct.pack("<QI", *array.shape) + np.ascontiguousarray(array, dtype="<f8").tobytes()
    flat = array.reshape(-1)
    whole = np.where(np.isfinite(flat) & (flat == np.trunc(flat)), flat, -1).astype("<i8")
    return LABELS + struct.pack("<QI", len(flat), 1) + whole.tobytes()
