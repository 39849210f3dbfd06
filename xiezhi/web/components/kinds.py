"""Which module draws which component. Every kind that a pack may name stands here."""

from collections.abc import Callable

from xiezhi.engine.packs.screens import Component
from xiezhi.web.components import alerts, calendar, chart, clock, documents, facts, table, timeline
from xiezhi.web.components.showing import Page, Shown

DRAWN: dict[str, Callable[[Page, Component], Shown]] = {
    "alerts": alerts.draw,
    "calendar": calendar.draw,
    "chart": chart.draw,
    "clock": clock.draw,
    "documents": documents.draw,
    "facts": facts.draw,
    "table": table.draw,
    "timeline": timeline.draw,
}


def draw(page: Page, component: Component) -> Shown:
    """Return a component as drawn for a page."""
    return DRAWN[component.kind](page, component)
