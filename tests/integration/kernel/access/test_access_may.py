"""Who may: every action of the room by every role; and how far a grant reaches."""

from collections.abc import Callable
from datetime import date

import pytest

from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor, Held, actor_of, same_person
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.may import actions, may
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.permissions import DeputyAsked, Work
from xiezhi.kernel.access.queries import accounts_with, names_of
from xiezhi.kernel.access.scope import acting_by, concerns, holds

Make = Callable[[str], Account]
Acting = Callable[[str], Actor]

EVERYBODY = (
    "lin.zhiyuan",
    "shen.ruoxi",
    "zhou.huaian",
    "gu.ce",
    "he.lianluo",
    "chen.luru",
    "meng.jingchuan",
    "xi.guan",
    "an.shou",
    "shen.ji",
    "new.comer",
)
SYSTEM, SECURITY, AUDIT, LEADER = {"xi.guan"}, {"an.shou"}, {"shen.ji"}, {"meng.jingchuan"}
# Towards the officer Lin Zhiyuan, whose work is the whole city.
MAY = {
    "access.make_account": SYSTEM,
    "access.change_account": SYSTEM,
    "access.invite": SYSTEM,
    "access.end_account": SYSTEM,
    "access.see_accounts": SYSTEM | SECURITY,
    "access.give_grant": SECURITY,
    "access.end_grant": SECURITY,
    "access.lift_second_factor": SECURITY,
    "access.give_deputy": LEADER | {"lin.zhiyuan"},
    "access.end_deputy": LEADER | {"lin.zhiyuan"},
    "access.hand_over": LEADER | SECURITY | {"lin.zhiyuan"},
    "ledger.read": AUDIT,
}


def _work(account: Account) -> Work:
    return Work(account, tuple(account.grants.filter(stands_in_for=None)))


def _target(action: str, account: Make, username: str = "lin.zhiyuan") -> object:
    whom = account(username)
    if action == "access.give_deputy":
        return DeputyAsked(_work(whom), account("new.comer"))
    if action in {"access.end_deputy", "access.hand_over"}:
        return _work(whom)
    return whom.grants.get() if action == "access.end_grant" else whom


def test_the_table_names_every_action_of_the_room() -> None:
    assert [name for name in actions() if name.split(".")[0] in {"access", "ledger"}] == sorted(MAY)


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("action", sorted(MAY))
def test_who_may_towards_an_officer(account: Make, actor: Acting, action: str, username: str) -> None:
    assert bool(may(actor(username), action, _target(action, account))) is (username in MAY[action])


@pytest.mark.parametrize(
    ("action", "username", "reason"),
    [
        ("access.end_account", "xi.guan", "Another system administrator ends your account"),
        ("access.give_grant", "an.shou", "Nobody grants to himself: another security administrator does it"),
        ("access.end_grant", "an.shou", "Nobody grants to himself: another security administrator does it"),
        ("access.lift_second_factor", "an.shou", "Another security administrator lifts your one-time codes"),
    ],
)
def test_no_administrator_acts_on_himself(
    account: Make, actor: Acting, action: str, username: str, reason: str
) -> None:
    refused = may(actor(username), action, _target(action, account, username))

    assert not refused
    assert refused.reason.en == reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("role", "organisation", "field", "asked_organisation", "asked_field", "expected"),
    [
        (Role.OFFICER, "", "", "ZJ", "approvals", True),
        (Role.OFFICER, "", "", "", "", True),
        (Role.OFFICER, "", "approvals", "ZJ", "approvals", True),
        (Role.OFFICER, "", "approvals", "ZJ", "funds", False),
        (Role.OFFICER, "ZJ", "", "ZJ", "approvals", True),
        (Role.OFFICER, "ZJ", "", "JT", "approvals", False),
        (Role.OFFICER, "ZJ", "", "", "approvals", False),
        (Role.OFFICER, "ZJ", "approvals", "ZJ", "approvals", True),
        (Role.OFFICER, "ZJ", "approvals", "JT", "approvals", False),
        (Role.OFFICER, "ZJ", "approvals", "ZJ", "funds", False),
        (Role.LIAISON, "ZJ", "", "ZJ", "approvals", False),
        (Role.APPROVER, "", "", "ZJ", "approvals", False),
        (Role.LEADER, "", "", "ZJ", "approvals", False),
        (Role.SYSTEM_ADMINISTRATOR, "", "", "ZJ", "approvals", False),
        (Role.SECURITY_ADMINISTRATOR, "", "", "ZJ", "approvals", False),
        (Role.AUDIT_ADMINISTRATOR, "", "", "ZJ", "approvals", False),
    ],
)
def test_role_by_organisation_by_field(
    city: None,
    *,
    role: Role,
    organisation: str,
    field: str,
    asked_organisation: str,
    asked_field: str,
    expected: bool,
) -> None:
    someone = Actor(1, "林知远", (Held(role, organisation, field),))

    assert holds(someone, {Role.OFFICER}, organisation=asked_organisation, field=asked_field) is expected


def test_who_holds_a_role_over_a_body_and_a_field(account: Make, today: date) -> None:
    lin, shen, he, chen = (account(name) for name in ("lin.zhiyuan", "shen.ruoxi", "he.lianluo", "chen.luru"))
    Grant.objects.filter(account=shen).update(organisation="JT", field="approvals")
    Grant.objects.filter(account=chen).update(role=Role.LIAISON, valid_to=today)  # no longer
    officers = {Role.OFFICER}

    assert accounts_with(officers, organisation="ZJ", field="approvals", on=today) == (lin.pk,)
    assert accounts_with(officers, organisation="JT", field="approvals", on=today) == (lin.pk, shen.pk)
    assert accounts_with(officers, organisation="JT", field="funds", on=today) == (lin.pk,)
    assert accounts_with(officers, organisation="", field="approvals", on=today) == (lin.pk,)
    assert accounts_with({Role.LIAISON}, organisation="ZJ", field="approvals", on=today) == (he.pk,)
    assert accounts_with({Role.LIAISON}, organisation="JT", field="approvals", on=today) == ()
    Account.objects.filter(pk=lin.pk).update(is_active=False)
    assert accounts_with(officers, organisation="ZJ", field="approvals", on=today) == ()


def test_an_act_is_ones_own_before_it_is_done_for_another(account: Make, today: date) -> None:
    lin, shen = account("lin.zhiyuan"), account("shen.ruoxi")
    Grant.objects.create(
        account=shen, role=Role.OFFICER, valid_from=today, valid_to=date(2026, 6, 1), stands_in_for=lin
    )
    Grant.objects.filter(account=shen, stands_in_for=None).update(organisation="JT")
    deputy = actor_of(shen, on=today)

    at_own_body = acting_by(deputy, {Role.OFFICER}, organisation="JT", field="approvals")
    elsewhere = acting_by(deputy, {Role.OFFICER}, organisation="ZJ", field="approvals")

    assert at_own_body == Held(Role.OFFICER, "JT")
    assert elsewhere == Held(Role.OFFICER, stands_in_for=lin.pk)
    assert acting_by(deputy, {Role.APPROVER}, organisation="ZJ", field="approvals") is None
    assert (same_person(deputy, shen.pk), same_person(deputy, lin.pk), same_person(deputy, None)) == (
        True,
        False,
        False,
    )
    assert (concerns(deputy, lin.pk), concerns(deputy, lin.pk, by=elsewhere)) == (False, True)
    assert (concerns(deputy, None, by=elsewhere), concerns(deputy, shen.pk, by=at_own_body)) == (False, True)


def test_a_deputy_ends_with_the_day_and_with_the_account_he_stands_in_for(account: Make, today: date) -> None:
    lin, new = account("lin.zhiyuan"), account("new.comer")
    Grant.objects.create(account=new, role=Role.OFFICER, valid_from=today, valid_to=date(2026, 6, 1), stands_in_for=lin)

    assert actor_of(new, on=date(2026, 5, 17)).grants == ()
    assert actor_of(new, on=today).grants == (Held(Role.OFFICER, stands_in_for=lin.pk),)
    assert actor_of(new, on=date(2026, 6, 1)).grants == ()
    Account.objects.filter(pk=lin.pk).update(is_active=False)
    assert actor_of(new, on=today).grants == ()


def test_names_come_at_once_and_in_one_query(account: Make, django_assert_num_queries: Callable[..., object]) -> None:
    lin, shen = account("lin.zhiyuan"), account("shen.ruoxi")

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert names_of([lin.pk, None, shen.pk, lin.pk]) == {lin.pk: "林知远", shen.pk: "沈若溪"}
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert names_of([None]) == {}


def test_refusals_are_said_in_both_languages(actor: Acting) -> None:
    refused = may(actor("lin.zhiyuan"), "ledger.read")

    assert refused.reason == Words("由审计管理员查看", "The audit administrator reads this")  # type: ignore[union-attr]
