"""Who may see an alert: supervision over its scope; leaders over theirs; a department's liaison once it was asked."""

from typing import Any

from django.db.models import Q

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import ALLOWED, Answer, Refused, register
from xiezhi.kernel.access.scope import holds, reach
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.intake.vault import tell_place

SEERS = frozenset({Role.OFFICER, Role.APPROVER, Role.LEADER})
_OUTSIDE = Words("这条预警不在您的职责范围内", "This alert lies outside your scope")
_NOT_ASKED = Words("单位收到通知后才能看到预警", "A department sees an alert once it has been asked about it")


def may_read(actor: Actor, alert: Alert) -> Answer:
    """Over the alert's organisation and field."""
    if holds(actor, SEERS, organisation=alert.organisation, field=alert.field):
        return ALLOWED
    if holds(actor, {Role.LIAISON}, organisation=alert.organisation, field=alert.field):
        return ALLOWED if alert.asked_at is not None else Refused(_NOT_ASKED)
    return Refused(_OUTSIDE)


def readable(actor: Actor) -> Q:
    """Return the same rule as a condition, for lists: one for each grant."""
    condition = Q(pk__in=())
    for roles, further in ((SEERS, Q()), (frozenset({Role.LIAISON}), Q(asked_at__isnull=False))):
        for part in reach(actor, roles):
            where = Q(pk__isnull=False) if part.organisations is None else Q(organisation__in=part.organisations)
            condition |= where & (Q(field=part.field) if part.field else Q()) & further
    return condition


def may_see_overview(actor: Actor, target: Any) -> Answer:  # noqa: ARG001  there is one overview
    """Those who see alerts of their own right."""
    return ALLOWED if actor.roles() & SEERS else Refused(_OUTSIDE)


def _place(number: str) -> tuple[str, str]:
    """Return to which body and field an alert belongs; no place that anybody holds where there is none."""
    found = Alert.objects.filter(number=number).values_list("organisation", "field").first()
    return found or ("-", "-")


tell_place("alert", _place)
register("alerts.read", may_read)
register("alerts.overview", may_see_overview)
