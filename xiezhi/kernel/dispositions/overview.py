"""The overview in one call: what waits for the reader, what is open, how it goes, and which feeds are silent."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import may
from xiezhi.kernel.alerts.figures import Course, Heat, OpenCounts, heat, open_counts, weekly
from xiezhi.kernel.dispositions.quality import Quality, quality
from xiezhi.kernel.dispositions.tasks import TASKS, Task, of, rows, unclaimed
from xiezhi.kernel.intake.models import Batch
from xiezhi.kernel.intake.queries import sources_of
from xiezhi.kernel.registry.picture import pinned

SHOWN = 7


@dataclass(frozen=True)
class Silent:
    """A source that does not deliver as expected, and since when its data cannot be relied on."""

    words: Words
    since: datetime


@dataclass(frozen=True)
class Overview:
    """``tasks``: the first seven; ``weekly``, ``counts``, ``heat`` and ``quality`` for those who see alerts at all."""

    today: date
    tasks: tuple[Task, ...]
    waiting: int
    over: int
    due_today: int
    unclaimed: int
    counts: OpenCounts | None
    weekly: tuple[Course, ...]
    quality: Quality | None
    heat: Heat | None
    silent: tuple[Silent, ...]
    sources: int
    data_until: datetime | None
    liaison: bool

    @property
    def more(self) -> int:
        """How many tasks wait beside those shown."""
        return self.waiting - len(self.tasks)


def overview_page(actor: Actor, *, at: datetime) -> Overview:
    """Return the overview of a reader."""
    today = timezone.localdate(at)
    with pinned():
        bound = of(actor)
        sees = bool(may(actor, "alerts.overview"))
        sources = list(sources_of(actor).order_by("code")) if sees else []
        return Overview(
            today=today,
            tasks=tuple(rows(list(bound.order_by(*TASKS.order)[:SHOWN]))),
            waiting=bound.count(),
            over=bound.filter(due_on__lt=today).count(),
            due_today=bound.filter(due_on=today).count(),
            unclaimed=unclaimed(actor),
            counts=open_counts(actor, at=at) if sees else None,
            weekly=weekly(actor, today=today) if sees else (),
            quality=quality(actor, at=at) if sees else None,
            heat=heat(actor, today=today) if sees else None,
            silent=tuple(
                Silent(Words(source.name_zh, source.name_en or source.name_zh), source.stale_since)
                for source in sources
                if source.stale_since is not None
            ),
            sources=len(sources),
            data_until=_until(actor) if sees else None,
            liaison=Role.LIAISON in actor.roles(),
        )


def _until(actor: Actor) -> datetime | None:
    accepted = (Batch.State.ACCEPTED, Batch.State.UNCHANGED)
    found = Batch.objects.filter(source__in=sources_of(actor), state__in=accepted)
    last: datetime | None = found.aggregate(last=Max("received_at"))["last"]
    return last
