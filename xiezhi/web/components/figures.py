"""Figures of the board as their reader may see them: the rows of the bodies that he reaches, added up where need be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiezhi.engine.findings.written import written
from xiezhi.engine.packs.screens import BoardFigure, Component
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.scope import reach
from xiezhi.kernel.findings.figures import Kept
from xiezhi.kernel.intake.permissions import READS
from xiezhi.kernel.registry.queries import organisation_code, organisation_words
from xiezhi.web.components.showing import Cell, Head, Page, Table

Row = Mapping[str, Any]
_NONE = Words("没有数据", "there are no data")


@dataclass(frozen=True)
class Seen:
    """A figure within a reader's reach. ``rows``: by the columns asked for, the counts of all others added up."""

    kept: Kept
    rows: tuple[Row, ...]
    table: Table
    note: Words
    empty: Words

    def words(self, column: str, value: Any) -> Words:
        """Return a value of a key column as it is called."""
        return said(self.kept.figure, column, value)


def figure_table(page: Page, component: Component) -> Seen:
    """Return a figure by all its keys."""
    figure = page.figures[component.figure].figure
    return seen(page, component, figure.key, [name for name in figure.columns if name not in figure.key])


def seen(page: Page, component: Component, keys: Sequence[str], counts: Sequence[str]) -> Seen:
    """Return a figure by some of its keys."""
    kept = page.figures[component.figure]
    rows = _added(_within(page, kept), keys, counts)
    figure = kept.figure
    heads = tuple(Head(_label(component, figure, name), name in counts) for name in (*keys, *counts))
    cells = tuple(
        (
            *(Cell(said(figure, name, row[name])) for name in keys),
            *(Cell(written(row[name], "")) for name in counts),
        )
        for row in rows
    )
    table = Table(heads, cells)
    return Seen(kept, rows, table, kept.note if rows else NOTHING, _NONE if rows else kept.note or _NONE)


def said(figure: BoardFigure, name: str, value: Any) -> Words:
    """Return a value of a key: a body by its name, a code by its word, a month or a day as people say it."""
    column = figure.columns[name]
    if name == figure.organisation:
        return organisation_words(organisation_code(str(value)) or str(value)) if value else _UNNAMED
    if column.values:
        return column.values.get(str(value), Words(str(value), str(value)))
    if column.unit == "month" and value:
        day = date.fromisoformat(str(value))
        return Words(f"{day.year}年{day.month}月", f"{day:%b} {day.year}")
    return written(value, column.unit)


def label_of(component: Component, seen_figure: Seen, name: str) -> Words:
    """Return what a column of a figure is called on the page."""
    return _label(component, seen_figure.kept.figure, name)


_UNNAMED = Words("未注明单位", "no body named")


def _label(component: Component, figure: BoardFigure, name: str) -> Words:
    return component.labels.get(name) or figure.columns[name].words


def _within(page: Page, kept: Kept) -> list[Row]:
    """Return the rows of the bodies that the reader reaches; a figure of no body is for who reaches all of them."""
    parts = [part for part in reach(page.actor, READS) if part.field in (None, page.pack.id)]
    if any(part.organisations is None for part in parts):
        return list(kept.rows)
    name = kept.figure.organisation
    if name is None:
        return []
    codes = frozenset[str]().union(*(part.organisations or frozenset() for part in parts))
    known: dict[str, str] = {}
    return [row for row in kept.rows if _code(str(row[name] or ""), known) in codes]


def _code(text: str, known: dict[str, str]) -> str:
    if text not in known:
        known[text] = organisation_code(text) or text if text else ""
    return known[text]


def _added(rows: Iterable[Row], keys: Sequence[str], counts: Sequence[str]) -> tuple[Row, ...]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        sums = found.setdefault(key, {**dict(zip(keys, key, strict=True)), **dict.fromkeys(counts, 0)})
        for name in counts:
            sums[name] += int(row[name] or 0)
    return tuple(found[key] for key in sorted(found, key=lambda key: [str(value) for value in key]))
