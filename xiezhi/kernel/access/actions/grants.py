"""Grants are given and ended. The three administrators exclude one another and all other roles."""

from datetime import date, datetime

from django.db import transaction

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actions.entry import day_of, open_account, permitted
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import BadGrant
from xiezhi.kernel.access.exclusion import forbid_exclusion, keep_one
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.fields import fields
from xiezhi.kernel.ledger.actions import record
from xiezhi.kernel.ledger.author import Author

ADMINISTRATORS_EVERYWHERE = Words(
    "三员管整个系统，不分单位和平台。单位、平台都留空。",
    "An administrator's role holds for the whole installation. Leave organisation and field empty.",
)


@transaction.atomic
def give_grant(
    *,
    account: Account,
    role: Role,
    by: Author,
    at: datetime,
    organisation: str = "",
    field: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Grant:
    """Give a role over the subtree of an organisation and one field; empty = the whole city, all fields.

    Args:
        organisation: its code; one that the registry does not know reaches nothing.
        valid_from: the first day; today where not said.
        valid_to: the first day on which it no longer holds; none = until ended.

    Raises:
        NotAllowed: by anybody but a security administrator, or to himself.
        RolesExclude: the account holds a role that excludes this one.
        BadGrant: an unknown field, a day in the past, an end before the beginning.
    """
    permitted(by, "access.give_grant", account)
    kept, today = open_account(account.pk), day_of(at)
    first = valid_from or today
    _sound(role, organisation, field)
    _dated(first, valid_to, today)
    forbid_exclusion(kept, role, first=first, until=valid_to)
    grant = Grant.objects.create(
        account=kept,
        role=role,
        organisation=organisation,
        field=field,
        valid_from=first,
        valid_to=valid_to,
        given_by=by.account,
    )
    _tell("grant.given", grant, by=by, at=at)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Author, at: datetime) -> Grant:
    """End a grant at once, and with it those of deputies who hold it for its owner.

    Raises:
        NotAllowed: by anybody but a security administrator, or his own.
        LastAdministrator: nobody would be left in the role.
        BadGrant: it has ended already.
    """
    permitted(by, "access.end_grant", grant)
    kept, on = Grant.objects.select_for_update().select_related("account").get(pk=grant.pk), day_of(at)
    if kept.valid_to is not None and kept.valid_to <= on:
        raise BadGrant(Words("这项授权已经结束", "This grant has ended already"))
    keep_one({Role(kept.role)}, without=[kept.pk], on=on)
    held_for_him = Grant.objects.filter(
        stands_in_for=kept.account, role=kept.role, organisation=kept.organisation, field=kept.field, valid_to__gt=on
    )
    for ending in [kept, *held_for_him.select_related("account")]:
        stop(ending, by=by, at=at)
    return kept


def stop(grant: Grant, *, by: Author, at: datetime) -> None:
    """End one grant at once, and tell it; one that has not begun holds on no day at all. Inside a transaction."""
    grant.valid_to = max(day_of(at), grant.valid_from)
    grant.save(update_fields=["valid_to"])
    _tell("deputy.ended" if grant.stands_in_for_id else "grant.ended", grant, by=by, at=at)


def _tell(kind: str, grant: Grant, *, by: Author, at: datetime) -> None:
    principal = grant.stands_in_for
    record(
        kind=kind,
        about=("account", str(grant.account_id)),
        by=by,
        at=at,
        organisation=grant.organisation,
        field=grant.field,
        data={
            "grant": grant.pk,
            "username": grant.account.username,
            "role": grant.role,
            "from": grant.valid_from.isoformat(),
            "until": grant.valid_to.isoformat() if grant.valid_to else None,
            **({"principal": principal.username} if principal else {}),
        },
    )


def tell_deputy(grant: Grant, *, by: Author, at: datetime) -> None:
    """Tell that someone stands in for another. Inside a transaction."""
    _tell("deputy.given", grant, by=by, at=at)


def _sound(role: Role, organisation: str, field: str) -> None:
    if role in THREE_ADMINISTRATORS and (organisation or field):
        raise BadGrant(ADMINISTRATORS_EVERYWHERE)
    if field and field not in fields().packs:
        raise BadGrant(Words(f"没有平台“{field}”", f"There is no field {field!r}"))


def _dated(first: date, until: date | None, today: date) -> None:
    if first < today:
        raise BadGrant(
            Words(
                f"授权不能追溯。起日写{today}或以后。",
                f"A grant does not reach back. Write {today} or a later first day.",
            )
        )
    if until is not None and until <= first:
        raise BadGrant(Words(f"止日写{first}以后的日子。", f"Write a last day after {first}."))
