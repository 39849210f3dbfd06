"""The rules of approvals a second time, as plain loops over dicts: from the pages and the law, not from the SQL.

Each function takes the drawn facts and yields ``(rule, subject, part, level, counted)``. The calendar of 2025 is that
of the State Council's notice, written out by hand.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

Facts = dict[str, list[dict[str, Any]]]
Found = tuple[str, str, tuple[str, ...], str, int | None]

_SPANS = (
    (date(2025, 1, 1), 1), (date(2025, 1, 28), 8), (date(2025, 4, 4), 3), (date(2025, 5, 1), 5),
    (date(2025, 5, 31), 3), (date(2025, 10, 1), 8),
)  # fmt: skip
_HOLIDAYS = {first + timedelta(n) for first, length in _SPANS for n in range(length)}
_WORKED = {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)}
_ARTICLE_45 = {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"}
_APART = [("CP2", "CP4"), ("CP2", "CP7"), ("CP4", "CP7"), ("CP2", "CP6"), ("CP4", "CP6"), ("CP6", "CP7")]
_CAPS = {False: (20, 10), True: (45, 15)}  # joint handling or not: limit and longest extension, Art. 42


def works(day: date) -> bool:
    return day in _WORKED or (day.weekday() < 5 and day not in _HOLIDAYS)


def worked(after: date, last: date, but: frozenset[date] = frozenset()) -> int:
    """Return working days after one day up to and including another; negative when the second is the earlier."""
    if last < after:
        return -worked(last, after, but)
    days = (after + timedelta(n) for n in range(1, (last - after).days + 1))
    return sum(works(day) and day not in but for day in days)


def day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _by(rows: list[dict[str, Any]], name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _level(over: int, *, still_open: bool, red: int | None) -> str | None:
    if red is not None and over >= red:
        return "red"
    if over >= 1:
        return "orange"
    return "notice" if still_open and over in (-1, 0) else None


def supplement_late(facts: Facts, as_of: date) -> Iterator[Found]:
    notices = _by([row for row in facts["supplements"] if row["notified_at"]], "case_no")
    for case in facts["cases"]:
        received, told = day(case["received_at"]), notices.get(case["case_no"], [])
        if received is None:
            continue
        if told:
            used = worked(received, min(row["notified_at"] for row in told).date())
            if used > 5:
                yield "late", case["case_no"], (), "orange", used
        elif case["accepted_at"] is None and case["outcome"] is None:
            used = worked(received, as_of)
            level = _level(used - 5, still_open=True, red=None)
            if level:
                yield "silent", case["case_no"], (), level, used


def supplements_repeated(facts: Facts, _as_of: date) -> Iterator[Found]:
    for case_no, rows in _by([row for row in facts["supplements"] if row["notified_at"]], "case_no").items():
        if len(rows) > 1:
            yield "repeated", case_no, (), "orange", len(rows)


def delivery_late(facts: Facts, as_of: date) -> Iterator[Found]:
    for case in facts["cases"]:
        if case["outcome"] == "granted" and case["decided_at"]:
            used = worked(day(case["decided_at"]), day(case["delivered_at"]) or as_of)
            level = _level(used - 10, still_open=case["delivered_at"] is None, red=10)
            if level:
                yield "late", case["case_no"], (), level, used


def bad_rating_unanswered(facts: Facts, as_of: date) -> Iterator[Found]:
    for row in facts["ratings"]:
        if row["grade"] in ("dissatisfied", "very_dissatisfied"):
            used = worked(day(row["rated_at"]), row["handled_on"] or as_of)
            level = _level(used - 5, still_open=row["handled_on"] is None, red=None)
            if level:
                yield "unanswered", row["case_no"], (row["rating_no"],), level, used


def entered_after_issue(facts: Facts, _as_of: date) -> Iterator[Found]:
    on_the_spot = {row["matter_no"] for row in facts["matters"] if row["instant"]}
    for case in facts["cases"]:
        issued, entered = case["issued_at"], case["recorded_at"]
        if issued and entered and entered > issued:
            excused = case["matter_no"] in on_the_spot and entered.date() == issued.date()
            if not excused:
                yield "entered_after", case["case_no"], (), "orange", worked(issued.date(), entered.date())


def _article_45(facts: Facts) -> list[dict[str, Any]]:
    return [
        row
        for row in facts["special_procedures"]
        if row["proc_kind"] in _ARTICLE_45
        and row["started_on"]
        and (row["ended_on"] is None or row["ended_on"] >= row["started_on"])
    ]


def excluded_time_untold(facts: Facts, as_of: date) -> Iterator[Found]:
    for row in _article_45(facts):
        start, end, told = row["started_on"], row["ended_on"], row["told_on"]
        counted = worked(start - timedelta(1), end or as_of)
        part = (row["proc_no"],)
        if told is None:
            running = end is None or end > as_of
            yield "untold", row["case_no"], part, "notice" if running else "orange", counted
        elif end is not None and told > end:
            yield "told_after_end", row["case_no"], part, "notice", counted


def fee_without_basis(facts: Facts, _as_of: date) -> Iterator[Found]:
    matters = {row["matter_no"]: row for row in facts["matters"]}
    cases = {row["case_no"]: row for row in facts["cases"]}
    for case_no, rows in _by(facts["receipts"], "case_no").items():
        matter = matters.get(cases[case_no]["matter_no"]) if case_no in cases else None
        total = sum(row["amount"] for row in rows)
        if matter is None:
            continue
        if not (matter["fee_basis"] or "").strip():
            if total >= 1:
                yield "no_basis", case_no, (), "orange", None
        elif matter["fee_standard"] is not None and total > matter["fee_standard"]:
            yield "over_standard", case_no, (), "orange", None


def matter_off_list(facts: Facts, _as_of: date) -> Iterator[Found]:
    matters = {row["matter_no"]: row for row in facts["matters"]}
    for case in facts["cases"]:
        accepted = day(case["accepted_at"])
        if case["matter_no"] is None or accepted is None:
            continue
        matter = matters.get(case["matter_no"])
        if matter is None or matter["listed"] is False or not _in_force(matter, accepted):
            yield "off_list", case["case_no"], (), "orange", None


def _in_force(matter: dict[str, Any], on: date) -> bool:
    first, after = matter["listed_from"], matter["listed_to"]
    return (first is None or on >= first) and (after is None or on < after)


def due_missed(facts: Facts, as_of: date) -> Iterator[Found]:
    for case in facts["cases"]:
        due, end = case["due_at"], case["closed_at"]
        if due and (end > due if end else due.date() < as_of):
            yield "missed", case["case_no"], (), "orange", worked(due.date(), day(end) or as_of)


def last_event_after_due(facts: Facts, _as_of: date) -> Iterator[Found]:
    events = _by(facts["case_events"], "case_no")
    for case in facts["cases"]:
        times = [row["happened_at"] for row in events.get(case["case_no"], [])]
        if case["due_at"] and times and max(times) > case["due_at"]:
            yield "after_due", case["case_no"], (), "orange", None


def duties_not_separated(facts: Facts, _as_of: date) -> Iterator[Found]:
    for case_no, rows in _by(facts["case_events"], "case_no").items():
        for first, second in _APART:
            did_first = {row["actor"] for row in rows if row["checkpoint"] == first}
            did_second = {row["actor"] for row in rows if row["checkpoint"] == second}
            for actor in sorted((did_first & did_second) - {None}):
                yield "same_person", case_no, (first, second, actor), "orange", None


def decision_late(facts: Facts, as_of: date) -> Iterator[Found]:
    matters = {row["matter_no"]: row for row in facts["matters"]}
    excluded = _by(_article_45(facts), "case_no")
    for case in facts["cases"]:
        limit = _limit(case, matters.get(case["matter_no"]))
        if limit is None:
            continue
        end = day(case["decided_at"]) or as_of
        stretches = [(row["started_on"], row["ended_on"] or end) for row in excluded.get(case["case_no"], [])]
        but = frozenset(a + timedelta(n) for a, b in stretches for n in range((b - a).days + 1))
        used = worked(day(case["accepted_at"]), end, but)
        level = _level(used - limit, still_open=case["decided_at"] is None, red=10)
        if level:
            yield "late", case["case_no"], (), level, used


def _limit(case: dict[str, Any], matter: dict[str, Any] | None) -> int | None:
    """Return the working days that a decision may take; None where the case has no limit, or none to be measured."""
    ended_otherwise = case["outcome"] in ("not_accepted", "withdrawn", "terminated")
    undated = case["decided_at"] is None and case["outcome"] in ("granted", "refused")
    if case["accepted_at"] is None or ended_otherwise or undated or (matter and matter["instant"]):
        return None
    general, cap = _CAPS[bool(case["joint"])]
    extension = min(max(case["extension_days"] or 0, 0), cap)
    if case["joint"] or matter is None:
        return general + extension
    if matter["statutory_days"]:
        return matter["statutory_days"] + extension
    return None if matter["other_law"] else general + extension


RULES = (
    bad_rating_unanswered, decision_late, delivery_late, due_missed, duties_not_separated, entered_after_issue,
    excluded_time_untold, fee_without_basis, last_event_after_due, matter_off_list, supplement_late,
    supplements_repeated,
)  # fmt: skip
