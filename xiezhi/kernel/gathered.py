"""Rows that no table holds, such as what packs declare, as a list can take them: filtered, sorted, paged."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

from django.db.models import Q

R = TypeVar("R")

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, wanted: bool(value == wanted),
    "in": lambda value, wanted: value in wanted,
    "icontains": lambda value, wanted: str(wanted).casefold() in str(value).casefold(),
    "contains": lambda value, wanted: wanted in value,
    "gte": lambda value, wanted: bool(value >= wanted),
    "lte": lambda value, wanted: bool(value <= wanted),
}


class Gathered(Generic[R]):
    """Rows in memory that answer as a queryset of a list does. Conditions name attributes of the rows."""

    def __init__(self, rows: Sequence[R]) -> None:
        self.rows = rows

    def filter(self, condition: Q) -> "Gathered[R]":
        """Return the rows that meet a condition."""
        return Gathered([row for row in self.rows if meets(row, condition)])

    def order_by(self, *names: str) -> "Gathered[R]":
        """Return the rows in order of attributes, "-" before one = downwards; equal ones stay as they were."""
        rows = list(self.rows)
        for name in reversed(names):
            if name.removeprefix("-") != "pk":
                rows.sort(key=attrgetter(name.removeprefix("-")), reverse=name.startswith("-"))
        return Gathered(rows)

    def count(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def iterator(self, chunk_size: int = 2000) -> Iterator[R]:  # noqa: ARG002  all of them are at hand
        """Yield every row."""
        return iter(self.rows)

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[R]: ...
    def __getitem__(self, place: int | slice) -> R | Sequence[R]:
        """Return a row, or a page of them."""
        return self.rows[place]


def meets(row: object, condition: Q) -> bool:
    """Whether a row meets a condition. An empty condition is met by every row."""
    if not condition.children:
        return not condition.negated
    found = (_child(row, child) for child in condition.children)
    met = any(found) if condition.connector == Q.OR else all(found)
    return met is not condition.negated


def _child(row: object, child: Any) -> bool:
    if isinstance(child, Q):
        return meets(row, child)
    name, _, lookup = child[0].partition("__")
    return _LOOKUPS[lookup or "exact"](getattr(row, name), child[1])
