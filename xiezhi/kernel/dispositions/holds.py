"""Holds (暂缓): an alert's demands rest until a day. A second person agrees; it ends by itself."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.queries import accounts_with
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.models import Alert, Mute
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.models import Step
from xiezhi.kernel.dispositions.permissions import waiting_mute
from xiezhi.kernel.dispositions.taking import TextMissing, needs_text, take

LONGEST = 30  # days


@transaction.atomic
def mute(alert: Alert, *, until: date, text: str, by: Actor, at: datetime) -> Step:
    """Propose a hold until a day, at most thirty days on. It begins when a second person agrees.

    Raises:
        TextMissing: no reason, or a day that is not taken.
    """
    words = needs_text(text, Words("写明暂缓的理由", "Write why it should rest"))
    today = timezone.localdate(at)
    latest = date.fromordinal(today.toordinal() + LONGEST)
    if not today < until <= latest:
        raise TextMissing(
            Words(f"最长暂缓{LONGEST}日，请改为{latest}或以前", f"{LONGEST} days at most: choose {latest} or earlier")
        )
    step = take(Act.MUTE, alert, by=by, at=at, text=words, data={"until": until.isoformat()})
    alert.mutes.filter(seconded_by=None, ended_at=None).update(ended_at=at)
    Mute.objects.create(alert=alert, until=until, reason=words, by=by.id, at=at)
    seconds = accounts_with({Role.APPROVER}, organisation=alert.organisation, field=alert.field, on=today)
    said = Words(f"{alert.number} 请审核暂缓到{until}", f"{alert.number}: a hold until {until} awaits your consent")
    others = [account for account in seconds if account != by.account]
    notify(others, kind="hold", alert=alert, words=said, at=at, once=f"step:{step.pk}")
    return step


@transaction.atomic
def second_mute(alert: Alert, *, by: Actor, at: datetime, text: str = "") -> Step:
    """Agree to the hold that waits."""
    waiting = waiting_mute(alert)
    until = waiting.until.isoformat() if waiting else ""
    changes = {"muted_until": waiting.until} if waiting else {}
    step = take(Act.SECOND_MUTE, alert, by=by, at=at, text=text, data={"until": until}, changes=changes)
    if waiting is not None:
        waiting.seconded_by, waiting.seconded_at = by.id, at
        waiting.save(update_fields=["seconded_by", "seconded_at"])
    return step


@transaction.atomic
def unmute(alert: Alert, *, by: Actor, at: datetime, text: str = "") -> Step:
    """End a hold, or take back a proposed one."""
    step = take(Act.UNMUTE, alert, by=by, at=at, text=text, changes={"muted_until": None})
    alert.mutes.filter(ended_at=None).update(ended_at=at)
    return step


def end_holds(at: datetime) -> int:
    """End the holds whose day has come. Idempotent."""
    today = timezone.localdate(at)
    ended = 0
    for alert in Alert.objects.filter(muted_until__lte=today).order_by("pk"):
        with transaction.atomic():
            alert.muted_until = None
            alert.save(update_fields=["muted_until"])
            alert.mutes.filter(ended_at=None).update(ended_at=at)
            enter(alert, "disposition.mute_ended", at=at)
        ended += 1
    return ended
