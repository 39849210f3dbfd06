"""How many alerts an indicator raised, and how many of them are open: within what the actor may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import OPEN
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable


@dataclass(frozen=True)
class Raised:
    """``since``: raised since a time; ``still``: open now, whenever they were raised."""

    since: int = 0
    still: int = 0


def raised_by_indicator(actor: Actor, *, since: datetime) -> Mapping[tuple[str, str], Raised]:
    """Return (field, indicator) → counts. One query."""
    return {(row[0], row[1]): Raised(row[2], row[3]) for row in _counted(actor, ("field", "indicator"), Q(), since)}


def raised_by_level(actor: Actor, field: str, indicator: str, *, since: datetime) -> Mapping[tuple[str, str], Raised]:
    """Return (rule, level) → counts of one indicator. One query."""
    of_it = Q(field=field, indicator=indicator)
    return {(row[0], row[1]): Raised(row[2], row[3]) for row in _counted(actor, ("rule", "level"), of_it, since)}


def _counted(actor: Actor, by: tuple[str, str], which: Q, since: datetime) -> list[tuple[str, str, int, int]]:
    found = Alert.objects.filter(readable(actor)).filter(which).values(*by).order_by(*by)
    counted = found.annotate(
        since=Count("pk", filter=Q(raised_at__gte=since)), still=Count("pk", filter=Q(state__in=OPEN))
    )
    return list(counted.values_list(*by, "since", "still"))
