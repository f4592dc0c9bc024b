"""From handing a job to the broker to holding its report, against the same training as a bare script."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import assignments
from bench.measure import Comparison, compare
from grader import contract, material
from grader.contract import Verdict
from grader.sandbox.walls import ENVIRONMENT
from tests import servers
from tests.grader.counterpart import Server, worker

FOLDER = assignments.ROOT / "lenet-digits"
PATIENCE_S = 600
SCRIPT = Path(__file__).parent / "bare_training.py"


def submit_to_report(runs: int) -> Comparison:
    """One worker, warm as it is after its first job; a new python for each bare run, as a student has it."""
    cpus = material.from_folder(FOLDER).assignment.limits.cpus
    source = (FOLDER / "reference" / "submission.py").read_bytes()
    with tempfile.TemporaryDirectory() as folder, servers.redis_server() as broker:
        home = Path(folder)
        server = Server(broker.broker_url, home / "store", contract.QUEUE_CPU)
        with worker(server, broker, home):

            def ours(number: int) -> None:
                job = server.job(FOLDER, source, attempt_id=str(number), seed=number)
                server.send(job.to_message())
                report = server.wait_for_report(number + 1, PATIENCE_S)
                assert report.verdict is Verdict.SCORED, report.message

            comparison = compare(
                "lenet-digits: submit to report", ours, lambda number: _bare(cpus, number), runs=runs
            )
        server.app.close()
    return comparison


def _bare(threads: int, seed: int) -> None:
    # The same thread settings as in the sandbox: the comparison is about the grader, not about OpenMP.
    openmp = {"OMP_WAIT_POLICY": ENVIRONMENT["OMP_WAIT_POLICY"]}
    command = [sys.executable, str(SCRIPT), str(FOLDER), str(threads), str(seed)]
    subprocess.run(command, env=dict(os.environ) | openmp, stdout=subprocess.DEVNULL, check=True)
