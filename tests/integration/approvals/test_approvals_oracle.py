"""Indicators against plain loops over a hand-made calendar, on drawn cases: the SQL and the loop share nothing."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from xiezhi.engine.lint import lint_pack
from xiezhi.engine.packs.model import Example

FIRST, LAST = date(2025, 8, 1), date(2025, 12, 31)
# State Council notice for 2025: National Day and Mid-Autumn, with two weekend days worked in exchange.
HOLIDAYS = {date(2025, 10, day) for day in range(1, 9)}
WORKED = {date(2025, 9, 28), date(2025, 10, 11)}
SEEDS = range(40 if os.environ.get("XIEZHI_SOAK") == "1" else 4)
CASES = 40


def is_work(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(1)


def work_days(after: date, last: date, skipped: set[date] = frozenset()) -> int:
    return sum(is_work(day) and day not in skipped for day in days(after + timedelta(1), last))


def draw_day(dice: random.Random, first: date = date(2025, 9, 1), span: int = 60) -> date:
    return first + timedelta(dice.randrange(span))


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  drawn cases, no secrets


def cell(value: object) -> str:
    return "" if value is None else str(value).lower()


def at(day: date | None, hour: int = 9) -> str:
    return "" if day is None else f"{day.isoformat()} {hour:02}:00"


def told(pack, name: str, examples: list[Example]) -> list[str]:
    """Return what the indicator does differently from what the examples expect."""
    indicator = replace(pack.indicators[name], examples=tuple(examples))
    report = lint_pack(replace(pack, indicators={name: indicator}), only=(name,), complete=False)
    assert report.examples == len(examples)
    return [str(issue) for issue in report.issues]


def drawn(seed: int, given: dict, expect: list[dict[str, str]], parameters: dict[str, str] | None = None) -> Example:
    return Example(f"seed {seed}", 1, LAST, given, tuple(expect), parameters=parameters or {})


@pytest.mark.parametrize("excluded", [True, False])
def test_decisions(pack, excluded) -> None:
    assert told(pack, "decision_late", [draw_decisions(seed, excluded=excluded) for seed in SEEDS]) == []


def draw_decisions(seed: int, *, excluded: bool) -> Example:
    dice = dice_of(seed)
    cases, procedures, expect = [], [], []
    for number in range(CASES):
        case_no = f"C{number}"
        accepted = draw_day(dice)
        decided = None if dice.random() < 0.2 else accepted + timedelta(dice.randrange(60))
        extension, joint = dice.choice([0, 0, 3, 10, 25]), dice.random() < 0.2
        cases.append({
            "case_no": case_no, "accepted_at": at(accepted), "decided_at": at(decided, 16),
            "extension_days": str(extension), "joint": cell(joint),
        })  # fmt: skip
        skipped: set[date] = set()
        for proc_no in range(dice.choice([0, 0, 1, 3])):
            started = draw_day(dice, accepted - timedelta(5), 30)
            ended = None if dice.random() < 0.2 else started + timedelta(dice.randrange(12))
            kind, told = dice.choice(["hearing", "testing", "site_check"]), dice.random() < 0.5
            procedures.append({
                "case_no": case_no, "proc_no": str(proc_no), "proc_kind": kind, "started_on": cell(started),
                "ended_on": cell(ended), "told_on": cell(started if told else None),
            })  # fmt: skip
            if kind != "site_check" and (told or excluded):
                skipped |= set(days(started, ended or LAST))
        used = work_days(accepted, decided or LAST, skipped)
        limit = 45 + min(extension, 15) if joint else 20 + min(extension, 10)
        over = used - limit
        if over >= 1 or (decided is None and over in (-1, 0)):
            level = "red" if over >= 10 else "orange" if over >= 1 else "notice"
            expect.append({
                "rule": "late", "subject_id": case_no, "level": level, "used_days": str(used),
                "limit_days": str(limit), "overdue_days": str(over), "still_open": cell(decided is None),
            })  # fmt: skip
    assert expect
    given = {"cases": tuple(cases), "special_procedures": tuple(procedures)}
    return drawn(seed, given, expect, {"untold_time_is_excluded": cell(excluded)})


def test_order(pack) -> None:
    assert told(pack, "order_of_acceptance", [draw_order(seed) for seed in SEEDS]) == []


def draw_order(seed: int) -> Example:
    dice = dice_of(seed)
    lines = []
    for number in range(CASES):
        accepted = draw_day(dice, span=15)
        decided = None if dice.random() < 0.2 else accepted + timedelta(1 + dice.randrange(15))
        outcome = dice.choice(["granted", "granted", "refused", "withdrawn"]) if decided else ""
        lines.append((f"C{number}", dice.choice(["M1", "M2"]), accepted, decided, outcome, dice.random() < 0.8))
    queue = [line for line in lines if line[5] and line[4] != "withdrawn" and line[1] == "M1"]
    expect = []
    for case_no, _, accepted, decided, _, _ in queue:
        granted = [line[3] for line in queue if line[2] > accepted and line[4] == "granted"]
        if granted and (decided is None or decided > min(granted)):
            expect.append({
                "rule": "overtaken", "subject_id": case_no, "level": "orange", "overtaken_on": cell(min(granted)),
                "overtakers": str(granted.count(min(granted))),
            })  # fmt: skip
    assert expect
    cases = tuple(
        {
            "case_no": case_no, "matter_no": matter, "accepted_at": at(accepted), "decided_at": at(decided),
            "outcome": outcome, "qualified": cell(qualified),
        }
        for case_no, matter, accepted, decided, outcome, qualified in lines
    )  # fmt: skip
    matters = (
        {"matter_no": "M1", "quantity_limited": "true", "other_law": "false"},
        {"matter_no": "M2", "quantity_limited": "false", "other_law": "false"},
    )
    return drawn(seed, {"cases": cases, "matters": matters}, expect)


def test_deposits(pack) -> None:
    assert told(pack, "fee_not_deposited", [draw_deposits(seed) for seed in SEEDS]) == []


def draw_deposits(seed: int) -> Example:
    dice = dice_of(seed)
    receipts, deposits, expect = [], [], []
    for number in range(CASES):
        receipt_no, received, amount = f"R{number}", draw_day(dice, span=100), dice.randrange(1, 500)
        receipts.append({
            "receipt_no": receipt_no, "case_no": f"C{number % 7}", "amount": str(amount), "received_on": cell(received),
        })  # fmt: skip
        paid = sorted(
            (received + timedelta(dice.randrange(6)), dice.randrange(1, 400)) for _ in range(dice.randrange(3))
        )
        for part, (day, part_amount) in enumerate(paid):
            deposits.append({
                "deposit_no": f"D{number}-{part}", "receipt_no": receipt_no, "amount": str(part_amount),
                "deposited_on": cell(day),
            })  # fmt: skip
        full = next((day for day, _ in paid if sum(x for d, x in paid if d <= day) >= amount), None)
        over = work_days(received, full or LAST) - 1
        if over >= 1:
            rule = "missing" if full is None else "late"
            level = "red" if full is None and over >= 10 else "orange"
            missing = amount - sum(part_amount for _, part_amount in paid)
            expect.append({
                "rule": rule, "receipt_no": receipt_no, "level": level, "overdue_days": str(over),
                "missing_amount": str(missing), "full_on": cell(full),
            })  # fmt: skip
    assert expect
    given = {"receipts": tuple(receipts), "deposits": tuple(deposits)}
    return drawn(seed, given, expect)


def test_steps(pack) -> None:
    assert told(pack, "step_late", [draw_steps(seed) for seed in SEEDS]) == []


def draw_steps(seed: int) -> Example:
    dice = dice_of(seed)
    cases, events, procedures, expect = [], [], [], []
    limits = {"CP2": 5, "CP3": 1, "CP4": 4}
    for number in range(CASES // 2):
        case_no, accepted = f"C{number}", draw_day(dice)
        times, day = [], accepted
        for step in ["CP1", *dice.choices(["CP2", "CP3", "CP4", "CP6", ""], k=4)]:
            times.append((step, day))
            day += timedelta(dice.randrange(9))
        decided = times[-1][1]
        cases.append(
            {"case_no": case_no, "matter_no": "M1", "accepted_at": at(accepted), "decided_at": at(decided, 20)}
        )
        skipped: set[date] = set()
        for proc_no in range(dice.choice([0, 1, 2])):
            started = draw_day(dice, accepted, 20)
            ended = started + timedelta(dice.randrange(6))
            skipped |= set(days(started, ended))
            procedures.append({
                "case_no": case_no, "proc_no": str(proc_no), "proc_kind": "appraisal", "started_on": cell(started),
                "ended_on": cell(ended), "told_on": cell(started),
            })  # fmt: skip
        used: dict[str, int] = {}
        for place, (step, ended_on) in enumerate(times):
            events.append({
                "case_no": case_no, "activity": f"step {place}", "checkpoint": step,
                "happened_at": at(ended_on, 9 + place),
            })  # fmt: skip
            if place and step:
                used[step] = used.get(step, 0) + work_days(times[place - 1][1], ended_on, skipped)
        if work_days(accepted, decided, skipped) <= 20:
            expect += [
                {"rule": "late", "subject_id": case_no, "checkpoint": step, "used_days": str(taken)}
                for step, taken in used.items()
                if step in limits and taken > limits[step]
            ]
    assert expect
    given = {
        "cases": tuple(cases), "case_events": tuple(events), "special_procedures": tuple(procedures),
        "matter_steps": ({"matter_no": "M1", "checkpoint": "CP4", "limit_days": "4"},),
    }  # fmt: skip
    return drawn(seed, given, expect)


def test_a_wrong_expectation_is_seen(pack) -> None:
    """The comparison itself tells: the same example with one number changed does not hold."""
    example = next(found for found in pack.indicators["decision_late"].examples if found.expect)
    wrong = replace(example, expect=({**example.expect[0], "used_days": "99"},))
    assert told(pack, "decision_late", [example]) == []
    assert len(told(pack, "decision_late", [wrong])) == 1
