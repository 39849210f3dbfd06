"""The timeline of a case: the working-day clock on top, its lanes beneath, in one drawing; and the same as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xiezhi.engine.calendars.calendar import Calendar, OutsideCalendar
from xiezhi.engine.calendars.count import due_on
from xiezhi.engine.packs.screens import Component
from xiezhi.engine.telling.counting import CountedDay, Counting
from xiezhi.engine.telling.spans import short
from xiezhi.engine.words import Words
from xiezhi.web.components.drawing import Arrow, Drawing, Label, Line, Shape, rect
from xiezhi.web.components.lanes import Course, Lane, Step, course_of
from xiezhi.web.components.scale import Scale, scale_of
from xiezhi.web.components.showing import Cell, Head, Page, Shown, Table, missing_words
from xiezhi.web.language import day_words, moment_words

WIDTH, LEFT, RIGHT = 1120, 172, 12
AXIS, CLOCK, LANE, FOOT = 46, 30, 34, 30
_ROOM = 190  # for the words beside a bar
_LETTER, _THIN = 7.5, 4.5  # width of a figure; of a day under which not even every fifth can be numbered
_EVERY = 5
_START = "受"
_NAME_ZH, _NAME_EN = 11, 22  # letters of a lane's name that fit beside the drawing; the table has all of it
_NONE = Words("没有经过的记录", "nothing of its course is on record")


@dataclass(frozen=True)
class TimelineView:
    """What the template draws. ``legend``: kinds that occur, and what they mean."""

    course: Course
    drawing: Drawing
    legend: tuple[tuple[str, Words], ...]


def draw(page: Page, component: Component) -> Shown:
    """Return the drawing of the course of the subject."""
    rows = page.rows(component, "steps")
    course = course_of(page, component)
    if course is None or page.facts is None:
        return Shown(component, None, None, component.note, missing_words(rows) or _NONE)
    drawing = _Drawing(course, page.facts.desk.calendar).whole()
    view = TimelineView(course, drawing, tuple(_legend(drawing)))
    return Shown(component, view, _table(course), component.note)


class _Drawing:
    """Lays out one drawing."""

    def __init__(self, course: Course, calendar: Calendar) -> None:
        self.course, self.calendar = course, calendar
        first, last = _reach(course)
        self.scale: Scale = scale_of(
            first, last + timedelta(days=_pad(first, last)), calendar, left=LEFT, width=WIDTH - LEFT - RIGHT
        )
        self.top = AXIS + (CLOCK + 10 if course.clock else 0)
        self.bottom = self.top + LANE * len(course.lanes)

    def whole(self) -> Drawing:
        shapes = (*self._days(), *self._clock(), *self._lanes(), *self._limits())
        return Drawing(WIDTH, self.bottom + FOOT, shapes)

    def _days(self) -> Iterator[Shape]:
        """Yield rest days as shaded bands, and the Mondays (or first days of months) with their dates."""
        start: int | None = None
        for place, rest in enumerate((*self.scale.rests, False)):
            if rest and start is None:
                start = place
            elif not rest and start is not None:
                yield rect(self.scale.edges[start], self.scale.edges[place], AXIS - 6, self.bottom - AXIS + 6, "rest")
                start = None
        by_month = self.scale.unit * 7 < 46
        last = -100.0
        for day in self.scale.days:
            x = self.scale.left(day)
            if (day.day == 1 if by_month else day.weekday() == 0) and x - last > 52:
                yield Line(x, 20, x, self.bottom, "grid")
                yield Label(x, 14, _month(day) if by_month else short(day), "date")
                last = x

    def _clock(self) -> Iterator[Shape]:
        clock = self.course.clock
        if clock is None:
            return
        counting = clock.ruler.counting
        yield Label(0, AXIS + 20, Words("工作日钟", "Clock"), "lane-name strong")
        yield Label(LEFT - 10, AXIS + 20, Words("自受理次日起", "from the next day"), "lane-second", "end")
        level = clock.ruler.level
        shapes: list[Shape] = []
        for one in counting.days:
            if counting.clock.start <= one.cell.day <= max(counting.clock.end, counting.due or counting.clock.end):
                shapes += self._cell(counting, one, level)
        yield from sorted(shapes, key=lambda shape: isinstance(shape, Label))  # figures may reach over the next day

    def _cell(self, counting: Counting, one: CountedDay, level: str) -> Iterator[Shape]:
        day, clock, due = one.cell.day, counting.clock, counting.due
        x1, x2 = self.scale.left(day), self.scale.right(day)
        if one.number is None and day != clock.start:
            if one.pause is not None:
                yield rect(x1, x2, AXIS, CLOCK, "pause-cell", fill="hatch")
            return
        over = due is not None and day > due and one.number is not None
        if day > clock.end:
            return
        yield rect(x1, x2, AXIS, CLOCK, f"cell over lv-{level}" if over and level else "cell over" if over else "cell")
        if one.pause is not None:
            yield rect(x1, x2, AXIS + CLOCK - 5, 5, f"refused lv-{level}", fill=f"hatch-{level or 'ink'}")
        if clock.still_open and day == clock.end:
            yield rect(x1, x2, AXIS - 1, CLOCK + 2, "now")
        text = _count(counting, one, over=over)
        narrow = x2 - x1 < _LETTER * max(len(text), 1.4)
        if text and (not narrow or (text.lstrip("+").isdecimal() and int(text) % _EVERY == 0 and x2 - x1 > _THIN)):
            kind = f"count lv-{level}" if over and level else "count"
            yield Label(
                round((x1 + x2) / 2, 1), AXIS + 20, Words(text, "0" if text == _START else text), kind, "middle"
            )

    def _lanes(self) -> Iterator[Shape]:
        before: tuple[float, float] | None = None
        order = {lane.code: place for place, lane in enumerate(self.course.lanes)}
        for place, lane in enumerate(self.course.lanes):
            y = self.top + place * LANE
            yield Line(0, y, WIDTH, y, "row")
            quiet = "" if lane.steps or lane.pauses else " quiet"
            yield Label(
                0,
                y + 22,
                Words(
                    f"{lane.number} {_cut(lane.words.zh, _NAME_ZH)}", f"{lane.number} {_cut(lane.words.en, _NAME_EN)}"
                ),
                f"lane-name{quiet}",
            )
            yield from self._lane(lane, y)
        yield Line(0, self.bottom, WIDTH, self.bottom, "row")
        for lane in sorted((lane for lane in self.course.lanes if lane.steps), key=_begins):
            y = self.top + order[lane.code] * LANE
            if before is not None and before[1] != y:
                yield Arrow(f"M{before[0]:.1f} {before[1] + 17:.1f}V{(y + 8 if y > before[1] else y + 26):.1f}", "flow")
            before = (max(self.scale.at(step.left) for step in lane.steps), y)

    def _lane(self, lane: Lane, y: int) -> Iterator[Shape]:
        for pause in lane.pauses:
            coloured = pause.counted or lane.level
            kind = f"{'refused' if pause.counted else 'alerted'}-bar lv-{lane.level}" if coloured else "pause-bar"
            fill = f"hatch-{lane.level or 'ink'}" if coloured else "hatch"
            last = pause.last or self.course.as_of
            yield rect(self.scale.left(pause.first), self.scale.right(last), y + 9, 16, kind, fill=fill)
        if not lane.steps:
            yield from self._empty(lane, y)
            return
        band = self._band(lane)
        if band is not None:
            yield rect(self.scale.at(lane.steps[0].entered or lane.steps[0].left), band, y + 5, 24, "band")
        for step in lane.steps:
            yield from self._bar(lane, step, band, y)
        yield self._beside(lane, band, y)

    def _empty(self, lane: Lane, y: int) -> Iterator[Shape]:
        """Yield what stands in a lane without a step: the wait for it where the clock runs on for it, or nothing."""
        course, clock = self.course, self.course.clock
        if clock is None or clock.place != lane.code or not (course.open and clock.ruler.ruler.still_open):
            if not lane.pauses:
                kind = "beside strong" if lane.verdicts else "beside quiet"
                yield Label(LEFT + 6, y + 22, lane.compared, kind)
            return
        counting = clock.ruler.counting
        x1 = max((self.scale.at(step.left) for step in course.steps), default=self.scale.left(counting.clock.start))
        x2, due = self.scale.right(course.as_of), counting.due
        split = min(max(self.scale.right(due), x1), x2) if due is not None else x2
        if split > x1:
            yield rect(x1, split, y + 11, 12, "wait")
        if x2 > split:
            yield rect(split, x2, y + 11, 12, f"bar-over lv-{lane.level}" if lane.level else "bar-over")
        words = lane.compared if lane.verdicts else Words("尚无记录", "not yet on record")
        if x2 + _ROOM > WIDTH:
            yield (
                Label(round(max(x1, LEFT + 150) - 8, 1), y + 22, words, "beside strong", "end")
                if x1 > LEFT + _ROOM
                else Label(round(x1 + 8, 1), y + 8, words, "beside strong")
            )
        else:
            yield Label(round(x2 + 8, 1), y + 22, words, "beside strong")

    def _band(self, lane: Lane) -> float | None:
        """Return where the lawful time of a lane ends: at the end of the last day of its limit."""
        begin = lane.steps[0].entered or lane.steps[0].left
        if lane.limit is None:
            return None
        day = begin.date() if isinstance(begin, datetime) else begin
        try:
            last = due_on(self.calendar, rule="working", start=day, limit=lane.limit)
        except OutsideCalendar:
            return None
        for pause in lane.pauses:
            last += timedelta(days=0 if pause.counted else ((pause.last or last) - pause.first).days)
        return self.scale.right(last)

    def _bar(self, lane: Lane, step: Step, band: float | None, y: int) -> Iterator[Shape]:
        x1, x2 = self.scale.at(step.entered or step.left), self.scale.at(step.left)
        x1, x2 = (x1, x2) if step.entered is not None else (x1 - 3, x1 + 3)
        if lane.over and band is not None and x2 > band:
            if x1 < band:
                yield rect(x1, band, y + 11, 12, "bar")
            kind = f"bar-over lv-{lane.level}" if lane.level else "bar-over"
            yield rect(max(x1, band), x2, y + 11, 12, kind, least=5.0)
            return
        yield rect(x1, x2, y + 11, 12, "bar", least=5.0)

    def _beside(self, lane: Lane, band: float | None, y: int) -> Label:
        told = lane.told
        if lane.verdicts and not lane.over:
            told = Words(
                f"{told.zh}{'；' if told.zh else ''}{lane.compared.zh}",
                f"{told.en}{'; ' if told.en else ''}{lane.compared.en}",
            )
        end = max(*(self.scale.at(step.left) for step in lane.steps), band or 0.0)
        begin = self.scale.at(lane.steps[0].entered or lane.steps[0].left)
        kind = "beside strong" if lane.verdicts else "beside"
        if end + _ROOM > WIDTH and begin - _ROOM > LEFT:
            return Label(round(begin - 8, 1), y + 22, told, kind, "end")
        return Label(round(min(end + 8, WIDTH - 60), 1), y + 22, told, kind)

    def _limits(self) -> Iterator[Shape]:
        clock, promised = self.course.clock, self.course.promised
        due = clock.ruler.counting.due if clock is not None else None
        y = self.bottom + 19
        if promised is not None and promised >= self.scale.first:
            x = self.scale.right(promised)
            yield Line(x, AXIS - 4, x, self.bottom, "promise")
            words = Words(f"承诺期限 {short(promised).zh}", f"promised by {short(promised).en}")
            yield Label(x - 6, y, words, "foot", "end")
        if due is not None:
            x = self.scale.right(due)
            yield Line(x, AXIS - 4, x, self.bottom, "limit")
            limit = clock.ruler.counting.clock.limit if clock is not None else 0
            words = Words(f"法定期限 {short(due).zh}，第{limit}个", f"limit {short(due).en}, day {limit}")
            yield Label(
                x + 4 if x + 180 < WIDTH else x - 4, y, words, "foot strong", "start" if x + 180 < WIDTH else "end"
            )
        if clock is not None and clock.ruler.ruler.still_open:
            x = self.scale.right(self.course.as_of)
            yield Line(x, AXIS, x, self.bottom, "today")
            yield Label(
                x + 6,
                AXIS + 20,
                Words(f"今日，{clock.ruler.standing.zh}", f"today, {clock.ruler.standing.en}"),
                "now-told",
            )


def _count(counting: Counting, one: CountedDay, *, over: bool) -> str:
    if one.cell.day == counting.clock.start:
        return _START
    if not counting.agrees or one.number is None:
        return ""
    if over and counting.due is not None:
        return (
            f"+{one.number - counting.clock.limit}"
            if counting.clock.rule == "working"
            else f"+{(one.cell.day - counting.due).days}"
        )
    return str(one.number)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _reach(course: Course) -> tuple[date, date]:
    days = [_day(moment) for step in course.steps for moment in (step.entered, step.left) if moment is not None]
    if course.clock is not None:
        counting = course.clock.ruler.counting
        days += [counting.clock.start, counting.clock.end, counting.due or counting.clock.end]
    if course.promised is not None:
        days.append(course.promised)
    return min(days), max(days)


def _pad(first: date, last: date) -> int:
    """Return the days after the last that leave room for the words beside it."""
    return max(3, (last - first).days // 6)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _begins(lane: Lane) -> str:
    return str(lane.steps[0].entered or lane.steps[0].left)


def _month(day: date) -> Words:
    return Words(f"{day.year}年{day.month}月", f"{day:%b} {day.year}")


def _table(course: Course) -> Table:
    heads = (
        Head(Words("关口", "Checkpoint")),
        Head(Words("环节", "Step")),
        Head(Words("经办", "By")),
        Head(Words("进入", "Entered")),
        Head(Words("离开", "Left")),
        Head(Words("用时（工作日）", "Working days"), number=True),
        Head(Words("限", "Limit"), number=True),
        Head(Words("与流程比对", "Against the flow")),
    )
    rows = [row for lane in course.lanes for row in _rows(lane, course.as_of)]
    rows += [
        _row(Words("不在关口", "at no checkpoint"), step, Cell(Words("–", "–")), course.as_of) for step in course.loose
    ]
    return Table(heads, tuple(rows))


def _rows(lane: Lane, on: date) -> Iterator[tuple[Cell, ...]]:
    name = Words(f"{lane.number} {lane.words.zh}", f"{lane.number} {lane.words.en}")
    alert = next((alert for _, alert in lane.verdicts if alert is not None), None)
    told = Cell(lane.compared, url=f"/alerts/{alert.number}/" if alert else "", level=lane.level)
    dash = Cell(Words("–", "–"))
    if not lane.steps:
        yield (Cell(name), dash, dash, dash, dash, dash, dash, told)
    for place, step in enumerate(lane.steps):
        yield _row(name, step, told if place == len(lane.steps) - 1 else dash, on)


def _row(name: Words, step: Step, told: Cell, on: date) -> tuple[Cell, ...]:
    return (
        Cell(name),
        step.what,
        step.who,
        Cell(_when(step.entered, on)),
        Cell(_when(step.left, on)),
        Cell(_number(step.used)),
        Cell(_number(step.limit)),
        told,
    )


def _when(moment: date | datetime | None, on: date) -> Words:
    if moment is None:
        return Words("–", "–")
    return moment_words(moment, today=on) if isinstance(moment, datetime) else day_words(moment, today=on)


def _number(value: int | None) -> Words:
    return Words("–", "–") if value is None else Words(str(value), str(value))


_LEGEND = {
    "band": Words("规定的位置与时限", "lawful place and time"),
    "bar": Words("实际办理", "what was done"),
    "wait": Words("等待，尚无记录", "waiting, nothing on record"),
    "bar-over": Words("本步超时", "over the limit of the step"),
    "pause": Words("停钟，依法扣除", "clock stopped, lawfully excluded"),
    "alerted": Words("停钟，由此产生预警", "clock stopped; an alert came of it"),
    "refused": Words("主张停钟，不予扣除", "stop claimed, not excluded"),
    "rest": Words("休息日、法定假日，不计", "rest days, not counted"),
    "limit": Words("法定期限", "statutory limit"),
    "promise": Words("承诺期限", "promised limit"),
}


def _legend(drawing: Drawing) -> Iterator[tuple[str, Words]]:
    """Yield the kinds that occur; what is over the limit in the colour in which it is drawn."""
    whole = {shape.kind for shape in drawing.shapes}
    kinds = {kind.removesuffix("-bar") for shape in whole for kind in shape.split()}
    for kind, words in _LEGEND.items():
        if kind in kinds:
            yield (
                next((drawn for drawn in sorted(whole) if drawn.startswith("bar-over")), kind)
                if kind == "bar-over"
                else kind,
                words,
            )
