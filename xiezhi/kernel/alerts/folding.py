"""More than twenty alerts of one rule and body in a day are one line that unfolds."""

from collections import Counter
from datetime import timedelta
from typing import TypeAlias

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.listing import Asked, Line

MOST = 20
UNFOLDED = "unfold"
_SAME = ("indicator", "rule", "organisation", "raised_at")
Kind: TypeAlias = tuple[object, ...]


def fold(found: QuerySet[Alert], asked: Asked) -> list[Line] | None:
    """Return the lines of a list in its order, of many like alerts the first; None where there is nothing to fold."""
    if asked.filters.get(UNFOLDED):
        return None
    counted: Counter[Kind] = Counter()
    for *same, number in found.order_by().values_list(*_SAME).annotate(number=Count("pk")):
        counted[_kind(same)] += number
    many = {kind: number for kind, number in counted.items() if number > MOST}
    return _lines(found, many) if many else None


def stands_for(alert: Alert) -> int:
    """Return for how many alerts a line stands: all that are alike where they are too many, else itself."""
    alike: int = getattr(alert, "alike", 1)
    return alike


def like(alert: Alert) -> Q:
    """Return the condition of the alerts that are one line with an alert."""
    begin = timezone.localtime(alert.raised_at).replace(hour=0, minute=0, second=0, microsecond=0)
    same = Q(indicator=alert.indicator, rule=alert.rule, organisation=alert.organisation)
    return same & Q(raised_at__gte=begin, raised_at__lt=begin + timedelta(days=1))


def _lines(found: QuerySet[Alert], many: dict[Kind, int]) -> list[Line]:
    lines: list[Line] = []
    told: set[Kind] = set()
    for pk, *same in found.values_list("pk", *_SAME):
        kind = _kind(same)
        if kind not in many:
            lines.append(Line(pk, 1))
        elif kind not in told:
            told.add(kind)
            lines.append(Line(pk, many[kind]))
    return lines


def _kind(same: list[object]) -> Kind:
    *rest, raised = same
    return (*rest, timezone.localtime(raised).toordinal())  # type: ignore[arg-type]
