"""The pages of coming in, in a real browser: nothing keeps people out, in both languages and themes."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.functional.looking import violations
from xiezhi.kernel.access.actions import invite
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.ledger.author import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert problems == []


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "dark"), ("en", "light")])
def test_sign_in_page_keeps_nobody_out(
    live_server: LiveServer, page: Page, lin: Account, language: str, theme: str
) -> None:
    cookies = {"django_language": language, "theme": theme}
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(f"{live_server.url}/account/login/")
    plain = violations(page)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.fill("#id_login", "lin.zhiyuan")
    page.fill("#id_password", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")

    assert plain == []
    assert first == "skip"
    assert violations(page) == []
    assert page.input_value("#id_login") == "lin.zhiyuan"
    assert page.title() == ("登录 · 獬豸" if language == "zh-hans" else "Sign in · Xiezhi")


def test_one_comes_in_by_link_without_script(
    browser: Browser, live_server: LiveServer, lin: Account, password: str
) -> None:
    link = invite(account=lin, by=SYSTEM, at=timezone.now())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/account/link/{link.secret}/")
    page.fill("#id_password1", password + "新")
    page.fill("#id_password2", password + "新")
    page.click("main button")
    page.wait_for_url("**/account/login/")
    page.fill("#id_login", "lin.zhiyuan")
    page.fill("#id_password", password + "新")
    page.click("main button")
    page.goto(f"{live_server.url}/account/")

    assert page.inner_text("h1") == "林知远"
    context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_is_lost_at_the_side(
    live_server: LiveServer, page: Page, lin: Account, password: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    link = invite(account=lin, by=SYSTEM, at=timezone.now())
    paths = [f"/account/link/{link.secret}/", "/account/link/none/", "/account/login/"]
    overflow = []
    for path in paths:
        page.goto(live_server.url + path)
        overflow.append(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
    page.fill("#id_login", "lin.zhiyuan")
    page.fill("#id_password", password)
    page.click("main button")
    for path in ("/account/", "/account/deputies/", "/account/codes/totp/activate/"):
        page.goto(live_server.url + path)
        overflow.append(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
        assert violations(page) == []

    assert overflow == [0] * 6
