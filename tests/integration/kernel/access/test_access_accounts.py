"""Accounts and their one-time links, from the first start to the end."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override

from xiezhi.kernel.access.actions import (
    accept_invitation,
    change_account,
    end_account,
    first_accounts,
    invite,
    make_account,
    open_invitation,
)
from xiezhi.kernel.access.actor import Actor, actor_of
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.errors import (
    AccountEnded,
    AlreadyBegun,
    BadName,
    BadUsername,
    LastAdministrator,
    LinkNotValid,
    PasswordRefused,
    RolesExclude,
)
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.access.models import Account, Grant, Invitation
from xiezhi.kernel.access.passwords import policy, refuse_weak
from xiezhi.kernel.ledger.models import Entry

Make = Callable[[str], Account]
Acting = Callable[[str], Actor]
GOOD = "湖边 green bicycle 十七"


@pytest.mark.django_db
def test_first_start_makes_three_links_and_no_password(at: datetime, today: date) -> None:
    links = first_accounts(at=at)

    accounts = Account.objects.order_by("pk")
    assert {role: link.username for role, link in links.items()} == {
        Role.SYSTEM_ADMINISTRATOR: "system.administrator",
        Role.SECURITY_ADMINISTRATOR: "security.administrator",
        Role.AUDIT_ADMINISTRATOR: "audit.administrator",
    }
    assert [account.has_usable_password() for account in accounts] == [False] * 3
    assert [actor_of(account, on=today).roles() for account in accounts] == [{role} for role in links]
    assert [e.kind for e in Entry.objects.order_by("pk")] == ["account.made", "grant.given", "account.invited"] * 3
    with pytest.raises(AlreadyBegun):
        first_accounts(at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "people",
    [
        {},
        {Role.SYSTEM_ADMINISTRATOR: ("one", "甲")},
        {
            Role.SYSTEM_ADMINISTRATOR: ("one", "甲"),
            Role.SECURITY_ADMINISTRATOR: ("one", "甲"),
            Role.AUDIT_ADMINISTRATOR: ("two", "乙"),
        },
    ],
)
def test_three_are_three(at: datetime, people: dict[Role, tuple[str, str]]) -> None:
    with pytest.raises(RolesExclude):
        first_accounts(at=at, people=people)

    assert (Account.objects.count(), Entry.objects.count()) == (0, 0)


def test_only_the_digest_of_a_link_is_kept_and_it_opens_once(account: Make, actor: Acting, at: datetime) -> None:
    new = account("new.comer")

    link = invite(account=new, by=actor("xi.guan"), at=at)
    opened = open_invitation(secret=link.secret, at=at + timedelta(days=6))
    set_by = accept_invitation(secret=link.secret, password=GOOD, at=at + timedelta(days=6))

    assert Invitation.objects.get().digest == hashlib.sha256(link.secret.encode()).hexdigest()
    assert link.secret not in str(list(Entry.objects.values()))
    assert (opened.account, opened.username, opened.name) == (new.pk, "new.comer", "新来")
    assert set_by.check_password(GOOD)
    assert [(e.kind, e.by_name) for e in Entry.objects.order_by("pk")] == [
        ("account.invited", "席观"),
        ("account.password_set", "新来"),
    ]
    with pytest.raises(LinkNotValid, match="has been used"):
        accept_invitation(secret=link.secret, password="another " + GOOD, at=at + timedelta(days=6))
    assert Account.objects.get(pk=new.pk).check_password(GOOD)


def test_a_link_is_refused_when_old_replaced_or_unknown(account: Make, actor: Acting, at: datetime) -> None:
    new, by = account("new.comer"), actor("xi.guan")
    first = invite(account=new, by=by, at=at)
    second = invite(account=new, by=by, at=at + timedelta(hours=1))

    for secret, when, said in (
        (first.secret, at + timedelta(hours=2), "too old"),
        (second.secret, at + timedelta(days=7, hours=1), "too old"),
        (second.secret[:-1], at, "not copied whole"),
    ):
        with pytest.raises(LinkNotValid, match=said):
            accept_invitation(secret=secret, password=GOOD, at=when)
    end_account(account=new, by=by, at=at + timedelta(hours=3))
    with pytest.raises(LinkNotValid, match="too old"):
        open_invitation(secret=second.secret, at=at + timedelta(hours=4))
    with pytest.raises(AccountEnded):
        invite(account=new, by=by, at=at + timedelta(hours=4))

    assert not Account.objects.get(pk=new.pk).has_usable_password()


@pytest.mark.parametrize(
    ("password", "zh", "en"),
    [
        ("短口令", "口令只有3个字符，至少要12个", "has 3 characters and needs 12"),
        ("123456789012", "口令全是数字", "only digits"),
        ("qwertyuiop123", "常用口令表", "tried first"),
        ("new.comer.2026", "太像您的账号", "too much like"),
    ],
)
def test_the_policy_says_what_to_write_instead(
    account: Make, actor: Acting, at: datetime, *, password: str, zh: str, en: str
) -> None:
    link = invite(account=account("new.comer"), by=actor("xi.guan"), at=at)

    with override("zh-hans"), pytest.raises(PasswordRefused, match=zh):
        accept_invitation(secret=link.secret, password=password, at=at)
    with override("en"), pytest.raises(PasswordRefused, match=en):
        refuse_weak(password, account("new.comer"))

    assert Invitation.objects.get().used_at is None


def test_the_policy_is_said_beforehand() -> None:
    with override("zh-hans"):
        assert policy() == ("至少12个字符", "不在常用口令表上", "不全是数字", "与账号、姓名、邮箱不相像")
    with override("en"):
        assert policy()[0] == "At least 12 characters"


@pytest.mark.parametrize("username", ["ab", "Lin.Zhiyuan", "lin zhiyuan", ".lin", "lin-", "林知远", "a" * 65])
def test_a_sign_in_name_is_plain_and_free(account: Make, actor: Acting, at: datetime, username: str) -> None:
    before = Account.objects.count()

    with pytest.raises(BadUsername):
        make_account(username=username, name="某人", by=actor("xi.guan"), at=at)

    assert (Account.objects.count(), Entry.objects.count()) == (before, 0)


def test_an_account_is_made_by_the_system_administrator(account: Make, actor: Acting, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        make_account(username="guo.ming", name="郭明", by=actor("an.shou"), at=at)
    with pytest.raises(BadName):
        make_account(username="guo.ming", name="  ", by=actor("xi.guan"), at=at)
    made = make_account(username=" guo.ming ", name="郭  明", by=actor("xi.guan"), at=at, email="guo@example.cn")

    assert (made.username, made.name, made.has_usable_password(), made.grants.count()) == (
        "guo.ming",
        "郭 明",
        False,
        0,
    )
    assert "guo@example.cn" not in str(list(Entry.objects.values()))


def test_changes_are_told_once_without_the_address(account: Make, actor: Acting, at: datetime) -> None:
    new, by = account("new.comer"), actor("xi.guan")

    change_account(account=new, name="新来", email="", by=by, at=at)
    change_account(account=new, name="新来者", email="new@example.cn", by=by, at=at)

    entry = Entry.objects.get()
    assert entry.data == {"username": "new.comer", "what": "name, email", "old_name": "新来", "new_name": "新来者"}
    assert Account.objects.get(pk=new.pk).email == "new@example.cn"


def test_an_account_ends_with_all_it_holds(account: Make, actor: Acting, at: datetime, today: date) -> None:
    lin, new = account("lin.zhiyuan"), account("new.comer")
    lin.set_password(GOOD)
    lin.save()
    Grant.objects.create(account=new, role=Role.OFFICER, valid_from=today, valid_to=date(2026, 6, 1), stands_in_for=lin)
    Grant.objects.create(account=lin, role=Role.CLERK, organisation="ZJ", valid_from=date(2026, 6, 1))  # still to come
    session = lin.get_session_auth_hash()

    ended = end_account(account=lin, by=actor("xi.guan"), at=at)

    assert (ended.is_active, ended.ended_at, ended.has_usable_password()) == (False, at, False)
    assert ended.get_session_auth_hash() != session
    assert actor_of(ended, on=date(2026, 6, 2)).grants == actor_of(new, on=today).grants == ()
    assert [e.kind for e in Entry.objects.order_by("pk")] == [
        "grant.ended",
        "grant.ended",
        "deputy.ended",
        "account.ended",
    ]
    with pytest.raises(AccountEnded):
        end_account(account=lin, by=actor("xi.guan"), at=at)


def test_the_last_of_an_administrators_role_stays(account: Make, actor: Acting, at: datetime) -> None:
    with pytest.raises(LastAdministrator):
        end_account(account=account("shen.ji"), by=actor("xi.guan"), at=at)
    with pytest.raises(NotAllowed, match="Another system administrator"):
        end_account(account=account("xi.guan"), by=actor("xi.guan"), at=at)

    assert Account.objects.filter(is_active=False).count() == 0
