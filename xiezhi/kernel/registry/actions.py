"""Changing the registry. Nothing is deleted: a row ends on a day, and a body may be succeeded by another."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.db import models, transaction

from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.registry.models import CalendarDay, Organisation
from xiezhi.kernel.registry.publishing import changed

Done = Literal["added", "changed", "same"]


class BadSuccession(XiezhiError):  # noqa: N818  named by what it says
    """A body cannot succeed itself, or one that ends in it."""


def put(
    model: type[models.Model], key: Sequence[str], values: Mapping[str, Any], *, what: str, by: Actor, at: datetime
) -> Done:
    """Add a row, or change the one of the same key; say which. Inside the caller's transaction, with its entry.

    The caller publishes, once for all rows of its act.
    """
    manager = model._default_manager  # noqa: SLF001  the manager of any model
    row = manager.filter(**{name: values[name] for name in key}).first()
    code = " ".join(str(values[name]) for name in key)
    if row is None:
        manager.create(**values)
        record(
            kind="registry.added", about=(model.__name__.lower(), code), by=by, at=at, data={"what": what, "code": code}
        )
        return "added"
    old = {name: getattr(row, name) for name in values}
    new = {name: value for name, value in values.items() if old[name] != value}
    if not new:
        return "same"
    for name, value in new.items():
        setattr(row, name, value)
    row.save(update_fields=list(new))
    data = {
        "what": what,
        "code": code,
        "old": {n: _told(old[n]) for n in new},
        "new": {n: _told(v) for n, v in new.items()},
    }
    record(kind="registry.changed", about=(model.__name__.lower(), code), by=by, at=at, data=data)
    return "changed"


@transaction.atomic
def add(
    model: type[models.Model],
    key: Sequence[str],
    values: Mapping[str, Any],
    *,
    what: str,
    dataset: str,
    by: Actor,
    at: datetime,
) -> Done:
    """Add or change one row, and publish."""
    require(by, "registry.change")
    done = put(model, key, values, what=what, by=by, at=at)
    if done != "same":
        changed(dataset, by=by, at=at)
    return done


@transaction.atomic
def succeed(*, code: str, successor: str, on: date, by: Actor, at: datetime) -> None:
    """End a body on a day, and let another take over what is open. History keeps the body of the day.

    Raises:
        BadSuccession: the successor is the body itself, or ends in it.
    """
    require(by, "registry.change")
    body, heir = Organisation.objects.get(code=code), Organisation.objects.get(code=successor)
    at_heir: Organisation | None = heir
    while at_heir is not None:
        if at_heir.pk == body.pk:
            raise BadSuccession(f"{successor} cannot succeed {code}: it is, or ends in, the same body")
        at_heir = at_heir.succeeded_by
    body.succeeded_by, body.valid_to = heir, on
    body.save(update_fields=["succeeded_by", "valid_to"])
    record(
        kind="registry.succeeded",
        about=("organisation", code),
        by=by,
        at=at,
        organisation=code,
        data={"code": code, "successor": successor, "day": on.isoformat()},
    )
    changed("organisations", by=by, at=at)


@transaction.atomic
def set_calendar_day(
    *, calendar: str, day: date, is_rest: bool, name_zh: str, name_en: str, source: str, by: Actor, at: datetime
) -> None:
    """Say that a day is rest or work, with the notice that says so; open deadlines are counted again."""
    require(by, "registry.change")
    old = CalendarDay.objects.filter(calendar=calendar, day=day).first()
    values = {"is_rest": is_rest, "name_zh": name_zh, "name_en": name_en, "source": source}
    CalendarDay.objects.update_or_create(calendar=calendar, day=day, defaults=values)
    data = {"calendar": calendar, "day": day.isoformat(), "new": values, "old": old.is_rest if old else None}
    record(kind="registry.calendar", about=("calendar_day", f"{calendar} {day}"), by=by, at=at, data=data)
    changed("calendar", by=by, at=at)


def _told(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(getattr(value, "code", None) or getattr(value, "number", value.pk))
    return value.isoformat() if isinstance(value, date) else value
