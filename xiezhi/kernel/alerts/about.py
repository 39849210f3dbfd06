"""The alerts about one subject, for its page; and which subjects of a list have any."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.alerts.enums import OPEN, State
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.alerts.words import STATES, rule_words
from xiezhi.kernel.intake.looking import SubjectRow, subject_listing
from xiezhi.kernel.intake.models import Subject
from xiezhi.kernel.listing import Filter, Listing

_PARTS_AT = "checkpoint"


@dataclass(frozen=True)
class AlertAbout:
    """An alert on the page of its subject. ``places``: the checkpoints that it stands at."""

    number: str
    level: str
    sentence: Words
    rule: Words
    state: Words
    open: bool
    indicator: str
    places: frozenset[str]


def alerts_about(actor: Actor, field: str, subject_type: str, key: str) -> tuple[AlertAbout, ...]:
    """Return the alerts about a subject that the actor may read, worst first, open before closed. Three queries."""
    found = Alert.objects.filter(readable(actor), field=field, subject_type=subject_type, subject_id=key)
    alerts = sorted(found, key=lambda alert: (alert.state not in OPEN, alert.level != "red", alert.number))
    display = display_for([(alert.sentence_zh, alert.sentence_en) for alert in alerts])
    return tuple(
        AlertAbout(
            alert.number,
            alert.level,
            resolved(Words(alert.sentence_zh, alert.sentence_en), display),
            rule_words(alert.field, alert.indicator, alert.rule),
            STATES[State(alert.state)],
            alert.state in OPEN,
            alert.indicator,
            _places(alert),
        )
        for alert in alerts
    )


def open_in(actor: Actor, field: str) -> int:
    """Return how many open alerts of a field the actor may read."""
    return Alert.objects.filter(readable(actor), field=field, state__in=OPEN).count()


def _places(alert: Alert) -> frozenset[str]:
    """Return where an alert stands: the checkpoints of its parts where they name some, else that of its indicator."""
    parts = {str(body["part"][_PARTS_AT]) for body in alert.current or alert.evidence if body["part"].get(_PARTS_AT)}
    return frozenset(parts or ({alert.checkpoint} if alert.checkpoint else ()))


def subjects_with_alerts(field: str, kind: str, actor: Actor) -> Listing[Subject, SubjectRow]:
    """Return the list of a type of subjects, with a filter for those that have open alerts which the actor may read."""
    listing = subject_listing(field, kind)
    about = Alert.objects.filter(
        readable(actor), field=field, subject_type=kind, subject_id=OuterRef("key"), state__in=OPEN
    )
    having = Filter(
        "alerts",
        Words("只看有未结预警的", "With open alerts only"),
        lambda value: Q(Exists(about)) if value else Q(),
        "flag",
    )
    filters: Sequence[Filter] = (*listing.filters, having)
    return replace(listing, filters=tuple(filters))
