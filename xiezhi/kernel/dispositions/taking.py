"""The frame of every act: may he, may it now, then the change with its step, its deadlines and its entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.access.scope import acting_by
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.words import STATES
from xiezhi.kernel.dispositions.deadlines import end_deadlines
from xiezhi.kernel.dispositions.enums import ROAD, ROLES, Act
from xiezhi.kernel.dispositions.models import Step


class WrongState(XiezhiError):  # noqa: N818  named by what it says
    """An act does not lead on from where the alert stands."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class TextMissing(XiezhiError):  # noqa: N818  named by what it says
    """An act needs words: a reason, a question, a reply."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def take(
    act: Act,
    alert: Alert,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Step:
    """Do what every act does; the caller adds what is its own, inside the same transaction.

    The alert is read again and locked, so that two people who act at one moment act one after the other. ``changes``
    are columns of the alert that the act sets together with its state.

    Raises:
        NotAllowed: he may not.
        WrongState: it cannot be done now.
    """
    fresh = Alert.objects.select_for_update().get(pk=alert.pk)
    alert.__dict__.update({k: v for k, v in fresh.__dict__.items() if k != "_state"})
    require(by, f"dispositions.{act.value}", alert)
    refusal = refused_now(act, alert)
    if refusal is not None:
        raise WrongState(refusal)
    way = ROAD[act]
    old = alert.state
    if way.to is not None:
        alert.state = way.to
    alert.touched = True
    for name, value in (changes or {}).items():
        setattr(alert, name, value)
    alert.save(update_fields=["state", "touched", *(changes or {})])
    end_deadlines(alert, way.ends, at=at)
    held = acting_by(by, ROLES[act], organisation=alert.organisation, field=alert.field)
    step = Step.objects.create(
        alert=alert,
        act=act,
        by_id=by.id,
        in_role=held.role.value if held else "",
        for_whom_id=held.stands_in_for if held else None,
        at=at,
        text=text.strip(),
        data=dict(data or {}),
    )
    told = {"old": old, "new": alert.state, "step": step.pk, **(data or {})}
    enter(alert, f"disposition.{act.value}", told, by=by, at=at)
    return step


def refused_now(act: Act, alert: Alert) -> Words | None:
    """Return why an act does not lead on from the alert's state, None where it does."""
    way = ROAD[act]
    if alert.state in way.sources:
        return None
    if alert.state in {State.CLOSED, State.CLEARED}:
        return Words("这条预警已经结束", "This alert is closed")
    needed = Words(
        "、".join(STATES[state].zh for state in way.sources), " or ".join(STATES[state].en for state in way.sources)
    )
    now = STATES[State(alert.state)]
    return Words(f"现在是“{now.zh}”，须先到“{needed.zh}”", f"It is “{now.en}”; it must first be “{needed.en}”")


def needs_text(text: str, words: Words) -> str:
    """Return the text without outer white space.

    Raises:
        TextMissing: there is none.
    """
    if not text.strip():
        raise TextMissing(words)
    return text.strip()
