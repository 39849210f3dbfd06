"""What the address asks of a list, and addresses that ask for something else."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict

from xiezhi.kernel.listing import PAGE_SIZES, Asked, Listing

_OWN = ("preset", "sort", "page", "size", "export")


def asked_of(request: HttpRequest, listing: Listing[Any, Any]) -> Asked:
    """Read a list's address. What cannot be understood is left out, never an error."""
    get = request.GET
    filters = {item.name: tuple(value.strip() for value in get.getlist(item.name)) for item in listing.filters}
    size = _whole(get.get("size"), PAGE_SIZES[0])
    return Asked(
        filters={name: values for name, values in filters.items() if any(values)},
        preset=get.get("preset", ""),
        sort=get.get("sort", ""),
        page=max(1, _whole(get.get("page"), 1)),
        size=size if size in PAGE_SIZES else PAGE_SIZES[0],
    )


def address(request: HttpRequest, *, without: Iterable[str] = (), **changes: str) -> str:
    """Return the query of this page with changes; a change starts on the first page again unless it is the page."""
    query = request.GET.copy()
    for name in ("export", *without, *changes, *(() if "page" in changes else ("page",))):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def without_value(request: HttpRequest, name: str, value: str) -> str:
    """Return the query of this page with one value of one filter taken out."""
    query: QueryDict = request.GET.copy()
    query.setlist(name, [kept for kept in query.getlist(name) if kept.strip() != value])
    query.pop("page", None)
    query.pop("export", None)
    return f"?{query.urlencode()}"


def saved_query(request: HttpRequest) -> str:
    """Return what a saved view keeps: all of the address but page and export."""
    query = request.GET.copy()
    for name in ("page", "export"):
        query.pop(name, None)
    return query.urlencode()


def filters_told(request: HttpRequest) -> bool:
    """Whether the address asks for any filter."""
    return any(name not in _OWN and any(request.GET.getlist(name)) for name in request.GET)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else otherwise
