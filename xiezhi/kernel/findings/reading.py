"""The facts of one subject for its page: read by key from the store through the engine, nothing else looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
from django.utils import timezone

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.screens import Reading
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.build import subject_of
from xiezhi.engine.findings.clocks import clock_of
from xiezhi.engine.findings.finding import Evidence
from xiezhi.engine.findings.rows import make_row
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.findings.wording import Manner, manner_of_column
from xiezhi.engine.packs.model import Indicator, Pack
from xiezhi.engine.packs.screens import Screen
from xiezhi.engine.run.jobs import Job, Query, Touched
from xiezhi.engine.run.program import Program, tokens_of
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.findings.desk import Constants, Desk, desk
from xiezhi.kernel.findings.evaluator import engine
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.intake.looking import SubjectRow
from xiezhi.kernel.intake.store import current_version, rows_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of a binding.

    Attributes:
        columns: all that were read. ``tokens``: those that hold tokens of direct identifiers.
        manners: what a column is called and how it is written, where that is known.
        limited: whether the limits among them apply in this installation.
        missing: what no source feeds. ``failed``: why nothing was read.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    tokens: frozenset[str] = frozenset()
    manners: Mapping[str, Manner] = field(default_factory=dict)
    limited: bool = True
    missing: tuple[str, ...] = ()
    failed: Words = NOTHING


@dataclass(frozen=True)
class ClockRead:
    """The clock of a subject by an indicator, in the form of the contract; None with the reason where there is none."""

    indicator: str
    clock: Mapping[str, Any] | None
    not_run: Words = NOTHING


@dataclass(frozen=True)
class Facts:
    """All that the page of one subject reads.

    Attributes:
        own: the subject's own row.
        parts: (component, part) → rows. ``clocks``: indicator → clock.
    """

    desk: Desk
    version: int
    as_of: date
    own: Row
    parts: Mapping[tuple[str, str], Rows]
    clocks: Mapping[str, ClockRead]


def read_facts(subject: SubjectRow, screen: Screen) -> Facts:
    """Return what the page of a subject shows of the facts, as they are now, judged on the day of the last evaluation.

    Raises:
        XiezhiError: the field's pack is set aside, or the subject's own row is gone.
    """
    ready = desk(subject.field)
    version, as_of = current_version(), _day(subject.field)
    own = _own(ready.pack, subject, version)
    reader = _Reader(ready, ready.program(version, as_of), own, version)
    parts = reader.parts(screen)
    names = dict.fromkeys(name for component in screen.components for name in component.indicators)
    return Facts(ready, version, as_of, own, parts, {name: reader.clock(name, subject.key) for name in names})


def _day(field_id: str) -> date:
    done = Evaluation.objects.filter(field=field_id, state=Evaluation.State.DONE)
    return done.order_by("-as_of").values_list("as_of", flat=True).first() or timezone.localdate()


def _own(pack: Pack, subject: SubjectRow, version: int) -> Row:
    declared = subject_of(pack, subject.type)
    if declared is None:
        raise XiezhiError(f"{pack.id} has no subject {subject.type!r} any more")
    rows = rows_of(subject.field, declared[0], [subject.row], version).to_pylist()
    if not rows:
        raise XiezhiError(f"the row of {subject.type} {subject.key} is not in the store")
    return dict(rows[0])


@dataclass(frozen=True)
class _Wanted:
    """A binding that is read: where it belongs, how, and the values that its rows must have."""

    name: tuple[str, str]
    reading: Reading
    keys: Mapping[str, Any]
    constants: Constants

    def fits(self, other: "_Wanted") -> bool:
        """Whether one job can answer both: the same keys, and what both read restricted alike."""
        if self.keys != other.keys or self.constants != other.constants:
            return False
        mine, others = dict(self.reading.scope.restrict), dict(other.reading.scope.restrict)
        shared = {name for name, _ in self.reading.reads} & {name for name, _ in other.reading.reads}
        return all(mine.get(name) == others.get(name) for name in shared)


class _Reader:
    """Reads for one page."""

    def __init__(self, ready: Desk, program: Program, own: Row, version: int) -> None:
        self.ready, self.program, self.own, self.version = ready, program, own, version

    def parts(self, screen: Screen) -> dict[tuple[str, str], Rows]:
        """Return the rows of every binding; one that fails is told of, the others are read."""
        found: dict[tuple[str, str], Rows] = {}
        wanted: list[_Wanted] = []
        for component in screen.components:
            for part, binding in component.bindings.items():
                name = (component.id, part)
                try:
                    reading = self.ready.reading(screen, component.id, part, binding)
                except XiezhiError as error:
                    found[name] = Rows(failed=_failed(error))
                    continue
                keys = {column: self.own.get(own) for column, own in reading.by}
                if None in keys.values():
                    found[name] = self._rows(reading, ())
                else:
                    wanted.append(_Wanted(name, reading, keys, self.ready.constants(binding.like)))
        for group in _together(wanted):
            found |= self._read(group)
        return found

    def _read(self, group: Sequence[_Wanted]) -> dict[tuple[str, str], Rows]:
        try:
            answers = dict(engine().run(self._job(group)))
        except XiezhiError as error:
            if len(group) == 1:
                return {group[0].name: Rows(failed=_failed(error))}
            return {name: rows for one in group for name, rows in self._read((one,)).items()}
        return {
            one.name: self._rows(one.reading, _matching(answers[str(place)].to_pylist(), one))
            for place, one in enumerate(group)
        }

    def _job(self, group: Sequence[_Wanted]) -> Job:
        names = tuple(dict.fromkeys(name for one in group for name in one.reading.names))
        queries = tuple(Query(str(n), one.reading.sql(self.program.as_of)) for n, one in enumerate(group))
        restrict = dict(pair for one in group for pair in one.reading.scope.restrict)
        touched = Touched(_keys(group[0]), tuple(restrict.items()))
        return self.program.job(names, queries, touched=touched, constants=group[0].constants)

    def _rows(self, reading: Reading, rows: Sequence[Row]) -> Rows:
        binding = reading.binding
        return Rows(
            columns=reading.columns,
            rows=tuple(sorted(rows, key=lambda row: [_order(row.get(name)) for name in binding.order])),
            tokens=tokens_of(self.ready.pack, reading.lineage),
            manners=dict(_manners(self.ready.pack, reading)),
            limited=not binding.like or isinstance(self.ready.plan(binding.like), Compiled),
            missing=reading.missing,
        )

    def clock(self, name: str, key: str) -> ClockRead:
        """Return the clock of an indicator for the subject."""
        plan = self.ready.plan(name)
        if isinstance(plan, Words):
            return ClockRead(name, None, plan)
        scope = plan.scope.columns
        if not plan.scope.proven or any(self.own.get(column) is None for column in scope):
            return ClockRead(name, None, Words("这个指标不按单件计算", "this indicator is not measured case by case"))
        try:
            return ClockRead(name, self._measured(self.ready.pack.indicators[name], plan, key))
        except XiezhiError as error:
            return ClockRead(name, None, _failed(error))

    def _measured(self, indicator: Indicator, plan: Compiled, key: str) -> Mapping[str, Any] | None:
        day = self.program.as_of
        queries = [Query("raw", plan.raw(day))]
        if indicator.clock is not None and indicator.clock.pauses:
            queries.append(Query("evidence", plan.evidence_sql(day)))
        columns = {name: [self.own[name]] for name in plan.scope.columns}
        touched = Touched(pa.table(columns), plan.scope.restrict)
        constants = self.ready.constants(indicator.id)
        answers = dict(engine().run(self.program.job(plan.names, queries, touched=touched, constants=constants)))
        row = next((row for row in answers["raw"].to_pylist() if str(row[indicator.subject_id]) == key), None)
        if row is None or indicator.clock is None or row.get(indicator.clock.start) is None:
            return None
        shown = answers["evidence"].to_pylist() if "evidence" in answers else []
        evidence = [row for row in shown if str(row[indicator.subject_id]) == key]
        values = {name: json_value(value) for name, value in row.items()}
        return clock_of(indicator.clock, values, list(self._pauses(indicator, plan, evidence)))

    def _pauses(self, indicator: Indicator, plan: Compiled, rows: Sequence[Row]) -> Iterator[Evidence]:
        role = (indicator.clock.pauses.get("evidence") or "") if indicator.clock else ""
        role = role.removeprefix("ev_")
        dataset = dict(plan.evidence).get(role)
        ids = {one for row in rows for one in row.get(f"ev_{role}") or () if one is not None} if dataset else set()
        if dataset is None or not ids:
            return
        declared = self.ready.pack.datasets[dataset]
        for raw in rows_of(self.ready.pack.id, dataset, ids, self.version).to_pylist():
            made = make_row(declared, raw, {})
            yield Evidence(role, dataset, made.key, made.digest, "", 0, made.content)


def _keys(one: _Wanted) -> pa.Table:
    """Return the one key as a table."""
    return pa.table({name: [value] for name, value in one.keys.items()})


def _together(wanted: Sequence[_Wanted]) -> list[list[_Wanted]]:
    groups: list[list[_Wanted]] = []
    for one in wanted:
        for group in groups:
            if all(one.fits(other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _matching(rows: Sequence[Row], one: _Wanted) -> list[Row]:
    told = [*one.keys.items(), *one.reading.binding.where]
    return [row for row in rows if all(row.get(name) == value for name, value in told)]


def _order(value: Any) -> tuple[bool, Any]:
    return (value is None, value if value is not None else 0)


def _manners(pack: Pack, reading: Reading) -> Iterator[tuple[str, Manner]]:
    """Yield how columns are written that are drawn from one declared column of the same name, or from one at all."""
    for name, origin in reading.lineage.outputs:
        declared = [(pack.datasets[dataset], column) for dataset, column in origin if dataset in pack.datasets]
        for dataset, column in declared if len(declared) == 1 else ():
            known = dataset.columns.get(column.removesuffix("_utc") if column not in dataset.columns else column)
            if known is not None:
                yield name, manner_of_column(dataset, known)


def _failed(error: XiezhiError) -> Words:
    return Words(f"没有读出：{error}", f"it could not be read: {error}")
