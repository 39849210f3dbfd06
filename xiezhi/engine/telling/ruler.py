"""The working-day ruler: one cell a day, a text for each, weeks of no interest folded with their count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from xiezhi.engine.telling.counting import Clock, CountedDay, Counting
from xiezhi.engine.telling.spans import short, with_weekday
from xiezhi.engine.words import NOTHING, Words

WEEKS = 9  # that fit side by side at 1440 px
_FOLDED = 7  # of a longer clock, beside the gaps and figures of three digits


@dataclass(frozen=True)
class RulerCell:
    """A day to draw. ``kinds`` are class names; ``top`` and ``count`` what is written; ``text`` says all of it."""

    kinds: tuple[str, ...]
    top: Words
    count: Words
    text: Words
    week: Words = NOTHING


@dataclass(frozen=True)
class RulerGap:
    """Weeks left out of the drawing: how many days, and how many of them count."""

    days: int
    counted: int


@dataclass(frozen=True)
class Ruler:
    """The cells in order, and the kinds that occur, for the legend."""

    cells: tuple[RulerCell | RulerGap, ...]
    kinds: frozenset[str]
    numbered: bool
    still_open: bool


def draw(counting: Counting) -> Ruler:
    """Return the ruler of a clock."""
    weeks = [counting.days[n : n + 7] for n in range(0, len(counting.days), 7)]
    kept = _kept_weeks(counting, [week[0].cell.day for week in weeks])
    cells: list[RulerCell | RulerGap] = []
    for keep, group in groupby(enumerate(weeks), key=lambda pair: pair[0] in kept):
        days = [day for _, week in group for day in week]
        if keep:
            cells.extend(_cell(counting, day) for day in days)
        else:
            cells.append(RulerGap(len(days), sum(day.number is not None for day in days)))
    kinds = frozenset(kind for cell in cells if isinstance(cell, RulerCell) for kind in cell.kinds)
    return Ruler(tuple(cells), kinds, counting.agrees, counting.clock.still_open)


def _kept_weeks(counting: Counting, mondays: Sequence[date]) -> set[int]:
    """Return the numbers of the weeks to draw: those where something happens first, then from the start on."""
    if len(mondays) <= WEEKS:
        return set(range(len(mondays)))

    clock, due = counting.clock, counting.due

    def week(day: date) -> int:
        return (day - mondays[0]).days // 7

    wanted = [week(clock.start), week(clock.end)]
    if due is not None:
        wanted += [week(due), week(due) + 1, week(due) - 1]
    wanted += [week(day) for pause in clock.pauses for day in (pause.first, pause.last or pause.first)]
    wanted += [week(clock.start) + 1, week(clock.end) - 1]
    kept: set[int] = set()
    for number in wanted:
        if 0 <= number < len(mondays) and len(kept) < _FOLDED:
            kept.add(number)
    return kept


def _cell(counting: Counting, one: CountedDay) -> RulerCell:
    clock, day = counting.clock, one.cell.day
    kinds, count, said = _place(counting, one)
    kinds = [*kinds, *_edges(counting, day)]
    if len(count.en.lstrip("+")) > 2:
        kinds.append("wide")
    make_up = not one.cell.rest and day.weekday() >= 5
    top = Words("班", "W") if make_up else Words(str(day.day), str(day.day))
    texts = [said]
    if one.cell.words:
        texts.append(one.cell.words)
    elif make_up:
        texts.append(Words("调休上班", "make-up working day"))
    if one.cell.provisional:
        texts.append(Words("放假安排未公布，暂按推定", "calendar not yet published, provisional"))
    if "limit" in kinds:
        texts.append(Words("期限届满", "the limit ends"))
    if "today" in kinds:
        texts.append(Words("判定日", "day of judgement") if clock.still_open else Words("结束", "ended"))
    name = with_weekday(day)
    text = Words(
        f"{name.zh}：{'，'.join(t.zh for t in texts if t.zh)}",
        f"{name.en}: {', '.join(t.en for t in texts if t.en)}",
    )
    return RulerCell(tuple(kinds), top, count, text, short(day) if day.weekday() == 0 else NOTHING)


def _edges(counting: Counting, day: date) -> list[str]:
    kinds = []
    if counting.due == day:
        kinds.append("limit")
    if counting.clock.end == day:
        kinds.append("today")
    return kinds


def _place(counting: Counting, one: CountedDay) -> tuple[list[str], Words, Words]:
    """Return kinds, the figure and the sentence of a day by its place in the clock."""
    clock, day = counting.clock, one.cell.day
    if day == clock.start:
        return ["start"], Words("起", "0"), Words("起算，当日不计", "start, the day itself does not count")
    if day < clock.start:
        return ["rest" if one.cell.rest else "before"], NOTHING, Words("期限之前", "before the clock")
    if one.number is None and (one.pause is not None or one.cell.rest):
        return _uncounted(one)
    if day > clock.end or one.number is None:
        return ["later"], NOTHING, Words("尚未到或已结束", "after the end")
    return _counted(counting, one, one.number)


def _counted(counting: Counting, one: CountedDay, number: int) -> tuple[list[str], Words, Words]:
    due, day = counting.due, one.cell.day
    kinds = ["refused"] if one.pause is not None else []
    refused = Words("，主张扣除未予认可", ", exclusion claimed and refused") if one.pause is not None else NOTHING
    if due is not None and day > due:
        over = _days_over(counting, one)
        said = Words(f"超期第{over}日{refused.zh}", f"day {over} over the limit{refused.en}")
        return [*kinds, "over"], _figure(counting, f"+{over}"), said
    if not counting.agrees:
        return kinds, NOTHING, Words(f"期限之内{refused.zh}", f"inside the limit{refused.en}")
    said = Words(f"计第{number}日{refused.zh}", f"counts as day {number}{refused.en}")
    return kinds, _figure(counting, str(number)), said


def _uncounted(one: CountedDay) -> tuple[list[str], Words, Words]:
    if one.pause is not None:
        reason = one.pause.reason
        said = Words(
            f"依法扣除，不计{'：' + reason.zh if reason.zh else ''}",
            f"excluded by law{': ' + reason.en if reason.en else ''}",
        )
        return ["pause"], NOTHING, said
    return ["rest"], NOTHING, Words("休息日，不计", "rest day, does not count")


def _figure(counting: Counting, text: str) -> Words:
    return Words(text, text) if counting.agrees else NOTHING


def _days_over(counting: Counting, one: CountedDay) -> int:
    """Return by how much a day is late, as the engine says it: working days, or days after the last day."""
    clock, number = counting.clock, one.number or 0
    return number - clock.limit if clock.rule == "working" else (one.cell.day - (counting.due or one.cell.day)).days


def overdue(counting: Counting) -> int | None:
    """Return by how much the end is late, negative while days are left; None if unknown."""
    clock, walked = counting.clock, counting.walked
    if not counting.agrees:
        return _stated_overdue(clock)
    if walked.due is None:
        return None
    if clock.end > walked.due:
        return walked.over
    return -sum(step.counted and clock.end < step.day <= walked.due for step in walked.steps)


def _stated_overdue(clock: Clock) -> int | None:
    """Return the same from the finding's own numbers, without counting days again."""
    if clock.rule != "working" and clock.due is not None:
        return (clock.end - clock.due).days
    return None if clock.used is None else clock.used - clock.limit
