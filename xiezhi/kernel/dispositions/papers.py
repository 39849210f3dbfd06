"""The documents that were attached to the alerts about one subject."""

from dataclasses import dataclass
from datetime import datetime

from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.dispositions.models import Attachment


@dataclass(frozen=True)
class Paper:
    """A document: ``id`` for its address, whose step it came with, of which alert."""

    id: int
    name: str
    size: int
    at: datetime
    by: str
    alert: str


def papers_about(actor: Actor, field: str, subject_type: str, key: str) -> tuple[Paper, ...]:
    """Return the documents of the alerts about a subject that the actor may read, in order of time. One query."""
    alerts = Alert.objects.filter(readable(actor), field=field, subject_type=subject_type, subject_id=key)
    found = Attachment.objects.filter(step__alert__in=alerts).select_related("step__by", "step__alert").order_by("pk")
    return tuple(
        Paper(item.pk, item.name, item.size, item.step.at, item.step.by.name, item.step.alert.number) for item in found
    )
