"""Take the pictures of the pages that the README shows: `.venv/bin/python docs/pictures/take_pages.py`, with chromium.

They show the invented city as its supervision officer sees it. `XIEZHI_DATA` names a city that is built already;
without it one is built first.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

HERE = Path(__file__).resolve().parent
XIEZHI = Path(sys.executable).with_name("xiezhi")
PORT = os.environ.get("XIEZHI_PICTURES_PORT", "8765")
SITE = f"http://127.0.0.1:{PORT}"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MOST = 250_000  # bytes of a picture
PASSWORD = "river-lantern-Ochre-41"  # noqa: S105  of an account that lasts as long as the pictures


def main() -> None:
    """Write `<page>-<language>-<theme>.png` beside this file."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the pictures are taken with chromium: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as name,
        _served(Path(os.environ.get("XIEZHI_DATA", name))) as link,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _take_all(browser, link)
        browser.close()


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """Serve a city and give the officer's link."""
    server = subprocess.Popen(  # noqa: S603  our own command
        [XIEZHI, "demo", "--port", PORT],
        env={**os.environ, "XIEZHI_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if server.stdout is None:
            raise RuntimeError("the command has no output")
        yield server.stdout.readline().rstrip().split("\t")[-1]
    finally:
        server.terminate()
        server.wait(timeout=60)


def _take_all(browser: Browser, link: str) -> None:
    state = _enter(browser, link)
    with _page(browser, state, "zh-CN", "light", DESK) as page:
        alert = _alert(page)
        _take(page, "/", "overview-zh-light")
        _take(page, "/alerts/", "alerts-zh-light")
        _take(page, alert, "alert-zh-light")
        case = page.locator('a[href*="/fields/approvals/case"]').first.get_attribute("href")
        _take(page, case or "/", "case-zh-light")
    with _page(browser, state, "en", "dark", DESK) as page:
        _take(page, alert, "alert-en-dark")
    with _page(browser, state, "zh-CN", "light", PHONE) as page:
        _take(page, alert, "phone-zh-light")


def _enter(browser: Browser, link: str) -> object:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    for _ in range(100):
        try:
            page.goto(link)
            break
        except PlaywrightError:  # the server is not up yet
            page.wait_for_timeout(300)
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.locator("input[name=password2]").press("Enter")
    page.wait_for_url("**/account/login/**")
    page.fill("input[name=login]", "lin.zhiyuan")
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_selector("nav")
    return context.storage_state()


@contextmanager
def _page(browser: Browser, state: object, language: str, theme: str, size: dict[str, int]) -> Iterator[Page]:
    context = browser.new_context(
        storage_state=state, locale=language, color_scheme=theme, viewport=size, reduced_motion="reduce"
    )
    cookies = {"django_language": "en" if language == "en" else "zh-hans", "theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": SITE} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def _alert(page: Page) -> str:
    """Return the address of an alert with a deadline that was missed, else of the first."""
    page.goto(f"{SITE}/alerts/?state=all&indicator=decision_late")
    found = re.findall(r'href="(/alerts/YJ-[^"/]+/)"', page.content())
    if not found:
        page.goto(f"{SITE}/alerts/")
        found = re.findall(r'href="(/alerts/YJ-[^"/]+/)"', page.content())
    return str(found[0])


def _take(page: Page, path: str, name: str) -> None:
    page.goto(SITE + path)
    page.wait_for_load_state("networkidle")
    picture = HERE / f"{name}.png"
    page.screenshot(path=picture)
    if picture.stat().st_size > MOST:
        sys.exit(f"{picture}: {picture.stat().st_size:,} bytes, more than {MOST:,}: show less of the page")


if __name__ == "__main__":
    main()
