"""A check from files to findings: intake, calendar, compile, evaluate, word."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.check.asking import Task
from xiezhi.engine.check.evaluate import Judged, Saying, assumed_words, judge_all
from xiezhi.engine.check.outcome import Outcome, Ran
from xiezhi.engine.check.shelf import CALENDAR, shelve
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import Missing, Programmed, compile_pack
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.intake.batch import Progress, read_batch
from xiezhi.engine.intake.mapping import default_mapping, load_mapping
from xiezhi.engine.intake.mapping_norm import judged_by
from xiezhi.engine.intake.model import Batch, SourceMap
from xiezhi.engine.packs.model import Indicator, Pack, Status
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Engine, Limits
from xiezhi.engine.run.program import Program
from xiezhi.engine.words import NOTHING, Words

OnProgress = Callable[[Progress], None]


class UnknownIndicator(XiezhiError):  # noqa: N818  named by what it says
    """A mapping, or a saved finding, names an indicator that the field has not."""


@dataclass(frozen=True)
class Request:
    """What is to be checked.

    Attributes:
        as_of: the day open cases are judged on; None = day of the newest event, never today.
        trial: run trial indicators too.
        key: of the identity tokens; None = the fixed, documented one.
        only: ids of the indicators wanted; empty = those of the mapping's norm, or all.
    """

    pack: Pack
    files: Sequence[Path]
    mapping: Path | None = None
    as_of: date | None = None
    trial: bool = False
    key: bytes | None = None
    reveal: bool = False
    only: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Read:
    """The facts of a request, ready to be judged."""

    source: SourceMap
    calendar: Calendar
    batch: Batch
    as_of: date | None
    program: Program


@contextmanager
def read_facts(request: Request, *, progress: OnProgress | None = None) -> Iterator[tuple[Read, Engine]]:
    """Read the files into a private folder and lend them with an engine; both end with the block."""
    with tempfile.TemporaryDirectory(prefix="xiezhi-check-") as name, DuckEngine(limits=request.limits) as engine:
        folder = Path(name)
        datasets = request.pack.datasets
        source = (
            default_mapping(request.files, datasets)
            if request.mapping is None
            else load_mapping(request.mapping, datasets, parameters=request.pack.parameters, tables=request.pack.tables)
        )
        calendar = load_calendar(source.norm.calendar)
        (folder / "facts").mkdir()
        (folder / "tables").mkdir()
        batch = read_batch(
            request.files,
            source=source,
            datasets=datasets,
            folder=folder / "facts",
            key=request.key,
            first_day=calendar.first,
            last_day=calendar.last,
            threads=request.limits.threads,
            memory_mb=request.limits.memory_mb,
            progress=progress,
        )
        as_of = request.as_of or batch.newest_event
        if as_of is not None:
            calendar.index(as_of)  # a day that the calendar does not reach is refused: no days could be counted to it
        pack = judged_by(request.pack, source.norm)
        shelf = shelve(pack, batch, calendar, folder=folder / "tables")
        program = Program(pack=pack, views={}, shelf=shelf, as_of=as_of, limits=request.limits)
        yield Read(source, calendar, batch, as_of, program), engine


@contextmanager
def run_check(request: Request, *, progress: OnProgress | None = None) -> Iterator[Outcome]:
    """Check files and lend the outcome; its quarantine file ends with the block.

    Raises:
        XiezhiError: a subclass for each failure that can be foreseen.
    """
    with read_facts(request, progress=progress) as (read, engine):
        wanted = _wanted(request, read.source)
        fed = read.batch.fed
        compiled = compile_pack(
            read.program.pack, fed=fed, norm=read.source.norm, only=tuple(item.id for item in wanted)
        )
        program = replace(read.program, views=compiled.views)
        display = Display(read.batch.vault, read.batch.open_tokens, request.reveal)
        ran, findings = _judge(engine, replace(read, program=program), compiled, wanted, display)
        yield Outcome(
            pack=request.pack,
            source=read.source,
            batch=read.batch,
            calendar=read.calendar,
            as_of=read.as_of,
            ran=ran,
            findings=findings,
            display=display,
            provisional=_provisional(read.calendar, ran, findings),
            assumed=tuple(dict.fromkeys(words for item in ran for words in item.assumed)),
        )


def _judge(
    engine: Engine, read: Read, compiled: Programmed, wanted: Sequence[Indicator], display: Display
) -> tuple[list[Ran], list[dict[str, Any]]]:
    """Run what can be run, all together; return what became of each indicator, and the findings in their order.

    Raises:
        XiezhiError: every indicator that was run failed: the failure of the first.
    """
    tasks = [
        Task(indicator, plan, compiled.constants(indicator.id))
        for indicator in wanted
        if isinstance(plan := compiled.indicators[indicator.id], Compiled)
        and not (plan.uses_as_of and read.as_of is None)
    ]
    saying = Saying({file.number: file.path for file in read.batch.files}, tuple(read.source.norm.basis), display)
    judged = judge_all(engine, read.program, tasks, saying)
    failures = [item.failure for item in judged.values() if item.failure is not None]
    if failures and len(failures) == len(judged):
        raise failures[0]
    running = {task.indicator.id: task for task in tasks}
    ran = [_ran(indicator, compiled, running.get(indicator.id), judged) for indicator in wanted]
    findings = [finding for item in ran for finding in _ordered(judged, item.indicator.id)]
    return ran, findings


def _ran(indicator: Indicator, compiled: Programmed, task: Task | None, judged: Mapping[str, Judged]) -> Ran:
    plan = compiled.indicators[indicator.id]
    if isinstance(plan, Missing):
        return Ran(indicator, not_run=plan.words)
    if task is None:
        return Ran(indicator, plan, not_run=_NO_DAY)
    what = judged[indicator.id]
    if what.failure is not None:
        return Ran(indicator, plan, not_run=Words(f"没有运行完：{what.failure}", f"it did not finish: {what.failure}"))
    return Ran(indicator, plan, NOTHING, len(what.findings), what.flagged, assumed_words(task))


def _ordered(judged: Mapping[str, Judged], name: str) -> list[dict[str, Any]]:
    return sorted(judged[name].findings, key=_order) if name in judged else []


_NO_DAY = Words(
    "没有可以判断的日期：来源没有事件时间，请用 --as-of 指定",
    "no day to judge on: the source has no event time, give --as-of",
)


def _order(finding: dict[str, Any]) -> tuple[str, ...]:
    return (finding["rule"], finding["subject_id"], str(finding["period"]), *(str(v) for v in finding["part"].values()))


def _wanted(request: Request, source: SourceMap) -> list[Indicator]:
    indicators = request.pack.indicators
    named = request.only or source.norm.indicators
    for name in named:
        if name not in indicators:
            raise UnknownIndicator(
                f"{request.pack.id} has no indicator {name!r}: there are {', '.join(sorted(indicators))}"
            )
    statuses = {Status.ACTIVE, Status.TRIAL} if request.trial else {Status.ACTIVE}
    chosen = named or tuple(sorted(indicators))
    return [indicators[name] for name in chosen if indicators[name].status in statuses]


def _provisional(calendar: Calendar, ran: Sequence[Ran], findings: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """Return the unpublished years that the days of a finding reach into, where days are counted at all."""
    counting = {
        item.indicator.id
        for item in ran
        if item.indicator.clock or (item.compiled and CALENDAR in dict(item.compiled.reads))
    }
    dates = {item.indicator.id: _dates(item.indicator) for item in ran}
    years = {
        year
        for finding in findings
        if finding["indicator"] in counting
        for year in _years(finding, dates[finding["indicator"]])
    }
    return tuple(sorted(years & set(calendar.provisional_years)))


def _dates(indicator: Indicator) -> tuple[str, ...]:
    return tuple(name for name, unit in indicator.values.items() if unit == "date")


def _years(finding: dict[str, Any], dates: Sequence[str]) -> range:
    """Return the years from the first to the last day of a finding; what has not ended is counted to its day."""
    clock = finding["clock"] or {}
    days = [finding["values"][name] for name in dates]
    known = [day for day in (*days, *(clock.get(name) for name in ("start", "end", "due"))) if day]
    if None in days and finding["as_of"]:
        known.append(finding["as_of"])
    return range(int(min(known)[:4]), int(max(known)[:4]) + 1) if known else range(0)
