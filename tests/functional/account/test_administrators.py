"""The administrators' pages: each does his own work, sees why the rest is not his, and none reads a case."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant, Invitation
from xiezhi.kernel.ledger.models import Entry

Make = Callable[[str], Account]
SignIn = Callable[[str], Client]
EVERYBODY = ("lin.zhiyuan", "meng.jingchuan", "xi.guan", "an.shou", "shen.ji")
MAY = {
    "/accounts/": {"xi.guan", "an.shou"},
    "/accounts/new/": {"xi.guan"},
    "/accounts/{lin}/": {"xi.guan", "an.shou"},
    "/account/hand-over/{lin}/": {"lin.zhiyuan", "meng.jingchuan", "an.shou"},
    "/account/deputies/{lin}/": {"lin.zhiyuan", "meng.jingchuan"},
    "/ledger/": {"shen.ji"},
}


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("path", sorted(MAY))
def test_who_opens_what(account: Make, signed_in: SignIn, path: str, username: str) -> None:
    answer = signed_in(username).get(path.format(lin=account("lin.zhiyuan").pk))

    allowed = username in MAY[path]
    assert answer.status_code == (200 if allowed else 403)
    assert ("这一页不归您看" in answer.content.decode()) is not allowed


@pytest.mark.parametrize(
    ("username", "found"),
    [
        ("xi.guan", {"/accounts/"}),
        ("an.shou", {"/accounts/"}),
        ("shen.ji", {"/ledger/"}),
        ("lin.zhiyuan", set()),
        ("meng.jingchuan", set()),
    ],
)
def test_menu_leads_where_one_may_go(signed_in: SignIn, username: str, found: set[str]) -> None:
    menu = signed_in(username).get("/account/").context["shell"].menu

    assert {item.url for group in menu for item in group.items} & {"/accounts/", "/ledger/"} == found


@pytest.mark.parametrize("path", [*sorted(MAY), "/account/", "/account/record/", "/account/password/"])
def test_nothing_without_signing_in(client: Client, account: Make, path: str) -> None:
    answer = client.get(path.format(lin=account("lin.zhiyuan").pk))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=")


def test_account_is_made_and_its_link_shown_once(signed_in: SignIn, password: str) -> None:
    client = signed_in("xi.guan")

    refused = client.post("/accounts/new/", {"username": "Guo Ming", "name": "郭明", "email": ""})
    made = client.post("/accounts/new/", {"username": "guo.ming", "name": "郭明", "email": ""})
    guo = Account.objects.get(username="guo.ming")
    address = made.context["address"]
    page = client.get(f"/accounts/{guo.pk}/").content.decode()
    set_up = Client().post(address, {"password1": password, "password2": password})

    assert (refused.status_code, "写3至64个小写字母" in refused.content.decode()) == (400, True)
    assert address.startswith("http://testserver/account/link/")
    assert "no-store" in made.headers["Cache-Control"]
    assert made.context["link"].secret not in page
    assert "郭明还没有角色" in page
    assert "有一个一次性链接，有效至" in page
    assert set_up.status_code == 302
    assert Account.objects.get(pk=guo.pk).check_password(password)


def test_role_is_given_and_ended_on_the_page(account: Make, signed_in: SignIn) -> None:
    shen, client = account("shen.ruoxi"), signed_in("an.shou")
    path = f"/accounts/{shen.pk}/"

    excluded = client.post(path, {"role": "audit_administrator"})
    unknown = client.post(path, {"role": "superuser"})
    given = client.post(path, {"role": "approver", "organisation": "", "field": "approvals", "last": ""})
    grant = shen.grants.get(role=Role.APPROVER)
    client.post(f"{path}grants/{grant.pk}/end/")
    grant.refresh_from_db()

    assert "三员分立，互不兼任，也不兼办案角色" in excluded.content.decode()
    assert (excluded.status_code, unknown.status_code, given.status_code) == (400, 400, 302)
    assert (grant.field, grant.given_by, grant.valid_to) == (
        "approvals",
        account("an.shou").pk,
        timezone.localdate(),
    )
    assert [e.kind for e in Entry.objects.filter(object_id=shen.pk).order_by("pk")] == ["grant.given", "grant.ended"]


def test_what_is_not_ones_own_is_said_with_who_may(account: Make, signed_in: SignIn) -> None:
    lin = account("lin.zhiyuan")
    system = signed_in("xi.guan").get(f"/accounts/{lin.pk}/").content.decode()
    security = signed_in("an.shou").get(f"/accounts/{lin.pk}/").content.decode()

    assert ("由安全管理员办。" in system, "生成一次性链接</button>" in system) == (True, True)
    assert ("由系统管理员办。" in security, "授予角色</button>" in security) == (True, True)
    assert "生成一次性链接</button>" not in security
    assert "授予角色</button>" not in system


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("xi.guan", "codes/lift/"),
        ("an.shou", "link/"),
        ("an.shou", "end/"),
        ("an.shou", "change/"),
        ("shen.ji", "link/"),
        ("shen.ji", "end/"),
        ("lin.zhiyuan", "end/"),
        ("lin.zhiyuan", "link/"),
    ],
)
def test_posting_past_the_page_changes_nothing(account: Make, signed_in: SignIn, username: str, path: str) -> None:
    shen, client = account("shen.ruoxi"), signed_in(username)
    TOTP.activate(shen, "JBSWY3DPEHPK3PXP")
    before = Entry.objects.count()

    client.post(f"/accounts/{shen.pk}/{path}", {"reason": "试试", "name": "别名"})

    after = account("shen.ruoxi")
    assert (after.is_active, after.name, Invitation.objects.count()) == (True, "沈若溪", 0)
    assert (Authenticator.objects.filter(user=shen).count(), Entry.objects.count()) == (1, before)


def test_codes_are_lifted_with_a_reason(account: Make, signed_in: SignIn) -> None:
    shen, client = account("shen.ruoxi"), signed_in("an.shou")
    TOTP.activate(shen, "JBSWY3DPEHPK3PXP")

    client.post(f"/accounts/{shen.pk}/codes/lift/", {"reason": " "})
    without = Authenticator.objects.filter(user=shen).count()
    client.post(f"/accounts/{shen.pk}/codes/lift/", {"reason": "手机丢失，已当面核对"})

    assert (without, Authenticator.objects.filter(user=shen).count()) == (1, 0)
    entry = Entry.objects.get(kind="account.second_factor_lifted")
    assert (entry.by_name, entry.data) == ("安守", {"username": "shen.ruoxi", "reason": "手机丢失，已当面核对"})


def test_ending_an_account_ends_its_sessions(account: Make, signed_in: SignIn) -> None:
    shen, own = account("shen.ruoxi"), signed_in("shen.ruoxi")
    before = own.get("/account/").status_code

    page = signed_in("xi.guan").post(f"/accounts/{shen.pk}/end/", follow=True).content.decode()

    assert (before, own.get("/account/").status_code) == (200, 302)
    assert "沈若溪的账号已停用" in page
    assert account("shen.ruoxi").grants.filter(valid_to=None).count() == 0


def test_the_ledger_is_listed_filtered_and_exported(account: Make, signed_in: SignIn) -> None:
    signed_in("lin.zhiyuan")
    client = signed_in("shen.ji")

    page = client.get("/ledger/", {"by": "林知远", "since": f"{timezone.localdate()}"})
    nothing = client.get("/ledger/", {"until": "2020-01-01"})
    file = client.get("/ledger/", {"export": "csv"})

    exported = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    file.close()

    rows = page.context["drawn"].rows
    assert [(row.cells[2].value.zh, row.cells[3].value.zh) for row in rows] == [("林知远", "登录")]
    assert nothing.context["drawn"].page.total == 0
    assert (file.headers["X-Rows"], len(exported.splitlines())) == ("2", 3)
    assert Entry.objects.filter(kind="list.exported", by_name="申纪").count() == 1


@pytest.mark.parametrize(("path", "username"), [("/accounts/", "xi.guan"), ("/ledger/", "shen.ji")])
def test_lists_have_one_query_count(
    signed_in: SignIn, path: str, username: str, counted: Callable[[Client, str], int]
) -> None:
    client = signed_in(username)
    before = counted(client, path)
    for name in ("one", "two"):
        made = Account.objects.create(username=name, name=name, made_at=timezone.now())
        Grant.objects.create(account=made, role=Role.OFFICER, valid_from=timezone.localdate())
        Client().force_login(made)

    assert counted(client, path) == before
