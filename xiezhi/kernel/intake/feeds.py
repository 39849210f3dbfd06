"""Feeds: whether each source delivers as it should. Silence is not cleanliness."""

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

import numpy as np
from django.db import transaction
from django.utils import timezone

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.kernel.intake.models import Batch, Source
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.registry.queries import working_calendar

DIFFERENT_BY = 3.0  # times more or fewer rows than usual
_USUAL = 8  # deliveries before the last, of which the usual number of rows is the median
_LEAST_USUAL = 3

Feed = Source.Feed
HEARD = (Batch.State.ACCEPTED, Batch.State.UNCHANGED)


@dataclass(frozen=True)
class Silence:
    """A feed that is not sound.

    Attributes:
        source: its pk. ``code``, ``field``, ``owner`` are its own.
        state: late, thin or different.
        since: when it was last known to be sound.
        fed: datasets that it feeds.
    """

    source: int
    code: str
    field: str
    owner: str
    state: str
    since: datetime
    fed: tuple[str, ...]


def watch(at: datetime) -> tuple[Silence, ...]:
    """Judge every feed that something is expected of; keep and record what changed; return those that are not sound."""
    found = []
    expected = Source.objects.exclude(rhythm_days=None, least_rows=None).order_by("pk")
    for source in expected:
        state, since = judge(source, at)
        if (state, since) != (source.feed_state, source.stale_since):
            _keep(source, state, since, at)
        if since is not None:
            found.append(_silence(source, state, since))
    return tuple(found)


def judge(source: Source, at: datetime) -> tuple[str, datetime | None]:
    """Return how a feed is doing at a time, and since when it is not sound."""
    heard = Batch.objects.filter(source=source, state__in=HEARD, kind="file", received_at__lte=at)
    last = heard.order_by("-received_at", "-pk").first()
    due = due_after(source, None if last is None else last.received_at)
    if due is not None and _day(at) > due:
        return Feed.LATE, source.made_at if last is None else last.received_at
    full = list(heard.filter(state=Batch.State.ACCEPTED).order_by("-received_at", "-pk")[: _USUAL + 1])
    if not full:
        return Feed.SOUND, None
    rows = [sum(batch.accepted.values()) for batch in full]
    before = full[1].received_at if len(full) > 1 else full[0].received_at
    if source.least_rows is not None and rows[0] < source.least_rows:
        return Feed.THIN, before
    if source.rhythm_days is not None and _is_different(rows):
        return Feed.DIFFERENT, before
    return Feed.SOUND, None


def due_after(source: Source, last: datetime | None) -> date | None:
    """Return the day by whose end a delivery is expected: so many working days after the last one."""
    if source.rhythm_days is None:
        return None
    return _working_days_after(working_calendar(), _day(last or source.made_at), source.rhythm_days)


def stale_sources(field: str) -> dict[Source, datetime]:
    """Return the sources of a field that are not sound, with the time since which there are no data to be relied on."""
    found = Source.objects.filter(field=field).exclude(stale_since=None).order_by("pk")
    return {source: source.stale_since for source in found if source.stale_since is not None}


def stale_datasets(field: str) -> dict[str, datetime]:
    """Return the datasets fed by sources that are not sound, each with the earliest such time."""
    found: dict[str, datetime] = {}
    for source, since in stale_sources(field).items():
        for name in source.fed:
            found[name] = min(since, found.get(name, since))
    return found


def _is_different(rows: list[int]) -> bool:
    usual = rows[1:]
    if len(usual) < _LEAST_USUAL:
        return False
    middle = median(usual)
    return rows[0] * DIFFERENT_BY < middle or rows[0] > middle * DIFFERENT_BY


def _working_days_after(calendar: Calendar, day: date, days: int) -> date:
    start = (day - calendar.first).days
    working = np.flatnonzero(~calendar.is_rest[start + 1 :])
    return date.fromordinal(day.toordinal() + 1 + int(working[days - 1])) if days else day


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _keep(source: Source, state: str, since: datetime | None, at: datetime) -> None:
    with transaction.atomic():
        source.feed_state, source.stale_since = state, since
        source.save(update_fields=["feed_state", "stale_since"])
        data = {"source": source.code, "state": state, "since": since.isoformat() if since else None}
        kind = "source.heard" if since is None else "source.silent"
        about = ("source", source.code)
        record(kind=kind, about=about, by=SYSTEM, at=at, data=data, organisation=source.owner, field=source.field)


def _silence(source: Source, state: str, since: datetime) -> Silence:
    return Silence(source.pk, source.code, source.field, source.owner, state, since, tuple(sorted(source.fed)))
