"""How many alerts an indicator raised, and how many of them are open: within what the actor may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import OPEN, Level
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


@dataclass(frozen=True)
class MonthRaised:
    """The alerts raised in a month, by the level that they have now."""

    first: date
    orange: int
    red: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.orange + self.red


def raised_by_month(actor: Actor, field: str, indicator: str, *, today: date) -> tuple[MonthRaised, ...]:
    """Return the twelve months that end with this one. One query."""
    months = [
        date(today.year - (today.month <= back), (today.month - back - 1) % 12 + 1, 1) for back in range(11, -1, -1)
    ]
    found = Alert.objects.filter(readable(actor), field=field, indicator=indicator, raised_at__date__gte=months[0])
    counted: dict[tuple[date, str], int] = {
        (timezone.localtime(month).date(), level): alerts
        for month, level, alerts in found.annotate(month=TruncMonth("raised_at"))
        .values("month", "level")
        .order_by("month", "level")
        .annotate(alerts=Count("pk"))
        .values_list("month", "level", "alerts")
    }
    return tuple(
        MonthRaised(month, counted.get((month, Level.ORANGE), 0), counted.get((month, Level.RED), 0))
        for month in months
    )


def _counted(actor: Actor, by: tuple[str, str], which: Q, since: datetime) -> list[tuple[str, str, int, int]]:
    found = Alert.objects.filter(readable(actor)).filter(which).values(*by).order_by(*by)
    counted = found.annotate(
        since=Count("pk", filter=Q(raised_at__gte=since)), still=Count("pk", filter=Q(state__in=OPEN))
    )
    return list(counted.values_list(*by, "since", "still"))
