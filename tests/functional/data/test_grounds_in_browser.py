"""Data quality, indicators, registry, search and notices in a real browser: both languages, themes and widths."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.functional.conftest import SignedIn
from tests.functional.looking import violations
from tests.integration.kernel.intake.delivering import CASE, case, deliver, make_source, write_csv
from tests.integration.kernel.people import NOON, make_alert
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.alerts.models import Notice
from xiezhi.kernel.intake.models import Batch, QuarantinedRow

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
    pytest.mark.usefixtures("facts_of_its_own"),
]
PAGES = (
    "/data/",
    "/data/batches/",
    "/data/batches/{batch}/",
    "/data/quarantine/",
    "/data/quarantine/{row}/",
    "/data/sources/hall/",
    "/indicators/",
    "/indicators/approvals/decision_late/",
    "/indicators/approvals/fast_for_one_applicant/",
    "/registry/organisations/",
    "/registry/organisations/ZJ/",
    "/registry/calendar/2026/",
    "/search/?q=YJ",
    "/notices/",
    "/nowhere/",
)
KEPT = ("/registry/import/", "/registry/calendar/2026/", "/registry/organisations/ZJ/")


@pytest.fixture
def row(enter: SignedIn, tmp_path: Path) -> QuarantinedRow:
    """Make a source with a row in quarantine, an alert, and a notice."""
    deliver(make_source("hall"), tmp_path / "in", [case("1"), case("2", accepted_at="2026-13-45")])
    alert = make_alert()
    Notice.objects.create(
        account=Account.objects.get(username="lin"), kind="due", alert=alert, text_zh="明日届满", text_en="due",
        at=NOON, once="1",
    )  # fmt: skip
    return QuarantinedRow.objects.get()


def _as(context: BrowserContext, live_server: LiveServer, enter: SignedIn, who: str, **cookies: str) -> None:
    cookies["sessionid"] = enter(who).cookies["sessionid"].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])


@dataclass(frozen=True)
class Way:
    """How pages are looked at. ``first``: of every second page, the one it begins with; all of them where soaking."""

    language: str
    theme: str
    width: int
    first: int

    def of(self, pages: tuple[str, ...]) -> tuple[str, ...]:
        """Return the pages that are looked at in this way."""
        return pages if os.environ.get("XIEZHI_SOAK") == "1" else pages[self.first :: 2]


@pytest.mark.parametrize("way", [Way("zh-hans", "dark", 390, 0), Way("en", "light", 1440, 1)], ids=str)
def test_pages_keep_nobody_out(
    browser: Browser, live_server: LiveServer, enter: SignedIn, row: QuarantinedRow, way: Way
) -> None:
    context = browser.new_context(viewport={"width": way.width, "height": 900})
    page, problems = context.new_page(), []
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    found: dict[str, list[str]] = {}
    for who, paths in (("lin", PAGES), ("system", KEPT)):
        _as(context, live_server, enter, who, django_language=way.language, theme=way.theme)
        for path in way.of(paths):
            page.goto(live_server.url + path.format(batch=row.batch_id, row=row.pk))
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            wide = page.evaluate("document.documentElement.scrollWidth") > way.width
            found[f"{who} {path}"] = [*violations(page), *(["too wide"] if wide else [])]
    context.close()

    assert {path: told for path, told in found.items() if told} == {}
    assert problems == []


def test_a_clerk_hands_in_and_corrects_without_script(
    browser: Browser, live_server: LiveServer, enter: SignedIn, row: QuarantinedRow, tmp_path: Path
) -> None:
    file = write_csv(
        tmp_path / "new" / "cases.csv",
        CASE,
        [case("7")],
    )
    context = browser.new_context(java_script_enabled=False)
    _as(context, live_server, enter, "chen", django_language="zh-hans")
    page = context.new_page()
    page.goto(f"{live_server.url}/data/sources/hall/")
    page.set_input_files("#files", str(file))
    page.click("#hand-in button")
    page.wait_for_url("**/data/batches/*/")
    page.goto(f"{live_server.url}/data/quarantine/{row.pk}/")
    page.fill("#id_cell-3", "2026-03-04 09:00")
    page.click("#mend button")
    page.wait_for_selector(".notice.done")
    context.close()

    row.refresh_from_db()
    assert (row.state, [batch.state for batch in Batch.objects.order_by("pk")]) == ("resubmitted", ["accepted"] * 3)


def test_a_clerk_hands_in_with_script_and_sees_where_progress_is_told(
    browser: Browser, live_server: LiveServer, enter: SignedIn, row: QuarantinedRow, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "new" / "cases.csv", CASE, [case("8")])
    context = browser.new_context()
    _as(context, live_server, enter, "chen", django_language="zh-hans")
    page = context.new_page()
    page.goto(f"{live_server.url}/data/sources/hall/")
    page.set_input_files("#files", str(file))
    page.wait_for_selector("text=报送后在这里看读到哪里")
    page.click("#hand-in button")
    page.wait_for_url("**/data/batches/*/")
    title = page.inner_text("h1")
    context.close()

    assert title.startswith(f"第{Batch.objects.order_by('-pk')[0].pk}批已收下")


def test_a_reader_finds_his_way_by_keyboard(
    browser: Browser, live_server: LiveServer, enter: SignedIn, row: QuarantinedRow
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    _as(context, live_server, enter, "lin", django_language="zh-hans")
    page = context.new_page()
    page.goto(f"{live_server.url}/data/quarantine/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/data/quarantine/{row.pk}/")
    page.keyboard.press("/")
    page.keyboard.type("YJ-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=YJ-2026*")
    title = page.inner_text("h1")
    context.close()

    assert title == "“YJ-2026”：找到1条"
