"""The search finds what lies within one's scope and nothing else; notices are one's own, and marked as read."""

from datetime import UTC, date, datetime

import pytest

from tests.functional.conftest import Counted, SignedIn
from tests.integration.kernel.people import NOON, People, make_alert
from xiezhi.kernel.access.models import Account
from xiezhi.kernel.alerts.models import Alert, Notice
from xiezhi.kernel.dispositions.models import Attachment, Step
from xiezhi.kernel.intake.models import Subject, VaultEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts_of_its_own")]
TOKEN = 0x1234567890ABCDEF


@pytest.fixture
def things(city_of_people: People) -> None:
    """Make a case, an alert and a document in each of two bureaus."""
    lin = Account.objects.get(username="lin")
    for place, body in enumerate(("ZJ", "SW"), start=1):
        Subject.objects.create(
            field="approvals",
            type="case",
            key=f"PS-{place}",
            title="排水许可",
            organisation=body,
            opened=datetime(2026, 5, place, tzinfo=UTC),
            row=place,
        )
        alert = make_alert(f"YJ-2026-0000{place}", organisation=body)
        step = Step.objects.create(alert=alert, act="comment", by=lin, in_role="officer", at=NOON)
        Attachment.objects.create(
            step=step, name=f"排水说明{place}.pdf", media_type="application/pdf", size=9, sha256="0"
        )


def _found(enter: SignedIn, who: str, text: str) -> dict[str, list[str]]:
    groups = enter(who).get("/search/", {"q": text}).context["groups"]
    return {group.name: [hit.second.zh.partition(" · ")[0] for hit in group.hits] for group in groups}


@pytest.mark.parametrize(
    ("who", "alerts", "cases"),
    [
        ("lin", ["YJ-2026-00002", "YJ-2026-00001"], 2),
        ("shen", ["YJ-2026-00001"], 1),
        ("fang", ["YJ-2026-00002", "YJ-2026-00001"], 2),
        ("he", [], 1),
        ("chen", [], 1),
        ("system", [], 0),
        ("audit", [], 0),
    ],
)
@pytest.mark.usefixtures("things")
def test_everybody_finds_what_lies_within_his_scope(enter: SignedIn, who: str, alerts: list[str], cases: int) -> None:
    found = _found(enter, who, "排水")

    assert found.get("alerts", []) == alerts
    assert len(found.get("subjects", [])) == cases
    assert found.get("documents", []) == alerts


@pytest.mark.usefixtures("things")
def test_a_liaison_finds_an_alert_from_when_he_was_asked(enter: SignedIn) -> None:
    Alert.objects.filter(number="YJ-2026-00001").update(asked_at=NOON)

    assert _found(enter, "he", "YJ-2026")["alerts"] == ["YJ-2026-00001"]
    assert "alerts" not in _found(enter, "ma", "YJ-2026")


@pytest.mark.usefixtures("things")
def test_numbers_are_found_from_their_beginning_in_any_case(enter: SignedIn) -> None:
    client = enter("lin")

    for text in ("PS-1", "ps-1"):
        groups = {group.name: group for group in client.get("/search/", {"q": text}).context["groups"]}
        assert [hit.words.zh for hit in groups["subjects"].hits] == ["PS-1 排水许可"]


def test_organisations_and_indicators_are_found_by_name_and_code(enter: SignedIn) -> None:
    assert _found(enter, "lin", "住建")["organisations"] == ["ZJ"]
    assert _found(enter, "lin", "SW")["organisations"] == ["SW"]
    client = enter("lin")
    found = {group.name: group for group in client.get("/search/?q=decision_late").context["groups"]}
    assert [hit.url for hit in found["indicators"].hits] == ["/indicators/approvals/decision_late/"]


@pytest.mark.usefixtures("things")
def test_names_are_masked_in_what_is_found(enter: SignedIn) -> None:
    VaultEntry.objects.create(token=TOKEN, value="欧阳静言")
    Alert.objects.filter(number="YJ-2026-00001").update(sentence_zh=f"两个环节都由p:{TOKEN:016x}经办。")

    text = enter("lin").get("/search/?q=YJ-2026-00001").content.decode()

    assert "欧阳静言" not in text
    assert f"{TOKEN:016x}" not in text
    assert "两个环节都由" in text


def test_what_is_cut_off_is_said(enter: SignedIn) -> None:
    for number in range(25):
        make_alert(f"YJ-2026-{number:05}")
    page = enter("lin").get("/search/?q=YJ-2026")

    assert [(group.name, len(group.hits), group.more) for group in page.context["groups"]] == [("alerts", 20, True)]
    assert "只列前20条" in page.content.decode()


@pytest.mark.parametrize("text", ["", "P", "' OR 1=1 --", "没有这个", "%", "x" * 500])
def test_any_text_is_answered(enter: SignedIn, text: str) -> None:
    page = enter("lin").get("/search/", {"q": text})

    assert (page.status_code, page.context["groups"]) == (200, ())


def test_one_must_be_signed_in(client: object, db: None) -> None:
    answer = client.get("/search/?q=PS")  # type: ignore[attr-defined]

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


def test_a_search_takes_as_many_queries_for_three_things_as_for_one(enter: SignedIn, counted: Counted) -> None:
    client = enter("lin")
    make_alert("YJ-2026-00001")
    one = counted(client, "/search/?q=YJ-2026")
    make_alert("YJ-2026-00002")
    make_alert("YJ-2026-00003")

    assert counted(client, "/search/?q=YJ-2026") == one


def _notice(who: str, number: int, text: str = "期限明天届满") -> Notice:
    made: Notice = Notice.objects.create(
        account=Account.objects.get(username=who),
        kind="due",
        text_zh=text,
        text_en="due tomorrow",
        at=datetime.combine(date(2026, 5, number), NOON.timetz()),
        once=f"{who}:{number}",
    )
    return made


def test_notices_are_ones_own_and_counted_in_the_menu(enter: SignedIn) -> None:
    mine, other = _notice("lin", 1), _notice("shen", 2)
    client = enter("lin")

    page = client.get("/notices/")
    assert [row.id for row in page.context["drawn"].page.rows] == [mine.pk]
    assert "1条通知未读" in page.content.decode()

    client.post("/notices/read/", {"act": "read", "row": [str(mine.pk), str(other.pk)]})
    assert list(Notice.objects.filter(read_at=None)) == [other]
    assert "通知都已读" in client.get("/notices/").content.decode()


def test_all_notices_are_marked_as_read_at_once_by_post_only(enter: SignedIn) -> None:
    _notice("lin", 1)
    _notice("lin", 2)
    client = enter("lin")

    assert client.get("/notices/read/").status_code == 405
    client.post("/notices/read/", {"act": "all"})
    assert not Notice.objects.filter(read_at=None).exists()


def test_names_in_notices_are_masked(enter: SignedIn) -> None:
    VaultEntry.objects.create(token=TOKEN, value="欧阳静言")
    _notice("lin", 1, f"由p:{TOKEN:016x}经办")

    text = enter("lin").get("/notices/").content.decode()

    assert "欧阳静言" not in text
    assert f"{TOKEN:016x}" not in text


def test_notices_take_as_many_queries_for_three_as_for_one(enter: SignedIn, counted: Counted) -> None:
    client = enter("lin")
    _notice("lin", 1)
    one = counted(client, "/notices/")
    _notice("lin", 2)
    _notice("lin", 3)

    assert counted(client, "/notices/") == one


def test_a_page_that_is_not_there_says_so_in_words(enter: SignedIn) -> None:
    chinese, english = enter("lin").get("/nowhere/"), enter("lin", english=True).get("/nowhere/")

    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "没有这一页，或它不在您的职责范围内" in chinese.content.decode()
    assert "There is no such page" in english.content.decode()
