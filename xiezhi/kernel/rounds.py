"""The rounds of a worker: what is done again and again, each step idempotent, each failing alone."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xiezhi.kernel.alerts.feeds import watch as watch_feeds
from xiezhi.kernel.dispositions.deadlines import recount, watch
from xiezhi.kernel.dispositions.holds import end_holds
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.intake.steps import first_steps, last_steps
from xiezhi.kernel.registry.picture import pinned

Act = Callable[[datetime], int]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RoundStep:
    """A step of the round. ``act`` takes the time and returns how many things it did."""

    name: str
    act: Act


@dataclass(frozen=True)
class RoundDone:
    """What one round did: step → how many things, and step → how it failed."""

    done: dict[str, int]
    failed: dict[str, str]

    @property
    def busy(self) -> bool:
        """Whether anything was done at all."""
        return any(self.done.values())


STEPS: tuple[RoundStep, ...] = (
    *(RoundStep(name, act) for name, act in first_steps()),
    RoundStep("evaluate", evaluate_pending),
    RoundStep("feed alerts", watch_feeds),
    RoundStep("recount", recount),
    RoundStep("deadlines", watch),
    RoundStep("holds", end_holds),
    *(RoundStep(name, act) for name, act in last_steps()),
)


def make_round(at: datetime, *, steps: tuple[RoundStep, ...] = STEPS) -> RoundDone:
    """Make one round. A step that fails is told of and tried again next time; the others go on."""
    done: dict[str, int] = {}
    failed: dict[str, str] = {}
    for step in steps:
        try:
            with pinned():
                done[step.name] = step.act(at)
        except Exception as error:
            failed[step.name] = str(error)
            _LOG.exception("%s failed; it is tried again", step.name)
    return RoundDone(done, failed)
