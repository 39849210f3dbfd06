"""One alert as its page shows it: frozen, within what the reader may see, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.findings.masking import Display
from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import may, require
from xiezhi.kernel.alerts.due import Due, due_of_alert
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.moving import Moved, told
from xiezhi.kernel.alerts.parts import Part, Reading, read
from xiezhi.kernel.alerts.permissions import readable
from xiezhi.kernel.alerts.words import (
    OUTCOMES,
    STATES,
    cause_words,
    checkpoint_words,
    field_words,
    rule_words,
)
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.norms import norm_of
from xiezhi.kernel.intake.vault import About
from xiezhi.kernel.registry.queries import organisation_words, working_calendar

SIMILAR_DAYS = 90


class NoSuchAlert(XiezhiError):  # noqa: N818  named by what it says
    """No alert has this number."""


@dataclass(frozen=True)
class Similar:
    """The alerts of one rule and body in the last days, this one included; ``everywhere``: of the rule in all reach."""

    days: int
    since: date
    here: int
    everywhere: int


@dataclass(frozen=True)
class AlertView:
    """An alert. ``parts``: its findings, worst first; ``moves``: what evaluations did to it."""

    number: str
    field: str
    field_words: Words
    indicator: str
    rule: Words
    rule_key: str
    known_rule: bool
    level: str
    state: str
    state_words: Words
    suspicion: bool
    sentence: Words
    raised_at: datetime
    raised_version: int
    organisation: str
    organisation_words: Words
    checkpoint: Words
    subject_type: str
    subject_id: str
    subject: str
    period: str
    holds: bool
    condition_ended_at: datetime | None
    owner: str
    due: Due
    outcome: Words
    outcome_cause: Words
    closed_at: datetime | None
    follows: str
    followed_by: tuple[str, ...]
    parts: tuple[Part, ...]
    moves: tuple[Moved, ...]
    similar: Similar
    may_reveal: bool

    @property
    def first(self) -> Part:
        """The finding that gives the alert its sentence."""
        return self.parts[0]


def find(actor: Actor, number: str) -> Alert:
    """Return an alert for somebody who may read it.

    Raises:
        NoSuchAlert: there is none of this number.
        NotAllowed: he may not, with the reason.
    """
    alert = Alert.objects.select_related("owner", "follows").filter(number=number).first()
    if alert is None:
        raise NoSuchAlert(f"there is no alert {number}")
    require(actor, "alerts.read", alert)
    return alert


def alert_page(actor: Actor, alert: Alert, *, at: datetime) -> AlertView:
    """Return all that the page of an alert tells of it. ``alert`` as `find` gave it."""
    today = timezone.localdate(at)
    bodies = list(alert.current or alert.evidence)
    moves = list(alert.moves.order_by("pk"))
    subject = next((str(body["title"]) for body in bodies if body.get("title")), alert.subject_id)
    display = display_for([*bodies, *(move.detail for move in moves), alert.subject_id, subject])
    reading = _reading(alert, display=display, today=today)
    place = About("alert", alert.number, alert.organisation, alert.field)
    return AlertView(
        number=alert.number,
        field=alert.field,
        field_words=field_words(alert.field),
        indicator=alert.indicator,
        rule=rule_words(alert.field, alert.indicator, alert.rule),
        rule_key=f"{alert.field}.{alert.indicator}.{alert.rule}",
        known_rule=reading.indicator is not None,
        level=alert.level,
        state=alert.state,
        state_words=STATES[State(alert.state)],
        suspicion=alert.state not in {State.CLOSED, State.CLEARED},
        sentence=resolved(Words(alert.sentence_zh, alert.sentence_en), display),
        raised_at=alert.raised_at,
        raised_version=alert.raised_version,
        organisation=alert.organisation,
        organisation_words=organisation_words(alert.organisation),
        checkpoint=checkpoint_words(alert.field, alert.checkpoint) if alert.checkpoint else NOTHING,
        subject_type=alert.subject_type,
        subject_id=display.resolve(alert.subject_id),
        subject=display.resolve(subject),
        period=alert.period,
        holds=alert.holds,
        condition_ended_at=alert.condition_ended_at,
        owner=alert.owner.name if alert.owner else "",
        due=_due(alert, today),
        outcome=OUTCOMES[Outcome(alert.outcome)] if alert.outcome else NOTHING,
        outcome_cause=cause_words(alert.field, alert.indicator, alert.outcome_cause),
        closed_at=alert.closed_at,
        follows=alert.follows.number if alert.follows else "",
        followed_by=tuple(alert.followed_by.order_by("pk").values_list("number", flat=True)),
        parts=tuple(read(body, reading) for body in bodies),
        moves=told(alert.field, moves, display),
        similar=_similar(actor, alert, at=at),
        may_reveal=bool(may(actor, "vault.reveal", place)),
    )


def _reading(alert: Alert, *, display: Display, today: date) -> Reading:
    pack = fields().packs.get(alert.field)
    norm = norm_of(alert.field)
    return Reading(
        pack=pack,
        indicator=pack.indicators.get(alert.indicator) if pack else None,
        calendar=working_calendar(norm.calendar),
        display=display,
        limit_name=norm.limit_name,
        today=today,
    )


def _due(alert: Alert, today: date) -> Due:
    calendar = working_calendar()
    return due_of_alert(alert.state, alert.due_on, alert.muted_until, today=today, calendar=calendar)


def _similar(actor: Actor, alert: Alert, *, at: datetime) -> Similar:
    since = at - timedelta(days=SIMILAR_DAYS)
    found = Alert.objects.filter(
        readable(actor), field=alert.field, indicator=alert.indicator, rule=alert.rule, raised_at__gte=since
    )
    here = found.filter(organisation=alert.organisation).count()
    return Similar(SIMILAR_DAYS, timezone.localdate(since), here, found.count())
