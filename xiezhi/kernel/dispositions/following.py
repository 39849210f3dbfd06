"""A raised alert must be taken on within days: the first deadline, set with the alert itself."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from xiezhi.engine.calendars.count import due_on
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.raising import on_raised
from xiezhi.kernel.dispositions.enums import DAYS
from xiezhi.kernel.dispositions.models import Deadline
from xiezhi.kernel.registry.queries import working_calendar

_KIND = "acknowledge"


def must_be_taken_on(alerts: Sequence[Alert], at: datetime) -> None:
    """Set the deadline of each raised alert."""
    start, calendar = timezone.localdate(at), working_calendar()
    until: dict[str, date] = {
        level: due_on(calendar, rule="working", start=start, limit=days) for level, days in DAYS[_KIND].items()
    }
    Deadline.objects.bulk_create(
        (
            Deadline(alert=a, kind=_KIND, from_day=start, days=DAYS[_KIND][a.level], due_on=until[a.level])
            for a in alerts
        ),
        batch_size=100,
    )
    for alert in alerts:
        alert.due_on = until[alert.level]
    Alert.objects.bulk_update(alerts, ["due_on"], batch_size=100)


on_raised(must_be_taken_on)
