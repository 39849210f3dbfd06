"""A field ready to be evaluated at a version: what stands at its desk, with every indicator that can run here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiezhi.engine.check.asking import Task
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.packs.model import Indicator, Pack, Status
from xiezhi.engine.run.program import Program
from xiezhi.engine.words import Words
from xiezhi.kernel.findings.desk import Desk, desk


@dataclass(frozen=True)
class Prepared:
    """Everything one evaluation needs.

    Attributes:
        desk: keeps the tables beside the facts for as long as they are read.
        tasks: what can run, active and trial.
        missing: indicator → why it cannot run.
    """

    desk: Desk
    program: Program
    tasks: tuple[Task, ...]
    missing: Mapping[str, Words]

    @property
    def pack(self) -> Pack:
        """The pack as it is judged by here."""
        return self.desk.pack


def prepared(field: str, version: int, as_of: date) -> Prepared:
    """Bind a field at a version; one indicator that is refused stops none of the others."""
    at = desk(field)
    plans = [(indicator, at.plan(indicator.id)) for indicator in _wanted(at)]
    tasks = tuple(Task(one, plan, at.constants(one.id)) for one, plan in plans if isinstance(plan, Compiled))
    missing = {one.id: plan for one, plan in plans if isinstance(plan, Words)}
    return Prepared(at, at.program(version, as_of), tasks, missing)


def _wanted(at: Desk) -> list[Indicator]:
    chosen = at.norm.indicators or tuple(sorted(at.pack.indicators))
    known = (at.pack.indicators[name] for name in chosen if name in at.pack.indicators)
    return [indicator for indicator in known if indicator.status is not Status.RETIRED]
