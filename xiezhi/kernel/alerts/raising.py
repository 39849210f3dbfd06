"""Raising alerts: numbers without gaps, bodies and people from the subjects, one entry each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.utils import timezone

from xiezhi.kernel.alerts.entering import enter
from xiezhi.kernel.alerts.enums import Move
from xiezhi.kernel.alerts.identity import Body, alerting, identity_of, worst
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.alerts.sentence import sentence_of
from xiezhi.kernel.fields import fields
from xiezhi.kernel.intake.models import Subject, Version
from xiezhi.kernel.registry.queries import organisation_code

_CHUNK = 500
Raised: TypeAlias = Callable[[Sequence[Alert], datetime], None]
_LISTENERS: list[Raised] = []


@dataclass(frozen=True)
class ToRaise:
    """An alert to be raised: the findings of all its parts, and the closed alert that it follows."""

    bodies: tuple[Body, ...]
    follows: Alert | None = None


def on_raised(listener: Raised) -> None:
    """Let a higher room follow: called with all alerts of one act, inside its transaction."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def raise_alerts(wanted: Sequence[ToRaise], *, version: int, at: datetime) -> list[Alert]:
    """Raise alerts, in the caller's transaction, in order of their identity."""
    if not wanted:
        return []
    subjects = _subjects(item.bodies[0] for item in wanted)
    numbers = _numbers(len(wanted), at)
    ordered = sorted(wanted, key=lambda item: identity_of(item.bodies[0]))
    made = [
        _alert(item, subjects.get(_subject_key(item.bodies[0])), number, version=version, at=at)
        for item, number in zip(ordered, numbers, strict=True)
    ]
    Alert.objects.bulk_create(made, batch_size=100)
    AlertMove.objects.bulk_create(
        (AlertMove(alert=a, at=at, version=version, kind=Move.RAISED, detail={"level": a.level}) for a in made),
        batch_size=_CHUNK,
    )
    for alert in made:
        data = {"level": alert.level, "version": version, "indicator": alert.indicator, "rule": alert.rule}
        enter(alert, "alert.raised", data, at=at)
    for listener in _LISTENERS:
        listener(made, at)
    return made


def _alert(item: ToRaise, subject: Subject | None, number: str, *, version: int, at: datetime) -> Alert:
    found = alerting(item.bodies)
    first = found[0]
    told = first["organisation"] or ""
    return Alert(
        number=number,
        field=first["field"],
        indicator=first["indicator"],
        rule=first["rule"],
        subject_type=first["subject_type"],
        subject_id=first["subject_id"],
        period=first["period"] or "",
        identity=identity_of(first),
        level=worst(found),
        sentence_zh=sentence_of(first).zh,
        sentence_en=sentence_of(first).en,
        organisation=subject.organisation if subject else organisation_code(told) or told,
        post=(subject.post if subject else first["post"]) or "",
        person=subject.person if subject else None,
        checkpoint=_checkpoint(first),
        fingerprint=first["fingerprint"],
        evidence=list(item.bodies),
        current=list(item.bodies),
        raised_at=at,
        raised_version=version,
        level_since=at,
        follows=item.follows,
    )


def _checkpoint(body: Body) -> str:
    pack = fields().packs.get(body["field"])
    indicator = pack.indicators.get(body["indicator"]) if pack else None
    return indicator.checkpoint if indicator else ""


def _subject_key(body: Body) -> tuple[str, str, str]:
    return body["field"], body["subject_type"], body["subject_id"]


def _subjects(bodies: Iterable[Body]) -> dict[tuple[str, str, str], Subject]:
    wanted: dict[tuple[str, str], list[str]] = {}
    for body in bodies:
        wanted.setdefault((body["field"], body["subject_type"]), []).append(body["subject_id"])
    found: dict[tuple[str, str, str], Subject] = {}
    for (field, kind), keys in wanted.items():
        for first in range(0, len(keys), _CHUNK):
            rows = Subject.objects.filter(field=field, type=kind, key__in=keys[first : first + _CHUNK])
            found |= {(field, kind, row.key): row for row in rows}
    return found


def _numbers(count: int, at: datetime) -> list[str]:
    """Return the next numbers of the year. The row of versions is locked: no two acts count at one time."""
    Version.objects.select_for_update().order_by("number").first()
    year = timezone.localtime(at).year
    last = (
        Alert.objects.filter(number__startswith=f"YJ-{year}-").order_by("-pk").values_list("number", flat=True).first()
    )
    begin = int(last.rpartition("-")[2]) if last else 0
    return [f"YJ-{year}-{begin + place:05d}" for place in range(1, count + 1)]
