"""The same questions as the packs ask, answered again by plain loops over the files: sets of cases, no engine.

Written apart from the product on purpose: lxml and csv read, ``datetime`` compares, ``holidays`` knows the rest days.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from lxml import etree

Case = tuple[dict[str, str], list[dict[str, str]]]  # attributes of the trace, attributes of each event

AMSTERDAM, ROME = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Europe/Rome")


def csv_cases(path: Path) -> dict[str, Case]:
    found: dict[str, Case] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            trace = {
                name.removeprefix("case:"): text for name, text in row.items() if name.startswith("case:") and text
            }
            event = {name: text for name, text in row.items() if not name.startswith("case:") and text}
            found.setdefault(trace["concept:name"], (trace, []))[1].append(event)
    return found


def xes_cases(path: Path) -> dict[str, Case]:
    return dict(_traces(path))


def _traces(path: Path) -> Iterator[tuple[str, Case]]:
    with gzip.open(path, "rb") as stream:
        for _, element in etree.iterparse(stream, tag="{*}trace"):
            trace = {c.get("key"): c.get("value") for c in element if not c.tag.endswith("event")}
            events = [{c.get("key"): c.get("value") for c in e} for e in element if e.tag.endswith("event")]
            yield trace["concept:name"], (trace, events)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local_day(text: str, zone: ZoneInfo) -> date:
    return instant(text).astimezone(zone).date()


def ended(cases: dict[str, Case], end: str) -> set[str]:
    return {case for case, (trace, _) in cases.items() if end in trace}


def ended_late(cases: dict[str, Case], due: str, end: str) -> set[str]:
    """Cases whose recorded end is a later instant than their deadline."""
    both = ((case, trace) for case, (trace, _) in cases.items() if due in trace and end in trace)
    return {case for case, trace in both if instant(trace[end]) > instant(trace[due])}


def ended_late_by_days(cases: dict[str, Case], due: str, end: str, zone: ZoneInfo) -> set[str]:
    both = ((case, trace) for case, (trace, _) in cases.items() if due in trace and end in trace)
    return {case for case, trace in both if local_day(trace[end], zone) > local_day(trace[due], zone)}


def last_event_late(cases: dict[str, Case], due: str) -> set[str]:
    dated = ((case, trace[due], events) for case, (trace, events) in cases.items() if due in trace)
    return {case for case, limit, events in dated if _last(events) > instant(limit)}


def last_event_late_by_days(cases: dict[str, Case], due: str, zone: ZoneInfo) -> set[str]:
    dated = ((case, trace[due], events) for case, (trace, events) in cases.items() if due in trace)
    return {case for case, limit, events in dated if _last(events).astimezone(zone).date() > local_day(limit, zone)}


def open_late(cases: dict[str, Case], due: str, end: str, zone: ZoneInfo, as_of: date) -> set[str]:
    """Cases without an end whose deadline is a day before ``as_of``."""
    still = ((case, trace) for case, (trace, _) in cases.items() if due in trace and end not in trace)
    return {case for case, trace in still if local_day(trace[due], zone) < as_of}


def both_steps(cases: dict[str, Case], first: str, second: str) -> set[str]:
    return {case for case, (_, events) in cases.items() if _actors(events, first) and _actors(events, second)}


def one_actor(cases: dict[str, Case], first: str, second: str) -> set[str]:
    """Cases in which somebody did both steps, at whatever repetition."""
    return {case for case, (_, events) in cases.items() if set(_actors(events, first)) & set(_actors(events, second))}


def last_then_first(cases: dict[str, Case], first: str, second: str) -> set[str]:
    """Cases in which whoever did the first step last also did the second step first."""
    found = set()
    for case in both_steps(cases, first, second):
        events = cases[case][1]
        if _actors(events, first)[-1] == _actors(events, second)[0]:
            found.add(case)
    return found


def newest_day(cases: dict[str, Case], zone: ZoneInfo) -> date:
    return max(local_day(event["time:timestamp"], zone) for _, events in cases.values() for event in events)


def _last(events: list[dict[str, str]]) -> datetime:
    return max(instant(event["time:timestamp"]) for event in events)


def _actors(events: list[dict[str, str]], activity: str) -> list[str]:
    return [e["org:resource"] for e in events if e["concept:name"] == activity and "org:resource" in e]


# Traffic fines: the limits below are those of benchmarks/packs/fines/parameters, written a second time.

_REFORM = date(2010, 8, 13)
_STEPS = {
    "created": "Create Fine",
    "sent": "Send Fine",
    "notified": "Insert Fine Notification",
    "appealed": "Insert Date Appeal to Prefecture",
    "forwarded": "Send Appeal to Prefecture",
    "answered": "Receive Result Appeal from Prefecture",
    "told": "Notify Result Appeal to Offender",
}


def fines(path: Path) -> dict[str, set[str]]:
    """Return rule → case numbers, for the eleven rules of the fines pack."""
    found: dict[str, set[str]] = {rule: set() for rule in _RULES}
    working = _WorkingDays()
    for case, (_, events) in _traces(path):
        days = {name: _first_day(events, activity) for name, activity in _STEPS.items()}
        for rule, holds in _RULES.items():
            if holds(days, events, working):
                found[rule].add(case)
    return found


def _first_day(events: list[dict[str, str]], activity: str) -> date | None:
    return min((local_day(e["time:timestamp"], ROME) for e in events if e["concept:name"] == activity), default=None)


class _WorkingDays:
    """Counts days that are neither weekend nor public holiday, the first day left out and the last one counted."""

    def __init__(self) -> None:
        public = holidays.country_holidays("IT", years=range(1999, 2021))
        self._before: dict[date, int] = {}
        day, count = date(1999, 1, 1), 0
        while day < date(2021, 1, 1):
            count += day.weekday() < 5 and day not in public
            self._before[day] = count
            day += timedelta(1)

    def between(self, start: date, end: date) -> int:
        return self._before[end] - self._before[start]


def _earlier(first: str, second: str):
    return lambda days, _events, _working: bool(days[first] and days[second] and days[first] < days[second])


def _without(there: str, missing: str):
    return lambda days, _events, _working: bool(days[there] and not days[missing])


def _longer(start: str, end: str, limit):
    def holds(days, _events, working) -> bool:
        if not (days[start] and days[end]):
            return False
        used = working.between(days[start], days[end])
        return used > limit(days[start]) or (start == "created" and used == limit(days[start]))

    return holds


def _same_officer(_days, events, _working) -> bool:
    issuers = {e["org:resource"] for e in events if e["concept:name"] == "Create Fine"}
    judges = {e["org:resource"] for e in events if e["concept:name"] == "Appeal to Judge"} - {"0"}
    return bool(issuers & judges)


_RULES = {
    "appeal_before_notification": _earlier("appealed", "notified"),
    "forwarded_before_appeal": _earlier("forwarded", "appealed"),
    "answered_before_forwarded": _earlier("answered", "forwarded"),
    "told_before_answered": _earlier("told", "answered"),
    "answered_unforwarded": _without("answered", "forwarded"),
    "unanswered": _without("forwarded", "answered"),
    "untold": _without("answered", "told"),
    "same_officer": _same_officer,
    "sent_late": _longer("created", "sent", lambda start: 64 if start >= _REFORM else 107),  # a notice on the last day
    "forwarded_late": _longer("appealed", "forwarded", lambda _start: 43),
    "told_late": _longer("answered", "told", lambda _start: 43),
}
