"""The page of an alert in one call: what it is, what may be done about it now, and its whole course."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.queries import Person, accounts_with, people
from xiezhi.kernel.alerts.due import Due, due_of
from xiezhi.kernel.alerts.enums import Outcome
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.view import AlertView, alert_page, find
from xiezhi.kernel.alerts.words import OUTCOMES
from xiezhi.kernel.dispositions.deadlines import TASKS
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.queries import Possible, Told, possible, timeline
from xiezhi.kernel.fields import fields
from xiezhi.kernel.registry.picture import pinned
from xiezhi.kernel.registry.queries import working_calendar


@dataclass(frozen=True)
class Waiting:
    """A deadline at hand: what for, who must act, and where it stands."""

    task: Words
    who: str
    mine: bool
    due: Due


@dataclass(frozen=True)
class AlertCase:
    """An alert with its road. ``acts``: those allowed, the primary one first, then those barred, with the reason."""

    view: AlertView
    waiting: tuple[Waiting, ...]
    acts: tuple[Possible, ...]
    course: tuple[Told, ...]

    @property
    def primary(self) -> Possible | None:
        """What leads on most naturally, if anything is allowed that does."""
        return next((act for act in self.acts if act.primary), None)

    @property
    def others(self) -> tuple[Possible, ...]:
        """What else can be done."""
        return tuple(act for act in self.acts if act.allowed and not act.primary)

    @property
    def barred(self) -> tuple[Possible, ...]:
        """What cannot be done now, with the reason."""
        return tuple(act for act in self.acts if not act.allowed)


@dataclass(frozen=True)
class Asking:
    """What the form of an act offers: officers to give it to, outcomes, and the causes of the indicator's page."""

    alert: Alert
    view: AlertView
    act: Possible | None
    officers: tuple[Person, ...]
    outcomes: tuple[tuple[str, Words], ...]
    causes: tuple[tuple[str, Words], ...]
    proposed: Told | None


def alert_case(actor: Actor, number: str, *, at: datetime) -> AlertCase:
    """Return everything that the page of an alert shows.

    Raises:
        NoSuchAlert: there is none of this number.
        NotAllowed: the actor may not read it.
    """
    with pinned():
        alert = find(actor, number)
        return AlertCase(
            view=alert_page(actor, alert, at=at),
            waiting=_waiting(alert, actor, at=at),
            acts=possible(actor, alert, today=timezone.localdate(at)),
            course=timeline(alert),
        )


def asking(actor: Actor, number: str, act: Act, *, at: datetime) -> Asking:
    """Return what the form of an act asks. ``act`` is None where it has no object at all.

    Raises:
        NoSuchAlert: there is none of this number.
        NotAllowed: the actor may not read it.
    """
    with pinned():
        alert = find(actor, number)
        today = timezone.localdate(at)
        acts = {item.act: item for item in possible(actor, alert, today=today)}
        wanted = accounts_with({Role.OFFICER}, organisation=alert.organisation, field=alert.field, on=today)
        officers = tuple(one for one in people(without=alert.owner_id or 0) if one.id in wanted)
        pack = fields().packs.get(alert.field)
        page = pack.indicators.get(alert.indicator) if pack else None
        course = timeline(alert)
        return Asking(
            alert=alert,
            view=alert_page(actor, alert, at=at),
            act=acts.get(act),
            officers=officers if act == Act.ASSIGN else (),
            outcomes=tuple((outcome.value, OUTCOMES[outcome]) for outcome in Outcome),
            causes=tuple((cause.id, cause.words) for cause in page.innocent) if page else (),
            proposed=next((told for told in reversed(course) if told.state == "done" and told.second), None),
        )


def _waiting(alert: Alert, actor: Actor, *, at: datetime) -> tuple[Waiting, ...]:
    today, calendar = timezone.localdate(at), working_calendar()
    found = alert.deadlines.filter(ended_at=None).select_related("account").order_by("due_on", "pk")
    return tuple(
        Waiting(
            task=TASKS.get(one.kind, NOTHING),
            who=one.account.name if one.account else "",
            mine=one.account_id is not None and one.account_id == actor.account,
            due=due_of(one.due_on, today=today, calendar=calendar),
        )
        for one in found
    )
