"""More than twenty alerts of one rule and body in a day are one line that unfolds."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.listing import Asked

MOST = 20
UNFOLDED = "unfold"


def fold(found: QuerySet[Alert], asked: Asked) -> QuerySet[Alert]:
    """Leave the first of many like alerts, with their number as ``alike``; all where the reader asked for each."""
    if asked.filters.get(UNFOLDED):
        return found
    same: dict[str, Any] = {"partition_by": [F("indicator"), F("rule"), F("organisation"), TruncDate("raised_at")]}
    counted = found.annotate(
        alike=Window(Count("pk"), **same),
        place_alike=Window(RowNumber(), order_by=[F("due_on").asc(nulls_last=True), F("pk").asc()], **same),
    )
    return counted.filter(Q(alike__lte=MOST) | Q(place_alike=1))


def stands_for(alert: Alert) -> int:
    """Return for how many alerts a line stands: all that are alike where they are too many, else itself."""
    alike: int = getattr(alert, "alike", 1)
    return alike if alike > MOST else 1


def like(alert: Alert) -> Q:
    """Return the condition of the alerts that are one line with an alert."""
    begin = timezone.localtime(alert.raised_at).replace(hour=0, minute=0, second=0, microsecond=0)
    same = Q(indicator=alert.indicator, rule=alert.rule, organisation=alert.organisation)
    return same & Q(raised_at__gte=begin, raised_at__lt=begin + timedelta(days=1))
