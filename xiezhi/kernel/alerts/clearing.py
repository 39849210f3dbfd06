"""An alert that nobody has touched closes itself when its situation is over: without an outcome."""

from datetime import datetime

from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import Move, State
from xiezhi.kernel.alerts.models import Alert, AlertMove


def clear(alert: Alert, *, at: datetime, version: int) -> None:
    """Let an untouched alert close itself: without an outcome. The caller saves it."""
    alert.state, alert.closed_at, alert.due_on = State.CLEARED, at, None
    alert.deadlines.filter(ended_at=None).update(ended_at=at)
    AlertMove.objects.create(alert=alert, at=at, version=version, kind=Move.CLEARED, cause=alert.cause)
    enter(alert, "alert.cleared", {"version": version}, at=at)
