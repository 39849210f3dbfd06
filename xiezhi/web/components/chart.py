"""Charts of figures: columns over time, bars by group, shares of a whole. Drawn as SVG, with the table beneath."""

from dataclasses import dataclass
from typing import Any

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import NOTHING, Words
from xiezhi.web.components.figures import Seen, label_of, seen
from xiezhi.web.components.showing import Page, Shown

WIDTH, HEIGHT, FOOT, HEAD = 640, 190, 22, 18
MOST_COLUMNS, MOST_BARS = 18, 12


@dataclass(frozen=True)
class Column:
    """One column of a drawing: where it stands, and what a pointer on it is told."""

    x: float
    y: float
    width: float
    height: float
    series: int
    told: Words


@dataclass(frozen=True)
class Mark:
    """A text of the axis."""

    x: float
    words: Words


@dataclass(frozen=True)
class Columns:
    """Columns over time. ``legend``: what each series is called; ``last``: its last value."""

    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    legend: tuple[tuple[int, Words, int], ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Return where the columns stand."""
        return HEIGHT - FOOT


@dataclass(frozen=True)
class Bar:
    """A bar with its name and what it says. ``part``: of the whole length, in thousandths."""

    words: Words
    part: int
    told: Words


@dataclass(frozen=True)
class Bars:
    """Bars, the rest left to the table."""

    bars: tuple[Bar, ...]
    left: int


def draw(page: Page, component: Component) -> Shown:
    """Return the drawing and its table."""
    told = seen(page, component, [component.x], component.y)
    if not told.rows:
        return Shown(component, None, None, component.note, told.empty)
    view: Any = {"columns": _columns, "bars": _bars, "share": _shares}[component.form](component, told)
    return Shown(component, view, told.table, told.note or component.note)


def _columns(component: Component, told: Seen) -> Columns:
    rows = told.rows[-MOST_COLUMNS:]
    top = max((int(row[name]) for row in rows for name in component.y), default=0) or 1
    step = WIDTH / len(rows)
    width = min(26.0, step * 0.72 / len(component.y))
    columns, marks = [], []
    for place, row in enumerate(rows):
        left = place * step + (step - width * len(component.y)) / 2
        for series, name in enumerate(component.y):
            tall = (HEIGHT - FOOT - HEAD) * int(row[name]) / top
            when, what = told.words(component.x, row[component.x]), label_of(component, told, name)
            words = Words(f"{when.zh} {what.zh} {row[name]:,}", f"{when.en}, {what.en} {row[name]:,}")
            x, y = round(left + series * width, 1), round(HEIGHT - FOOT - tall, 1)
            columns.append(Column(x, y, round(width - 2, 1), round(tall, 1), series, words))
        if place % max(1, len(rows) // 6) == 0:
            marks.append(Mark(round(max(place * step + step / 2, 26.0), 1), told.words(component.x, row[component.x])))
    legend = tuple((n, label_of(component, told, name), int(rows[-1][name])) for n, name in enumerate(component.y))
    return Columns(tuple(columns), tuple(marks), legend, top)


def _bars(component: Component, told: Seen) -> Bars:
    name = component.y[0]
    top = max((int(row[name]) for row in told.rows), default=0) or 1
    bars = [
        Bar(told.words(component.x, row[component.x]), int(row[name]) * 1000 // top, _number(int(row[name])))
        for row in told.rows
    ]
    return Bars(tuple(bars[:MOST_BARS]), max(0, len(bars) - MOST_BARS))


def _shares(component: Component, told: Seen) -> Bars:
    """Return the share of the first count in the second, the lowest first: that is where one looks."""
    part, whole = component.y[0], component.y[-1]
    rows = [row for row in told.rows if int(row[whole])]
    rows.sort(key=lambda row: (int(row[part]) / int(row[whole]), str(row[component.x])))
    bars = []
    for row in rows:
        share = int(row[part]) * 1000 // int(row[whole])
        said = f"{share / 10:.1f}%"
        told_words = Words(f"{said}（{row[part]:,}/{row[whole]:,}）", f"{said} ({row[part]:,} of {row[whole]:,})")
        bars.append(Bar(told.words(component.x, row[component.x]), share, told_words))
    return Bars(tuple(bars[:MOST_BARS]), max(0, len(bars) - MOST_BARS))


def _number(value: int) -> Words:
    return Words(f"{value:,}", f"{value:,}") if value else NOTHING
