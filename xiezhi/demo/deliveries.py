"""How the city's facts arrived: an archive, weekly deliveries of cases, and ratings until their register fell silent.

All deliveries together say what the files of the log say. A case is handed over in the week in which it was finished,
those that are under way in the last delivery; some are handed over earlier, or were told differently at first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from xiezhi.demo import tables
from xiezhi.demo.case import Case
from xiezhi.demo.generate import Log, register_rows
from xiezhi.demo.hostile import HOSTILE, write_hostile
from xiezhi.demo.until import answered, finished, until

CASES, ARCHIVE, RATINGS = "licensing", "archive", "ratings"
_WEEK = timedelta(7)
_AMENDED_AFTER = 2  # deliveries
_NOTICED = 3  # the delivery before which a mistake is noticed; in a short life, the last one


@dataclass(frozen=True)
class Handed:
    """One delivery: what a source handed over in the evening of a day, as files in a folder of its own."""

    source: str
    day: date
    folder: Path


@dataclass(frozen=True)
class Withdrawn:
    """Cases that were handed over by mistake: their keys by dataset, to be withdrawn on a day."""

    day: date
    keys: dict[str, list[dict[str, str]]]


def evenings(log: Log) -> tuple[date, ...]:
    """Return the Sundays since the city was connected on which cases were handed over, and the last day of the log."""
    first = log.span.go_live - timedelta(1)
    weekly = [first + n * _WEEK for n in range((log.span.last - first).days // 7 + 1)]
    return tuple(dict.fromkeys([*weekly, log.span.last]))


def write_deliveries(log: Log, folder: Path) -> tuple[Handed, ...]:
    """Write every delivery into folders below one that exists; return them in the order in which they came."""
    days = evenings(log)
    recent = [case for case in log.cases if case.received.date() >= log.span.recent]
    handed = list(_of_cases(log, recent, days, folder)) + list(_of_ratings(log, recent, days, folder))
    archive = Handed(ARCHIVE, log.span.last, _made(folder, ARCHIVE, log.span.last))
    tables.write_cases(archive.folder, [c for c in log.cases if c.received.date() < log.span.recent], log.city)
    return (*sorted(handed, key=lambda one: (one.day, one.source)), archive)


def withdrawn(log: Log) -> Withdrawn:
    """Return what was handed over by mistake, and the day of the delivery before which that was noticed."""
    cases = log.plot.mistaken
    keys: dict[str, list[dict[str, str]]] = {
        "cases": [{"case_no": case.number} for case in cases],
        "receipts": [{"receipt_no": receipt.number} for case in cases for receipt in case.receipts],
        "deposits": [
            {"deposit_no": f"{receipt.number}-{number}"}
            for case in cases
            for receipt in case.receipts
            for number in range(1, len(receipt.deposits) + 1)
        ],
    }
    days = evenings(log)
    return Withdrawn(days[min(_NOTICED, len(days) - 1)], {name: rows for name, rows in keys.items() if rows})


def _of_cases(log: Log, recent: Sequence[Case], days: Sequence[date], folder: Path) -> Iterator[Handed]:
    list_day = log.span.go_live - timedelta(3)
    register = Handed(CASES, list_day, _made(folder, CASES, list_day))
    _write_register(log, register.folder)
    yield register
    amended = _amended(log, days)
    for number, day in enumerate(days):
        handed = Handed(CASES, day, _made(folder, CASES, day))
        told = list(_told(log, recent, days, number, amended))
        if number == (1 if len(days) > _NOTICED else 0):
            told += log.plot.mistaken
        _write_register(log, handed.folder)
        tables.write_cases(handed.folder, told, log.city)
        if day == days[-1]:
            write_hostile(handed.folder, [name for name in HOSTILE if name != "ratings"])
        yield handed


def _write_register(log: Log, folder: Path) -> None:
    tables.write_table(folder, "matters", register_rows(log))
    tables.write_table(folder, "matter_steps", tables.matter_step_rows(log.city))


def _amended(log: Log, days: Sequence[date]) -> dict[str, tuple[Case, int]]:
    """Return by number how a case was told at first, and with which delivery it is told as it is."""
    found = {}
    for first, case in log.plot.amended:
        told = next(number for number, day in enumerate(days) if finished(case) <= day)
        found[case.number] = (first, min(told + _AMENDED_AFTER, len(days) - 1))
    return found


def _told(
    log: Log, recent: Sequence[Case], days: Sequence[date], number: int, amended: Mapping[str, tuple[Case, int]]
) -> Iterator[Case]:
    """Yield what one delivery tells: what was finished since the one before, and at last all that is under way."""
    day, before = days[number], days[number - 1] if number else date.min
    early = {case.number for case in log.plot.early}
    for case in recent:
        done = finished(case)
        first, again = amended.get(case.number, (case, None))
        if case.number in log.under_way:
            if day == days[-1]:
                yield case
        elif number == again:
            yield case
        elif before < done <= day:
            yield first
        elif case.number in early and case.received.date() <= day < done:
            yield until(case, day)


def _of_ratings(log: Log, recent: Sequence[Case], days: Sequence[date], folder: Path) -> Iterator[Handed]:
    before = date.min
    heard = [day for day in days if day <= log.span.silent] or [days[0]]
    rated = [(case, answered(case.rating)) for case in recent if case.rating is not None]
    for day in heard:
        handed = Handed(RATINGS, day, _made(folder, RATINGS, day))
        told = [case for case, known in rated if before < known <= day]
        tables.write_table(handed.folder, "ratings", tables.rating_rows(told))
        if day == heard[-1]:
            write_hostile(handed.folder, ("ratings",))
        before = day
        yield handed


def _made(folder: Path, source: str, day: date) -> Path:
    made = folder / f"{day.isoformat()}-{source}"
    made.mkdir(parents=True, exist_ok=True)
    return made
