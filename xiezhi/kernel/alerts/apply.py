"""Alerts follow the findings: each evaluation holds what an alert has against what it had.

Same level and parts: the figures go on, nothing is entered. Raised, level changed, part added or ended, condition
ended: a move and an entry. A closed alert is never reopened by data; a later worsening is a new alert that follows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiezhi.kernel.alerts.clearing import clear
from xiezhi.kernel.alerts.edited import EDITED, finding_of
from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import OPEN, Cause, Move, State
from xiezhi.kernel.alerts.identity import Body, alerting, identity_of, is_worse, parts, worst
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.alerts.raising import ToRaise, raise_alerts
from xiezhi.kernel.alerts.sentence import sentence_of
from xiezhi.kernel.alerts.telling import tell_notices
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.findings.changes import Changes, on_changes
from xiezhi.kernel.findings.models import Finding

_CHUNK = 500


@dataclass
class _Course:
    """What one evaluation has still to write."""

    changes: Changes
    raising: list[ToRaise] = field(default_factory=list)


def apply(changes: Changes) -> None:
    """Bring the alerts of the findings that changed up to date, inside the evaluation's transaction."""
    ended: dict[str, list[Body]] = {}
    for name, body in changes.before.items():
        if name not in changes.after:
            ended.setdefault(identity_of(body), []).append(body)
    touched = {identity_of(b): b for b in (*changes.before.values(), *changes.after.values())}
    live = _live(changes.field, touched)
    latest = _latest(touched)
    course = _Course(changes)
    for identity in sorted(touched):
        found = alerting(live.get(identity, ()))
        alert = latest.get(identity)
        if alert is not None and alert.state in OPEN:
            _follow(course, alert, found, ended.get(identity, []))
        else:
            _maybe_raise(course, alert, found)
    raise_alerts(course.raising, version=changes.version, at=changes.at)
    tell_notices(changes)


def _maybe_raise(course: _Course, last: Alert | None, found: list[Body]) -> None:
    """Raise what is new: nothing was there, or the last one had ended, or it is worse than what was closed."""
    judged = [body for body in found if _in_force(body)]
    if last is None:
        if judged:
            course.raising.append(ToRaise(tuple(judged)))
        return
    if judged and (not last.holds or last.state == State.CLEARED or _worsened(last, judged)):
        course.raising.append(ToRaise(tuple(judged), follows=last))
        return
    if bool(found) != last.holds:  # a closed alert only notes whether what it was about goes on
        last.holds = bool(found)
        last.save(update_fields=["holds"])


def _worsened(last: Alert, found: list[Body]) -> bool:
    return is_worse(worst(found), last.level) or bool(parts(found).keys() - parts(last.current).keys())


def _in_force(body: Body) -> bool:
    """Whether a rule judges a subject: those whose legal date lies on or after its ``effective_from``."""
    begins = pack_of(body["field"]).indicators[body["indicator"]].effective_from
    legal = body["legal_date"]
    return begins is None or legal is None or date.fromisoformat(legal) >= begins


def _follow(course: _Course, alert: Alert, found: list[Body], ended: list[Body]) -> None:
    if not found:
        _ending(course, alert, ended)
        return
    changes = course.changes
    had, has = parts(alerting(alert.current)), parts(found)
    if not alert.holds:
        alert.holds, alert.cause, alert.cause_detail, alert.condition_ended_at = True, "", {}, None
        _move(alert, Move.CONDITION_HOLDS_AGAIN, {}, changes)
    for name in sorted(has.keys() - had.keys()):
        _move(alert, Move.PART_ADDED, {"part": has[name]["part"]}, changes)
    for name in sorted(had.keys() - has.keys()):
        cause, detail = changes.cause_of(had[name])
        _move(alert, Move.PART_ENDED, {"part": had[name]["part"], **detail}, changes, cause)
        _edited(course, alert, cause, detail, had[name])
    level = worst(found)
    if level != alert.level:
        _move(alert, Move.LEVEL, {"old": alert.level, "new": level}, changes)
        alert.level, alert.level_since = level, changes.at
    alert.current = found
    told = sentence_of(found[0])
    alert.sentence_zh, alert.sentence_en = told.zh, told.en
    alert.save()


def _ending(course: _Course, alert: Alert, ended: list[Body]) -> None:
    """Note that the condition no longer holds, and why; close what may close itself."""
    changes = course.changes
    body = ended[0] if ended else (alert.current or alert.evidence)[0]
    cause, detail = changes.cause_of(body)
    silent = changes.stale & changes.reads.get(alert.indicator, frozenset())
    if not alert.holds or (cause == Cause.ENDED and silent):
        return
    alert.holds, alert.cause, alert.cause_detail = False, cause, detail
    alert.condition_ended_at = changes.at
    _move(alert, Move.CONDITION_ENDED, detail, changes, cause)
    if cause == Cause.ENDED and not alert.touched and _self_clearing(alert):
        clear(alert, at=changes.at, version=changes.version)
    alert.save()
    _edited(course, alert, cause, detail, body)


def _edited(course: _Course, alert: Alert, cause: str, detail: dict[str, Any], body: Body) -> None:
    if cause in {Cause.CORRECTED, Cause.WITHDRAWN} and alert.indicator != EDITED:
        finding = finding_of(alert, cause, detail, body)
        if not Alert.objects.filter(identity=identity_of(finding), state__in=OPEN).exists():
            course.raising.append(ToRaise((finding,)))


def _self_clearing(alert: Alert) -> bool:
    indicator = pack_of(alert.field).indicators.get(alert.indicator)
    return indicator is not None and indicator.self_clearing


def _move(alert: Alert, kind: Move, detail: dict[str, Any], changes: Changes, cause: str = "") -> None:
    AlertMove.objects.create(alert=alert, at=changes.at, version=changes.version, kind=kind, cause=cause, detail=detail)
    data = {**detail, "cause": cause, "version": changes.version}
    enter(alert, f"alert.{kind.value}", data, at=changes.at)


def _live(name: str, touched: dict[str, Body]) -> dict[str, list[Body]]:
    """Return the live findings of each identity."""
    subjects = sorted({body["subject_id"] for body in touched.values()})
    found: dict[str, list[Body]] = {}
    for first in range(0, len(subjects), _CHUNK):
        rows = Finding.objects.filter(
            field=name, subject_id__in=subjects[first : first + _CHUNK], until_version=None, trial=False
        )
        for row in rows.order_by("pk"):
            found.setdefault(identity_of(row.body), []).append(row.body)
    return found


def _latest(touched: Iterable[str]) -> dict[str, Alert]:
    """Return the newest alert of each identity."""
    wanted = sorted(touched)
    found: dict[str, Alert] = {}
    for first in range(0, len(wanted), _CHUNK):
        rows = Alert.objects.select_for_update().filter(identity__in=wanted[first : first + _CHUNK])
        found |= {row.identity: row for row in rows.order_by("pk")}
    return found


on_changes(apply)
