"""What a leaving officer holds: alerts and their deadlines. Each changes hands with its own step and entry."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.errors import NotReceivable
from xiezhi.kernel.access.handover import Holdings, Thing
from xiezhi.kernel.access.handover import register as hand_over
from xiezhi.kernel.access.queries import accounts_with, names_of
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import OPEN
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.dispositions.about import concerned
from xiezhi.kernel.ledger.author import Author
from xiezhi.kernel.ledger.kinds import Kind
from xiezhi.kernel.ledger.kinds import register as tell

tell(Kind("disposition.handed_over", Words("移交给{to}", "handed over to {to}")))


def held(account: int) -> Holdings:
    """Return the open alerts of an account."""
    numbers = Alert.objects.filter(owner_id=account, state__in=OPEN).order_by("number").values_list("number", flat=True)
    return Holdings(Words("承办的预警", "alerts being handled"), tuple(_thing(account, number) for number in numbers))


def _thing(account: int, number: str) -> Thing:
    @transaction.atomic
    def move(receiver: int, by: Author, at: datetime) -> None:
        alert = Alert.objects.select_for_update().get(number=number)
        _receivable(alert, receiver, at)
        alert.owner_id = receiver
        alert.save(update_fields=["owner"])
        alert.deadlines.filter(ended_at=None, account_id=account).update(account_id=receiver)
        name = names_of([receiver])[receiver]
        told = {"from": account, "account": receiver, "to": name}
        enter(alert, "disposition.handed_over", told, by=by, at=at)
        words = Words(f"{number} 移交给您", f"{number} was handed over to you")
        notify((receiver,), kind="handed-over", alert=alert, words=words, at=at, once=f"{number}:{at.isoformat()}")

    return Thing(("alert", number), move)


def _receivable(alert: Alert, receiver: int, at: datetime) -> None:
    """Refuse a receiver who is no officer over the alert, or whom it concerns."""
    today = timezone.localdate(at)
    officers = accounts_with({Role.OFFICER}, organisation=alert.organisation, field=alert.field, on=today)
    if receiver not in officers:
        raise NotReceivable(
            Words(
                f"{alert.number}：接收人不是负责这个单位的监督员",
                f"{alert.number}: the receiver is no officer over this body",
            )
        )
    if concerned({receiver}, alert):
        raise NotReceivable(
            Words(f"{alert.number}：涉及接收人本人", f"{alert.number}: it concerns the receiver himself")
        )


hand_over("alerts", held)
