"""Kind `code`: train a model with the student's code, then predict with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from grader.inside import dead_units, diagnostics, submission
from grader.inside.error_report import fail
from grader.inside.limits import seed
from grader.inside.pipes import Pipes
from grader.inside.predictions import Predict, answer_held_out, check_usable, predicted

REHEARSED = 64
MOST_LOGGED = 10_000  # half of what ends a run


def serve(pipes: Pipes, job: Mapping[str, Any]) -> None:
    """Answer C or X (does it compile), T (trained), then the predictions for the held-out inputs."""
    data = [pipes.read_tensor() for _ in range(4)]
    submission.check_syntax(pipes)
    try:
        model, predict = _train(pipes, job, data)
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        fail(pipes, error)
    answer_held_out(pipes, predict, model, job)


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
    arguments = submission.accepted(predict, {"device": job["device"]})
    submission.check_call(predict, "predict_signature", None, valid_inputs, **arguments)
    examples = dead_units.examples_of(valid_inputs if len(valid_inputs) else train_inputs)
    rehearsal = examples[:REHEARSED].clone()
    with diagnostics.Watch() as watch:
        model = train(train_inputs, train_labels, **keywords)
    start = time.monotonic()
    check_usable(predicted(predict, model, rehearsal, job), len(rehearsal), job["classes"], job["task"])
    few = dead_units.examples_in_time(examples, rehearsed=len(rehearsal), took_s=time.monotonic() - start)
    most_bytes = job["memory_mib"] * 2**20 // 16
    trained = dead_units.dead_units(
        model, lambda network, inputs: predicted(predict, network, inputs, job), few, most_bytes=most_bytes
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
