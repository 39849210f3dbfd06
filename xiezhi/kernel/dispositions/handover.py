"""What a leaving officer holds: alerts and their deadlines. Each changes hands with its own step and entry."""

from datetime import datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.handover import Holdings, Thing
from xiezhi.kernel.access.handover import register as hand_over
from xiezhi.kernel.access.queries import names_of
from xiezhi.kernel.alerts.enums import OPEN
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.ledger.actions import record
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
        alert.owner_id = receiver
        alert.save(update_fields=["owner"])
        alert.deadlines.filter(ended_at=None, account_id=account).update(account_id=receiver)
        name = names_of([receiver])[receiver]
        record(
            kind="disposition.handed_over",
            about=("alert", number),
            by=by,
            at=at,
            organisation=alert.organisation,
            field=alert.field,
            data={"from": account, "account": receiver, "to": name},
        )
        words = Words(f"{number} 移交给您", f"{number} was handed over to you")
        notify((receiver,), kind="handed-over", alert=alert, words=words, at=at, once=f"{number}:{at.isoformat()}")

    return Thing(("alert", number), move)


hand_over("alerts", held)
