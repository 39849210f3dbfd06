"""The weeks since the invented city was connected: deliveries, evaluations and people's work, day after day."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db import transaction

from xiezhi.cli.demo_acts import open_day, work
from xiezhi.cli.demo_people import actor, make_people
from xiezhi.cli.terminal_steps import Told
from xiezhi.demo import cast, workdays
from xiezhi.demo.deliveries import ARCHIVE, CASES, RATINGS, Handed, withdrawn, write_deliveries
from xiezhi.demo.generate import Log
from xiezhi.demo.register import write_workbook
from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.findings.models import Finding
from xiezhi.kernel.intake import feeds
from xiezhi.kernel.intake.actions import add_source, dismiss, withdraw_facts
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import QuarantinedRow, Source
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.registry.actions import set_calendar_day
from xiezhi.kernel.registry.importing import import_workbook
from xiezhi.kernel.rounds import STEPS, make_round

OWNER = "DSJ"  # the data bureau answers for the city's data
_SOURCES = (
    (CASES, "政务服务一体化审批系统", "Integrated licensing system", 6),
    (ARCHIVE, "历史办件补录", "Archive of past cases", None),
    (RATINGS, "政务服务好差评系统", "Ratings of services", 5),
)
_ROUND = tuple(step for step in STEPS if step.name in {"evaluate", "feed alerts", "recount", "deadlines", "holds"})


@dataclass(frozen=True)
class History:
    """What has to be done, and how to tell of it.

    Attributes:
        log: the city.
        folder: of its files; deliveries are written below it.
        now: the time of the last round; nothing happens later.
        told: told which day it is, of how many, and what is done on it.
    """

    log: Log
    folder: Path
    now: datetime
    told: Told

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(settings.TIME_ZONE)

    def at(self, day: date, hour: int) -> datetime:
        """Return a moment of a day, never later than now."""
        return min(datetime(day.year, day.month, day.day, hour, tzinfo=self.zone), self.now)


def live_through(history: History) -> None:
    """Let the weeks since the city was connected pass."""
    span = history.log.span
    handed = write_deliveries(history.log, history.folder / "deliveries")
    _connect(history, handed[0])
    days = [span.go_live - timedelta(1) + timedelta(n) for n in range((span.today - span.go_live).days + 2)]
    gone = withdrawn(history.log)
    for number, day in enumerate(days):
        history.told(number, len(days), day.isoformat())
        if day > days[0]:
            make_rounds(history.at(day, 8))
        if workdays.is_workday(day) and day < span.today:
            with transaction.atomic():
                work(open_day(day, history.zone))
        if day == gone.day:
            _take_back(history, gone.keys, day)
        _evening(history, [one for one in handed[1:] if one.day == day], day)


def make_rounds(at: datetime) -> None:
    """Make one round of the worker as of a moment.

    Raises:
        XiezhiError: a step of it failed.
    """
    feeds.watch(at)
    made = make_round(at, steps=_ROUND)
    if made.failed:
        raise XiezhiError("; ".join(f"{name}: {error}" for name, error in made.failed.items()))


def _connect(history: History, register: Handed) -> None:
    """Make people, sources and the register, some days before the first facts."""
    at = history.at(register.day, 9)
    make_people(at=at)
    for code, zh, en, rhythm in _SOURCES:
        add_source(
            code=code, field="approvals", name_zh=zh, name_en=en, owner=OWNER, rhythm_days=rhythm, by=SYSTEM, at=at
        )
    _import(register, at)
    book = history.folder / "register.xlsx"
    write_workbook(history.log, book)
    done = import_workbook(book, by=actor(cast.SYSTEM, at=at), at=at + timedelta(hours=1))
    if done.errors:
        raise XiezhiError("; ".join(str(error) for error in done.errors[:5]))
    saturday = history.log.span.recent + timedelta(1)
    _say_day(saturday, at=at + timedelta(hours=2), is_rest=False, source="口头通知（误登记）")


def _evening(history: History, handed: list[Handed], day: date) -> None:
    """Take what was handed over on a day, and evaluate it."""
    at = history.at(day, 19)
    for delivery in handed:
        _import(delivery, at)
    noticed = min(history.log.span.go_live + timedelta(6), history.log.span.last)
    if day == noticed:  # a week later, or before today, the wrong day of the calendar is noticed
        saturday = history.log.span.recent + timedelta(1)
        _say_day(saturday, at=at, is_rest=True, source="更正：当日为休息日")
    if day == history.log.span.last:
        _dismiss_one(at=at)
    if handed:
        make_rounds(at + timedelta(minutes=1))


def _import(delivery: Handed, at: datetime) -> None:
    source = Source.objects.get(code=delivery.source)
    by = actor(cast.CLERK, at=at)
    batch = import_files(source, sorted(delivery.folder.glob("*.csv")), by=by, at=at, confirm=True)
    if batch.state != "accepted":
        raise XiezhiError(f"{delivery.folder}: {batch.state} {batch.note}")
    shutil.rmtree(delivery.folder)


def _take_back(history: History, keys: dict[str, list[dict[str, str]]], day: date) -> None:
    """Withdraw what was handed over by mistake, each dataset with its reason."""
    at = history.at(day, 17)
    source, by = Source.objects.get(code=CASES), actor(cast.CLERK, at=at)
    for dataset, rows in keys.items():
        withdraw_facts(source, dataset, rows, reason="同一办件重复录入", by=by, at=at)


def _say_day(day: date, *, at: datetime, is_rest: bool, source: str) -> None:
    set_calendar_day(
        calendar="CN",
        day=day,
        is_rest=is_rest,
        name_zh="" if is_rest else "调休上班",
        name_en="" if is_rest else "Make-up working day",
        source=source,
        by=actor(cast.SYSTEM, at=at),
        at=at,
    )


def write_findings(path: Path) -> None:
    """Write the findings that hold, in the form of the contract: what the city's truth is compared with."""
    live = Finding.objects.filter(until_version=None, trial=False).order_by("pk")
    with path.open("wb") as stream:
        for body in live.values_list("body", flat=True).iterator():
            stream.write(orjson.dumps(body) + b"\n")


def _dismiss_one(*, at: datetime) -> None:
    """Let the clerk dismiss one row in quarantine, with the reason; the others wait."""
    row = QuarantinedRow.objects.filter(state=QuarantinedRow.State.OPEN, dataset="cases").order_by("pk").first()
    if row is not None:
        dismiss(row, reason="测试数据，来源单位确认作废。", by=actor(cast.CLERK, at=at), at=at)
