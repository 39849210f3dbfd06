"""The city's files: one CSV a dataset, headings are its columns, times local, amounts in yuan."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from xiezhi.demo.case import Case
from xiezhi.demo.city import City

Cell = str | int | None
Row = Sequence[Cell]

COLUMNS = {
    "matters": "matter_no name organisation listed listed_from listed_to statutory_days promised_days instant"
    " quantity_limited other_law fee_basis fee_standard",
    "matter_steps": "matter_no checkpoint limit_days",
    "cases": "case_no matter_no title department window post channel applicant responsible received_at accepted_at"
    " decided_at closed_at issued_at delivered_at due_at recorded_at outcome extension_days extension_told joint"
    " qualified",
    "case_events": "case_no activity checkpoint actor started_at happened_at recorded_at",
    "supplements": "case_no notice_no notified_at items",
    "special_procedures": "case_no proc_no proc_kind started_on ended_on told_on",
    "receipts": "receipt_no case_no income_kind amount received_on collector",
    "deposits": "deposit_no receipt_no amount deposited_on",
    "ratings": "rating_no case_no window grade rated_at handled_on called_back",
}


def write_table(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write ``<name>.csv`` with its headings."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS[name].split())
        writer.writerows(rows)


def matter_rows(city: City, listed_from: str) -> Iterator[Row]:
    """Every matter of the list, in force since before the first case."""
    for matter in city.matters:
        yield (
            matter.number,
            matter.name,
            city.departments[matter.department],
            "true",
            listed_from,
            None,
            matter.statutory_days,
            matter.promised_days,
            _flag(matter.instant),
            _flag(matter.quota),
            "false",
            matter.fee_basis,
            yuan(matter.fee),
        )


def matter_step_rows(city: City) -> Iterator[Row]:
    """The limit of each step of each matter."""
    for matter in city.matters:
        for checkpoint, days in matter.steps.items():
            yield matter.number, checkpoint, days


def write_cases(folder: Path, cases: Sequence[Case], city: City) -> None:
    """Write the files of cases and of all that hangs on them, the ratings left out."""
    write_table(folder, "cases", case_rows(cases, city))
    write_table(folder, "case_events", event_rows(cases))
    write_table(folder, "supplements", supplement_rows(cases))
    write_table(folder, "special_procedures", procedure_rows(cases))
    write_table(folder, "receipts", receipt_rows(cases))
    write_table(folder, "deposits", deposit_rows(cases))


def case_rows(cases: Iterable[Case], city: City) -> Iterator[Row]:
    """One row a case."""
    for case in cases:
        matter = case.matter
        times = (case.received, case.accepted, case.decided, case.closed, case.issued, case.delivered, case.due)
        yield (
            case.number,
            case.matter_no,
            f"{matter.name} {case.number}",  # a title is shown and searched by everyone: it names nobody
            city.departments[matter.department],
            case.window,
            "承办岗",
            case.channel,
            case.applicant,
            case.responsible,
            *(_moment(time) for time in times),
            _moment(case.recorded),
            case.outcome,
            case.extension_days,
            _flag(case.extension_told),
            "false",
            _flag(case.qualified),
        )


def event_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a step."""
    for case in cases:
        for step in case.steps:
            times = (step.started, step.happened, step.recorded)
            yield case.number, step.activity, step.checkpoint, step.actor, *(_moment(time) for time in times)


def supplement_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a notice."""
    for case in cases:
        for number, moment in enumerate(case.supplements, start=1):
            yield case.number, str(number), _moment(moment), "申请表；身份证明"


def procedure_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a special procedure."""
    for case in cases:
        for number, procedure in enumerate(case.procedures, start=1):
            days = (procedure.started, procedure.ended, procedure.told)
            yield case.number, str(number), procedure.kind, *(_day(day) for day in days)


def receipt_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a fee taken."""
    for case in cases:
        for receipt in case.receipts:
            amount, day = yuan(receipt.amount), _day(receipt.day)
            yield receipt.number, case.number, receipt.kind, amount, day, receipt.collector


def deposit_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a payment into the treasury."""
    for case in cases:
        for receipt in case.receipts:
            for number, (day, amount) in enumerate(receipt.deposits, start=1):
                yield f"{receipt.number}-{number}", receipt.number, yuan(amount), _day(day)


def rating_rows(cases: Iterable[Case]) -> Iterator[Row]:
    """One row a rating."""
    for case in cases:
        rating = case.rating
        if rating is not None:
            times = (_moment(rating.at), _day(rating.handled))
            yield f"PJ-{case.number}", case.number, case.window, rating.grade, *times, _flag(rating.called_back)


def yuan(amount: int | None) -> str | None:
    """Return 分 as yuan with two decimals."""
    return None if amount is None else f"{amount // 100}.{amount % 100:02}"


def _moment(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(" ")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _flag(value: bool | None) -> str | None:  # noqa: FBT001  a cell, not a switch
    return None if value is None else str(value).lower()
