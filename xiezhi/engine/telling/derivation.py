"""The derivation of a deadline: rows that add up by eye, from the first day to the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from xiezhi.engine.findings.dates import said
from xiezhi.engine.telling.counting import Clock, CountedDay, Counting, Pause
from xiezhi.engine.telling.ruler import overdue
from xiezhi.engine.telling.spans import short, span, with_weekday
from xiezhi.engine.words import NOTHING, Words

_UNITS = {
    "working": Words("个工作日", " working days"),
    "calendar": Words("日", " days"),
    "tax": Words("日", " days"),
    "month": Words("个月", " months"),
}
_ITEMS = 4  # holidays named in one row


@dataclass(frozen=True)
class Step:
    """A row: a quantity, what and which days, which law stands behind it, the running result."""

    quantity: Words
    what: Words
    law: str = ""  # "start" | "limit" | "pause": the page writes the citation
    result: Words = NOTHING


def derive(counting: Counting, limit_name: Words) -> tuple[Step, ...]:
    """Return the rows of the derivation."""
    clock = counting.clock
    steps = [
        Step(
            _started(clock.start),
            Words("起算，当日不计", "The clock starts; the day itself does not count"),
            "start",
        )
    ]
    steps.append(_limit(counting, limit_name))
    steps += [_pause(counting, number) for number in range(len(clock.pauses))]
    steps.append(_end(counting))
    return tuple(steps)


def amount(rule: str, number: int) -> Words:
    """Return a number of days in the unit of the rule."""
    unit = _UNITS.get(rule, _UNITS["calendar"])
    return Words(f"{number}{unit.zh}", f"{number}{unit.en[:-1] if abs(number) == 1 else unit.en}")


def _limit(counting: Counting, limit_name: Words) -> Step:
    clock = counting.clock
    name = limit_name or Words("期限", "limit")
    due = counting.reached[0] if counting.agrees else None
    if due is None:
        return Step(amount(clock.rule, clock.limit), name, "limit", _when(counting.due, clock))
    first = next((one.cell.day for one in counting.days if one.cell.day > clock.start and one.number), None)
    what = [Words(f"{name.zh}，自{short(first).zh}起", f"{name.en}, from {short(first).en}")] if first else [name]
    what += _special_days(clock, counting.days, due)
    return Step(
        amount(clock.rule, clock.limit),
        Words("；".join(w.zh for w in what), "; ".join(w.en for w in what)),
        "limit",
        _when(due, clock),
    )


def _started(day: date) -> Words:
    whole, weekday = said(day), with_weekday(day)
    return Words(f"{whole.zh} {weekday.zh.split(' ')[1]}", f"{weekday.en.split(' ')[0]} {whole.en}")


def _when(day: date | None, clock: Clock) -> Words:
    """Return a day of the derivation, with its year where the clock runs over more than one."""
    if day is None:
        return NOTHING
    return short(day) if day.year == clock.start.year else said(day)


def _special_days(clock: Clock, days: Sequence[CountedDay], due: date) -> list[Words]:
    """Return the named holidays and make-up days between start and last day: what a reader would get wrong."""
    inside = [one.cell for one in days if clock.start < one.cell.day <= due]
    said = []
    if clock.rule in ("working", "tax"):
        named = [cell for cell in inside if cell.rest and cell.words]
        for words, group in groupby(named, key=lambda cell: cell.words):
            run = [cell.day for cell in group]
            when = span(run[0], run[-1])
            said.append(Words(f"{when.zh}{words.zh}不计", f"{when.en} {words.en}, not counted"))
    if clock.rule == "working":
        said += [
            Words(f"{short(cell.day).zh}调休上班，计1日", f"{short(cell.day).en} is a make-up working day")
            for cell in inside
            if not cell.rest and cell.day.weekday() >= 5
        ]
    if len(said) > _ITEMS:
        more = len(said) - _ITEMS
        said = [*said[:_ITEMS], Words(f"另有{more}段", f"{more} more")]
    return said


def _pause(counting: Counting, number: int) -> Step:
    clock = counting.clock
    pause = clock.pauses[number]
    when = span(pause.first, pause.last) if pause.last else _since(pause.first)
    verdict = (
        Words("主张扣除，未予认可", "exclusion claimed, refused")
        if pause.counted
        else Words("依法扣除", "excluded by law")
    )
    reason = pause.reason or Words("暂停", "pause")
    due = counting.reached[number + 1] if counting.agrees else None
    days = 0 if pause.counted else _counting_days_of(counting, pause)
    quantity = Words(f"加{days}日", f"plus {days}") if counting.agrees else Words("暂停", "pause")
    what = Words(f"{reason.zh}，{when.zh}，{verdict.zh}", f"{reason.en}, {when.en}, {verdict.en}")
    return Step(quantity, what, "pause", _when(due, clock))


def _since(day: date) -> Words:
    words = short(day)
    return Words(f"{words.zh}起，尚未结束", f"since {words.en}, still running")


def _counting_days_of(counting: Counting, pause: Pause) -> int:
    return sum(one.pause == pause for one in counting.days)


def _end(counting: Counting) -> Step:
    clock = counting.clock
    name = Words("判定日", "judged on") if clock.still_open else Words("结束", "ended")
    used = (
        NOTHING
        if clock.used is None
        else Words(f"，已用{amount(clock.rule, clock.used).zh}", f", {amount(clock.rule, clock.used).en} used")
    )
    state = Words("尚未结束", "not ended") if clock.still_open else Words("已结束", "ended")
    when = _when(clock.end, clock)
    return Step(
        Words(f"{name.zh} {when.zh}", f"{name.en.capitalize()} {when.en}"),
        Words(f"{state.zh}{used.zh}", f"{state.en.capitalize()}{used.en}"),
        result=standing(counting),
    )


def standing(counting: Counting) -> Words:
    """Return where the clock stands: so many over, due today, so many left; nothing where it is not known."""
    over = overdue(counting)
    if over is None:
        return NOTHING
    rule = "calendar" if counting.clock.rule == "month" else counting.clock.rule
    if over > 0:
        days = amount(rule, over)
        return Words(f"超{days.zh}", f"{days.en} over")
    if not counting.clock.still_open:
        return Words("期限之内", "inside the limit")
    if over == 0:
        return Words("当日到期", "due on this day")
    days = amount(rule, -over)
    return Words(f"剩{days.zh}", f"{days.en} left")
