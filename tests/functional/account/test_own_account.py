"""One's own account: what one may do in words, sessions, views, deputies, hand-over, one's record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from xiezhi.kernel.access.actions import give_deputy, give_grant
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant, SavedView
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry

Make = Callable[[str], Account]
SignIn = Callable[[str], Client]


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_grants_are_said_in_words(account: Make, signed_in: SignIn) -> None:
    lin = account("lin.zhiyuan")
    give_grant(account=lin, role=Role.APPROVER, field="approvals", by=SYSTEM, at=timezone.now())

    zh = _text(signed_in("lin.zhiyuan"), "/account/")
    english = signed_in("lin.zhiyuan")
    english.cookies["django_language"] = "en"
    en = _text(english, "/account/")

    assert "<strong>监督员，全市，全部平台</strong>" in zh
    assert "<strong>第二审核人，全市，" in zh
    assert "<strong>Supervision officer, whole city, all fields</strong>" in en
    assert "席观" not in zh


def test_sessions_are_shown_and_ended_one_by_one_and_all(lin: Account, signed_in: SignIn, password: str) -> None:
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        client.post("/account/login/", {"login": lin.username, "password": password})
    stranger = signed_in("shen.ruoxi")
    page = here.get("/account/")
    keys = [session.key for session in page.context["sessions"]]
    current = [session.current for session in page.context["sessions"]]

    stranger.post("/account/sessions/end/", {"session": keys[0]})  # another's: nothing happens
    after_stranger = there.get("/account/").status_code
    here.post("/account/sessions/end/", {"session": keys[0]})
    after_one = (there.get("/account/").status_code, third.get("/account/").status_code)
    here.post("/account/sessions/end/", {"session": keys[2]})  # one's own: stays
    here.post("/account/sessions/end/")
    after_all = (third.get("/account/").status_code, here.get("/account/").status_code)

    assert current == [False, False, True]
    assert after_stranger == 200
    assert sorted(after_one) == [200, 302]
    assert after_all == (302, 200)
    assert [e.data for e in Entry.objects.filter(kind="session.ended").order_by("pk")] == [{"sessions": 1}] * 2
    assert stranger.get("/account/").status_code == 200


def test_password_is_changed_by_oneself_and_ends_other_sessions(lin: Account, signed_in: SignIn, password: str) -> None:
    here, there = signed_in("lin.zhiyuan"), signed_in("lin.zhiyuan")
    new = password + "新"

    wrong = here.post("/account/password/", {"oldpassword": "wrong", "password1": new, "password2": new})
    weak = here.post("/account/password/", {"oldpassword": password, "password1": "短", "password2": "短"})
    differing = here.post("/account/password/", {"oldpassword": password, "password1": new, "password2": new + "x"})
    done = here.post("/account/password/", {"oldpassword": password, "password1": new, "password2": new})

    assert "口令不对。写现在的口令。" in wrong.content.decode()
    assert "口令只有1个字符，至少要12个。" in weak.content.decode()
    assert "两次写的口令不一样。两处写同一个。" in differing.content.decode()
    assert (done.status_code, done.headers["Location"]) == (302, "/account/")
    assert "口令已改，其他登录已结束。" in _text(here, "/account/")
    assert there.get("/account/").status_code == 302
    assert Entry.objects.filter(kind="account.password_changed", by=lin.pk).count() == 1


def test_saved_views_are_listed_and_forgotten_by_their_owner_only(account: Make, signed_in: SignIn) -> None:
    kept = SavedView.objects.create(
        account=account("lin.zhiyuan"), page="/alerts/", name="住建红色", query="level=red", made_at=timezone.now()
    )
    lin, shen = signed_in("lin.zhiyuan"), signed_in("shen.ruoxi")

    assert '<a href="/alerts/?level=red">住建红色</a>' in _text(lin, "/account/")
    assert "住建红色" not in _text(shen, "/account/")
    shen.post("/account/views/forget/", {"view": kept.pk})
    assert SavedView.objects.count() == 1
    lin.post("/account/views/forget/", {"view": kept.pk})
    assert SavedView.objects.count() == 0


def test_deputy_is_named_and_ended_on_a_page(account: Make, signed_in: SignIn) -> None:
    lin, shen = account("lin.zhiyuan"), account("shen.ruoxi")
    client, today = signed_in("lin.zhiyuan"), timezone.localdate()
    asked = {"deputy": shen.pk, "first": f"{today}", "last": f"{today + timedelta(days=6)}"}

    empty = client.post("/account/deputies/", {"deputy": "", "first": "tomorrow", "last": ""})
    past = client.post("/account/deputies/", {**asked, "first": f"{today - timedelta(days=1)}"})
    named = client.post("/account/deputies/", asked)
    grant = Grant.objects.get(stands_in_for=lin)
    for_others = _text(signed_in("shen.ruoxi"), "/account/")
    client.post(f"/account/deputies/{lin.pk}/end/", {"deputy": shen.pk})
    grant_after = Grant.objects.get(pk=grant.pk)

    assert "写成2026-06-01这样" in empty.content.decode()
    assert "或以后，止日在起日之后。" in past.content.decode()
    assert (empty.status_code, past.status_code, named.status_code) == (400, 400, 302)
    assert (grant.account_id, grant.valid_from, grant.valid_to) == (shen.pk, today, today + timedelta(days=7))
    assert "代林知远：<strong>监督员，全市，全部平台</strong>" in for_others
    assert grant_after.valid_to == today
    assert "申纪" not in empty.content.decode()  # an administrator is no deputy


@pytest.mark.parametrize(
    ("username", "status"), [("meng.jingchuan", 200), ("shen.ruoxi", 403), ("xi.guan", 403), ("an.shou", 403)]
)
def test_anothers_deputies_are_for_his_leader(account: Make, signed_in: SignIn, username: str, status: int) -> None:
    assert signed_in(username).get(f"/account/deputies/{account('lin.zhiyuan').pk}/").status_code == status


@pytest.mark.parametrize(
    ("username", "status"), [("meng.jingchuan", 200), ("an.shou", 200), ("shen.ruoxi", 403), ("xi.guan", 403)]
)
def test_hand_over_of_another_is_for_leader_and_security(
    account: Make, signed_in: SignIn, username: str, status: int
) -> None:
    answer = signed_in(username).get(f"/account/hand-over/{account('lin.zhiyuan').pk}/")

    assert answer.status_code == status
    assert ("林知远手上没有要移交的事" in answer.content.decode()) is (status == 200)


def test_a_leader_finds_his_people(account: Make, signed_in: SignIn) -> None:
    page = signed_in("meng.jingchuan").get("/account/")

    assert [person.name for person in page.context["led"]] == ["林知远", "沈若溪"]
    assert signed_in("lin.zhiyuan").get("/account/").context["led"] == ()


def test_ones_record_is_ones_own(account: Make, signed_in: SignIn) -> None:
    lin, shen = signed_in("lin.zhiyuan"), signed_in("shen.ruoxi")
    lin.post("/account/sessions/end/")
    give_deputy(
        principal=account("shen.ruoxi"),
        deputy=account("lin.zhiyuan"),
        by=SYSTEM,
        at=timezone.now(),
        valid_from=timezone.localdate(),
        valid_to=timezone.localdate() + timedelta(days=1),
    )

    page = lin.get("/account/record/")

    assert [row.cells[2].value.zh for row in page.context["drawn"].rows] == ["登录"]
    assert "deputy.given" not in _text(shen, "/account/record/").split("<tbody", 1)[1]


def test_record_has_one_query_count(signed_in: SignIn, counted: Callable[[Client, str], int]) -> None:
    client = signed_in("lin.zhiyuan")
    with_one = counted(client, "/account/record/")
    for _ in range(2):
        signed_in("lin.zhiyuan")

    assert counted(client, "/account/record/") == with_one
