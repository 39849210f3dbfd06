"""Indicators: who reads them, and that each figure of a page is that of the alerts behind it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.functional.conftest import Counted, SignedIn
from tests.integration.kernel.people import make_alert
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.intake.models import Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts_of_its_own")]
PAGE = "/indicators/approvals/decision_late/"
NOW = datetime(2026, 5, 18, 4, 0, tzinfo=UTC)
READERS = ("lin", "shen", "zhou", "gu", "he", "ma", "chen", "fang")
OTHERS = ("system", "security", "audit")


def _alerts(count: int, *, start: int = 1, body: str = "ZJ", outcome: str = "", cause: str = "") -> None:
    """Make alerts of the indicator, closed where an outcome is given."""
    for number in range(start, start + count):
        alert = make_alert(f"YJ-2026-{number:05}", organisation=body)
        alert.rule, alert.raised_at = "late", timezone.now() - timedelta(days=10)
        if outcome:
            alert.state, alert.outcome, alert.outcome_cause, alert.closed_at = "closed", outcome, cause, NOW
        alert.save()


@pytest.mark.parametrize("who", READERS + OTHERS)
def test_who_reads_indicators(enter: SignedIn, who: str) -> None:
    client = enter(who)

    answers = [client.get(path) for path in ("/indicators/", PAGE)]

    assert [answer.status_code for answer in answers] == [200 if who in READERS else 403] * 2
    assert ("这一页不归您看" in answers[0].content.decode()) is (who in OTHERS)


@pytest.mark.parametrize("name", sorted(fields().packs["approvals"].indicators))
def test_every_indicator_has_a_page_in_both_languages(enter: SignedIn, name: str) -> None:
    indicator = fields().packs["approvals"].indicators[name]

    for english, words in ((False, indicator.words.zh), (True, indicator.words.en)):
        page = enter("lin", english=english).get(f"/indicators/approvals/{name}/")
        assert (page.status_code, f"<h1>{words}</h1>" in page.content.decode()) == (200, True)


def test_what_is_no_indicator_is_not_there(enter: SignedIn) -> None:
    client = enter("lin")

    assert [client.get(path).status_code for path in ("/indicators/approvals/x/", "/indicators/x/decision_late/")] == [
        404,
        404,
    ]


def test_a_level_says_when_it_is_reached_with_its_dated_value_and_article(enter: SignedIn) -> None:
    levels = enter("lin").get(PAGE).context["view"].levels

    red = next(level for level in levels if level.level == "red")
    assert red.when.zh == "“超过期限”不少于10个工作日"
    assert [(one.name, one.value.zh, one.since, one.basis.words.zh) for one in red.thresholds] == [
        ("overdue_red_days", "10个工作日", date(2004, 7, 1), "本平台设计，不是法律")
    ]


def test_the_law_is_told_word_by_word(enter: SignedIn) -> None:
    page = enter("lin").get(PAGE)

    article = next(law for law in page.context["view"].laws if law.words.zh == "《行政许可法》第四十二条")
    assert article.version == "2019-04-23"
    text = page.content.decode()
    assert all(line.text in text for line in article.lines)
    assert "行政机关应当自受理行政许可申请之日起二十日内作出行政许可决定" in text


def test_the_cited_item_of_an_article_is_marked(enter: SignedIn) -> None:
    laws = enter("lin").get("/indicators/approvals/supplements_repeated/").context["view"].laws

    marked = [line.text[:3] for line in laws[0].lines if line.is_cited]
    assert (laws[0].words.zh, marked) == ("《行政许可法》第三十二条（4）", ["（四）"])


def test_figures_are_those_of_the_alerts_in_scope(enter: SignedIn) -> None:
    _alerts(3)
    _alerts(2, start=4, body="SW")
    _alerts(1, start=6, outcome="innocent", cause="extension_not_entered")

    def orange(who: str) -> tuple[int, int]:
        lines = enter(who).get(PAGE).context["lines"]
        return next((line.raised.since, line.raised.still) for line in lines if line.told.level == "orange")

    assert {who: orange(who) for who in ("lin", "shen", "ma", "chen")} == {
        "lin": (6, 5),
        "shen": (4, 3),
        "ma": (0, 0),
        "chen": (0, 0),
    }


def test_the_months_of_a_year_add_up_to_what_the_levels_say(enter: SignedIn) -> None:
    _alerts(3)
    _alerts(2, start=4, body="SW")
    Alert.objects.filter(number="YJ-2026-00001").update(raised_at=timezone.now() - timedelta(days=100), level="red")
    Alert.objects.filter(number="YJ-2026-00002").update(raised_at=timezone.now() - timedelta(days=500))

    page = enter("lin").get(PAGE)

    columns = page.context["columns"]
    assert (len(columns), page.context["year_total"]) == (12, 4)
    assert [one.month.first for one in columns] == sorted(one.month.first for one in columns)
    assert columns[-1].month.first == timezone.localdate().replace(day=1)
    assert sum(one.month.red for one in columns) == 1
    assert enter("shen").get(PAGE).context["year_total"] == 2


def test_the_open_ones_lead_to_the_list_of_just_these(enter: SignedIn) -> None:
    _alerts(3)
    client = enter("lin")
    assert "/alerts/?indicator=approvals.decision_late&amp;level=orange" in client.get(PAGE).content.decode()

    shown = client.get("/alerts/?indicator=approvals.decision_late&level=orange&one_by_one=1")

    assert shown.context["drawn"].page.total == 3


def test_innocent_causes_are_counted_by_cause(enter: SignedIn) -> None:
    _alerts(2, outcome="innocent", cause="extension_not_entered")
    _alerts(1, start=3, outcome="innocent", cause="other_law")
    _alerts(1, start=4, outcome="innocent", cause="something")
    _alerts(4, start=5, outcome="data_error")

    page = enter("lin").get(PAGE)

    assert [one.count for one in page.context["causes"]] == [0, 2, 1]
    assert page.context["other_causes"] == 1
    assert page.context["outcomes"].closed == 8
    assert page.context["outcomes"].whole.verified == 4


def test_below_twenty_verified_only_the_count_is_told(enter: SignedIn) -> None:
    _alerts(15, outcome="confirmed_corrected")
    _alerts(4, start=16, outcome="innocent")

    text = enter("lin").get(PAGE).content.decode()

    assert "19件中15件" in text
    assert '<svg class="interval"' not in text


def test_from_twenty_on_the_share_and_its_interval_are_drawn_and_said(enter: SignedIn) -> None:
    _alerts(15, outcome="confirmed_corrected")
    _alerts(5, start=16, outcome="innocent")
    _alerts(3, start=21, body="SW", outcome="confirmed_measure")

    page = enter("lin").get(PAGE)

    bars = {bar.words.zh: bar for bar in page.context["bars"]}
    assert list(bars) == ["合计", "市住建局", "市水务局"]
    assert (bars["市住建局"].precision.share, bars["市住建局"].precision.interval) == (75, (53, 89))
    text = page.content.decode()
    assert "53–89%，20件" in text
    assert text.count('<svg class="interval"') == 2  # the third body has three
    assert "3件中3件" in text


def test_what_cannot_run_says_why(enter: SignedIn) -> None:
    Evaluation.objects.create(
        field="approvals",
        version=1,
        as_of=date(2026, 5, 18),
        kind="whole",
        state="done",
        started_at=NOW,
        ended_at=NOW,
        not_run={"decision_late": {"zh": "未运行：缺少列 cases", "en": "not run: column cases missing"}},
    )
    client = enter("lin")

    assert "未运行：缺少列 cases" in client.get(PAGE).content.decode()
    rows = client.get("/indicators/?preset=not_run").context["drawn"].page.rows
    assert [row.id for row in rows] == ["decision_late"]


def test_data_that_no_longer_come_are_told(enter: SignedIn) -> None:
    Source.objects.create(
        code="hall",
        field="approvals",
        name_zh="大厅",
        fed={"cases": ["case_no", "accepted_at", "decided_at"]},
        feed_state="late",
        stale_since=NOW,
        made_at=NOW,
    )

    assert "办件自2026年5月18日 12:00起没有可靠的数据" in enter("lin").get(PAGE).content.decode().replace(
        "自5月18日", "自2026年5月18日"
    )


def test_the_list_filters_sorts_and_exports(enter: SignedIn) -> None:
    _alerts(2)
    client = enter("lin")

    def ids(query: str) -> list[str]:
        return [row.id for row in client.get(f"/indicators/{query}").context["drawn"].page.rows]

    assert ids("?q=AP-005") == ["decision_late"]
    assert ids("?sort=-still")[0] == "decision_late"
    assert set(ids("?level=red")) == {"decision_late", "delivery_late", "fee_not_deposited"}
    answer = client.get("/indicators/?level=red&export=csv")
    assert len(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()) == 4


def test_pages_take_as_many_queries_for_three_alerts_as_for_one(enter: SignedIn, counted: Counted) -> None:
    client = enter("lin")
    _alerts(1)
    one = {path: counted(client, path) for path in ("/indicators/", PAGE)}
    _alerts(1, start=2, body="SW", outcome="innocent", cause="other_law")
    _alerts(1, start=3, outcome="confirmed_corrected")

    assert {path: counted(client, path) for path in one} == one
    assert Alert.objects.count() == 3
