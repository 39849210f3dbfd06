"""The head of a subject: its facts, each under its name."""

from xiezhi.engine.packs.screens import Component
from xiezhi.engine.words import Words
from xiezhi.web.components.showing import Page, Shown, missing_words, table_of


def draw(page: Page, component: Component) -> Shown:
    """Return the facts of the one row that is bound; what is empty is left out of the drawing, not of the table."""
    rows = page.rows(component)
    table = table_of(page, component, rows, component.bindings["rows"].columns)
    first = table.pairs[0] if table.pairs else ()
    told = tuple((head, cell) for head, cell in first if cell.words.zh != "–")
    unsaid = tuple(head.words for head, cell in first if cell.words.zh == "–")
    empty = missing_words(rows) or Words("没有登记", "nothing is on record")
    return Shown(component, {"told": told, "unsaid": unsaid}, table, component.note, empty)
