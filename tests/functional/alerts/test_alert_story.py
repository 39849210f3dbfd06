"""From raised to closed by three people in their browsers, and many alerts at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.functional.alerts.conftest import Raise
from tests.functional.conftest import SignedIn
from tests.integration.kernel.people import People
from xiezhi.kernel.alerts.enums import Outcome, State
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.dispositions.models import Attachment, Step
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db


def act(client: Client, alert: Alert, name: str, **given: object) -> str:
    """Open the form of an act, send it, and return the page that follows."""
    url = f"/alerts/{alert.number}/do/{name}/"
    assert client.get(url).status_code == 200
    response = client.post(url, given, follow=True)
    assert response.redirect_chain == [(f"/alerts/{alert.number}/", 302)], response.content.decode()[:3000]
    return response.content.decode()


def test_three_people_take_an_alert_from_raised_to_closed(alert: Alert, enter: SignedIn) -> None:
    lin, he, zhou = enter("lin"), enter("he"), enter("zhou")
    assert "已认领，由您核实。" in act(lin, alert, "acknowledge", text="")
    assert "已请单位说明" in act(lin, alert, "ask", text="请提供检测3日的书面告知。", days=3)
    paper = SimpleUploadedFile("告知书.pdf", b"%PDF-1.7 paper", content_type="application/pdf")
    assert "已送承办人" in act(he, alert, "reply", text="告知书附后，当日送达。", files=paper)
    attachment = Attachment.objects.get()
    download = lin.get(f"/documents/{attachment.pk}/")
    assert b"".join(download.streaming_content) == b"%PDF-1.7 paper"  # type: ignore[attr-defined]
    assert download["Content-Disposition"].startswith("attachment;")
    assert Entry.objects.filter(kind="document.read").count() == 1
    assert enter("ma").get(f"/documents/{attachment.pk}/").status_code == 403
    assert "已接受答复" in act(lin, alert, "accept", text="")
    proposed = act(lin, alert, "propose", outcome="innocent", cause="excluded_not_entered", text="已告知，未录入。")
    assert "待第二人审核" in proposed
    assert lin.get(f"/alerts/{alert.number}/do/close/").status_code == 403
    assert "1件事等您办" in zhou.get("/").content.decode()
    closed = act(zhou, alert, "close", text="同意。")

    alert.refresh_from_db()
    assert (alert.state, alert.outcome, alert.outcome_cause) == (
        State.CLOSED,
        Outcome.INNOCENT,
        "excluded_not_entered",
    )
    course = closed.split('id="course"')[1]
    story = (
        "列为疑点",
        "林知远认领，开始核实",
        "林知远请单位说明",
        "请提供检测3日的书面告知。",
        "何联络单位答复",
        "告知书附后，当日送达。",
        "告知书.pdf",
        "林知远接受答复",
        "林知远提出结论，请第二人审核",
        "已告知，未录入。",
        "周怀安第二人审核同意，结案",
        "同意。",
    )
    places = [course.index(told) for told in story]
    assert places == sorted(places)
    assert "不成立，有正当缘由" in closed
    assert "听证、检验、鉴定、专家评审时间依法扣除但未录入" in closed
    assert f"/alerts/{alert.number}/do/" not in closed


def test_a_reply_with_a_file_that_is_not_taken_is_said_where_it_was_chosen(alert: Alert, enter: SignedIn) -> None:
    act(enter("lin"), alert, "acknowledge", text="")
    act(enter("lin"), alert, "ask", text="请说明。", days=3)
    page = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type="text/html")
    response = enter("he").post(f"/alerts/{alert.number}/do/reply/", {"text": "见附件", "files": page})
    told = response.content.decode()
    assert (response.status_code, "page.html：只收" in told, "见附件" in told) == (400, True, True)
    assert 'href="#id_files"' in told
    assert Step.objects.filter(act="reply").count() == 0


def test_many_at_once_with_a_preview_and_one_reason(raised: Raise, city_of_people: People, enter: SignedIn) -> None:
    first, second = raised("PS-1"), raised("PS-2")
    water = [raised(f"SW-{number}", organisation="SW") for number in range(21)]
    shen, lin = enter("shen"), enter("lin")
    chosen = {"act": "acknowledge", "row": [first.number, second.number, f"{water[0].number}+"], "query": "preset=open"}
    preview = lin.post("/alerts/bulk/", chosen).content.decode()
    assert "开始核实：23件可以办，0件不能" in preview
    assert Step.objects.count() == 0
    narrow = shen.post("/alerts/bulk/", chosen).content.decode()  # an officer of the housing bureau only
    assert "开始核实：2件可以办，0件不能" in narrow
    assert water[0].number not in narrow
    done = lin.post(
        "/alerts/bulk/", {**chosen, "row": [first.number, water[1].number], "confirmed": "1", "text": "一并核实"}
    )
    assert "开始核实：办了2件" in done.content.decode()
    steps = Step.objects.order_by("pk")
    assert [(step.alert.number, step.text) for step in steps] == [
        (first.number, "一并核实"),
        (water[1].number, "一并核实"),
    ]
    assert len({step.data["bulk"] for step in steps}) == 1
    again = lin.post("/alerts/bulk/", {**chosen, "row": [first.number, second.number]}).content.decode()
    assert "开始核实：1件可以办，1件不能" in again
    assert "现在是“核实中”，须先到“疑点，待认领”" in again


def test_many_at_once_needs_a_choice_and_a_reason(alert: Alert, enter: SignedIn) -> None:
    lin = enter("lin")
    nothing = lin.post("/alerts/bulk/", {"act": "acknowledge", "query": "preset=open"}, follow=True)
    assert "先选要办的预警。" in nothing.content.decode()
    unknown = lin.post("/alerts/bulk/", {"act": "close", "row": [alert.number]})
    assert unknown.status_code == 302
    without = lin.post("/alerts/bulk/", {"act": "comment", "row": [alert.number], "confirmed": "1", "text": ""})
    assert (without.status_code, "写上这一项" in without.content.decode()) == (400, True)
    assert lin.get("/alerts/bulk/").status_code == 405
