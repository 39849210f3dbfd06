"""The peers, each by its own API. Nothing of the product is imported here, so that they can run in an environment of
their own; pm4py is AGPL and is never imported by the product.
"""

import time
from datetime import date, timedelta
from typing import Any

_STEPS = {
    "created": "Create Fine",
    "sent": "Send Fine",
    "notified": "Insert Fine Notification",
    "appealed": "Insert Date Appeal to Prefecture",
    "forwarded": "Send Appeal to Prefecture",
    "answered": "Receive Result Appeal from Prefecture",
    "told": "Notify Result Appeal to Offender",
}
_ORDER = {  # what came a day or more before what it should follow
    "appeal_before_notification": ("appealed", "notified"),
    "forwarded_before_appeal": ("forwarded", "appealed"),
    "answered_before_forwarded": ("answered", "forwarded"),
    "told_before_answered": ("told", "answered"),
}
_PRESENCE = {
    "answered_unforwarded": ("answered", "forwarded"),
    "unanswered": ("forwarded", "answered"),
    "untold": ("answered", "told"),
}
_DEADLINES = {
    "sent_late": ("created", "sent", lambda start: 64 if start >= date(2010, 8, 13) else 107, 0),
    "forwarded_late": ("appealed", "forwarded", lambda _start: 43, 1),
    "told_late": ("answered", "told", lambda _start: 43, 1),
}
_NAME, _TIME, _CASE, _ACTOR = "concept:name", "time:timestamp", "case:concept:name", "org:resource"
_DAY = 86_400


class _Italy:
    """Working days for pm4py, which asks a calendar of its own whether a date is one."""

    def __init__(self) -> None:
        import holidays

        self._rest = set(holidays.country_holidays("IT", years=range(1999, 2021)))

    def is_working_day(self, day: date, **_: Any) -> bool:
        return day.weekday() < 5 and day not in self._rest


def pm4py_rules(events: str, copies: int) -> dict[str, Any]:
    """The eleven rules by pm4py: its own filters for order, presence and four eyes, its business hours for deadlines."""
    import pandas as pd
    import pm4py

    begun = time.perf_counter()
    columns = {"case_no": _CASE, "activity": _NAME, "happened_at": _TIME, "actor": _ACTOR}
    log = pd.read_parquet(events, columns=list(columns)).rename(columns=columns)
    if copies > 1:
        log = pd.concat([log.assign(**{_CASE: log[_CASE] + f"-{k}"}) for k in range(copies)], ignore_index=True)
    log[_TIME] = log[_TIME].astype("datetime64[ns]")  # case_statistics divides by nanoseconds
    found = {rule: _ordered(log, *(_STEPS[s] for s in pair)) for rule, pair in _ORDER.items()}
    found |= {rule: _without(pm4py, log, *(_STEPS[s] for s in pair)) for rule, pair in _PRESENCE.items()}
    found["same_officer"] = _four_eyes(log)
    calendar = _Italy()
    for rule, (start, end, limit, over) in _DEADLINES.items():
        found[rule] = _late(pm4py, log, _STEPS[start], _STEPS[end], limit, over, calendar)
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "rows": len(log),
        "rules": {rule: number for rule, number in sorted(found.items()) if number},
        "version": pm4py.__version__,
    }


def _ordered(log: Any, first: str, second: str) -> int:
    from pm4py.algo.filtering.pandas.ltl import ltl_checker

    parameters = {ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [(_DAY / 2, float("inf"))]}
    return int(ltl_checker.eventually_follows(log, [first, second], parameters)[_CASE].nunique())


def _without(pm4py: Any, log: Any, there: str, missing: str) -> int:
    having = pm4py.filter_event_attribute_values(log, _NAME, [there], level="case", retain=True)
    return int(pm4py.filter_event_attribute_values(having, _NAME, [missing], level="case", retain=False)[_CASE].nunique())


def _four_eyes(log: Any) -> int:
    from pm4py.algo.filtering.pandas.ltl import ltl_checker

    parameters = {ltl_checker.Parameters.POSITIVE: False}
    return int(ltl_checker.four_eyes_principle(log, "Create Fine", "Appeal to Judge", parameters)[_CASE].nunique())


def _late(pm4py: Any, log: Any, start: str, end: str, limit: Any, over: int, calendar: _Italy) -> int:
    from pm4py.algo.filtering.pandas.ltl import ltl_checker
    from pm4py.statistics.traces.generic.pandas import case_statistics

    both = ltl_checker.eventually_follows(log, [start, end])
    pair = pm4py.filter_event_attribute_values(both, _NAME, [start, end], level="event", retain=True)
    shifted = pair.assign(**{_TIME: pair[_TIME] + timedelta(days=1)})  # the first day is left out, the last counted
    slots = ((0, 7 * _DAY),)
    names = case_statistics.Parameters
    parameters = {names.BUSINESS_HOURS: True, names.BUSINESS_HOUR_SLOTS: slots, names.WORKCALENDAR: calendar}
    described = case_statistics.get_cases_description(shifted, parameters)
    return sum(
        round(one["caseDuration"] / _DAY) >= limit(date.fromtimestamp(one["startTime"] - _DAY)) + over
        for one in described.values()
    )


def polars_csv(path: str) -> dict[str, Any]:
    """polars reads the CSV, guessing types and parsing dates; it validates nothing."""
    import polars as pl

    begun = time.perf_counter()
    frame = pl.read_csv(path, try_parse_dates=True)
    return {"seconds": time.perf_counter() - begun, "rows": frame.height, "version": pl.__version__}


def r4pm_xes(path: str) -> dict[str, Any]:
    """r4pm, a reader in Rust, reads the XES into a data frame."""
    from importlib.metadata import version

    import r4pm

    begun = time.perf_counter()
    frame, _attributes = r4pm.df.import_xes(path)
    return {"seconds": time.perf_counter() - begun, "rows": frame.height, "version": version("r4pm")}

