"""The clock of a finding: from which day to which, against which limit, and the pauses with what became of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from xiezhi.engine.findings.finding import Evidence
from xiezhi.engine.findings.texts import Text
from xiezhi.engine.packs.model import Clock

Json = dict[str, Any]


def clock_of(clock: Clock | None, values: Mapping[str, Text], evidence: Sequence[Evidence]) -> Json | None:
    """Return the clock in the form of the contract, None for an indicator without one."""
    if clock is None:
        return None
    return {
        "rule": clock.rule,
        "start": _get(values, clock.start),
        "end": _get(values, clock.end),
        "limit": _get(values, clock.limit),
        "used": _get(values, clock.used),
        "due": _get(values, clock.due),
        "pauses": [_pause(clock.pauses, values, item) for item in _rows(clock, evidence)],
    }


def _rows(clock: Clock, evidence: Sequence[Evidence]) -> list[Evidence]:
    role = clock.pauses.get("evidence")
    start = clock.pauses.get("from", "")
    rows = [item for item in evidence if role is not None and item.role == role.removeprefix("ev_")]
    return sorted(rows, key=lambda item: str(item.content.get(start)))


def _pause(columns: Mapping[str, str], values: Mapping[str, Text], item: Evidence) -> Json:
    told = columns.get("told")
    strict = bool(_get(values, columns.get("strict")))
    untold = told is not None and not item.content.get(told)
    return {
        "from": _day(item.content.get(columns.get("from", ""))),
        "to": _day(item.content.get(columns.get("to", ""))),
        "counted": strict and untold,
        "reason": item.content.get(columns.get("reason", "")),
    }


def _get(values: Mapping[str, Text], name: str | None) -> Text:
    return None if name is None else values.get(name)


def _day(value: Text) -> Text:
    return value[:10] if isinstance(value, str) else value
