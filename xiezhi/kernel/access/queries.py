"""Reading accounts: who holds a role over something, and what people are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor, holding
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.handover import held_by
from xiezhi.kernel.access.may import require
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.permissions import Work, leads, work_of
from xiezhi.kernel.access.scope import within
from xiezhi.kernel.access.words import grant_words


def accounts_with(roles: Iterable[Role], *, organisation: str, field: str, on: date) -> tuple[int, ...]:
    """Return the open accounts that hold one of the roles over an organisation and a field on a day, in order.

    Deputies are among them. An empty organisation is the whole city, an empty field all fields.
    """
    grants = Grant.objects.filter(holding(on), role__in=tuple(roles), account__is_active=True)
    if field:
        grants = grants.filter(Q(field="") | Q(field=field))
    found = grants.values_list("account_id", "organisation")
    return tuple(sorted({account for account, ancestor in found if within(organisation, ancestor)}))


def names_of(accounts: Iterable[int | None]) -> Mapping[int, str]:
    """Return the names of accounts by their ids, ended ones too; one query, whatever their number."""
    wanted = {account for account in accounts if account is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


@dataclass(frozen=True)
class GrantView:
    """A grant as it is read: who holds it, what, from when until when, and for whom where it is a deputy's."""

    id: int
    account: int
    holder: str
    role: Role
    words: Words
    valid_from: date
    valid_to: date | None
    stands_in_for: str


@dataclass(frozen=True)
class Person:
    """Someone who can be named in a form."""

    id: int
    username: str
    name: str


@dataclass(frozen=True)
class AccountView:
    """An account as its administrators see it. ``link_until`` is set while a one-time link is open."""

    id: int
    username: str
    name: str
    email: str
    made_at: datetime
    ended_at: datetime | None
    has_password: bool
    link_until: datetime | None
    grants: tuple[GrantView, ...]
    deputies: tuple[GrantView, ...]


def grants_of(account: int, *, on: date) -> tuple[GrantView, ...]:
    """Return the grants of an account that hold on a day or will, those he holds for others included."""
    return _viewed(Grant.objects.filter(account_id=account), on)


def deputies_of(account: int, *, on: date) -> tuple[GrantView, ...]:
    """Return what others hold for an account on a day or will."""
    return _viewed(Grant.objects.filter(stands_in_for_id=account), on)


def possible_deputies(account: int) -> tuple[Person, ...]:
    """Return who could stand in for an account, by name: everybody but himself and the administrators."""
    return people(without=account, excluding=THREE_ADMINISTRATORS)


def people(*, without: int, excluding: Iterable[Role] = ()) -> tuple[Person, ...]:
    """Return the open accounts but one, by name, without those that hold or held one of some roles."""
    found = Account.objects.filter(is_active=True).exclude(pk=without)
    found = found.exclude(grants__role__in=tuple(excluding)).order_by("name", "username")
    return tuple(Person(*row) for row in found.values_list("pk", "username", "name"))


def account_page(actor: Actor, account: int, *, at: datetime, on: date) -> AccountView | None:
    """Return an account for its administrators; none where there is none.

    Raises:
        NotAllowed: to anybody but a system or security administrator.
    """
    require(actor, "access.see_accounts")
    found = Account.objects.filter(pk=account).first()
    if found is None:
        return None
    link = found.invitations.filter(used_at=None, expires_at__gt=at).order_by("-expires_at").first()
    return AccountView(
        id=found.pk,
        username=found.username,
        name=found.name,
        email=found.email,
        made_at=found.made_at,
        ended_at=found.ended_at,
        has_password=found.has_usable_password(),
        link_until=link.expires_at if link else None,
        grants=grants_of(found.pk, on=on),
        deputies=deputies_of(found.pk, on=on),
    )


@dataclass(frozen=True)
class DeputiesView:
    """Who stands in for someone, and who could."""

    principal: Person
    deputies: tuple[GrantView, ...]
    possible: tuple[Person, ...]


@dataclass(frozen=True)
class HandOverView:
    """What would change hands, by kind, and who could take it."""

    giver: Person
    held: tuple[tuple[Words, int], ...]
    total: int
    receivers: tuple[Person, ...]


def deputies_page(actor: Actor, account: int, *, on: date) -> DeputiesView | None:
    """Return who stands in for someone; none where there is no such open account.

    Raises:
        NotAllowed: to anybody but himself and his leader.
    """
    found = Account.objects.filter(pk=account, is_active=True).first()
    if found is None:
        return None
    require(actor, "access.end_deputy", work_of(found, on=on))
    return DeputiesView(_person(found), deputies_of(found.pk, on=on), possible_deputies(found.pk))


def hand_over_page(actor: Actor, account: int, *, on: date) -> HandOverView | None:
    """Return what someone would hand over: numbers only, for an administrator reads no case. None: no such account.

    Raises:
        NotAllowed: to anybody but himself, his leader and a security administrator.
    """
    found = Account.objects.filter(pk=account).first()
    if found is None:
        return None
    require(actor, "access.hand_over", work_of(found, on=on))
    held = tuple((holdings.words, len(holdings.things)) for holdings in held_by(found.pk))
    receivers = people(without=found.pk, excluding=THREE_ADMINISTRATORS)
    return HandOverView(_person(found), held, sum(count for _, count in held), receivers)


def led_by(actor: Actor, *, on: date) -> tuple[Person, ...]:
    """Return the people all of whose work lies in the actor's scope as a leader, by name, without himself."""
    if Role.LEADER not in actor.roles():
        return ()
    grants = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), stands_in_for=None, account__is_active=True)
    work: dict[Account, list[Grant]] = {}
    others = grants.exclude(role__in=THREE_ADMINISTRATORS).exclude(account=actor.account)
    for grant in others.select_related("account").order_by("account__name", "pk"):
        work.setdefault(grant.account, []).append(grant)
    return tuple(_person(account) for account, held in work.items() if leads(actor, Work(account, tuple(held))))


def _person(account: Account) -> Person:
    return Person(account.pk, account.username, account.name)


def _viewed(found: QuerySet[Grant], on: date) -> tuple[GrantView, ...]:
    running = found.filter(Q(valid_to=None) | Q(valid_to__gt=on)).select_related("account", "stands_in_for")
    return tuple(
        GrantView(
            id=grant.pk,
            account=grant.account_id,
            holder=grant.account.name,
            role=Role(grant.role),
            words=grant_words(Role(grant.role), grant.organisation, grant.field),
            valid_from=grant.valid_from,
            valid_to=grant.valid_to,
            stands_in_for=grant.stands_in_for.name if grant.stands_in_for else "",
        )
        for grant in running.order_by("pk")
    )
