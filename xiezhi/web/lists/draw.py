"""From a page of a list to what its template shows: heads, cells, chips, presets, pager."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.listing import Asked, Choice, Column, Filter, Listing, Page
from xiezhi.web.lists.asked import address, without_value


@dataclass(frozen=True)
class Head:
    """A head of a column: where its link leads, and how the list is sorted by it now."""

    column: Column[Any]
    url: str
    sorted: str  # "ascending" | "descending" | ""


@dataclass(frozen=True)
class Cell:
    """A cell: its value, its kind, where it leads, and its second line."""

    column: Column[Any]
    value: Any
    url: str
    second: Words | str


@dataclass(frozen=True)
class Row:
    """A row and the key by which acts on many rows name it."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class FilterShown:
    """A filter with what can be chosen and what is."""

    filter: Filter
    choices: tuple[Choice, ...]
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        """Return the one value of a filter that takes one."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    words: Words
    url: str


@dataclass(frozen=True)
class PresetShown:
    """A view above the list."""

    words: Words
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class Drawn:
    """All that the template of a list shows."""

    listing: Listing[Any, Any]
    page: Page[Any]
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    filters: tuple[FilterShown, ...]
    chips: tuple[Chip, ...]
    presets: tuple[PresetShown, ...]
    pages: tuple[tuple[int, str], ...]
    last: int
    cleared: str


def draw(request: HttpRequest, listing: Listing[Any, Any], actor: Actor, asked: Asked, page: Page[Any]) -> Drawn:
    """Return what the template shows."""
    filters = tuple(_filters(listing, actor, asked))
    return Drawn(
        listing=listing,
        page=page,
        heads=tuple(_head(request, column, asked) for column in listing.columns),
        rows=tuple(_row(listing, row) for row in page.rows),
        filters=filters,
        chips=tuple(_chips(request, filters)),
        presets=tuple(_presets(listing, page, asked)),
        pages=tuple((n, address(request, page=str(n))) for n in _near(page)),
        last=page.first + len(page.rows) - 1 if page.rows else 0,
        cleared=address(request, without=[item.name for item in listing.filters]),
    )


def _head(request: HttpRequest, column: Column[Any], asked: Asked) -> Head:
    if not column.sort:
        return Head(column, "", "")
    up, down = asked.sort == column.name, asked.sort == f"-{column.name}"
    return Head(
        column,
        address(request, sort=f"-{column.name}" if up else column.name),
        "ascending" if up else "descending" if down else "",
    )


def _row(listing: Listing[Any, Any], row: Any) -> Row:
    cells = tuple(
        Cell(
            column,
            column.cell(row),
            column.link(row) if column.link else "",
            column.second(row) if column.second else "",
        )
        for column in listing.columns
    )
    return Row(listing.key(row), cells)


def _filters(listing: Listing[Any, Any], actor: Actor, asked: Asked) -> Iterator[FilterShown]:
    for item in listing.filters:
        choices = tuple(item.choices(actor)) if item.choices else ()
        yield FilterShown(item, choices, tuple(value for value in asked.filters.get(item.name, ()) if value))


def _chips(request: HttpRequest, filters: tuple[FilterShown, ...]) -> Iterator[Chip]:
    for shown in filters:
        known = {choice.value: choice.words for choice in shown.choices}
        for value in shown.values:
            words = known.get(value, Words(value, value))
            if shown.filter.kind != "choice":
                words = Words(f"{shown.filter.words.zh}：{words.zh}", f"{shown.filter.words.en}: {words.en}")
            if shown.filter.kind == "flag":
                words = shown.filter.words
            yield Chip(words, without_value(request, shown.filter.name, value))


def _presets(listing: Listing[Any, Any], page: Page[Any], asked: Asked) -> Iterator[PresetShown]:
    for preset in listing.presets:
        yield PresetShown(preset.words, f"?preset={preset.name}", page.counts[preset.name], asked.preset == preset.name)


def _near(page: Page[Any]) -> list[int]:
    """Return the first, the last, and the pages about this one."""
    near = {1, page.pages, *range(page.page - 2, page.page + 3)}
    return sorted(n for n in near if 1 <= n <= page.pages)
