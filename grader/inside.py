"""Runs in the box, beside the student's code: reads data, calls train and predict, writes predictions.

Nothing it says decides a score; the grader outside takes bytes of a fixed width from it. Job and data come
in on standard input. Answers go out on the first numbered descriptor: R (ready), then C (compiles) or X
(does not), then T (trained), then the predictions. Notes for the student, one JSON object a line, go out
on the second.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import random
import resource
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy as np
import torch
import torch._dynamo  # the first optimizer of a run would import it, on the student's time
import torch.utils.data

BOX = "/box/"
SUBMISSION = "submission.py"
# The position is the code; grader/wire.py holds the same list.
INTEGERS = (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
DTYPES = (*INTEGERS, torch.float16, torch.float32, torch.float64)
REHEARSED, DETAIL_CHARACTERS = 64, 8000
MOST_LOGGED = 10_000  # half of what ends a run
SCORES, LABELS = b"S", b"L"


class UnusableError(Exception):
    """The student's code ran but gave something that cannot be used. `code` names the sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Pipes:
    """The three descriptors, hidden from programs that the student's code starts."""

    source: int
    answers: int
    notes: int

    def read(self, size: int) -> bytearray:
        """Exactly `size` bytes."""
        data = bytearray(size)
        view = memoryview(data)
        while view:
            count = os.readv(self.source, [view])
            if not count:
                os._exit(0)  # the grader is gone
            view = view[count:]
        return data

    def read_job(self) -> dict[str, Any]:
        """The header that says how to run."""
        (size,) = struct.unpack("<Q", self.read(8))
        job: dict[str, Any] = json.loads(bytes(self.read(size)))
        return job

    def read_tensor(self) -> torch.Tensor:
        """One tensor: code of its type, number of dimensions, dimensions, bytes."""
        code, dimensions = struct.unpack("<BB", self.read(2))
        *shape, size = struct.unpack(f"<{dimensions + 1}Q", self.read(8 * (dimensions + 1)))
        if size == 0:
            return torch.empty(shape, dtype=DTYPES[code])
        return torch.frombuffer(self.read(size), dtype=DTYPES[code]).reshape(shape)

    def answer(self, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.answers, view) :]

    def note(self, **fields: object) -> None:
        """One line for the student."""
        os.write(self.notes, json.dumps(fields).encode() + b"\n")


def main() -> None:
    """Serve one job."""
    pipes = _take_pipes()
    _warm_up()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    pipes.answer(b"R")
    job = pipes.read_job()
    data = [pipes.read_tensor() for _ in range(4)]
    _limit(job, own_memory=sys.argv[3] == "limit-yourself")
    _check_syntax(pipes)
    try:
        model, predict = _train(pipes, job, data)
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        _fail(pipes, error)
    _flush()
    pipes.answer(b"T")
    _seed(job["seed"])
    inputs = pipes.read_tensor()
    pipes.answer(_packed(_predictions(predict, model, inputs, job)))
    _flush()
    os._exit(0)  # exit handlers of the student's have nothing more to say


def _take_pipes() -> Pipes:
    pipes = Pipes(source=os.dup(0), answers=int(sys.argv[1]), notes=int(sys.argv[2]))
    for descriptor in (pipes.answers, pipes.notes):
        os.set_inheritable(descriptor, False)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    return pipes


def _warm_up() -> None:
    """One small step of training, so that the first of the student's is not the slow one."""
    layer = torch.nn.Linear(4, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    loss: Any = torch.nn.functional.cross_entropy(layer(torch.zeros(8, 4)), torch.zeros(8, dtype=torch.long))
    loss.backward()
    optimizer.step()


def _limit(job: Mapping[str, Any], *, own_memory: bool) -> None:
    """Limits of a single process; those of the whole group are held outside."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: job["cpu_s"],
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_FSIZE: (256 if own_memory else 512) * 2**20,
    }
    if own_memory:
        limits[resource.RLIMIT_NPROC] = 512
        if job["device"] == "cpu":  # CUDA reserves far more than it uses
            limits[resource.RLIMIT_DATA] = 2 * job["memory_mib"] * 2**20
    for name, value in limits.items():
        # The signal at the soft limit of CPU time says why; the one at a hard limit is just SIGKILL.
        resource.setrlimit(name, (value, value + 5 * (name == resource.RLIMIT_CPU)))
    torch.set_num_threads(job["threads"])
    os.environ["OMP_NUM_THREADS"] = str(job["threads"])


def _check_syntax(pipes: Pipes) -> None:
    """Answer C or X while nothing of the student's has run, so that this answer can be trusted."""
    try:
        compile(Path(BOX, SUBMISSION).read_bytes(), BOX + SUBMISSION, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        pipes.note(failure="syntax", detail=_own_traceback(error))
        pipes.answer(b"X")
        os._exit(1)
    pipes.answer(b"C")


def _train(pipes: Pipes, job: Mapping[str, Any], data: list[torch.Tensor]) -> tuple[Any, Callable[..., Any]]:
    """Train, and rehearse the prediction on examples whose failures may be shown in full."""
    train_inputs, train_labels, valid_inputs, valid_labels = data
    _seed(job["seed"])
    submission = _load_submission()
    train, predict = _function(submission, "train"), _function(submission, "predict")
    extras = {"valid_inputs": valid_inputs, "valid_labels": valid_labels, "log": _log_to(pipes)}
    keywords = _accepted(train, extras | {"seed": job["seed"], "device": job["device"]})
    _check_call(train, "train_signature", train_inputs, train_labels, **keywords | {"seed": job["seed"]})
    _check_call(predict, "predict_signature", None, valid_inputs)
    rehearsal = (valid_inputs if len(valid_inputs) else train_inputs)[:REHEARSED].clone()
    model = train(train_inputs, train_labels, **keywords)
    _usable(_predictions(predict, model, rehearsal, job), len(rehearsal), job["classes"])
    return model, predict


def _load_submission() -> ModuleType:
    """The student's module. Their folder comes last, so that none of their files replaces a real module."""
    sys.path.append(BOX)
    spec: Any = importlib.util.spec_from_file_location("submission", BOX + SUBMISSION)
    module = sys.modules["submission"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _function(submission: ModuleType, name: str) -> Callable[..., Any]:
    function = getattr(submission, name, None)
    if not callable(function):
        raise UnusableError(f"no_{name}")
    return function  # type: ignore[no-any-return]


def _accepted(function: Callable[..., Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the keyword arguments on offer that the function names."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return dict(offered)
    return {name: value for name, value in offered.items() if name in parameters}


def _check_call(function: Callable[..., Any], code: str, *arguments: object, **keywords: object) -> None:
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError as error:
        raise UnusableError(code, str(error)) from error


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)  # students use the old generator
    torch.manual_seed(seed)


def _log_to(pipes: Pipes) -> Callable[..., None]:
    left = iter(range(MOST_LOGGED))

    def log(**values: float) -> None:
        """Draw one point of the live curve: log(epoch=3, loss=0.12, accuracy=0.9)."""
        if next(left, None) is not None:
            pipes.note(point={name: float(value) for name, value in values.items()})

    return log


def _predictions(
    predict: Callable[..., Any], model: object, inputs: torch.Tensor, job: Mapping[str, Any]
) -> np.ndarray:
    """What predict returned, as an array of numbers of one or two dimensions."""
    with torch.no_grad():
        answer = predict(model, inputs, **_accepted(predict, {"device": job["device"]}))
    if isinstance(answer, torch.Tensor):
        answer = answer.detach().to("cpu")
        answer = answer.double() if answer.is_floating_point() else answer.long()
    array = np.asarray(answer)
    if array.dtype.kind not in "biuf":
        raise UnusableError("not_numbers", f"predict returned {type(answer).__name__}")
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _usable(array: np.ndarray, rows: int, classes: int) -> None:
    """Say of the rehearsal what is wrong with it, in full."""
    if array.shape not in {(rows,), (rows, classes)}:
        raise UnusableError("wrong_shape", f"shape {tuple(array.shape)} for {rows} inputs")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise UnusableError("not_finite", f"{np.count_nonzero(~np.isfinite(array))} values")
    if array.ndim == 1 and ((array != np.trunc(array)) | (array < 0) | (array >= classes)).any():
        raise UnusableError("bad_label", f"labels from {array.min()} to {array.max()}")


def _packed(array: np.ndarray) -> bytes:
    """Kind, rows and columns, then numbers of eight bytes each."""
    if array.ndim == 2:
        return SCORES + struct.pack("<QI", *array.shape) + np.ascontiguousarray(array, dtype="<f8").tobytes()
    flat = array.reshape(-1)
    whole = np.where(np.isfinite(flat) & (flat == np.trunc(flat)), flat, -1).astype("<i8")
    return LABELS + struct.pack("<QI", len(flat), 1) + whole.tobytes()


def _fail(pipes: Pipes, error: BaseException) -> NoReturn:
    _flush()
    if isinstance(error, UnusableError):
        pipes.note(failure=error.code, detail=error.detail[:DETAIL_CHARACTERS])
    else:
        pipes.note(failure=_code_of(error), detail=_own_traceback(error))
    os._exit(1)


def _code_of(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "exited"
    return "memory" if isinstance(error, MemoryError) else "raised"


def _own_traceback(error: BaseException) -> str:
    """The student's traceback: frames of their files only, with paths as they know them."""
    seen: traceback.TracebackException | None
    seen = shown = traceback.TracebackException.from_exception(error)
    while seen is not None:
        seen.stack = traceback.StackSummary.from_list(
            [frame for frame in seen.stack if frame.filename.startswith(BOX)]
        )
        seen = seen.__cause__ or seen.__context__
    return "".join(shown.format()).replace(BOX, "")[-DETAIL_CHARACTERS:]


def _flush() -> None:
    """Nothing that was printed may be lost with the process."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue  # the student closed or replaced it


if __name__ == "__main__":
    main()
