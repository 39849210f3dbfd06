"""How well alerts are answered: in time, founded or not, and in how many working days."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import median_low

from django.db.models import Q
from django.utils import timezone

from xiezhi.engine.calendars.count import used_days
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions.models import Deadline
from xiezhi.kernel.registry.queries import working_calendar

LEAST = 20  # verified alerts, from which on a share is told
_Z = 1.959964
_FOUNDED = {Outcome.CONFIRMED_CORRECTED, Outcome.CONFIRMED_MEASURE, Outcome.CONFIRMED_REFERRED}
_VERIFIED = _FOUNDED | {Outcome.INNOCENT, Outcome.RULE_ERROR}


@dataclass(frozen=True)
class Quality:
    """Over some days. ``in_time`` of ``deadlines``; ``founded`` of ``verified``; ``days``: the median, None without."""

    over: int
    in_time: int
    deadlines: int
    founded: int
    verified: int
    days: int | None

    @property
    def in_time_share(self) -> float | None:
        """The share of deadlines kept, in percent."""
        return round(100 * self.in_time / self.deadlines, 1) if self.deadlines else None

    @property
    def founded_share(self) -> int | None:
        """The share of founded among verified ones, in percent; None below twenty."""
        return round(100 * self.founded / self.verified) if self.verified >= LEAST else None

    @property
    def interval(self) -> tuple[int, int]:
        """The interval of that share at 95 %, by Wilson, in percent."""
        low, high = wilson(self.founded, self.verified)
        return round(100 * low), round(100 * high)


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the interval of a share at 95 %.

    >>> [round(end, 3) for end in wilson(71, 100)]
    [0.615, 0.79]
    """
    if not total:
        return 0.0, 1.0
    share = count / total
    around = share + _Z**2 / (2 * total)
    width = _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    whole = 1 + _Z**2 / total
    return (around - width) / whole, (around + width) / whole


def quality(actor: Actor, *, at: datetime, days: int = 90) -> Quality:
    """Return how alerts that the actor may read were answered. Three queries."""
    since, calendar = at - timedelta(days=days), working_calendar()
    seen = Alert.objects.filter(readable(actor))
    ended = Deadline.objects.filter(ended_at__gte=since, alert__in=seen.values("pk"))
    kept = Counter(timezone.localdate(when) <= due for when, due in ended.values_list("ended_at", "due_on"))
    closed = seen.filter(Q(state=State.CLOSED), closed_at__gte=since).values_list("outcome", "raised_at", "closed_at")
    outcomes = Counter(outcome for outcome, _, _ in closed)
    spans = Counter((timezone.localdate(begin), timezone.localdate(end)) for _, begin, end in closed if end)
    used: list[int] = []
    for (begin, end), number in spans.items():
        used += [used_days(calendar, rule="working", start=begin, end=end)] * number
    return Quality(
        over=days,
        in_time=kept[True],
        deadlines=kept.total(),
        founded=sum(outcomes[outcome] for outcome in _FOUNDED),
        verified=sum(outcomes[outcome] for outcome in _VERIFIED),
        days=median_low(used) if used else None,
    )
