"""The rounds of a worker: what is done again and again, each step idempotent, each failing alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xiezhi.kernel.intake.steps import first_steps, last_steps

Act = Callable[[datetime], int]


@dataclass(frozen=True)
class RoundStep:
    """A step of the round. ``act`` takes the time and returns how many things it did."""

    name: str
    act: Act


STEPS: list[RoundStep] = [
    *(RoundStep(name, act) for name, act in first_steps()),
    *(RoundStep(name, act) for name, act in last_steps()),
]
