"""`python -m bench`: measure, print, and write bench/results.json."""

from __future__ import annotations

import json
import logging
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from bench.boards import boards_on
from bench.grading import small_submit_to_report, submit_to_report
from bench.hand_in import durable_hand_in, hand_in_request
from bench.metrics import four_numbers
from bench.night import night_on
from bench.quiz import thousand_phones
from bench.sandbox import long_training, request_to_torch, sixty_small_jobs, sixty_small_jobs_unsandboxed
from bench.waiting import dispatcher_on, regrade_on

RESULTS = Path(__file__).parent / "results.json"
MEASUREMENTS = {
    "hand-in": (hand_in_request, 100),
    "durable-hand-in": (durable_hand_in, 100),
    "night-sqlite": (night_on("sqlite"), 2),
    "night-postgresql": (night_on("postgresql"), 2),
    "dispatcher-sqlite": (dispatcher_on("sqlite"), 20),
    "dispatcher-postgresql": (dispatcher_on("postgresql"), 20),
    "regrade-sqlite": (regrade_on("sqlite"), 20),
    "regrade-postgresql": (regrade_on("postgresql"), 20),
    "boards-sqlite": (boards_on("sqlite"), 20),
    "boards-postgresql": (boards_on("postgresql"), 20),
    "grading": (submit_to_report, 5),
    "metrics": (four_numbers, 3),
    "small-job": (small_submit_to_report, 10),
    "opening": (request_to_torch, 200),
    "throughput": (sixty_small_jobs, 3),
    "unsandboxed": (sixty_small_jobs_unsandboxed, 3),
    "long-training": (long_training, 3),
    "quiz": (thousand_phones, 1),
}


@click.command()
@click.argument("which", nargs=-1, type=click.Choice(sorted(MEASUREMENTS)))
@click.option("--runs", type=click.IntRange(1, 1000), help="Pairs of runs, instead of each one's own number.")
def main(which: tuple[str, ...], runs: int | None) -> None:
    """Measure ours against the bare way; all of them, or those named."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in which or MEASUREMENTS:
        measurement, usual_runs = MEASUREMENTS[name]
        found = measurement(runs or usual_runs)
        results[name] = asdict(found) | {"missed": found.missed} | _circumstances()
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        click.echo(
            f"{found.what}: {found.ours_s:.4f} s, bare {found.bare_s:.4f} s, "
            f"{found.ratio:.3g} times as long (medians of {found.runs} pairs)"
        )
        for detail, value in found.details.items():
            click.echo(f"  {detail}: {value:g}")
        for figure in found.missed:
            click.echo(f"  missed: {figure} was promised")


def _circumstances() -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    main()
