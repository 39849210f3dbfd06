"""Lists: what every list of the product can do, from one declaration: filter, sort, page, count, export.

A room declares a `Listing` beside its queries; the web draws it and never sees a queryset.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from itertools import islice
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor

M = TypeVar("M", bound=Model)
R = TypeVar("R")
Kind: TypeAlias = Literal["text", "number", "date", "time", "level", "state", "deadline", "organisation", "words"]
Order: TypeAlias = str | OrderBy
PAGE_SIZES = (25, 50, 100)
_CHUNK = 2000


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column. ``cell`` gives the value of a row; ``sort`` the model fields it orders by, none = it cannot."""

    name: str
    words: Words
    cell: Callable[[R], Any]
    kind: Kind = "text"
    sort: tuple[str, ...] = ()
    link: Callable[[R], str] | None = None
    second: Callable[[R], Words | str] | None = None  # the second line of the cell


@dataclass(frozen=True)
class Choice:
    """One value a filter can take."""

    value: str
    words: Words


@dataclass(frozen=True)
class Filter:
    """A filter of a list. ``where`` turns one asked value into a condition; several values of one filter are "or"."""

    name: str
    words: Words
    where: Callable[[str], Q]
    kind: Literal["choice", "text", "from", "to", "flag"] = "choice"
    choices: Callable[[Actor], Sequence[Choice]] | None = None
    many: bool = False


@dataclass(frozen=True)
class Preset:
    """A view above a list: a link with a count."""

    name: str
    words: Words
    where: Callable[[Actor], Q]


@dataclass(frozen=True)
class Listing(Generic[M, R]):
    """A list. ``visible`` is what the actor may see at all; ``row`` makes the frozen value that is shown.

    ``rows`` makes many at once, where names must be looked up in bulk. ``fold`` gives the
    lines in order where many like rows are one line, None where there are none such; it marks a row with ``alike``.
    """

    name: str
    words: Words
    columns: tuple[Column[R], ...]
    visible: Callable[[Actor], QuerySet[M]]
    row: Callable[[M], R]
    filters: tuple[Filter, ...] = ()
    presets: tuple[Preset, ...] = ()
    order: tuple[Order, ...] = ("-pk",)
    key: Callable[[R], str] = str
    empty: Words = NOTHING
    rows: Callable[[Sequence[M]], Iterable[R]] | None = None
    fold: Callable[[QuerySet[M], "Asked"], list["Line"] | None] | None = None


@dataclass(frozen=True)
class Line:
    """A line of a folded list: the row that stands for it, and how many rows it is."""

    pk: int
    alike: int


@dataclass(frozen=True)
class Asked:
    """What a reader asks. ``filters``: name → values; ``sort``: a column's name, "-" before it = downwards."""

    filters: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    preset: str = ""
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZES[0]


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list. ``counts``: preset → rows. ``first``: ordinal of the first line, from 1; 0 when empty.

    ``total``: rows that match; ``lines``: lines on all pages, fewer than rows where like ones are folded.
    """

    rows: tuple[R, ...]
    total: int
    page: int
    pages: int
    first: int
    counts: Mapping[str, int]
    lines: int = 0


def run(listing: Listing[M, R], actor: Actor, asked: Asked) -> Page[R]:
    """Return one page. A page beyond the last gives the last."""
    found = _found(listing, actor, asked)
    total = found.count()
    folded = listing.fold(found, asked) if listing.fold is not None else None
    lines = total if folded is None else len(folded)
    pages = max(1, -(-lines // asked.size))
    page = min(max(asked.page, 1), pages)
    start = (page - 1) * asked.size
    shown = slice(start, start + asked.size)
    rows = tuple(_rows(listing, list(found[shown]) if folded is None else _standing_for(found, folded[shown])))
    everything = listing.visible(actor)
    counts = {preset.name: everything.filter(preset.where(actor)).count() for preset in listing.presets}
    return Page(rows, total, page, pages, start + 1 if total else 0, counts, lines)


def every(listing: Listing[M, R], actor: Actor, asked: Asked) -> Iterator[R]:
    """Yield all rows that match, in order, in constant memory: for export and for acts on a whole filtered list."""
    found = _found(listing, actor, asked).iterator(chunk_size=_CHUNK)
    while items := list(islice(found, _CHUNK)):
        yield from _rows(listing, items)


def keys(listing: Listing[M, R], actor: Actor, asked: Asked) -> list[str]:
    """Return the keys of all rows that match, in order."""
    return [listing.key(row) for row in every(listing, actor, asked)]


def _found(listing: Listing[M, R], actor: Actor, asked: Asked) -> QuerySet[M]:
    found = listing.visible(actor)
    for preset in listing.presets:
        if preset.name == asked.preset:
            found = found.filter(preset.where(actor))
    for item in listing.filters:
        values = [value for value in asked.filters.get(item.name, ()) if value]
        if values:
            condition = Q()
            for value in values:
                condition |= item.where(value)
            found = found.filter(condition)
    return found.order_by(*_order(listing, asked))


def _standing_for(found: QuerySet[M], lines: Sequence[Line]) -> list[M]:
    """Return the rows that stand for lines, each marked with how many it is."""
    rows = found.in_bulk([line.pk for line in lines])
    for line in lines:
        rows[line.pk].__dict__["alike"] = line.alike
    return [rows[line.pk] for line in lines]


def _rows(listing: Listing[M, R], items: Sequence[M]) -> Iterable[R]:
    return listing.rows(items) if listing.rows is not None else map(listing.row, items)


def _order(listing: Listing[M, R], asked: Asked) -> tuple[Order, ...]:
    name = asked.sort.removeprefix("-")
    for column in listing.columns:
        if column.name == name and column.sort:
            down = asked.sort.startswith("-")
            chosen = tuple(_turned(field) if down else field for field in column.sort)
            return (*chosen, "pk")
    return (*listing.order, "pk") if not {"pk", "-pk"} & set(listing.order) else listing.order


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
