"""Findings of level notice: a message to the doer's body, never an alert. One for each finding, once."""

from datetime import date

from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.queries import accounts_with
from xiezhi.kernel.alerts.notices import notify
from xiezhi.kernel.findings.changes import Changes
from xiezhi.kernel.registry.queries import current_code, organisation_code

_DOERS = frozenset({Role.LIAISON, Role.CLERK})


def tell_notices(changes: Changes) -> int:
    """Tell the body's people of each finding of level notice that is new; return how many notices went out."""
    today = timezone.localdate(changes.at)
    receivers: dict[str, tuple[int, ...]] = {}
    sent = 0
    for identity, body in sorted(changes.after.items()):
        before = changes.before.get(identity)
        if body["level"] != "notice" or (before is not None and before["level"] == "notice"):
            continue
        told = body["organisation"] or ""
        if told not in receivers:
            receivers[told] = _receivers(told, changes.field, today)
        words = Words(body["message"]["zh"], body["message"]["en"])
        once = f"{identity}:{changes.as_of.isoformat()}"
        sent += len(notify(receivers[told], kind="finding", alert=None, words=words, at=changes.at, once=once))
    return sent


def _receivers(told: str, field: str, today: date) -> tuple[int, ...]:
    code = organisation_code(told)
    return accounts_with(_DOERS, organisation=current_code(code), field=field, on=today) if code else ()
