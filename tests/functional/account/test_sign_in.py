"""Signing in: what is asked, what is said when it fails, what the ledger keeps, and when a lock ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from xiezhi.kernel.access.actions import end_account, invite
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry

LOGIN = "/account/login/"


def _try(client: Client, password: str, username: str = "lin.zhiyuan", **more: str) -> str:
    return client.post(LOGIN, {"login": username, "password": password, **more}).content.decode()


def _kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_name_and_password_let_in_whatever_the_case(client: Client, lin: Account, password: str) -> None:
    answer = client.post(LOGIN, {"login": " Lin.Zhiyuan ", "password": password})

    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(lin.pk))
    assert client.session.get_expire_at_browser_close()
    entry = Entry.objects.get()
    assert (entry.kind, entry.by, entry.by_name, entry.object_id) == (
        "session.signed_in",
        lin.pk,
        "林知远",
        str(lin.pk),
    )


def test_signing_out_is_recorded(client: Client, lin: Account, password: str) -> None:
    _try(client, password)

    client.post("/account/logout/")

    assert "_auth_user_id" not in client.session
    assert _kinds() == ["session.signed_in", "session.signed_out"]


def test_failure_says_how_many_tries_are_left_and_no_more(client: Client, lin: Account, password: str) -> None:
    known = _try(client, "wrong")
    unknown = _try(client, "wrong", username="nobody.here")

    for page in (known, unknown):
        assert "账号或口令不对。" in page
        assert "还可以再试4次，之后锁定15分钟。" in page
    assert [(e.kind, e.object_id, e.data) for e in Entry.objects.order_by("pk")] == [
        ("session.failed", str(lin.pk), {"username": "lin.zhiyuan", "why": "password"}),
        ("session.failed", "unknown", {"username": None, "why": "password"}),
    ]
    assert "nobody.here" not in str(list(Entry.objects.values()))


def test_password_in_the_wrong_field_is_kept_nowhere_in_the_ledger(client: Client, lin: Account, password: str) -> None:
    _try(client, "lin.zhiyuan", username=password)

    assert password not in str(list(Entry.objects.values()))


def test_five_failures_lock_whatever_the_case_and_the_page_says_until_when(
    client: Client, lin: Account, password: str
) -> None:
    for username in ("lin.zhiyuan", "LIN.zhiyuan", "lin.zhiyuan ", "Lin.Zhiyuan"):
        _try(client, "wrong", username=username)
    last = client.post(LOGIN, {"login": "lin.zhiyuan", "password": "wrong"})
    attempt = AccessAttempt.objects.get()
    until = timezone.localtime(attempt.attempt_time + timedelta(minutes=15))
    right = client.post(LOGIN, {"login": "lin.zhiyuan", "password": password})

    assert (last.status_code, right.status_code) == (429, 429)
    for answer in (last, right):
        assert f"{until:%H:%M}</span></h1>" in answer.content.decode()
    assert _kinds() == [*["session.failed"] * 4, "session.locked", "session.failed"]
    assert Entry.objects.get(kind="session.locked").data == {
        "username": "lin.zhiyuan",
        "until": f"{until:%Y-%m-%d %H:%M}",
    }


def test_a_lock_ends_when_it_said(client: Client, lin: Account, password: str) -> None:
    for _ in range(5):
        _try(client, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))

    _try(client, password)

    assert client.session["_auth_user_id"] == str(lin.pk)


def test_one_time_code_is_asked_and_its_failures_count(client: Client, lin: Account, password: str) -> None:
    secret = "JBSWY3DPEHPK3PXP"  # noqa: S105  of this test
    TOTP.activate(lin, secret)

    asked = client.post(LOGIN, {"login": "lin.zhiyuan", "password": password})
    wrong = client.post("/account/codes/authenticate/", {"code": "000000"}).content.decode()
    before = "_auth_user_id" in client.session
    right = client.post("/account/codes/authenticate/", {"code": _code(secret)})

    assert (asked.status_code, asked.headers["Location"]) == (302, "/account/codes/authenticate/")
    assert "动态码不对或已过期。看一下手机时间是否准确，再输入当前的6位数。" in wrong
    assert "还可以再试4次，之后锁定15分钟。" in wrong
    assert (before, right.status_code, client.session["_auth_user_id"]) == (False, 302, str(lin.pk))
    assert [(e.kind, e.data.get("why")) for e in Entry.objects.order_by("pk")] == [
        ("session.failed", "one-time code"),
        ("session.signed_in", None),
    ]
    assert AccessAttempt.objects.count() == 0  # the count begins anew


def test_guessing_codes_locks(client: Client, lin: Account, password: str) -> None:
    secret = "JBSWY3DPEHPK3PXP"  # noqa: S105  of this test
    TOTP.activate(lin, secret)
    _try(client, password)

    statuses = [client.post("/account/codes/authenticate/", {"code": "000000"}).status_code for _ in range(5)]
    right = client.post("/account/codes/authenticate/", {"code": _code(secret)})

    assert statuses == [200, 200, 200, 200, 429]
    assert (right.status_code, "_auth_user_id" in client.session) == (429, False)
    assert "000000" not in AccessAttempt.objects.get().post_data
    assert _kinds() == [*["session.failed"] * 4, "session.locked", "session.failed"]


def test_recovery_code_stands_in_once(client: Client, lin: Account, password: str) -> None:
    TOTP.activate(lin, "JBSWY3DPEHPK3PXP")
    code = RecoveryCodes.activate(lin).get_unused_codes()[0]

    for expected in (True, False):
        client.post("/account/logout/")
        _try(client, password)
        client.post("/account/codes/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is expected


def test_session_ends_with_the_account(client: Client, lin: Account, password: str) -> None:
    _try(client, password)

    end_account(account=lin, by=SYSTEM, at=timezone.now())
    answer = client.get("/account/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)
    assert "账号或口令不对。" in _try(client, password)


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "confirm-email/", "3rdparty/", "login/code/"])
def test_nobody_signs_himself_up_and_nothing_goes_by_mail(client: Client, city: None, path: str) -> None:
    assert client.get(f"/account/{path}").status_code == 404


def test_one_time_link_sets_the_first_password(
    client: Client, account: Callable[[str], Account], password: str
) -> None:
    shen = account("shen.ruoxi")
    link = invite(account=shen, by=SYSTEM, at=timezone.now())
    path = f"/account/link/{link.secret}/"

    first = client.get(path)
    short = client.post(path, {"password1": "短口令", "password2": "短口令"})
    differing = client.post(path, {"password1": password, "password2": password + "x"})
    done = client.post(path, {"password1": password, "password2": password})
    again = client.get(path)

    assert "沈若溪，设置口令" in first.content.decode()
    assert "no-cache" in first.headers["Cache-Control"]
    assert "口令只有3个字符，至少要12个。" in short.content.decode()
    assert "两次写的口令不一样。" in differing.content.decode()
    assert (short.status_code, differing.status_code, done.status_code) == (400, 400, 302)
    assert (again.status_code, "这个链接已经用过" in again.content.decode()) == (410, True)
    assert client.post(LOGIN, {"login": "shen.ruoxi", "password": password}).status_code == 302
    assert client.session["_auth_user_id"] == str(shen.pk)


def test_new_password_by_link_ends_what_the_old_one_began(client: Client, lin: Account, password: str) -> None:
    _try(client, password)
    link = invite(account=lin, by=SYSTEM, at=timezone.now())
    still = client.session["_auth_user_id"]

    Client().post(f"/account/link/{link.secret}/", {"password1": password + "新", "password2": password + "新"})

    assert still == str(lin.pk)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(("cookie", "zh", "en"), [("zh-hans", True, False), ("en", False, True)])
def test_language_and_theme_are_read_by_the_server(
    client: Client,
    city: None,
    *,
    cookie: str,
    zh: bool,
    en: bool,
) -> None:
    answer = client.post("/account/preferences/", {"language": cookie, "theme": "dark", "next": LOGIN})
    page = client.get(LOGIN).content.decode()

    assert answer.headers["Location"] == LOGIN
    assert ('lang="zh-CN" data-theme="dark"' in page, 'lang="en" data-theme="dark"' in page) == (zh, en)
    assert ("<h1>登录</h1>" in page, "<h1>Sign in</h1>" in page) == (zh, en)


@pytest.mark.parametrize(
    "sent",
    [
        {"language": "xx", "theme": "pink", "next": "https://example.com/"},
        {"next": "//example.com/"},
        {"next": "javascript:alert(1)"},
    ],
)
def test_preferences_take_only_what_there_is(client: Client, city: None, sent: dict[str, str]) -> None:
    answer = client.post("/account/preferences/", sent)

    assert (answer.headers["Location"], dict(answer.cookies)) == ("/", {})


def test_choice_goes_with_the_account_to_another_browser(client: Client, lin: Account, password: str) -> None:
    _try(client, password)
    client.post("/account/preferences/", {"language": "en", "theme": "dark"})
    other = Client()

    _try(other, password)

    assert (other.cookies["django_language"].value, other.cookies["theme"].value) == ("en", "dark")


@pytest.mark.parametrize(
    ("setting", "username", "sent"),
    [
        ("administrators", "xi.guan", True),
        ("administrators", "an.shou", True),
        ("administrators", "shen.ji", True),
        ("administrators", "lin.zhiyuan", False),
        ("supervision", "lin.zhiyuan", True),
        ("supervision", "meng.jingchuan", False),
        ("everyone", "meng.jingchuan", True),
        ("nobody", "xi.guan", False),
    ],
)
def test_who_must_have_codes_sets_them_up_first(
    settings: Settings,
    signed_in: Callable[[str], Client],
    *,
    setting: str,
    username: str,
    sent: bool,
) -> None:
    settings.SECOND_FACTOR = setting
    client = signed_in(username)

    answer = client.get("/account/deputies/")

    assert (answer.headers.get("Location") == "/account/codes/totp/activate/") is sent
    assert client.post("/account/logout/").status_code == 302


@pytest.mark.parametrize(
    ("username", "codes", "reminded"),
    [("lin.zhiyuan", False, True), ("lin.zhiyuan", True, False), ("new.comer", False, False)],
)
def test_who_has_a_role_and_no_codes_is_reminded(
    rf: RequestFactory, account: Callable[[str], Account], *, username: str, codes: bool, reminded: bool
) -> None:
    Account.objects.create(username="new.comer", name="新来", made_at=timezone.now())
    request = rf.get("/")
    request.user = account(username)
    if codes:
        TOTP.activate(request.user, "JBSWY3DPEHPK3PXP")

    page = Template("{% load second_factor %}{% remind_of_codes %}").render(RequestContext(request))

    assert ("您还没有启用动态码" in page) is reminded


def test_codes_are_set_up_with_a_drawing_in_the_page(
    client: Client,
    settings: Settings,
    lin: Account,
    password: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SECOND_FACTOR = "everyone"
    _try(client, password)

    at_once = client.get("/account/codes/totp/activate/")
    later = client.session
    proof = later["account_authentication_methods"][0]
    later["account_authentication_methods"] = [{**proof, "at": proof["at"] - 301}]
    later.save()
    first = client.get("/account/codes/totp/activate/")
    again = first.headers["Location"]
    wrong_again = client.post(again, {"password": "wrong"}).content.decode()
    page = client.post(again, {"password": password}, follow=True)
    secret = page.context["form"].secret
    wrong = client.post("/account/codes/totp/activate/", {"code": "000000"})
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/account/codes/totp/activate/", {"code": _code(secret)})
    codes = client.get(done.headers["Location"]).content.decode()

    text = page.content.decode()
    assert at_once.status_code == 200
    assert again == "/account/reauthenticate/?next=%2Faccount%2Fcodes%2Ftotp%2Factivate%2F"
    assert "口令不对。写现在的口令。" in wrong_again
    assert ("<svg" in text, "style=" in text, "<?xml" in text) == (True, False, False)
    assert "动态码不对或已过期" in wrong.content.decode()
    assert "还有10个恢复码" in codes
    assert Authenticator.objects.filter(user=lin, type="totp").count() == 1
    assert _kinds() == [
        "session.signed_in",
        "session.failed",
        "account.second_factor_set",
        "account.recovery_codes_made",
    ]
    assert secret not in str(list(Entry.objects.values()))


def test_too_many_requests_from_one_address_are_told_so(client: Client, city: None, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "1/m/ip"}

    answers = [client.post(LOGIN, {"login": "x", "password": "x"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "<h1>请求太多</h1>" in answers[1].content.decode()


def test_static_files_and_sign_in_are_open_to_all(client: Client, city: None) -> None:
    page = client.get(LOGIN)

    assert page.status_code == 200
    assert set(page.headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    }
    assert " style=" not in page.content.decode()
    assert "<script" not in page.content.decode()
