"""Filters of lists that a person keeps under a name. They are his own: nobody else sees them, no entry is written."""

from dataclasses import dataclass
from datetime import datetime

from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.models import SavedView

_MOST = 50


class TooManyViews(XiezhiError):  # noqa: N818  named by what it says
    """A person keeps more views than a menu can show."""


@dataclass(frozen=True)
class Kept:
    """A saved filter: ``query`` is the part of the address after the question mark."""

    id: int
    page: str
    name: str
    query: str


def views_of(actor: Actor, page: str | None = None) -> tuple[Kept, ...]:
    """Return the actor's views, of one page or of all, by name."""
    found = SavedView.objects.filter(account_id=actor.id)
    if page is not None:
        found = found.filter(page=page)
    return tuple(Kept(view.pk, view.page, view.name, view.query) for view in found.order_by("page", "name"))


def save_view(*, page: str, name: str, query: str, by: Actor, at: datetime) -> None:
    """Keep a filter under a name; one of the same name is replaced.

    Raises:
        TooManyViews: there are fifty already.
    """
    mine = SavedView.objects.filter(account_id=by.id)
    if not mine.filter(page=page, name=name).exists() and mine.count() >= _MOST:
        raise TooManyViews(f"there are {_MOST} saved views: remove one first")
    SavedView.objects.update_or_create(account_id=by.id, page=page, name=name, defaults={"query": query, "made_at": at})


def drop_view(*, view: int, by: Actor) -> None:
    """Remove one of the actor's own views."""
    SavedView.objects.filter(account_id=by.id, pk=view).delete()
