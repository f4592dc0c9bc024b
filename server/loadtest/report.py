"""A load test in words: for a terminal, with what it means for the lecture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.loadtest.play import Result, percentile


def lines(result: Result) -> Iterator[str]:
    """What was measured, a line each."""
    yield f"{result.players} phones, {result.questions} questions, each answered by all within a second"
    yield f"  question on the phone after   {_ms(result.seen_s)}"
    yield f"  answer saved after            {_ms(result.saved_s)}"
    yield (
        f"  acknowledged answers          {result.acknowledged} of {result.players * result.questions}, "
        f"of these {result.lost} lost, {result.doubled} doubled"
    )
    if result.cpu_s == result.cpu_s:
        used = f"{result.cpu_s:.1f} s of CPU in {result.wall_s:.0f} s, {result.memory_mib:.0f} MiB"
        yield f"  web server                    {used}"


def _ms(values: Sequence[float]) -> str:
    half, most, last = (1000 * percentile(values, share) for share in (0.5, 0.99, 1.0))
    return f"{half:.0f} ms for half, {most:.0f} ms for 99 %, {last:.0f} ms for the last"
