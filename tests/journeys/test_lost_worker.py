"""A worker dies in mid-run: the submission is run again, and there is one result."""

from __future__ import annotations

import os
import signal

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.installation import GRADED_S, Installation, await_done, hand_in, submission
from tests.servers import wait_until

# Learns in twelve slow steps, so that there is a middle in which the worker can die.
SLOW = b"""
import time
import torch

def train(train_inputs, train_labels, *, seed, log):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(train_inputs[0].numel(), 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(12):
        loss = torch.nn.functional.cross_entropy(model(train_inputs.float()), train_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(epoch=epoch, loss=loss.item())
        time.sleep(0.5)
    return model

def predict(model, inputs):
    return model(inputs.float())
"""


@pytest.mark.slow  # the silence alone takes half a minute
@pytest.mark.timeout(2 * GRADED_S)
def test_a_worker_killed_in_mid_run_leads_to_one_result(house: Installation):
    student = house.account("student", 3)
    with house.api(student) as client:
        with house.grader("doomed") as doomed:
            handed_in = hand_in(client, SLOW)
            number = handed_in["id"]
            wait_until(
                lambda: _has_curve(client, number), "the first point of the curve", GRADED_S, pause_s=0.1
            )
            os.kill(doomed, signal.SIGKILL)
        assert submission(client, number)["state"] == "running"
        with house.grader("rescuer"):
            finished = await_done(client, number)
    assert finished["verdict"] == "scored"
    assert finished["attempt"] == 2
    assert _results(house, number) == 1


def _has_curve(client: httpx.Client, number: str) -> bool:
    answer = client.get(f"/submissions/{number}/events", headers={"Accept": "application/json"})
    return any(event["kind"] == "point" for event in answer.raise_for_status().json()["events"])


def _results(house: Installation, number: str) -> int:
    """How many gradings of a submission have a report."""
    engine = create_engine(house.environ["HAZI_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            query = text("SELECT count(*) FROM grading WHERE submission_id = :number AND state = 'done'")
            return int(connection.execute(query, {"number": number}).scalar_one())
    finally:
        engine.dispose()
