"""The generated files read back by plain csv, and every rule of the city judged again by a plain loop."""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar

Row = dict[str, str]


class City:
    def __init__(self, folder: Path, hostile: dict[str, int]) -> None:
        self.tables = {path.stem: _rows(path) for path in folder.glob("*.csv")}
        for name, number in hostile.items():
            del self.tables[name][-number:]
        self.cases = {row["case_no"]: row for row in self.tables["cases"]}
        self.matters = {row["matter_no"]: row for row in self.tables["matters"]}

    def of_case(self, table: str) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in self.tables[table]:
            found[row["case_no"]].append(row)
        return found


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def working_days(start: date, end: date) -> int:
    return sum(chinese_calendar.is_workday(start + timedelta(n)) for n in range(1, (end - start).days + 1))


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _level(over: int, red: int | None) -> str | None:
    if over < 1:
        return None
    return "red" if red is not None and over >= red else "orange"


def decision_late(city: City, as_of: date) -> dict[str, str]:
    pauses = city.of_case("special_procedures")
    found = {}
    for number, case in city.cases.items():
        if not case["accepted_at"] or case["outcome"] == "withdrawn":
            continue
        start, end = day(case["accepted_at"]), day(case["decided_at"]) if case["decided_at"] else as_of
        away = set()
        for pause in pauses[number]:
            first, last = day(pause["started_on"]), day(pause["ended_on"]) if pause["ended_on"] else end
            away |= {first + timedelta(n) for n in range((last - first).days + 1)}
        used = sum(
            chinese_calendar.is_workday(start + timedelta(n)) and start + timedelta(n) not in away
            for n in range(1, (end - start).days + 1)
        )
        limit = int(city.matters[case["matter_no"]]["statutory_days"]) + int(case["extension_days"])
        level = _level(used - limit, 10)
        if level:
            found[number] = level
    return found


def delivery_late(city: City, as_of: date) -> dict[str, str]:
    found = {}
    for number, case in city.cases.items():
        if case["outcome"] == "granted":
            end = day(case["delivered_at"]) if case["delivered_at"] else as_of
            level = _level(working_days(day(case["decided_at"]), end) - 10, 10)
            if level:
                found[number] = level
    return found


def bad_rating(city: City, as_of: date) -> dict[str, str]:
    found = {}
    for row in city.tables["ratings"]:
        if row["grade"] in ("dissatisfied", "very_dissatisfied"):
            end = day(row["handled_on"]) if row["handled_on"] else as_of
            if working_days(day(row["rated_at"]), end) > 5:
                found[row["case_no"]] = "orange"
    return found


def repeated(city: City, _as_of: date) -> dict[str, str]:
    return {number: "orange" for number, rows in city.of_case("supplements").items() if len(rows) > 1}


def untold(city: City, _as_of: date) -> dict[str, str]:
    return {row["case_no"]: "orange" for row in city.tables["special_procedures"] if not row["told_on"]}


def same_person(city: City, _as_of: date) -> dict[str, str]:
    found = {}
    for number, rows in city.of_case("case_events").items():
        actors = {code: {r["actor"] for r in rows if r["checkpoint"] == code} for code in ("CP2", "CP4", "CP7")}
        if any(actors[a] & actors[b] for a, b in (("CP2", "CP4"), ("CP2", "CP7"), ("CP4", "CP7"))):
            found[number] = "orange"
    return found


def off_list(city: City, _as_of: date) -> dict[str, str]:
    found = {}
    for number, case in city.cases.items():
        matter = city.matters[case["matter_no"]]
        gone = matter["listed_to"] and case["accepted_at"] and case["accepted_at"][:10] >= matter["listed_to"]
        if case["accepted_at"] and (matter["listed"] != "true" or gone):
            found[number] = "orange"
    return found


def no_basis(city: City, _as_of: date) -> dict[str, str]:
    cases = city.cases
    rows = city.tables["receipts"]
    return {r["case_no"]: "orange" for r in rows if not city.matters[cases[r["case_no"]]["matter_no"]]["fee_basis"]}


def not_deposited(city: City, as_of: date) -> dict[str, str]:
    """What was paid in full by the next working day, or may still be, is no doubtful point."""
    paid = defaultdict(float)
    for row in city.tables["deposits"]:
        paid[row["receipt_no"]] += float(row["amount"])
    unfounded = no_basis(city, as_of)
    return {
        r["case_no"]: "orange"
        for r in city.tables["receipts"]
        if round(paid[r["receipt_no"]] - float(r["amount"]), 2) != 0
        and r["case_no"] not in unfounded
        and _next_working_day(day(r["received_on"])) <= as_of
    }


def _next_working_day(day: date) -> date:
    following = day + timedelta(1)
    while not chinese_calendar.is_workday(following):
        following += timedelta(1)
    return following


def over_standard(city: City, _as_of: date) -> dict[str, str]:
    found = {}
    for row in city.tables["receipts"]:
        standard = city.matters[city.cases[row["case_no"]]["matter_no"]]["fee_standard"]
        if standard and float(row["amount"]) > float(standard):
            found[row["case_no"]] = "orange"
    return found


def deposited_late(city: City, _as_of: date) -> dict[str, str]:
    last = defaultdict(str)
    for row in city.tables["deposits"]:
        last[row["receipt_no"]] = max(last[row["receipt_no"]], row["deposited_on"])
    return {
        r["case_no"]: "orange"
        for r in city.tables["receipts"]
        if last[r["receipt_no"]] and working_days(day(r["received_on"]), day(last[r["receipt_no"]])) > 1
    }


def notice_late(city: City, _as_of: date) -> dict[str, str]:
    first = {number: min(row["notified_at"] for row in rows) for number, rows in city.of_case("supplements").items()}
    cases = city.cases
    return {n: "orange" for n, told in first.items() if working_days(day(cases[n]["received_at"]), day(told)) > 5}


def silent(city: City, as_of: date) -> dict[str, str]:
    told = city.of_case("supplements")
    return {
        n: "orange"
        for n, c in city.cases.items()
        if not c["accepted_at"]
        and not c["outcome"]
        and n not in told
        and working_days(day(c["received_at"]), as_of) > 5
    }


def overtaken(city: City, _as_of: date) -> dict[str, str]:
    lines = defaultdict(list)
    for case in city.cases.values():
        limited = city.matters[case["matter_no"]]["quantity_limited"] == "true"
        if limited and case["qualified"] == "true" and case["accepted_at"]:
            lines[case["matter_no"]].append(case)
    return {
        a["case_no"]: "orange"
        for line in lines.values()
        for a in line
        for b in line
        if b["accepted_at"] > a["accepted_at"]
        and b["decided_at"]
        and (not a["decided_at"] or b["decided_at"][:10] < a["decided_at"][:10])
    }


def step_late(city: City, as_of: date) -> dict[str, str]:
    """Where a case is in time as a whole: each checkpoint from the step before, the excluded procedure taken off."""
    limits = {(row["matter_no"], row["checkpoint"]): int(row["limit_days"]) for row in city.tables["matter_steps"]}
    late, pauses, told = decision_late(city, as_of), city.of_case("special_procedures"), city.of_case("supplements")
    found = {}
    for number, rows in city.of_case("case_events").items():
        matter = city.cases[number]["matter_no"]
        for before, row in pairwise(rows):
            limit = limits.get((matter, row["checkpoint"]))
            if limit is None or number in late or (number in told and row["checkpoint"] == "CP2"):
                continue
            used = working_days(day(before["happened_at"]), day(row["happened_at"]))
            if row["checkpoint"] == "CP5":
                used -= sum(_length(pause) for pause in pauses[number])
            if used > limit:
                found[number] = "orange"
    return found


def _length(pause: Row) -> int:
    return working_days(day(pause["started_on"]) - timedelta(1), day(pause["ended_on"]))


def after_issue(city: City, _as_of: date) -> dict[str, str]:
    return {n: "orange" for n, c in city.cases.items() if c["issued_at"] and c["recorded_at"] > c["issued_at"]}


def due_missed(city: City, as_of: date) -> dict[str, str]:
    found = {}
    for number, case in city.cases.items():
        if case["due_at"]:
            late = case["closed_at"] > case["due_at"] if case["closed_at"] else day(case["due_at"]) < as_of
            if late:
                found[number] = "orange"
    return found


def after_due(city: City, _as_of: date) -> dict[str, str]:
    events = city.of_case("case_events")
    return {
        n: "orange"
        for n, c in city.cases.items()
        if c["due_at"] and max((e["happened_at"] for e in events[n]), default="") > c["due_at"]
    }
