"""Rows as a table."""

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import Words
from xiezhi.web.components.figures import figure_table
from xiezhi.web.components.showing import Page, Shown, missing_words, table_of


def draw(page: Page, component: Component) -> Shown:
    """Return the rows of a binding, or of a figure of the board."""
    if component.figure:
        seen = figure_table(page, component)
        return Shown(component, None, seen.table, seen.note or component.note, seen.empty)
    rows = page.rows(component)
    table = table_of(page, component, rows, component.bindings["rows"].columns)
    empty = missing_words(rows) or Words("没有", "none")
    return Shown(component, None, table, component.note, empty)
