"""Grants given and ended: by whom, with which entry, and what excludes what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from xiezhi.kernel.access.actions import end_account, end_grant, give_deputy, give_grant
from xiezhi.kernel.access.actor import Actor, Held, actor_of
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS, Role
from xiezhi.kernel.access.errors import AccountEnded, BadGrant, LastAdministrator, RolesExclude
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.ledger.author import SYSTEM, Author
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.ledger.queries import entries_about

Make = Callable[[str], Account]
Acting = Callable[[str], Actor]


def test_a_grant_is_given_recorded_and_ended_at_once(account: Make, actor: Acting, at: datetime, today: date) -> None:
    new, by = account("new.comer"), actor("an.shou")

    grant = give_grant(account=new, role=Role.LIAISON, organisation="ZJ", field="approvals", by=by, at=at)
    held = actor_of(new, on=today).grants
    end_grant(grant=grant, by=by, at=at + timedelta(hours=1))

    assert held == (Held(Role.LIAISON, "ZJ", "approvals"),)
    assert actor_of(new, on=today).grants == ()
    assert [
        (e.kind, e.by_name, e.organisation, e.field, e.sentence.zh) for e in entries_about("account", str(new.pk))
    ] == [
        ("grant.given", "安守", "ZJ", "approvals", "授予new.comer角色单位联络员，2026-05-18起，止于–"),
        ("grant.ended", "安守", "ZJ", "approvals", "收回new.comer的角色单位联络员，自2026-05-18"),
    ]


@pytest.mark.parametrize("first", sorted(Role))
@pytest.mark.parametrize("second", sorted(Role))
def test_three_administrators_exclude_one_another_and_every_other_role(
    account: Make, actor: Acting, at: datetime, first: Role, second: Role
) -> None:
    new, by = account("new.comer"), actor("an.shou")
    apart = first is not second and bool({first, second} & THREE_ADMINISTRATORS)

    give_grant(account=new, role=first, by=by, at=at)
    if apart:
        with pytest.raises(RolesExclude):
            give_grant(account=new, role=second, by=by, at=at)
    else:
        give_grant(account=new, role=second, by=by, at=at)

    assert [grant.role for grant in new.grants.order_by("pk")] == ([first] if apart else [first, second])


@pytest.mark.parametrize(
    ("first", "until", "refused"),
    [
        (date(2026, 6, 1), None, True),  # meets the other's end not
        (date(2026, 7, 1), None, False),  # begins on the day the other no longer holds
        (date(2026, 5, 18), date(2026, 5, 20), False),  # ends on the day the other begins
        (date(2026, 5, 18), date(2026, 5, 21), True),
    ],
)
def test_exclusion_counts_days(
    account: Make,
    actor: Acting,
    at: datetime,
    *,
    first: date,
    until: date | None,
    refused: bool,
) -> None:
    new, by = account("new.comer"), actor("an.shou")
    give_grant(account=new, role=Role.OFFICER, by=by, at=at, valid_from=date(2026, 5, 20), valid_to=date(2026, 7, 1))
    ask = {"account": new, "role": Role.AUDIT_ADMINISTRATOR, "valid_from": first, "valid_to": until}

    if refused:
        with pytest.raises(RolesExclude):
            give_grant(**ask, by=by, at=at)  # type: ignore[arg-type]
    else:
        give_grant(**ask, by=by, at=at)  # type: ignore[arg-type]

    assert new.grants.count() == (1 if refused else 2)


@pytest.mark.parametrize("username", ["xi.guan", "shen.ji", "lin.zhiyuan", "meng.jingchuan", "new.comer"])
def test_only_a_security_administrator_grants(account: Make, actor: Acting, at: datetime, username: str) -> None:
    before = Grant.objects.count()

    with pytest.raises(NotAllowed, match="security administrator"):
        give_grant(account=account("new.comer"), role=Role.CLERK, by=actor(username), at=at)
    with pytest.raises(NotAllowed):
        give_grant(account=account("new.comer"), role=Role.CLERK, by=Author(1, "somebody"), at=at)

    assert (Grant.objects.count(), Entry.objects.count()) == (before, 0)


def test_nobody_grants_to_himself_and_the_last_administrator_stays(account: Make, actor: Acting, at: datetime) -> None:
    an, by = account("an.shou"), actor("an.shou")
    second = account("new.comer")

    with pytest.raises(NotAllowed, match="Nobody grants to himself"):
        give_grant(account=an, role=Role.OFFICER, by=by, at=at)
    with pytest.raises(LastAdministrator, match="last system administrator"):
        end_grant(grant=account("xi.guan").grants.get(), by=by, at=at)
    give_grant(account=second, role=Role.SECURITY_ADMINISTRATOR, by=by, at=at)
    end_grant(grant=an.grants.get(), by=actor("new.comer"), at=at)

    assert actor("an.shou").roles() == frozenset()
    assert actor("new.comer").roles() == {Role.SECURITY_ADMINISTRATOR}


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ({"role": Role.AUDIT_ADMINISTRATOR, "organisation": "ZJ"}, "whole installation"),
        ({"role": Role.OFFICER, "field": "forestry"}, "no field 'forestry'"),
        ({"role": Role.OFFICER, "valid_from": date(2026, 5, 17)}, "does not reach back"),
        ({"role": Role.OFFICER, "valid_to": date(2026, 5, 18)}, "after 2026-05-18"),
    ],
)
def test_a_grant_must_make_sense(account: Make, actor: Acting, at: datetime, ask: dict[str, object], said: str) -> None:
    with pytest.raises(BadGrant, match=said):
        give_grant(account=account("new.comer"), by=actor("an.shou"), at=at, **ask)  # type: ignore[arg-type]

    assert account("new.comer").grants.count() == 0


def test_a_grant_ends_once_and_takes_its_deputies_along(account: Make, actor: Acting, at: datetime) -> None:
    lin, new, by = account("lin.zhiyuan"), account("new.comer"), actor("an.shou")
    give_deputy(
        principal=lin,
        deputy=new,
        by=actor("lin.zhiyuan"),
        at=at,
        valid_from=date(2026, 5, 18),
        valid_to=date(2026, 6, 1),
    )
    grant = lin.grants.get()

    end_grant(grant=grant, by=by, at=at)

    assert (actor("lin.zhiyuan").grants, actor("new.comer").grants) == ((), ())
    assert [e.kind for e in Entry.objects.order_by("pk")] == ["deputy.given", "grant.ended", "deputy.ended"]
    with pytest.raises(BadGrant, match="ended already"):
        end_grant(grant=grant, by=by, at=at)


def test_nothing_is_granted_to_an_account_that_has_ended(account: Make, actor: Acting, at: datetime) -> None:
    new = account("new.comer")
    end_account(account=new, by=actor("xi.guan"), at=at)

    with pytest.raises(AccountEnded):
        give_grant(account=new, role=Role.CLERK, by=SYSTEM, at=at)
