"""A thousand phones in a live quiz on this machine: by stream, against asking once a second."""

from __future__ import annotations

import asyncio
import statistics

from bench.measure import Comparison
from server.loadtest.installation import installation
from server.loadtest.play import Cut, Result, percentile, play

PHONES = 1000
QUESTIONS = 2


def thousand_phones(runs: int) -> Comparison:
    """CPU of the web server while a hall plays, load generator and server on the same cores.

    `runs` pairs of stream and polling, then one run in which the web server is killed in the middle of each
    question, and one in which Redis is. All answer within one second.
    """
    pairs = [(_played(), _played(poll=True)) for _run in range(runs)]
    streamed, polled = pairs[-1]
    cuts = {cut: _played(cut=cut) for cut in (Cut.WEB, Cut.REDIS)}
    details = _figures("stream", streamed) | _figures("poll", polled)
    for cut, result in cuts.items():
        details |= _figures(f"{cut} killed", result)
    details["stream memory MiB"] = round(streamed.memory_mib)
    return Comparison(
        what=f"live quiz of {PHONES} phones: CPU of the web server by stream, against polling once a second",
        ours_s=round(statistics.median(ours.cpu_s for ours, _ in pairs), 2),
        bare_s=round(statistics.median(bare.cpu_s for _, bare in pairs), 2),
        ratio=round(statistics.median(ours.cpu_s / bare.cpu_s for ours, bare in pairs), 3),
        runs=runs,
        details=details,
        promised_details={name: 0 for name in details if name.endswith(("lost", "doubled"))},
    )


def _played(*, cut: Cut = Cut.NOTHING, poll: bool = False) -> Result:
    with installation(PHONES, QUESTIONS) as here:
        return asyncio.run(play(here, cut=cut, poll=poll))


def _figures(name: str, result: Result) -> dict[str, float]:
    times = {"seen": result.seen_s, "saved": result.saved_s}
    found: dict[str, float] = {
        f"{name}, {what} by {share:.0%} after ms": round(1000 * percentile(values, share))
        for what, values in times.items()
        for share in (0.5, 0.99)
    }
    counts = {"acknowledged": result.acknowledged, "lost": result.lost, "doubled": result.doubled}
    return {**found, **{f"{name}, {what}": float(count) for what, count in counts.items()}}
