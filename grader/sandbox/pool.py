"""Hands out boxes: forks of a template, a spare one warmed ahead of need, or cold ones; each used once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from grader.sandbox.box import Box
from grader.sandbox.gpu import CPU, CUDA, Gpu, MemoryWatch, left_on
from grader.sandbox.template import Template, TemplateBrokenError

log = structlog.get_logger()


class Mode(StrEnum):
    """How boxes come to be, the fastest first."""

    TEMPLATE = "template"  # forked from a process that holds torch ready
    SPARE = "spare"  # one is warmed ahead of need
    COLD = "cold"  # each is started when it is needed


@dataclass(slots=True)
class Boxes:
    """Hands out boxes of one mode. Use it from one thread that outlives them."""

    mode: Mode = Mode.SPARE
    gpu: Gpu | None = None  # this process's own, see grader/sandbox/gpu.py
    given_up: threading.Event = field(default_factory=threading.Event)  # ends the run that has a box
    unfit: str = ""  # why nothing more can be graded with the card; empty where it can
    _idle_mib: float = 0.0
    _spare: Box | None = None
    _template: Template | None = None
    _successor: Template | None = None

    def __post_init__(self) -> None:
        """Raises GpuError where the card does not answer."""
        self._idle_mib = self.gpu.used_mib() if self.gpu else 0.0

    @contextmanager
    def taken(self) -> Iterator[Box]:
        """A box for one run; nothing is left of it afterwards."""
        box = self._next()
        try:
            box.gpu_watch = MemoryWatch(self.gpu, self._idle_mib) if self.gpu else None
            box.given_up = self.given_up
            yield box
        finally:
            _close(box)
            self._drop_unsound_template()
            self._look_at_gpu()

    def warm(self) -> None:
        """Get ready for the next run while nothing else is to do."""
        if self.mode is Mode.TEMPLATE:
            self._renew()
        elif self.mode is Mode.SPARE and self._spare is None:
            self._spare = Box.open(gpu=self.gpu)

    def renew(self) -> None:
        """Give up what is ready, for a box did not do what it should: the next one is made from nothing."""
        self.close()

    def close(self) -> None:
        """Give up what is ready."""
        given_up = (self._spare, self._template, self._successor)
        self._spare = self._template = self._successor = None
        for ready in given_up:
            if ready is not None:
                _close(ready)

    @property
    def device(self) -> str:
        """What runs are told to train on: "cpu" or "cuda", for a run sees one card at most."""
        return CUDA if self.gpu else CPU

    @property
    def has_template(self) -> bool:
        """Whether runs are forked from a template at this moment."""
        return self._template is not None

    def _next(self) -> Box:
        if self.mode is Mode.TEMPLATE:
            self._renew()
            try:
                return Box.forked(self._sound_template())
            except TemplateBrokenError as error:
                log.warning("template_does_not_fork", problem=str(error))
                self._drop_template()
        spare, self._spare = self._spare, None
        if spare is not None and spare.process.poll() is not None:
            spare.close()  # it died while it waited
            spare = None
        return spare or Box.open(gpu=self.gpu)

    def _sound_template(self) -> Template:
        if self._template is None:
            self._template = Template.open(gpu=self.gpu)
        return self._template

    def _renew(self) -> None:
        """Replace a worn template by its successor, once that is ready."""
        template = self._sound_template()
        if template.is_worn and self._successor is None:
            self._successor = Template.open(gpu=self.gpu)
        if self._successor is not None and self._successor_is_ready(self._successor):
            self._drop_template()
            self._template, self._successor = self._successor, None

    def _successor_is_ready(self, successor: Template) -> bool:
        """Whether it can take over; one that never will is given up, and the worn one goes on."""
        try:
            return successor.is_ready()
        except TemplateBrokenError as error:
            log.warning("successor_given_up", problem=str(error))
            self._successor = None
            successor.close()
            return False

    def _look_at_gpu(self) -> None:
        """A spare box has the card already, and what a run left beside it cannot be told."""
        if self.gpu and self._spare is None and (left := left_on(self.gpu, self._idle_mib)):
            log.error("gpu_not_clean", gpu=self.gpu.number, seen=left)
            self.unfit = f"GPU {self.gpu.number} is not as it was before the run: {left}"

    def _drop_unsound_template(self) -> None:
        """Something of a run may be left in it, or it is dead."""
        if self._template is not None and not self._template.is_sound:
            log.warning("template_given_up", problem="it is dead, or more is in it than the template")
            self._drop_template()

    def _drop_template(self) -> None:
        template, self._template = self._template, None
        if template is not None:
            _close(template)


def _close(ready: Box | Template) -> None:
    """Whatever is left of it, what came of a run stands; a janitor removes the rest at the next start."""
    try:
        ready.close()
    except OSError as error:
        log.error("not_closed", problem=str(error))  # noqa: TRY400 - one line says it
