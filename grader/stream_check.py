"""Whether held-out data come from a stream of their own: tried with other keys and other public seeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from assignments.shipped_seeds import shipped_seeds
from grader import material, wire
from grader.draws import KeyedDraws, takes_draws
from grader.kinds.functions.calling import pack_call
from grader.kinds.outer import outer_half
from grader.material import Material
from grader.prepared_check import PreparedCheck

KEYS = (sha256(b"one key").hexdigest(), sha256(b"another key").hexdigest())
OTHER_SEED = "another public seed"


@dataclass(frozen=True, slots=True)
class Parts:
    """Digests of what students may know and of what they must not."""

    public: bytes
    held_out: frozenset[bytes]  # of each example with its label, or of each hidden check; in no order


def shared_stream(found: Material) -> str:
    """What ties held-out data to something public, as a sentence; "" where nothing does.

    Raises MaterialError where there are no data.
    """
    if not draws_data(found):
        if found.assignment.data.fresh:
            return "final data can only be drawn by a loader with a parameter"
        seeds = shipped_seeds(found.folder)
        return f"they are drawn from a number in the folder ({', '.join(seeds)})" if seeds else ""
    if found.assignment.kind.traits.leaks_little:
        return "students need the held-out inputs, so inputs and labels must lie in files of the folder"
    return _problem_of_draws(found)


def _problem_of_draws(found: Material) -> str:
    slug = found.assignment.slug
    one, other = (_parts(found, KeyedDraws(slug, key)) for key in KEYS)
    reseeded = _parts(found, KeyedDraws(slug, KEYS[0], OTHER_SEED))
    if one.public != other.public:
        return "public data change with the key: draw them from draws.public"
    if one.held_out != reseeded.held_out:
        return "held-out data change with the public seed: draw them from draws.held_out alone"
    if one.held_out == other.held_out:
        return "held-out data do not change with the key: draw them from draws.held_out"
    return ""


def draws_data(found: Material) -> bool:
    """Whether the assignment's own loader draws, so that each key gives other held-out data."""
    load = _load(found)
    return bool(load) and takes_draws(material.load_function(found.folder, load, found.version))


def _load(found: Material) -> str:
    return found.assignment.rules.load or found.assignment.data.load


def _parts(found: Material, streams: KeyedDraws) -> Parts:
    if (brought := outer_half(found.assignment.kind).checks) is not None:
        checks = brought.drawn(found, streams)
        visible, hidden = (_calls(checks, visible=seen) for seen in (True, False))
        return Parts(_digest(visible), frozenset(_digest([one]) for one in hidden))
    data = material.drawn(found.folder, found.assignment, found.version, streams)
    examples = zip(data.held_out_inputs, data.held_out_labels, strict=True)
    rows = (wire.pack_tensor(one) + wire.pack_tensor(label) for one, label in examples)
    return Parts(_digest([data.known]), frozenset(_digest([row]) for row in rows))


def _calls(checks: Iterable[PreparedCheck], *, visible: bool) -> list[bytes]:
    chosen = (one.check for one in checks if one.check.visible is visible)
    return [
        pack_call(check.function, check.args, check.keywords, weights=None, settings={}) for check in chosen
    ]


def _digest(parts: Iterable[bytes]) -> bytes:
    return sha256(b"".join(parts)).digest()
