"""Finding documents by their name, among the alerts that one may read."""

from dataclasses import dataclass
from datetime import datetime

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions.models import Attachment


@dataclass(frozen=True)
class DocumentFound:
    """A document, and the alert that it belongs to."""

    id: int
    name: str
    size: int
    at: datetime
    by: str
    alert: str


def find_documents(actor: Actor, text: str, *, most: int) -> tuple[tuple[DocumentFound, ...], bool]:
    """Return documents whose name holds a text, the newest first; and whether there are more."""
    alerts = Alert.objects.filter(readable(actor)).values("pk")
    named = Attachment.objects.filter(name__icontains=text, step__alert__in=alerts)
    found = list(named.select_related("step__alert", "step__by").order_by("-pk")[: most + 1])
    return tuple(_found(item) for item in found[:most]), len(found) > most


def _found(item: Attachment) -> DocumentFound:
    return DocumentFound(item.pk, item.name, item.size, item.step.at, item.step.by.name, item.step.alert.number)
