"""From handing a job to the broker to holding its report, against the same training as a bare script."""

from __future__ import annotations

import tempfile
from pathlib import Path

import assignments
from bench import small
from bench.measure import Comparison, compare
from grader import contract, material
from grader.contract import Verdict
from tests import servers
from tests.grader.counterpart import Server, worker

FOLDER = assignments.ROOT / "lenet-digits"
PATIENCE_S = 600
SMALL_PROMISED = 0.5


def submit_to_report(runs: int) -> Comparison:
    """The homework as students know it: most of the time is training."""
    return _compared("lenet-digits: submit to report", FOLDER, runs=runs)


def small_submit_to_report(runs: int) -> Comparison:
    """A training so small that most of a bare script's time is importing torch."""
    with tempfile.TemporaryDirectory() as home:
        folder = small.write_assignment(Path(home))
        return _compared("small job: submit to report", folder, runs=runs, promised=SMALL_PROMISED)


def _compared(what: str, assignment: Path, *, runs: int, promised: float | None = None) -> Comparison:
    """One worker, warm as it is after its first job; a new python for each bare run, as a student has it."""
    cpus = material.from_folder(assignment).assignment.limits.cpus
    source = (assignment / "reference" / "submission.py").read_bytes()
    with tempfile.TemporaryDirectory() as folder, servers.redis_server() as broker:
        home = Path(folder)
        server = Server(broker.broker_url, home / "store", contract.QUEUE_CPU)
        with worker(server, broker, home):

            def ours(number: int) -> None:
                job = server.job(assignment, source, attempt_id=str(number), seed=number)
                server.send(job.to_message())
                report = server.wait_for_report(number + 1, PATIENCE_S)
                assert report.verdict is Verdict.SCORED, report.message

            def bare(number: int) -> None:
                small.run_bare(assignment, cpus, number)

            comparison = compare(what, ours, bare, runs=runs, promised=promised)
        server.app.close()
    return comparison
