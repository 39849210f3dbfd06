"""What a check gives back: findings, and everything known about the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.check.arrow import findings_table
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.intake.model import Batch, SourceMap
from xiezhi.engine.packs.model import Indicator, Pack
from xiezhi.engine.words import NOTHING, Words


@dataclass(frozen=True)
class Ran:
    """An indicator and what became of it. ``not_run`` says why it was not run, or how it failed; else it is empty.

    ``table`` holds its findings with typed columns: rule, level, scope, subject, part, period, values.
    """

    indicator: Indicator
    compiled: Compiled | None = None
    not_run: Words = NOTHING
    findings: int = 0
    table: pa.Table | None = None
    assumed: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A finished check.

    Attributes:
        findings: in the JSON form of the contract, ordered by indicator, rule, subject, part.
        provisional: years of the calendar that are not yet published and were counted over.
        rejected: the records in quarantine, where the outcome outlives its files.
    """

    pack: Pack
    source: SourceMap
    batch: Batch
    calendar: Calendar
    as_of: date | None
    ran: Sequence[Ran]
    findings: Sequence[dict[str, Any]]
    display: Display
    provisional: Sequence[int] = ()
    assumed: Sequence[Words] = field(default_factory=tuple)
    rejected: pa.Table | None = None

    @property
    def table(self) -> pa.Table:
        """The findings as one Arrow table, with the columns of the contract; nested ones are structs or JSON text."""
        return findings_table(self.findings)

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """For each indicator that ran, its findings with typed value columns."""
        return {ran.indicator.id: ran.table for ran in self.ran if ran.table is not None}
