"""The pages of alerts in a real browser: nothing keeps people out, nothing overflows, no policy is broken."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.functional.alerts.conftest import Raise
from tests.functional.looking import violations
from tests.integration.kernel.people import People
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.dispositions import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]
Enter = Callable[[str], Client]
SIZES = ((1440, 900), (390, 844))
_WIDER = """[...document.querySelectorAll('main *')].filter((element) =>
  element.getBoundingClientRect().right > window.innerWidth + 1
  && !element.closest('.table-box') && !element.classList.contains('visually-hidden')
).map((element) => element.outerHTML.slice(0, 120))"""
_SMALL = """[...document.querySelectorAll('main *')].filter((element) =>
  [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  && parseFloat(getComputedStyle(element).fontSize) < 12 && !element.closest('.ruler')
).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def road(raised: Raise, city_of_people: People) -> tuple[Alert, Alert]:
    """One alert that Lin verifies, and one that waits for the department."""
    verified, asked = raised(), raised("PS-2026-0002", level="red", days=9)
    now = timezone.now()
    actions.acknowledge(verified, by=city_of_people.lin, at=now)
    actions.acknowledge(asked, by=city_of_people.lin, at=now)
    actions.ask(asked, by=city_of_people.lin, at=now, text="请提供检测3日的书面告知。")
    return verified, asked


def _page(browser: Browser, live_server: LiveServer, client: Client, **cookies: str) -> Page:
    context = browser.new_context()
    given = {"sessionid": client.cookies["sessionid"].value, **cookies}
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in given.items()])
    return context.new_page()


def _wrong(page: Page) -> list[str]:
    """Return what is too wide, too small, or in somebody's way."""
    wrong = violations(page)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("scrolls sideways")
    return [*wrong, *page.evaluate(_WIDER), *page.evaluate(_SMALL)]


@pytest.fixture
def pages(road: tuple[Alert, Alert]) -> dict[str, tuple[str, ...]]:
    """Who opens which pages."""
    verified, asked = road
    own = (f"/alerts/{verified.number}/", f"/alerts/{verified.number}/do/propose/")
    return {
        "lin": ("/", "/alerts/?preset=open", *own, "/tasks/", "/menu/"),
        "he": ("/", f"/alerts/{asked.number}/do/reply/"),
    }


@pytest.mark.parametrize("look", [("zh-hans", "light"), ("en", "dark")], ids="-".join)
def test_nobody_is_kept_out(
    browser: Browser, live_server: LiveServer, pages: dict[str, tuple[str, ...]], enter: Enter, look: tuple[str, str]
) -> None:
    broken: list[str] = []
    for who, urls in pages.items():
        page = _page(browser, live_server, enter(who), django_language=look[0], theme=look[1])
        page.on("console", lambda told: broken.append(told.text) if told.type == "error" else None)  # noqa: B023  one list
        for url in urls:
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(live_server.url + url)
                broken += [f"{url} at {width}: {told}" for told in _wrong(page)]
        page.context.close()
    assert "\n".join(broken) == ""


def test_an_officer_acts_by_keyboard(
    browser: Browser, live_server: LiveServer, road: tuple[Alert, Alert], enter: Enter
) -> None:
    verified, _ = road
    page = _page(browser, live_server, enter("lin"), django_language="zh-hans")
    page.goto(f"{live_server.url}/alerts/{verified.number}/")
    page.focus(".acting .primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/ask/")
    page.focus("#id_text")
    page.keyboard.type("请说明检测3日为何没有书面告知。")
    page.focus("main form button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/alerts/{verified.number}/")
    notice = page.inner_text(".notice.done")
    page.context.close()
    assert notice == "已请单位说明，单位的联络员收到了通知。"
