"""The clock of a subject: its working-day ruler and the derivation of every deadline that the page names."""

from dataclasses import dataclass

from xiezhi.engine.findings.wording import codes_of
from xiezhi.engine.packs.model import Indicator
from xiezhi.engine.packs.screens import Component
from xiezhi.engine.telling.law import Citation, citations
from xiezhi.engine.words import NOTHING, Words
from xiezhi.web.components.ruler import RulerView, ruler_of
from xiezhi.web.components.showing import Cell, Head, Page, Shown, Table


@dataclass(frozen=True)
class ClockDrawn:
    """A deadline with its ruler. ``place``: the lane that ends it. ``basis``: by what it is worked out."""

    indicator: str
    words: Words
    place: str
    ruler: RulerView
    basis: tuple[Citation, ...]


def draw(page: Page, component: Component) -> Shown:
    """Return the clocks that run in this installation and measured the subject."""
    drawn = clocks(page, component)
    if not drawn:
        return Shown(component, None, None, component.note, why_none(page, component))
    heads = (
        Head(Words("期限", "Deadline")),
        Head(Words("数量", "Quantity")),
        Head(Words("事项和日子", "What, and which days")),
        Head(Words("依据", "Article")),
        Head(Words("累计结果", "Running result")),
    )
    rows = tuple(
        (Cell(clock.words), Cell(row.quantity), Cell(row.what), Cell(row.law), Cell(row.result))
        for clock in drawn
        for row in clock.ruler.rows
    )
    return Shown(component, drawn, Table(heads, rows), component.note)


def clocks(page: Page, component: Component) -> tuple[ClockDrawn, ...]:
    """Return the clocks of a component as drawn, in its order."""
    found = (clock_of(page, component, name) for name in component.indicators)
    return tuple(clock for clock in found if clock is not None)


def clock_of(page: Page, component: Component, name: str) -> ClockDrawn | None:
    """Return the clock of one indicator, None where it did not measure the subject."""
    facts = page.facts
    told = facts.clocks.get(name) if facts is not None else None
    if facts is None or told is None or told.clock is None:
        return None
    norm, indicator = facts.desk.norm, facts.desk.pack.indicators[name]
    basis = tuple(citations([law.as_json() for law in norm.basis or indicator.basis if law.law], {}))
    ruler = ruler_of(
        told.clock,
        facts.as_of,
        facts.desk.calendar,
        name=f"{component.id}-{name}",
        level=next((alert.level for alert in page.alerts if alert.indicator == name), ""),
        limit_name=norm.limit_name,
        cited=basis[0].words if basis else NOTHING,
        reasons=_reasons(page, indicator),
    )
    return ClockDrawn(name, indicator.words, indicator.checkpoint, ruler, basis) if ruler is not None else None


def why_none(page: Page, component: Component) -> Words:
    """Return why a component has no clock: the reason of its first indicator."""
    told = [page.facts.clocks[name] for name in component.indicators] if page.facts is not None else []
    if told and told[0].not_run:
        return told[0].not_run
    return Words("还没有起算的日子，或没有期限", "the clock has not started, or there is no limit")


def _reasons(page: Page, indicator: Indicator) -> dict[str, Words]:
    name = indicator.clock.pauses.get("reason", "") if indicator.clock is not None else ""
    lists = [d.columns[name].codes for d in page.pack.datasets.values() if name in d.columns]
    return {value: words for codes in lists if codes for value, words in codes_of(page.pack, codes).items()}
