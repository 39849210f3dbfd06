"""Each change of the registry becomes a version of its core dataset. The room that stores facts says how."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from django.db.models import F

from xiezhi.kernel.ledger.author import Author
from xiezhi.kernel.registry.models import Stamp

Publish: TypeAlias = Callable[[str, Author, datetime], None]  # core dataset, by, at
_LISTENERS: list[Publish] = []


def on_change(publish: Publish) -> None:
    """Let a higher room publish a changed core dataset; it is called inside the transaction of the change."""
    if publish not in _LISTENERS:
        _LISTENERS.append(publish)


def changed(dataset: str, *, by: Author, at: datetime) -> None:
    """Tell that a core dataset changed. Inside the transaction of the change, once for each act."""
    if not Stamp.objects.update(number=F("number") + 1):
        Stamp.objects.create(number=1)
    for publish in _LISTENERS:
        publish(dataset, by, at)
