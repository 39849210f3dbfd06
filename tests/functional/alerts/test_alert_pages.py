"""The pages of alerts as each person meets them: what is shown, what is not, and why."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.functional.alerts.conftest import Raise
from tests.functional.alerts.permit import APPLICANT
from tests.functional.conftest import SignedIn
from tests.integration.kernel.people import NOON, People
from xiezhi.kernel.alerts.enums import Cause, Move
from xiezhi.kernel.alerts.models import Alert, AlertMove
from xiezhi.kernel.dispositions import actions
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db


def opened(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == status, text[:1000]
    return text


def test_the_page_of_an_alert_tells_all_of_it(alert: Alert, enter: SignedIn) -> None:
    page = opened(enter("lin"), f"/alerts/{alert.number}/")
    for told in (
        "市住建局受理周**的一件排水许可，法定期限已过2个工作日，仍未作出决定。",
        "疑点，待认领",
        "申请人的新厂房等这份许可才能接管排水。",
        "《行政许可法》第四十二条",
        "除可以当场作出行政许可决定的外，行政机关应当自受理行政许可申请之日起二十日内作出行政许可决定。",
        "没有找到检测3日的书面告知。",
        "先向住建局要这3日的书面告知。",
        "主张扣除，未予认可",
        "超2个工作日",
        "cases.csv，第20417行",
        "130302********1234",
        "查看，将记录",
        "开始核实",
        "现在还不能",
        "当事人的权利",
        "市住建局，同类1件，近90日",
        "列为疑点",
    ):
        assert told in page, told
    for secret in ("周怀瑾", "130302199001011234", "p:00112233"):
        assert secret not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert page.count("<h1") == 1


def test_in_english_every_word_of_ours_is_english(alert: Alert, enter: Callable[..., Client]) -> None:
    page = opened(enter("lin", english=True), f"/alerts/{alert.number}/")
    for told in ("Why it matters", "Rule and law", "What you can do now", "Start verifying", "2 working days over"):
        assert told in page
    assert "为何要紧" not in page


WHO = {  # who: status of the page before anyone asked the body, and after
    "lin": (200, 200),
    "shen": (200, 200),
    "zhou": (200, 200),
    "fang": (200, 200),
    "he": (403, 200),
    "ma": (403, 403),
    "chen": (403, 403),
    "system": (403, 403),
    "security": (403, 403),
    "audit": (403, 403),
}


@pytest.mark.parametrize("who", WHO)
def test_who_sees_an_alert(alert: Alert, city_of_people: People, enter: SignedIn, who: str) -> None:
    client, url = enter(who), f"/alerts/{alert.number}/"
    before = client.get(url)
    actions.acknowledge(alert, by=city_of_people.lin, at=NOON)
    actions.ask(alert, by=city_of_people.lin, at=NOON, text="请说明。")
    after = client.get(url)
    assert (before.status_code, after.status_code) == WHO[who]
    if before.status_code == 403:
        assert "不归您看" in before.content.decode()
        assert "排水许可" not in before.content.decode()
    listed = alert.number in opened(client, "/alerts/?preset=open")
    assert listed == (WHO[who][1] == 200)


BARRED = {
    "lin": "先认领，再办理",
    "zhou": "只有负责这个单位的监督员可以办理",
    "fang": "领导只看，不在经过里留言",
}


@pytest.mark.parametrize("who", BARRED)
def test_what_may_not_be_done_is_listed_with_its_reason(alert: Alert, enter: SignedIn, who: str) -> None:
    client = enter(who)
    assert BARRED[who] in opened(client, f"/alerts/{alert.number}/")
    assert client.get(f"/alerts/{alert.number}/do/ask/").status_code == 403
    assert client.post(f"/alerts/{alert.number}/do/ask/", {"text": "请说明", "days": 5}).status_code == 403
    alert.refresh_from_db()
    assert alert.asked_at is None


def test_nobody_comes_in_without_signing_in(alert: Alert) -> None:
    for url in ("/", "/alerts/", f"/alerts/{alert.number}/", "/tasks/", "/menu/", f"/alerts/{alert.number}/do/ask/"):
        response = Client().get(url)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/account/login/")


def test_unknown_alerts_acts_and_documents(alert: Alert, enter: SignedIn) -> None:
    client = enter("lin")
    for url in ("/alerts/YJ-2026-99999/", f"/alerts/{alert.number}/do/erase/", "/documents/77/"):
        assert client.get(url).status_code == 404
    assert client.get(f"/alerts/{alert.number}/do/second_mute/").status_code == 403


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(
    alert: Alert, city_of_people: People, enter: SignedIn
) -> None:
    actions.acknowledge(alert, by=city_of_people.lin, at=NOON)
    client = enter("lin")
    response = client.post(f"/alerts/{alert.number}/do/mute/", {"text": "等检测报告", "until": "2099-01-01"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "最长暂缓30日" in page
    assert "等检测报告" in page
    assert 'href="#id_until"' in page
    response = client.post(f"/alerts/{alert.number}/do/propose/", {"outcome": "innocent", "text": "有告知"})
    assert (response.status_code, "选一个情有可原的缘由" in response.content.decode()) == (400, True)
    response = client.post(f"/alerts/{alert.number}/do/propose/", {"outcome": "innocent", "text": ""})
    assert (response.status_code, response.content.decode().count("写上这一项")) == (400, 2)


def test_a_masked_name_is_looked_at_with_a_reason_and_on_record(alert: Alert, enter: SignedIn) -> None:
    client, url = enter("lin"), f"/alerts/{alert.number}/reveal/{APPLICANT:016x}/"
    assert "周怀瑾" not in opened(client, url)
    without = client.post(url, {"reason": " "})
    assert (without.status_code, "周怀瑾" in without.content.decode()) == (400, False)
    shown = client.post(url, {"reason": "核对申请人是否同一人"})
    assert "周怀瑾" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    entry = Entry.objects.filter(kind="vault.revealed").get()
    assert (entry.object_id, entry.data) == (
        alert.number,
        {"token": f"p:{APPLICANT:016x}", "reason": "核对申请人是否同一人"},
    )
    assert client.get(f"/alerts/{alert.number}/reveal/{1:016x}/").status_code == 404
    assert "周怀瑾" not in opened(client, f"/alerts/{alert.number}/")


@pytest.mark.parametrize("who", ["he", "fang", "audit", "ma"])
def test_others_may_not_look_at_masked_names(alert: Alert, city_of_people: People, enter: SignedIn, who: str) -> None:
    actions.acknowledge(alert, by=city_of_people.lin, at=NOON)
    actions.ask(alert, by=city_of_people.lin, at=NOON, text="请说明。")
    response = enter(who).post(f"/alerts/{alert.number}/reveal/{APPLICANT:016x}/", {"reason": "想看"})
    assert (response.status_code, "周怀瑾" in response.content.decode()) == (403, False)
    assert Entry.objects.filter(kind="vault.revealed").count() == 0


def test_what_moved_says_its_cause_with_both_values(alert: Alert, enter: SignedIn) -> None:
    detail = {
        "dataset": "cases",
        "key": {"case_no": "PS-2026-0417"},
        "by": "陈录入",
        "batch": 7,
        "edits": {"accepted_at": {"old": "2026-04-08T10:26:00", "new": "2026-05-08T10:26:00"}},
    }
    alert.holds, alert.cause = False, Cause.CORRECTED
    alert.save()
    AlertMove.objects.create(
        alert=alert, at=NOON, version=2, kind=Move.CONDITION_ENDED, cause=Cause.CORRECTED, detail=detail
    )
    page = opened(enter("lin"), f"/alerts/{alert.number}/")
    for told in (
        "所列情况不再存在，须有人确认。",
        "数据被改动",
        "受理时间",
        "<del>2026年4月8日 10:26</del> → <ins>2026年5月8日 10:26</ins>",
        "陈录入报送，第7批",
    ):
        assert told in page, told


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


PAGES: dict[str, Callable[[Alert], str]] = {
    "list": lambda alert: "/alerts/?preset=open",  # noqa: ARG005  the same for all
    "tasks": lambda alert: "/tasks/",  # noqa: ARG005  the same for all
    "overview": lambda alert: "/",  # noqa: ARG005  the same for all
    "alert": lambda alert: f"/alerts/{alert.number}/",
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_asks_the_database_more_for_more_rows(
    raised: Raise, city_of_people: People, enter: SignedIn, page: str
) -> None:
    first = raised()
    actions.acknowledge(first, by=city_of_people.lin, at=NOON)
    client, url = enter("lin"), PAGES[page](first)
    one = queries(client, url)
    for number in (2, 3):
        more = raised(f"PS-2026-{number}", organisation="SW" if number == 3 else "ZJ")
        actions.acknowledge(more, by=city_of_people.lin, at=NOON)
        actions.comment(first, by=city_of_people.lin, at=NOON, text="又看了一遍")
    assert queries(client, url) == one
    assert one <= {"alert": 90}.get(page, 45)


def test_many_alike_are_one_line_that_unfolds(raised: Raise, enter: SignedIn) -> None:
    for number in range(21):
        raised(f"SW-{number}", organisation="SW")
    for number in range(20):
        raised(f"ZJ-{number}", organisation="ZJ")
    client = enter("lin")
    page = opened(client, "/alerts/?preset=open&size=50")
    assert "市水务局：“办件超期”同日21件，合为一行" in page
    assert "第1–21行，共21行41条，同类多条合为一行" in page
    assert page.count('class="row-link"') == 21
    unfolded = opened(client, "/alerts/?organisation=SW&indicator=approvals.decision_late.late&unfold=1")
    assert unfolded.count('class="row-link"') == 21
    assert "合为一行" not in unfolded


def test_the_overview_of_each(alert: Alert, city_of_people: People, enter: SignedIn) -> None:
    actions.acknowledge(alert, by=city_of_people.lin, at=NOON)
    assert "1件事等您办" in opened(enter("lin"), "/")
    assert "没有事等您办" in opened(enter("shen"), "/")
    actions.ask(alert, by=city_of_people.lin, at=NOON, text="请说明。")
    assert "没有事等您办" in opened(enter("lin"), "/")
    inbox = opened(enter("he"), "/")
    assert "1件事等您办" in inbox
    assert "单位与关口" not in inbox
    assert "没有事等您办" in opened(enter("ma"), "/")
    assert "排水许可" not in opened(enter("ma"), "/")
    leader = opened(enter("fang"), "/")
    assert "单位与关口" in leader
    for who in ("system", "security", "audit"):
        page = opened(enter(who), "/")
        assert "三员分立" in page
        assert "排水许可" not in page
        assert "未结预警" not in page


def test_the_menu_is_a_page_of_its_own(alert: Alert, enter: SignedIn) -> None:
    page = opened(enter("lin"), "/menu/")
    assert "全部栏目" in page
    assert "我的账号" in page
