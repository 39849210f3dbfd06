"""The derivation ``clock``: days used and last day of spans, pauses left out.

The starting day does not count (民法典 Art. 201). A pause excludes every day from its first to its last, both included:
the reading most favourable to the body, and ours. Rule ``working`` counts working days; rule ``calendar`` counts all
days, and a last day that is a rest day moves to the next working day (民法典 Art. 203).
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from xiezhi.engine.derivations.days import NONE, DayArrays, Numbers, dates, day_arrays, indices
from xiezhi.engine.derivations.derivation import Arguments, BadInput, Derivation, Schemas, Tables
from xiezhi.engine.derivations.pauses import Merged, merge

_SPANS = ("start_on", "end_on", "limit_days")
_PAUSES = ("from_on", "to_on")


def _key(arguments: Arguments) -> tuple[str, ...]:
    key = arguments.get("key") or ()
    if not isinstance(key, list | tuple) or not key:
        raise BadInput('clock: write arguments key = ["case_id"], the columns that spans and pauses share')
    return tuple(str(name) for name in key)


def _output(inputs: Schemas, arguments: Arguments) -> dict[str, str]:
    spans = inputs["spans"]
    missing = [name for name in (*_key(arguments), *_SPANS) if name not in spans]
    pauses: Mapping[str, str] = inputs.get("pauses") or {}
    missing += [name for name in (*_key(arguments), *_PAUSES) if pauses and name not in pauses]
    if missing:
        raise BadInput(f"clock: the inputs lack {', '.join(missing)}")
    own = {name: spans[name] for name in _key(arguments)}
    return own | {"used_days": "BIGINT", "paused_days": "BIGINT", "due_on": "DATE", "provisional": "BOOLEAN"}


def _run(tables: Tables, calendar: pa.Table, arguments: Arguments) -> pa.Table:
    spans, rule = tables["spans"], str(arguments.get("rule", "working"))
    days = day_arrays(calendar, rule)
    begins, ends = indices(spans.column("start_on"), days), indices(spans.column("end_on"), days)
    merged = _pauses(tables, _key(arguments), days, begins, ends)
    known = (begins != NONE) & (ends != NONE)
    paused = _paused(merged, days, ends)
    used = days.counted[ends + 1] - days.counted[begins + 1] - paused
    limit = spans.column("limit_days")
    due = _due(merged, days, begins, limit.fill_null(0).to_numpy().astype(np.int64), rule)
    due = np.where((begins != NONE) & limit.is_valid().to_numpy(zero_copy_only=False), due, NONE)
    last = np.maximum(np.maximum(ends, due), begins)
    unsure = (begins != NONE) & (days.provisional[last + 1] > days.provisional[np.maximum(begins, 0)])
    columns = {name: spans.column(name) for name in _key(arguments)}
    columns |= {
        "used_days": pa.array(used, mask=~known),
        "paused_days": pa.array(paused, mask=~known),
        "due_on": dates(due, days),
        "provisional": pa.array(unsure),
    }
    return pa.table(columns)


def _pauses(tables: Tables, key: tuple[str, ...], days: DayArrays, begins: Numbers, ends: Numbers) -> Merged:
    none = np.empty(0, dtype=np.int64)
    pauses = tables.get("pauses")
    if pauses is None or pauses.num_rows == 0:
        return Merged(none, none, none, none)
    numbered = tables["spans"].select(key).append_column("_span", pa.array(np.arange(len(begins))))
    told = pauses.select((*key, *_PAUSES)).join(numbered, keys=list(key), join_type="inner")
    return merge(
        told.column("_span").to_numpy().astype(np.int64),
        indices(told.column("from_on"), days),
        indices(told.column("to_on"), days),
        begins=begins,
        ends=ends,
    )


def _paused(merged: Merged, days: DayArrays, ends: Numbers) -> Numbers:
    """Return, for each span, the counting days of its pauses up to its end."""
    paused = np.zeros(len(ends), dtype=np.int64)
    stop = np.minimum(merged.stop, ends[merged.span])
    inside = stop >= merged.start
    counted = np.where(inside, days.counted[stop + 1] - days.counted[merged.start], 0)
    np.add.at(paused, merged.span, counted)
    return paused


def _due(merged: Merged, days: DayArrays, begins: Numbers, limit: Numbers, rule: str) -> Numbers:
    """Return the last day of each span: its limit is reached, each pause met on the way put on top."""
    target = days.counted[begins + 1] + limit
    for rank in range(int(merged.rank.max()) + 1 if len(merged.rank) else 0):
        now = merged.rank == rank
        span, start, stop = merged.span[now], merged.start[now], merged.stop[now]
        met = days.counted[start] < target[span]
        target[span] += np.where(met, days.counted[stop + 1] - days.counted[start], 0)
    inside = (target >= 1) & (target <= len(days.reached))
    due = np.where(inside, days.reached[np.clip(target - 1, 0, len(days.reached) - 1)], NONE)
    due = np.where(limit == 0, begins, due)
    return np.where(due == NONE, NONE, days.next_work[due]) if rule == "calendar" else due


CLOCK = Derivation(
    name="clock", version=1, inputs={"spans": True, "pauses": False}, output=_output, partition=_key, run=_run
)
