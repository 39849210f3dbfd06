"""Finding alerts by number, by the number of their subject, or by what their sentence says."""

from dataclasses import dataclass

from django.db.models import Q

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.registry.queries import organisation_words


@dataclass(frozen=True)
class AlertFound:
    """An alert that was found."""

    number: str
    level: str
    sentence: Words
    organisation: Words
    is_open: bool


def find_alerts(actor: Actor, text: str, *, most: int) -> tuple[tuple[AlertFound, ...], bool]:
    """Return alerts that the actor may read, the newest first; and whether there are more."""
    holding = (
        Q(number__istartswith=text)
        | Q(subject_id__istartswith=text)
        | Q(sentence_zh__icontains=text)
        | Q(sentence_en__icontains=text)
    )
    found = list(Alert.objects.filter(readable(actor)).filter(holding).order_by("-pk")[: most + 1])
    shown = display_for((alert.sentence_zh, alert.sentence_en) for alert in found)
    return tuple(_found(alert, shown) for alert in found[:most]), len(found) > most


def _found(alert: Alert, shown: Display) -> AlertFound:
    return AlertFound(
        alert.number,
        alert.level,
        resolved(Words(alert.sentence_zh, alert.sentence_en), shown),
        organisation_words(alert.organisation),
        alert.closed_at is None,
    )
