"""Kind `code`: train a model with the student's code, then predict with it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch

from grader.inside import dead_units, diagnostics, submission
from grader.inside.curve import Curve
from grader.inside.error_report import fail
from grader.inside.limits import seed
from grader.inside.pipes import Pipes
from grader.inside.predictions import Predict, answer_held_out, bound_predict, predicted, rehearse

REHEARSED = 64
FURTHER = (1, 101)  # one example, and a number that is no multiple of any usual batch


def serve(pipes: Pipes, job: Mapping[str, Any]) -> None:
    """Answer C, X or M (is the source as it must be), T (trained), then the held-out predictions."""
    data = [pipes.read_tensor() for _ in range(4)]
    submission.check_source(pipes, job)
    curve = Curve(pipes)
    try:
        model, predict = _train(pipes, job, data, curve)
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        curve.end()
        fail(pipes, error)
    answer_held_out(pipes, predict, model, job)


def _train(
    pipes: Pipes, job: Mapping[str, Any], data: list[torch.Tensor], curve: Curve
) -> tuple[Any, Predict]:
    """Train, and rehearse the prediction on examples whose failures may be shown in full."""
    train_inputs, train_labels, valid_inputs, valid_labels = data
    seed(job["seed"])
    module = submission.load()
    train, predict = submission.function(module, "train"), submission.function(module, "predict")
    given = {"train_inputs": train_inputs, "train_labels": train_labels}
    extras = {"valid_inputs": valid_inputs, "valid_labels": valid_labels, "log": curve.log}
    extras |= {"seed": job["seed"], "device": job["device"]}
    training = submission.bound(train, "train_signature", given, extras)
    bound_predict(predict, None, valid_inputs, job)
    examples = dead_units.examples_of(valid_inputs if len(valid_inputs) else train_inputs)
    rehearsal = examples[:REHEARSED].clone()
    with diagnostics.Watch() as watch:
        model = training()
    curve.end()
    start = time.monotonic()
    rehearse(predict, model, rehearsal, job)
    took_s = time.monotonic() - start
    for count in FURTHER:
        rehearse(predict, model, _repeated(examples, count), job)
    few = dead_units.examples_in_time(examples, rehearsed=len(rehearsal), took_s=took_s)
    most_bytes = job["memory_mib"] * 2**20 // 16
    trained = dead_units.dead_units(
        model, lambda network, inputs: predicted(predict, network, inputs, job), few, most_bytes=most_bytes
    )
    pipes.note(layers=diagnostics.merged(watch.rows(), trained))
    return model, predict


def _repeated(examples: torch.Tensor, count: int) -> torch.Tensor:
    """So many examples, the first ones again where there are not enough; a copy."""
    if not len(examples):
        return examples.clone()
    return examples[torch.arange(count) % len(examples)]
