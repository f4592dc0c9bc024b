"""What a network is made of, as the box claims it, and why a file of weights does not fit it.

All that is said here costs no try: nothing was learned by it, for the box had no data yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assignments.files.hand_in_files import shown
from assignments.json_reading import read_json
from grader.contract import Verdict
from grader.files.weights import Header, Tensor
from grader.run import RunEndedError
from grader.sentences import say

LONGEST_CLAIM = 2**21  # bytes
DTYPE = re.compile(r"[\w.]{1,20}", re.ASCII)
LAZY = "lazy"  # the type of a tensor that has no size yet; grader/kinds/model/inside.py has the same
WIDER = {"F16": {"F32", "F64"}, "BF16": {"F32", "F64"}, "F32": {"F64"}}
"""Types of a network that hold all numbers of a type of the file: loading loses nothing."""
COMPILED = "_orig_mod."
WORDS = re.compile(r"(\w{1,100}\.)+", re.ASCII)
MOST_WORDS = 4
WITHOUT_PREFIX = """from safetensors.torch import save_file
state = {{{without}: tensor for name, tensor in model.state_dict().items()}}
save_file(state, "model.safetensors")
"""
AS_FLOAT = """from safetensors.torch import save_file
save_file(model.float().state_dict(), "model.safetensors")
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """The dtype and shape of each tensor by name, and which of them are the same memory as one before."""

    tensors: Mapping[str, tuple[str, tuple[int, ...]]]
    ties: Mapping[str, str] = field(default_factory=dict)

    def memory_of(self, name: str) -> str:
        """The first name of the memory that a tensor is: of several that are tied, a file may hold one."""
        return self.ties.get(name, name)


def read(claim: bytes) -> Layout:
    """Names, types and shapes out of bytes from the box. Raises RunEndedError where they are none."""
    try:
        rows = read_json(claim, most_bytes=LONGEST_CLAIM)
        tensors = {str(name): (str(dtype), tuple(map(int, shape))) for name, dtype, shape, _ in rows}
        ties = {str(name): str(first) for name, _, _, first in rows if first}
    except (ValueError, TypeError, OverflowError) as error:
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged") from error
    if not all(DTYPE.fullmatch(dtype) for dtype, _ in tensors.values()):
        raise RunEndedError(Verdict.BAD_OUTPUT, "forged")
    return Layout(tensors, ties)


def refuse_mismatch(layout: Layout, header: Header) -> None:
    """Name the first tensor that is missing, unexpected or of another shape or type. Raises RunEndedError."""
    lazy = [name for name, (dtype, _) in layout.tensors.items() if dtype == LAZY]
    if lazy:
        raise RunEndedError(Verdict.REJECTED, "lazy_module", tensor=shown(lazy[0]))
    _refuse_prefix(layout, header.tensors)
    held = set(map(layout.memory_of, header.tensors.keys() & layout.tensors.keys()))
    for name, (dtype, shape) in layout.tensors.items():
        found = header.tensors.get(name)
        if found is not None:
            _refuse_other_form(name, found, dtype, shape)
        elif layout.memory_of(name) not in held:
            raise _mismatch("tensor_missing", name)
    for name in header.tensors:
        if name not in layout.tensors:
            raise _mismatch("tensor_unknown", name)


def _refuse_other_form(name: str, found: Tensor, dtype: str, shape: tuple[int, ...]) -> None:
    if found.shape != shape:
        raise _mismatch("tensor_shape", name, file=_listed(found.shape), network=_listed(shape))
    if found.dtype != dtype and dtype not in WIDER.get(found.dtype, ()):
        remedy = AS_FLOAT if (found.dtype, dtype) == ("F64", "F32") else ""
        raise _mismatch("tensor_type", name, remedy, file=found.dtype, network=dtype)


def _refuse_prefix(layout: Layout, file: Collection[str]) -> None:
    """Where one word in the names is all that differs, as wrappers such as DataParallel put it there."""
    network = layout.tensors.keys()
    if _fits(file, layout):
        return
    for without, remedy, prefix in _prefixes(list(file)):
        if _fits([without(name) for name in file], layout):
            detail = WITHOUT_PREFIX.format(without=remedy)
            raise RunEndedError(Verdict.REJECTED, "weights_prefix", detail, prefix=f"'{prefix}'")
    for without, _, prefix in _prefixes(list(network)):
        if {without(name) for name in network} == set(file):
            raise RunEndedError(Verdict.REJECTED, "network_prefix", prefix=f"'{prefix}'")


def _fits(names: Collection[str], layout: Layout) -> bool:
    """Whether a file has all names of the network, but for some that are tied to others."""
    found, network = set(names), layout.tensors.keys()
    return found <= network and set(map(layout.memory_of, network)) == set(map(layout.memory_of, found))


def _prefixes(names: Sequence[str]) -> Iterator[tuple[Callable[[str], str], str, str]]:
    """How names were before a wrapper: without the mark of torch.compile, or without the first words of all.

    As a function, as Python code, and what is taken off.
    """
    yield lambda name: name.replace(COMPILED, ""), f'name.replace("{COMPILED}", "")', COMPILED
    words = names[0].split(".")[:-1] if names else []
    for count in range(1, min(len(words), MOST_WORDS) + 1):
        prefix = ".".join([*words[:count], ""])
        if WORDS.fullmatch(prefix) and all(name.startswith(prefix) for name in names):
            code = f'name.removeprefix("{prefix}")'
            yield lambda name, prefix=prefix: name.removeprefix(prefix), code, prefix  # type: ignore[misc]


def _listed(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(str(size)[:12] for size in shape[:8])}]"


def _mismatch(key: str, name: str, remedy: str = "", **values: str) -> RunEndedError:
    problem = say(key, tensor=shown(name), **values)
    return RunEndedError(Verdict.REJECTED, "weights_mismatch", remedy, problem=problem)
