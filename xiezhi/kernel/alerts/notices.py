"""Notices: messages without colour. One of a kind is sent once, whatever is run again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert, Notice
from xiezhi.kernel.listing import Column, Filter, Listing, Preset


def notify(
    accounts: Iterable[int], *, kind: str, alert: Alert | None, words: Words, at: datetime, once: str
) -> tuple[int, ...]:
    """Send a notice to each account that has not had this one; return whom it went to.

    ``once`` names the occasion, such as ``reply-due:YJ-2026-00417:2026-05-20``. Inside the caller's transaction.
    """
    told = tuple(dict.fromkeys(accounts))
    marks = {account: f"{kind}:{once}:{account}" for account in told}
    had = set(Notice.objects.filter(once__in=marks.values()).values_list("once", flat=True))
    new = [account for account in told if marks[account] not in had]
    Notice.objects.bulk_create(
        Notice(
            account_id=account, kind=kind, alert=alert, text_zh=words.zh, text_en=words.en, at=at, once=marks[account]
        )
        for account in new
    )
    return tuple(new)


@dataclass(frozen=True)
class Told:
    """A notice as its receiver reads it."""

    id: int
    words: Words
    at: datetime
    read: bool
    alert: str


def unread(actor: Actor) -> int:
    """Return how many notices wait."""
    return Notice.objects.filter(account_id=actor.id, read_at=None).count()


@transaction.atomic
def read(*, notices: Iterable[int], by: Actor, at: datetime) -> int:
    """Mark the actor's own notices as read."""
    return Notice.objects.filter(account_id=by.id, pk__in=tuple(notices), read_at=None).update(read_at=at)


@transaction.atomic
def read_all(*, by: Actor, at: datetime) -> int:
    """Mark every notice of the actor as read."""
    return Notice.objects.filter(account_id=by.id, read_at=None).update(read_at=at)


def _mine(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(account_id=actor.id).select_related("alert")


def _row(notice: Notice) -> Told:
    return next(iter(_rows((notice,))))


def _rows(notices: Sequence[Notice]) -> Iterator[Told]:
    """Yield the rows, with masked names in place of tokens, looked up for all of them at once."""
    display = display_for((notice.text_zh, notice.text_en) for notice in notices)
    return (_told(notice, display) for notice in notices)


def _told(notice: Notice, display: Display) -> Told:
    return Told(
        notice.pk,
        resolved(Words(notice.text_zh, notice.text_en), display),
        notice.at,
        notice.read_at is not None,
        notice.alert.number if notice.alert else "",
    )


NOTICES: Listing[Notice, Told] = Listing(
    name="notices",
    words=Words("通知", "Notices"),
    columns=(
        Column("words", Words("内容", "Notice"), lambda told: told.words, "words"),
        Column("alert", Words("预警", "Alert"), lambda told: told.alert, sort=("alert__number",)),
        Column("at", Words("时间", "When"), lambda told: told.at, "time", ("at",)),
        Column("read", Words("已读", "Read"), lambda told: told.read, sort=("read_at",)),
    ),
    visible=_mine,
    row=_row,
    rows=_rows,
    filters=(
        Filter(
            "q", Words("内容", "Text"), lambda text: Q(text_zh__icontains=text) | Q(text_en__icontains=text), "text"
        ),
    ),
    presets=(
        Preset("unread", Words("未读", "Unread"), lambda actor: Q(read_at=None)),  # noqa: ARG005  the same for all
        Preset("all", Words("全部", "All"), lambda actor: Q()),  # noqa: ARG005  the same for all
    ),
    order=("-at",),
    key=lambda told: str(told.id),
    empty=Words("没有通知。", "There are no notices."),
)
