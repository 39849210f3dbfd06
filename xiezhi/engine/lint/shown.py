"""What the examples of an active indicator must show between them; what none of them shows is named.

Every level of every rule; every rule silent; a case that stands exactly on each limit of a rule; of a clock also a day
over, the last lawful day, the day before it, and a holiday or pause in the way; a column missing; each assumption; and
each exclusion, by an example whose title begins with its id and a colon.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.lint.bench import Bench
from xiezhi.engine.lint.executed import Executed, execute
from xiezhi.engine.lint.strictness import Changed, changed_rules
from xiezhi.engine.packs.model import Clock, Indicator, Level, Status

Rows = Sequence[Mapping[str, Any]]
Gap = tuple[str, str]  # what no example shows, and what to write
_NO_VALUE = ("rule", "level")


@dataclass(frozen=True)
class Shown:
    """An indicator and its executed examples."""

    indicator: Indicator
    executed: Sequence[Executed]

    @property
    def measured(self) -> list[Mapping[str, Any]]:
        """All rows measured by any example."""
        return [row for one in self.executed for row in one.measured]


def gap_issues(bench: Bench, indicator: Indicator, executed: Sequence[Executed]) -> list[Issue]:
    """Return what the examples of an active indicator do not show; those of other states need not be complete.

    Args:
        bench: where the examples were executed.
        indicator: whose examples they are.
        executed: all its examples, none with an issue: what is wrong must be mended before it is completed.
    """
    if indicator.status is not Status.ACTIVE or any(one.issues for one in executed):
        return []
    shown = Shown(indicator, executed)
    gaps = [*_levels(shown), *_limits(bench, shown), *_clock(shown), *_missing(shown)]
    gaps += _exclusions(shown)
    place = Place(indicator.page_path, executed[0].example.line)
    return [Issue(place, "example-missing", f"no example shows {what}", instead) for what, instead in gaps]


def _levels(shown: Shown) -> Iterator[Gap]:
    for rule in shown.indicator.rules:
        found = {row["level"] for one in shown.executed for row in one.flagged if row["rule"] == rule.id}
        for level in Level:
            if level in rule.levels and level not in found:
                yield f"rule {rule.id} at level {level}", f"add one that expects | {rule.id} | {level} |"
        if not any(one.ran and all(row["rule"] != rule.id for row in one.flagged) for one in shown.executed):
            yield f"rule {rule.id} silent", "add one of a lawful case, with expect nothing"


def _limits(bench: Bench, shown: Shown) -> Iterator[Gap]:
    """A comparison is shown at its limit where an example comes out otherwise once ``>=`` is made ``>``."""
    changed = [one for one in changed_rules(shown.indicator) if not _continuous(one, shown.measured)]
    if not changed:
        return
    other = replace(shown.indicator, examples=(), rules=tuple(one.rule for one in changed))
    unseen = {one.rule.id: one for one in changed}
    for one in shown.executed:
        if not unseen:
            return
        if one.ran:
            again = execute(bench, other, one.example)
            for name in [n for n, c in unseen.items() if _flags(again.flagged, n) != _flags(one.flagged, c.of)]:
                del unseen[name]
    for left in unseen.values():
        what = f"rule {left.of} exactly on the limit of its level {left.level}"
        yield what, f"add one in which {left.limit}"


def _continuous(changed: Changed, rows: Rows) -> bool:
    """Equality of a statistic cannot be arranged by hand, so nobody is asked for it."""
    return any(isinstance(row.get(name), Decimal) for row in rows for name in changed.columns)


def _flags(rows: Rows, rule: str) -> set[tuple[Any, ...]]:
    return {
        (row["level"], *(str(value) for name, value in row.items() if name not in _NO_VALUE))
        for row in rows
        if row["rule"] == rule
    }


def _clock(shown: Shown) -> Iterator[Gap]:
    clock = shown.indicator.clock
    if clock is None or clock.used is None:
        return
    rows = [row for row in shown.measured if row[clock.used] is not None and row[clock.limit] is not None]
    past = {row[clock.used] - row[clock.limit] for row in rows}
    used, limit = clock.used, clock.limit
    wanted: tuple[tuple[str, Callable[[int], bool], str], ...] = (
        ("a case over its limit", lambda days: days > 0, f"{used} above {limit}"),
        ("a case exactly on its limit", lambda days: days == 0, f"{used} equal to {limit}"),
        ("a case just inside its limit", lambda days: days == -1, f"{used} one below {limit}"),
    )
    for what, holds, how in wanted:
        if not any(holds(days) for days in past):
            yield what, f"add one with {how}"
    if clock.rule == "working" and not any(_in_the_way(clock, one) for one in shown.executed):
        yield "a public holiday, a make-up day or a pause in the way", "add one that counts over National Day"


def _in_the_way(clock: Clock, one: Executed) -> bool:
    """Whether the days used of a row are not the weekdays between its start and its end."""
    for row in one.measured:
        start, end = row[clock.start], (row[clock.end] if clock.end else None) or one.example.as_of
        if row[clock.used or ""] is not None and isinstance(start, date) and start <= end:
            days = (start + timedelta(number + 1) for number in range((end - start).days))
            if row[clock.used or ""] != sum(day.weekday() < 5 for day in days):
                return True
    return False


def _missing(shown: Shown) -> Iterator[Gap]:
    assumed = {target for one in shown.executed for target in one.assumed}
    if not any(one.example.not_run and one.example.without for one in shown.executed):
        yield "a column missing", "add one with `without dataset.column` and `expect not run`"
    for item in shown.indicator.assumes:
        if item.target not in assumed:
            yield f"what is assumed without {item.target}", f"add one with `without {item.target}`"


def _exclusions(shown: Shown) -> Iterator[Gap]:
    titles = [one.example.title for one in shown.executed]
    for exclusion in shown.indicator.exclusions:
        if not any(title.startswith(f"{exclusion.id}:") for title in titles):
            yield f"the exclusion {exclusion.id}", f"add one titled ### {exclusion.id}: …"
