"""The eleven fines rules by pm4py's own API: filters for order, presence and four eyes, business hours for deadlines.

Nothing of the product is imported here, so that the peer can run in an environment of its own; pm4py is AGPL and is
never imported by the product.
"""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import holidays
import pandas as pd
import pm4py
from pm4py.algo.filtering.pandas.ltl import ltl_checker
from pm4py.statistics.traces.generic.pandas import case_statistics

_CREATED, _SENT, _NOTIFIED = "Create Fine", "Send Fine", "Insert Fine Notification"
_APPEALED, _FORWARDED = "Insert Date Appeal to Prefecture", "Send Appeal to Prefecture"
_ANSWERED, _TOLD = "Receive Result Appeal from Prefecture", "Notify Result Appeal to Offender"
_ORDER = {  # what came a day or more before what it should follow
    "appeal_before_notification": (_APPEALED, _NOTIFIED),
    "forwarded_before_appeal": (_FORWARDED, _APPEALED),
    "answered_before_forwarded": (_ANSWERED, _FORWARDED),
    "told_before_answered": (_TOLD, _ANSWERED),
}
_PRESENCE = {
    "answered_unforwarded": (_ANSWERED, _FORWARDED),
    "unanswered": (_FORWARDED, _ANSWERED),
    "untold": (_ANSWERED, _TOLD),
}
_DEADLINES = {  # steps, and how many working days are the first to be flagged
    "sent_late": (_CREATED, _SENT, lambda start: 64 if start >= date(2010, 8, 13) else 107),
    "forwarded_late": (_APPEALED, _FORWARDED, lambda _start: 44),
    "told_late": (_ANSWERED, _TOLD, lambda _start: 44),
}
_NAME, _TIME, _CASE, _ACTOR = "concept:name", "time:timestamp", "case:concept:name", "org:resource"
_COLUMNS = {"case_no": _CASE, "activity": _NAME, "happened_at": _TIME, "actor": _ACTOR}
_DAY = 86_400
_REST = frozenset(holidays.country_holidays("IT", years=range(1999, 2021)))


class _Italy:
    """pm4py asks a calendar whether a date is a working day."""

    def is_working_day(self, day: date, **_: Any) -> bool:
        return day.weekday() < 5 and day not in _REST


def rules(events: str) -> dict[str, Any]:
    """Read the events from Parquet and count the cases of each rule."""
    begun = time.perf_counter()
    log = pd.read_parquet(events, columns=list(_COLUMNS)).rename(columns=_COLUMNS)
    log[_TIME] = log[_TIME].astype("datetime64[ns]")  # case_statistics takes times for nanoseconds
    found = {rule: _earlier(log, *pair) for rule, pair in _ORDER.items()}
    found |= {rule: _without(log, *pair) for rule, pair in _PRESENCE.items()}
    found["same_officer"] = _one_officer(log)
    found |= {rule: _late(log, *told) for rule, told in _DEADLINES.items()}
    return {
        "seconds": time.perf_counter() - begun,
        "rows": len(log),
        "rules": {rule: number for rule, number in sorted(found.items()) if number},
        "version": pm4py.__version__,
    }


def _earlier(log: pd.DataFrame, first: str, second: str) -> int:
    parameters = {ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [(_DAY / 2, float("inf"))]}
    return int(ltl_checker.eventually_follows(log, [first, second], parameters)[_CASE].nunique())


def _without(log: pd.DataFrame, there: str, missing: str) -> int:
    having = pm4py.filter_event_attribute_values(log, _NAME, [there], level="case", retain=True)
    lacking = pm4py.filter_event_attribute_values(having, _NAME, [missing], level="case", retain=False)
    return int(lacking[_CASE].nunique())


def _one_officer(log: pd.DataFrame) -> int:
    parameters = {ltl_checker.Parameters.POSITIVE: False}
    return int(ltl_checker.four_eyes_principle(log, _CREATED, "Appeal to Judge", parameters)[_CASE].nunique())


def _late(log: pd.DataFrame, start: str, end: str, flagged: Any) -> int:
    both = ltl_checker.eventually_follows(log, [start, end])
    pair = pm4py.filter_event_attribute_values(both, _NAME, [start, end], level="event", retain=True)
    shifted = pair.assign(**{_TIME: pair[_TIME] + timedelta(days=1)})  # the first day is left out, the last counted
    names = case_statistics.Parameters
    parameters = {
        names.BUSINESS_HOURS: True,
        names.BUSINESS_HOUR_SLOTS: ((0, 7 * _DAY),),
        names.WORKCALENDAR: _Italy(),
    }
    described = case_statistics.get_cases_description(shifted, parameters).values()
    return sum(round(one["caseDuration"] / _DAY) >= flagged(_day(one["startTime"] - _DAY)) for one in described)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, tz=UTC).date()
