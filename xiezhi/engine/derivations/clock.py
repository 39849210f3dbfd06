"""The derivation ``clock``: days used and last day of spans, pauses left out.

The starting day does not count (民法典 Art. 201); the four rules are those of ``engine/calendars/count.py``. A pause
excludes every day from its first to its last, both included: the reading most favourable to the body, and ours. One
still running excludes days up to the end of its span, and for good where the span has no end. Pauses extend months and
calendar periods by the days they hold after the start, and a last day that is a rest day does not move into a pause.

``used_days + paused_days`` are the days that count under the rule (working days; all days; days outside long rests).
A negative or missing limit has no last day, nor has one that lies beyond the calendar. A span dated outside the
calendar has no numbers, and is provisional; so is one that touches a year not yet published.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiezhi.engine.derivations.dates import Dates
from xiezhi.engine.derivations.derivation import Arguments, BadInput, Derivation, Schemas, Tables, columns_of, listed
from xiezhi.engine.derivations.keys import Numbers, dense, without_null
from xiezhi.engine.derivations.pauses import Pauses, lay, merge
from xiezhi.engine.derivations.periods import RULES, Periods, months_in_days

_SPANS = {"start_on": ("DATE",), "end_on": ("DATE",), "limit_days": ("BIGINT", "INTEGER", "SMALLINT", "TINYINT")}
_PAUSES = {"from_on": ("DATE",), "to_on": ("DATE",)}
_FAR = 10**6  # no period is longer: past any calendar


def _key(arguments: Arguments) -> tuple[str, ...]:
    return listed("clock", arguments, "key", 'write key = ["case_id"], the columns that spans and pauses share')


def _output(inputs: Schemas, arguments: Arguments) -> dict[str, str]:
    rule, key = arguments.get("rule"), _key(arguments)
    if rule not in RULES:
        raise BadInput(f"clock: rule is {rule!r}; write one of {', '.join(RULES)}")
    if unknown := sorted(set(arguments) - {"key", "rule"}):
        raise BadInput(f"clock: unknown arguments {', '.join(unknown)}; there are key and rule")
    spans = columns_of("clock", inputs, "spans", dict.fromkeys(key) | _SPANS)
    if inputs.get("pauses"):
        pauses = columns_of("clock", inputs, "pauses", dict.fromkeys(key) | _PAUSES)
        if unlike := [name for name in key if pauses[name] != spans[name]]:
            raise BadInput(f"clock: {', '.join(unlike)} differ in type between spans and pauses; cast one of them")
    own = {name: spans[name] for name in key}
    return own | {"used_days": "BIGINT", "paused_days": "BIGINT", "due_on": "DATE", "provisional": "BOOLEAN"}


def _run(tables: Tables, calendar: pa.Table, arguments: Arguments) -> pa.Table:
    key, rule = _key(arguments), str(arguments["rule"])
    rows = _rows(tables, key)
    spans = rows.spans
    days = Dates(calendar)
    start, end = days.indices(spans.column("start_on")), days.indices(spans.column("end_on"))
    starts, ends = days.within(start), days.within(end)
    begin = np.where(starts, start, 0)
    pauses = _pauses(rows, days, begin, np.where(ends, end, days.size))
    periods = Periods(days.derived, rule, begin, pauses)
    used, paused = periods.used(np.where(ends, end, begin))
    limit, limited = _limit(spans, days, rule, begin)
    due = np.where(starts & limited, periods.due(limit), days.size)
    both = starts & ends
    columns = {name: spans.column(name) for name in key}
    columns |= {
        "used_days": pa.array(used, mask=~both),
        "paused_days": pa.array(paused, mask=~both),
        "due_on": days.dates(due),
        "provisional": pa.array(_unsure(days, start, end, due, limited)),
    }
    return pa.table(columns)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Spans in the order of their keys, pauses of whole keys, and the numbers of the keys of both."""

    spans: pa.Table
    owners: Numbers
    pauses: pa.Table | None
    keys: Numbers


def _rows(tables: Tables, key: tuple[str, ...]) -> _Rows:
    parts = [tables["spans"].select((*key, *_SPANS))]
    if tables.get("pauses") is not None:
        parts.append(without_null(tables["pauses"].select((*key, *_PAUSES)), key))
    owners, *keys = dense(parts, key)
    order = np.argsort(owners, kind="stable")
    if (np.diff(owners[order]) == 0).any():
        order = np.lexsort((*(dense(parts[:1], [name])[0] for name in reversed(_SPANS)), owners))
    spans = parts[0].take(pa.array(order))
    return _Rows(spans, owners[order], *(parts[1], keys[0]) if keys else (None, owners[:0]))


def _pauses(rows: _Rows, days: Dates, begin: Numbers, end: Numbers) -> Pauses:
    none = np.empty(0, dtype=np.int64)
    if rows.pauses is None or not rows.pauses.num_rows:
        return merge(none, none, none, begin=begin, size=days.size)
    span, pause = lay(rows.owners, rows.keys)
    first = days.indices(rows.pauses.column("from_on"))[pause]
    last = days.indices(rows.pauses.column("to_on"))[pause]
    last = np.where(last == days.NULL, np.maximum(end[span], first), last)
    told = first != days.NULL
    return merge(span[told], first[told], last[told], begin=begin, size=days.size)


def _limit(spans: pa.Table, days: Dates, rule: str, begin: Numbers) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Return limits in days, and where there is one."""
    column = spans.column("limit_days").cast(pa.int64())
    limit = np.minimum(column.fill_null(-1).to_numpy(), _FAR)
    limited = limit >= 0
    limit = np.where(limited, limit, 0)
    if rule == "month":
        limit = months_in_days(np.datetime64(days.first, "D"), begin, limit)
    return limit, limited


def _unsure(
    days: Dates, start: Numbers, end: Numbers, due: Numbers, limited: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    last = np.maximum(np.where(limited, due, 0), np.where(days.within(end), end, 0))
    begin = np.where(days.within(start), start, 0)
    last = np.maximum(np.minimum(last, days.size - 1), begin)
    touched = days.unpublished[last + 1] > days.unpublished[begin]
    outside = (limited & (due >= days.size)) | ~days.within(start) | ((end != days.NULL) & ~days.within(end))
    unsure: npt.NDArray[np.bool_] = (start != days.NULL) & (touched | outside)
    return unsure


CLOCK = Derivation(
    name="clock",
    version=1,
    inputs={"spans": True, "pauses": False},
    output=_output,
    partition=_key,
    run=_run,
    counts_days=True,
)
