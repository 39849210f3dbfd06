"""What a report is made of: the findings of a run and everything known about the run, as frozen values.

Nothing here is computed and nothing here is masked: the caller passes texts as they may be shown.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.findings.wording import Codes, Manner
from xiezhi.engine.words import NOTHING, Words

Finding = Mapping[str, Any]
"""One finding in the JSON form of the contracts: the same keys as a line of ``--json``."""


@dataclass(frozen=True)
class ReadFile:
    """A file of the run: path as given, SHA-256 of its bytes, records seen."""

    path: str
    sha256: str
    records: int


@dataclass(frozen=True)
class Quarantined:
    """One record that was not accepted, with its place and the reason. ``value`` is already masked."""

    file: str
    line: int
    dataset: str
    column: str
    reason: Words
    value: str = ""


@dataclass(frozen=True)
class IndicatorRun:
    """An indicator of the pack and what became of it in this run.

    ``not_run`` is empty for one that ran. ``scope_proven`` is None where nothing was compiled.
    """

    id: str
    words: Words
    status: str = "active"  # trial | active | retired
    measure: Words = NOTHING
    norms: tuple[str, ...] = ()
    not_run: Words = NOTHING
    fingerprint: str = ""
    scope_proven: bool | None = None
    scope_reason: Words = NOTHING
    exclusions: tuple[Words, ...] = ()
    innocent: tuple[Words, ...] = ()


@dataclass(frozen=True)
class LawText:
    """An article verbatim. ``paragraphs``: each a sequence of lines, line 0 the paragraph, then its items."""

    law: str
    version: str
    article: str  # as a citation writes it: "42"
    title: str  # 第四十二条
    paragraphs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class UsedValue:
    """A parameter that this run took from the installation instead of the pack, and where it is from."""

    name: Words
    value: Words
    source: str


@dataclass(frozen=True)
class Report:
    """A run to be told.

    Attributes:
        field: id of the field; ``words`` its names.
        as_of: the day the open cases were judged on; None where nothing read it.
        accepted: rows by dataset; quarantined: records by dataset, ``""`` where no dataset is known.
        quarantine: a sample of the quarantined records, in order of file and line.
        calendar: whose days the clocks were walked over; None: no ruler is drawn.
        provisional: years whose calendar is not yet published, among the days that counted.
        datasets: dataset → what it is called; columns: dataset → column → how it is written.
        values: indicator → output column → how it is written.
        roles: indicator → evidence role → what it is called.
        reasons: indicator → code of a pause → what it means.
        unfound: (dataset, column, heading) that the mapping names and no file has.
        limit_name: how this run words the limit (法定期限, promised limit); empty: "期限".
    """

    field: str
    words: Words
    findings: Sequence[Finding]
    indicators: Sequence[IndicatorRun]
    as_of: date | None = None
    files: Sequence[ReadFile] = ()
    accepted: Mapping[str, int] = dataclasses.field(default_factory=dict)
    quarantined: Mapping[str, int] = dataclasses.field(default_factory=dict)
    quarantine: Sequence[Quarantined] = ()
    provisional: Sequence[int] = ()
    calendar: Calendar | None = None
    overrides: Sequence[UsedValue] = ()
    laws: Sequence[LawText] = ()
    datasets: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Manner]] = dataclasses.field(default_factory=dict)
    values: Mapping[str, Mapping[str, Manner]] = dataclasses.field(default_factory=dict)
    roles: Mapping[str, Mapping[str, Words]] = dataclasses.field(default_factory=dict)
    reasons: Mapping[str, Codes] = dataclasses.field(default_factory=dict)
    unfound: Sequence[tuple[str, str, str]] = ()
    limit_name: Words = NOTHING
    assumptions: Sequence[Words] = ()
    masked: bool = True
    version: str = ""
