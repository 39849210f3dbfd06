"""Lists of the kernel with the addresses of the web: which column leads where, and what a code is called."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from xiezhi.kernel.listing import Listing

M = TypeVar("M", bound=Any)
R = TypeVar("R")


def linked(
    listing: Listing[M, R],
    links: Mapping[str, Callable[[R], str]],
    *,
    cells: Mapping[str, Callable[[R], Any]] | None = None,
) -> Listing[M, R]:
    """Return a list whose named columns lead to pages; ``cells`` says other columns in other words."""
    said = cells or {}
    columns = tuple(
        replace(column, link=links.get(column.name, column.link), cell=said.get(column.name, column.cell))
        for column in listing.columns
    )
    return replace(listing, columns=columns)
