"""How the city's facts arrived: an archive, weekly deliveries of cases, and ratings until their register fell silent.

All deliveries together say what the files of the log say. A case is handed over in the week in which it was finished,
those that are under way in the last delivery; some are handed over earlier, or were told differently at first.
"""

from collections.abc import Iterator, Sequence
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
_AMENDED_AFTER = timedelta(14)


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
    return Withdrawn(evenings(log)[3], {name: rows for name, rows in keys.items() if rows})


def _of_cases(log: Log, recent: Sequence[Case], days: Sequence[date], folder: Path) -> Iterator[Handed]:
    before = date.min
    for number, day in enumerate(days):
        last = number == len(days) - 1
        handed = Handed(CASES, day, _made(folder, CASES, day))
        told = list(_told(log, recent, before, day, last=last))
        if number == 0:
            tables.write_table(handed.folder, "matters", register_rows(log))
            tables.write_table(handed.folder, "matter_steps", tables.matter_step_rows(log.city))
        if number == 1:
            told += log.plot.mistaken
        tables.write_cases(handed.folder, told, log.city)
        if last:
            write_hostile(handed.folder, [name for name in HOSTILE if name != "ratings"])
        before = day
        yield handed


def _told(log: Log, recent: Sequence[Case], before: date, day: date, *, last: bool) -> Iterator[Case]:
    """Yield what one delivery tells: what was finished since the one before, and at last all that is under way."""
    early = {case.number for case in log.plot.early}
    first = {case.number: told for told, case in log.plot.amended}
    for case in recent:
        done = finished(case)
        if case.number in log.under_way:
            if last:
                yield case
            continue
        if before < done <= day:
            yield first.get(case.number, case)
        elif case.number in early and case.received.date() <= day < done:
            yield until(case, day)
        if case.number in first and before < done + _AMENDED_AFTER <= day:
            yield case


def _of_ratings(log: Log, recent: Sequence[Case], days: Sequence[date], folder: Path) -> Iterator[Handed]:
    before = date.min
    heard = [day for day in days if day <= log.span.silent]
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
