"""Drawn cities through files, intake and engine, against the same rules as plain loops: equal, finding by finding."""

import csv
import os
import random
from datetime import date, datetime, time, timedelta
from typing import Any

import plain_rules
import pytest

from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.intake.tokens import shown, token_of

AS_OF = date(2025, 9, 30)  # all drawn days lie within 2025
CASES = 150
SEEDS = range(30 if os.environ.get("XIEZHI_SOAK") == "1" else 1)
COUNTED = ("used_days", "late_days", "excluded_days", "notices")
MATTERS = ("M1", "M2", "M3", "M4", "M5", "M6")


class Dice(random.Random):
    """Draws with gaps: what a source leaves empty is None."""

    def gap(self, value: Any, chance: float = 0.2) -> Any:
        return None if self.random() < chance else value

    def day(self, first: date = date(2025, 1, 2), span: int = 220) -> date:
        return first + timedelta(self.randrange(span))

    def moment(self, on: date) -> datetime:
        return datetime.combine(on, time(self.randrange(24), self.randrange(60)))

    def after(self, moment: datetime, span: int) -> datetime:
        """Return a moment up to ``span`` days later, now and then the same one or an earlier one."""
        return moment + timedelta(minutes=self.choice([0, -1, 1, *[self.randrange(-1440, span * 1440)] * 6]))


def drawn(seed: int) -> plain_rules.Facts:
    dice = Dice(seed)
    facts: plain_rules.Facts = {"matters": [_matter(dice, number) for number in MATTERS[:-1]]}
    facts["cases"] = [_case(dice, f"C{number:03}") for number in range(CASES)]
    for name, make in (
        ("supplements", _supplement), ("ratings", _rating), ("special_procedures", _procedure),
        ("receipts", _receipt), ("case_events", _event),
    ):  # fmt: skip
        facts[name] = [
            make(dice, case, number)
            for case in facts["cases"]
            for number in range(dice.choice([0, 1, 1, 2, 3] if name != "case_events" else [0, 3, 6]))
        ]
    return facts


def _matter(dice: Dice, number: str) -> dict[str, Any]:
    return {
        "matter_no": number, "listed": dice.choice([True, True, False, None]), "listed_from": dice.gap(dice.day(), 0.6),
        "listed_to": dice.gap(dice.day(), 0.6), "statutory_days": dice.choice([None, 0, 7, 30]),
        "instant": dice.choice([True, False, None]), "other_law": dice.choice([True, False, None]),
        "fee_basis": dice.choice([None, "x", "y"]), "fee_standard": dice.choice([None, 0, 100, 300]),
    }  # fmt: skip


def _case(dice: Dice, case_no: str) -> dict[str, Any]:
    recent = dice.day(AS_OF - timedelta(45), 45)  # open cases near their last day
    received = dice.moment(dice.choice([recent, dice.day()]))
    accepted = dice.after(received, 12)
    decided = dice.after(accepted, 70)
    return {
        "case_no": case_no, "matter_no": dice.gap(dice.choice(MATTERS), 0.1), "received_at": dice.gap(received),
        "accepted_at": dice.gap(accepted), "decided_at": dice.gap(decided, 0.3),
        "closed_at": dice.gap(dice.after(decided, 9)), "issued_at": dice.gap(decided),
        "delivered_at": dice.gap(dice.after(decided, 40), 0.3), "due_at": dice.gap(dice.after(decided, 9)),
        "recorded_at": dice.gap(dice.after(decided, 2)),
        "outcome": dice.choice([None, None, "granted", "granted", "granted", "refused", "not_accepted", "withdrawn"]),
        "extension_days": dice.choice([None, 0, -3, 5, 25]), "joint": dice.choice([None, False, False, True]),
    }  # fmt: skip


def _near(dice: Dice, case: dict[str, Any]) -> datetime:
    known = case["accepted_at"] or case["received_at"] or dice.moment(dice.day())
    return dice.after(known, 20)


def _supplement(dice: Dice, case: dict[str, Any], number: int) -> dict[str, Any]:
    return {"case_no": case["case_no"], "notice_no": str(number), "notified_at": dice.gap(_near(dice, case), 0.3)}


def _rating(dice: Dice, case: dict[str, Any], number: int) -> dict[str, Any]:
    rated = _near(dice, case)
    return {
        "rating_no": f"{case['case_no']}-{number}", "case_no": case["case_no"],
        "grade": dice.choice(["satisfied", "dissatisfied", "very_dissatisfied"]), "rated_at": rated,
        "handled_on": dice.gap(dice.after(rated, 14).date()),
    }  # fmt: skip


def _procedure(dice: Dice, case: dict[str, Any], number: int) -> dict[str, Any]:
    started = _near(dice, case).date()
    return {
        "case_no": case["case_no"], "proc_no": str(number),
        "proc_kind": dice.choice([None, "site_check", "hearing", "testing", "expert_review"]),
        "started_on": dice.gap(started, 0.1), "ended_on": dice.gap(started + timedelta(dice.randrange(-2, 20))),
        "told_on": dice.gap(started + timedelta(dice.randrange(25)), 0.5),
    }  # fmt: skip


def _receipt(dice: Dice, case: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "receipt_no": f"{case['case_no']}-{number}", "case_no": case["case_no"],
        "amount": dice.choice([-100, 1, 100, 100, 200]), "received_on": _near(dice, case).date(),
    }  # fmt: skip


def _event(dice: Dice, case: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "case_no": case["case_no"], "activity": f"step {number}",
        "checkpoint": dice.choice([None, "CP1", "CP2", "CP4", "CP6", "CP7"]), "actor": dice.gap(dice.choice("甲乙丙")),
        "happened_at": _near(dice, case),
    }  # fmt: skip


def _cell(name: str, value: Any) -> str:
    if name in ("amount", "fee_standard") and value is not None:
        return f"{value / 100:.2f}"  # sources write yuan, the rules count fen
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture(scope="module", params=SEEDS)
def city(request, approvals, tmp_path_factory):
    """The facts as drawn, and the findings of a check over their files."""
    facts, folder = drawn(request.param), tmp_path_factory.mktemp("city")
    files = []
    for name, rows in facts.items():
        files.append(folder / f"{name}.csv")
        with files[-1].open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(rows[0])
            writer.writerows([_cell(name, value) for name, value in row.items()] for row in rows)
    wanted = tuple(rule.__name__ for rule in plain_rules.RULES)
    with run_check(Request(pack=approvals, files=files, as_of=AS_OF, only=wanted)) as outcome:
        assert outcome.batch.quarantined == {}
        assert [ran.indicator.id for ran in outcome.ran if ran.not_run] == []
        yield facts, list(outcome.findings)


def _found(finding: dict[str, Any]) -> plain_rules.Found:
    counted = next((finding["values"][name] for name in COUNTED if name in finding["values"]), None)
    part = tuple(str(value) for value in finding["part"].values())
    return finding["rule"], finding["subject_id"], part, finding["level"], counted


@pytest.mark.parametrize("rule", plain_rules.RULES, ids=lambda rule: rule.__name__)
def test_findings_are_those_of_the_plain_rule(city, rule) -> None:
    facts, findings = city
    tokens = {name: shown(token_of(name)) for name in "甲乙丙"}
    expected = {
        (name, subject, tuple(tokens.get(text, text) for text in part), level, counted)
        for name, subject, part, level, counted in rule(facts, AS_OF)
    }
    assert {_found(finding) for finding in findings if finding["indicator"] == rule.__name__} == expected


def test_the_city_shows_every_rule_and_level(city) -> None:
    facts, _ = city
    drawn_levels = {(rule.__name__, found[3]) for rule in plain_rules.RULES for found in rule(facts, AS_OF)}
    assert {name for name, _ in drawn_levels} == {rule.__name__ for rule in plain_rules.RULES}
    assert {level for _, level in drawn_levels} == {"notice", "orange", "red"}


def test_each_finding_is_there_once(city) -> None:
    _, findings = city
    identities = [(finding["indicator"], *_found(finding)[:3]) for finding in findings]
    assert len(set(identities)) == len(identities)
