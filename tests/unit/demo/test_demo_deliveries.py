"""All deliveries together say what the log says; what was told differently at first is told rightly in the end."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from xiezhi.demo.deliveries import ARCHIVE, CASES, RATINGS, Handed, withdrawn, write_deliveries
from xiezhi.demo.generate import Log, make_log, write_log

KEYS = {
    "cases": ("case_no",),
    "case_events": ("case_no", "activity", "happened_at"),
    "supplements": ("case_no", "notice_no"),
    "special_procedures": ("case_no", "proc_no"),
    "receipts": ("receipt_no",),
    "deposits": ("deposit_no",),
    "ratings": ("rating_no",),
    "matters": ("matter_no",),
    "matter_steps": ("matter_no", "checkpoint"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Log, Path, tuple[Handed, ...]]:
    folder = tmp_path_factory.mktemp("told")
    log = make_log(seed=11, scale=0.2, today=date(2026, 5, 12))
    write_log(log, folder)
    return log, folder, write_deliveries(log, folder / "deliveries")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", sorted(KEYS))
def test_deliveries_add_up_to_the_log(told, name) -> None:
    log, folder, handed = told
    gone = {row["case_no"] for row in withdrawn(log).keys["cases"]}
    gone |= {row["receipt_no"] for row in withdrawn(log).keys["receipts"]}
    known = {}
    for delivery in handed:
        path = delivery.folder / f"{name}.csv"
        for row in _rows(path) if path.exists() else ():
            if row.get("case_no") not in gone and row.get("receipt_no") not in gone:
                known[tuple(row[key] for key in KEYS[name])] = row
    whole = {tuple(row[key] for key in KEYS[name]): row for row in _rows(folder / f"{name}.csv")}
    assert whole
    assert known == whole


def test_sources_come_in_their_rhythm(told) -> None:
    log, _, handed = told
    assert {one.source for one in handed} == {CASES, RATINGS, ARCHIVE}
    register, *weekly = [one.day for one in handed if one.source == CASES]
    assert register < weekly[0]
    assert [(b - a).days for a, b in pairwise(weekly[:-1])] == [7] * (len(weekly) - 2)
    assert weekly[-1] == log.span.last == date(2026, 5, 11)
    assert max(one.day for one in handed if one.source == RATINGS) <= log.span.silent


def test_what_was_told_at_first_is_corrected_later(told) -> None:
    log, _, handed = told
    assert log.plot.amended
    for first, case in log.plot.amended:
        tables = ("cases", "receipts")
        said = {name: [] for name in tables}
        for delivery in [one for one in handed if one.source == CASES][1:]:
            for name in tables:
                said[name] += [r for r in _rows(delivery.folder / f"{name}.csv") if r["case_no"] == case.number]
        assert len(said["cases"]) == 2
        assert said["cases"][0] != said["cases"][1] or said["receipts"][0] != said["receipts"][1]
        assert first.number == case.number


def test_people_are_at_work_on_the_last_day(told) -> None:
    log, _, handed = told
    (last,) = [one for one in handed if one.source == CASES and one.day == log.span.last]
    numbers = {row["case_no"] for row in _rows(last.folder / "cases.csv")}
    assert log.under_way
    assert log.under_way <= numbers
