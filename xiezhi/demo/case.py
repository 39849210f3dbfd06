"""A permit case of the city, with all that happened in it. Plants bend it before it is written."""

from dataclasses import dataclass, field
from datetime import date, datetime

from xiezhi.demo.city import Matter


@dataclass
class Step:
    """A step that somebody finished. ``checkpoint`` is empty for what belongs to none."""

    activity: str
    checkpoint: str
    actor: str
    started: datetime
    happened: datetime
    recorded: datetime


@dataclass
class Procedure:
    """A special procedure; its time does not count if it was told in writing."""

    kind: str
    started: date
    ended: date | None
    told: date | None


@dataclass
class Receipt:
    """A fee taken, and its way to the treasury. Amounts in 分."""

    number: str
    kind: str
    amount: int
    day: date
    collector: str
    deposits: list[tuple[date, int]] = field(default_factory=list)


@dataclass
class Rating:
    """What the applicant said afterwards."""

    grade: str
    at: datetime
    handled: date | None
    called_back: bool | None


@dataclass
class Case:
    """A case. Times that have not come are None."""

    number: str
    matter: Matter
    matter_no: str  # what the register says; a plant may write another
    applicant: str
    window: str
    channel: str
    responsible: str
    received: datetime
    recorded: datetime
    accepted: datetime | None = None
    decided: datetime | None = None
    closed: datetime | None = None
    issued: datetime | None = None
    delivered: datetime | None = None
    due: datetime | None = None
    outcome: str = ""
    extension_days: int = 0
    extension_told: bool | None = None
    qualified: bool | None = None
    steps: list[Step] = field(default_factory=list)
    supplements: list[datetime] = field(default_factory=list)
    procedures: list[Procedure] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    rating: Rating | None = None

    def step(self, checkpoint: str) -> Step:
        """Return the step at a checkpoint.

        Raises:
            StopIteration: there is none.
        """
        return next(step for step in self.steps if step.checkpoint == checkpoint)
