"""The pages of approvals: who sees which case, names that stay masked, the sentence, the drawing, exports, queries."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from xiezhi.kernel.access.may import NotAllowed, may
from xiezhi.kernel.findings.evaluate import evaluate_pending
from xiezhi.kernel.findings.models import Figure
from xiezhi.kernel.intake.actions import add_source
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.looking import find_subject
from xiezhi.kernel.intake.models import Subject
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry

NOON = datetime(2026, 5, 18, 4, 0, tzinfo=UTC)
SignedIn = Callable[..., Client]
Counted = Callable[[Client, str], int]
TABLES = {
    "matters": "matter_no,name,organisation,listed,statutory_days,promised_days,instant,other_law\n"
    "M1,排水许可,市住建局,true,20,15,false,false\n",
    "matter_steps": "matter_no,checkpoint,limit_days\nM1,CP4,5\nM1,CP6,3\nM1,CP7,3\n",
    "cases": "case_no,matter_no,title,department,applicant,responsible,received_at,accepted_at,decided_at,outcome\n"
    "PS-1,M1,排水许可,市住建局,恒泽排水,方正平,2026-04-01 09:12,2026-04-08 10:26,,\n"
    "PS-2,M1,排水许可,市住建局,长河水务,方正平,2026-05-11 09:00,2026-05-11 10:00,2026-05-13 10:00,granted\n"
    "GS-1,M1,用水许可,市水务局,清源水厂,马知秋,2026-05-12 09:00,2026-05-12 10:00,,\n",
    "case_events": "case_no,activity,checkpoint,actor,happened_at\n"
    "PS-1,收件,CP1,周明,2026-04-01 09:20\n"
    "PS-1,受理,CP2,周明,2026-04-08 10:26\n"
    "PS-1,审查,CP4,郑秋实,2026-04-17 16:40\n"
    "PS-1,审核,CP6,何平,2026-05-07 15:30\n"
    "PS-2,收件,CP1,周明,2026-05-11 09:00\n"
    "PS-2,受理,CP2,周明,2026-05-11 10:00\n",
    "special_procedures": "case_no,proc_no,proc_kind,started_on,ended_on,told_on\n"
    "PS-1,1,expert_review,2026-04-20,2026-04-23,2026-04-17\n",
    "supplements": "case_no,notice_no,notified_at,items\nPS-2,1,2026-05-11 09:30,身份证明\n",
}


@pytest.fixture
def hall(facts_of_its_own: Path, city_of_people: object) -> None:
    """Deliver three cases of two bureaus with their course, and evaluate them."""
    source = add_source(code="hall", field="approvals", name_zh="政务大厅", by=SYSTEM, at=NOON)
    paths = []
    for name, text in TABLES.items():
        paths.append(facts_of_its_own / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    batch = import_files(source, paths, by=SYSTEM, at=NOON)
    assert batch.quarantined == {}
    assert evaluate_pending(NOON) == 1


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def title_of(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return found[1].strip()


READERS = {
    "lin": {"PS-1": 200, "GS-1": 200},
    "shen": {"PS-1": 200, "GS-1": 403},
    "zhou": {"PS-1": 200, "GS-1": 200},
    "he": {"PS-1": 200, "GS-1": 403},
    "ma": {"PS-1": 403, "GS-1": 200},
    "chen": {"PS-1": 200, "GS-1": 403},
    "fang": {"PS-1": 200, "GS-1": 200},
    "system": {"PS-1": 403, "GS-1": 403},
    "security": {"PS-1": 403, "GS-1": 403},
    "audit": {"PS-1": 403, "GS-1": 403},
}


def test_each_sees_the_cases_of_his_own_reach_and_is_told_why_not_of_others(
    hall: None, enter: SignedIn, city_of_people: object
) -> None:
    seen = {}
    for name in READERS:
        client = enter(name)
        answers = {key: client.get(f"/fields/approvals/case/{key}/") for key in ("PS-1", "GS-1")}
        seen[name] = {key: answer.status_code for key, answer in answers.items()}
        for answer in answers.values():
            body = answer.content.decode()
            if answer.status_code == 403:
                assert "排水许可" not in body
                assert "用水许可" not in body
                assert "这一页不归您看" in body
        for row in Subject.objects.filter(type="case"):
            actor = getattr(city_of_people, name)
            if seen[name].get(row.key) == 403:
                with pytest.raises(NotAllowed):
                    find_subject(actor, "approvals", "case", row.key)
            elif row.key in seen[name]:
                assert may(actor, "subjects.read", find_subject(actor, "approvals", "case", row.key))
    assert seen == READERS


def test_lists_and_figures_hold_the_reader_s_own_bodies_only(hall: None, enter: SignedIn) -> None:
    listed = {}
    for name in ("lin", "he", "ma"):
        page = text_of(enter(name), "/fields/approvals/case/")
        listed[name] = [key for key in ("PS-1", "PS-2", "GS-1") if f"/case/{key}/" in page]
    assert listed == {"lin": ["PS-1", "PS-2", "GS-1"], "he": ["PS-1", "PS-2"], "ma": ["GS-1"]}
    csv = {}
    for name in ("lin", "he", "ma"):
        response = enter(name).get("/fields/approvals/?part=by_month&export=csv")
        csv[name] = b"".join(response.streaming_content).decode("utf-8-sig").split("\r\n")[1:-1]
    assert csv == {
        "lin": ["2026年4月,1,0", "2026年5月,2,1"],
        "he": ["2026年4月,1,0", "2026年5月,1,1"],
        "ma": ["2026年5月,1,0"],
    }


def test_the_title_counts_the_deviations_and_says_where_the_clock_stands(hall: None, enter: SignedIn) -> None:
    page = text_of(enter("lin"), "/fields/approvals/case/PS-1/")
    assert title_of(page) == "这件办件有3处与规定流程不符，法定期限已过2个工作日"
    assert "九个关口由本平台重构" in page
    english = text_of(enter("lin", english=True), "/fields/approvals/case/PS-2/")
    assert title_of(english) == "This case keeps to its lawful flow; it ended within its limit"


def test_the_drawing_has_no_style_and_the_table_holds_the_same(hall: None, enter: SignedIn) -> None:
    client = enter("lin")
    page = text_of(client, "/fields/approvals/case/PS-1/")
    drawing = page[page.index("<svg viewBox=") : page.index("</svg></div>")]
    assert "style=" not in page
    assert drawing.count('class="band"') == 4
    assert 'class="limit"' in drawing
    assert 'class="promise"' in drawing
    assert 'fill="url(#hatch' in drawing
    response = client.get("/fields/approvals/case/PS-1/?part=course&export=csv")
    rows = [line.split(",") for line in b"".join(response.streaming_content).decode("utf-8-sig").splitlines()]
    assert [row[0] for row in rows[1:]] == [
        "① 收件关",
        "② 受理关",
        "③ 收费关",
        "④ 承办审查关",
        "⑤ 特别程序关",
        "⑥ 审核关",
        "⑦ 决定关",
        "⑧ 制证送达关",
        "⑨ 评价投诉关",
    ]
    assert rows[4][5:] == ["7", "5", "本步超2日"]


def test_names_are_masked_and_a_look_is_on_record(hall: None, enter: SignedIn) -> None:
    page = text_of(enter("lin"), "/fields/approvals/case/PS-1/")
    for name in ("恒泽排水", "郑秋实", "方正平"):
        assert name not in page
    assert "郑**" in page
    found = re.search(r"/fields/approvals/case/PS-1/reveal/[0-9a-f]{16}/", page)
    assert found is not None
    client = enter("lin")
    assert client.post(found[0], {"reason": ""}).status_code == 400
    shown = client.post(found[0], {"reason": "核对经办人"})
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    entry = Entry.objects.filter(kind="vault.revealed").get()
    assert (entry.object_id, entry.organisation, entry.data["reason"]) == ("approvals/case/PS-1", "ZJ", "核对经办人")
    assert "查看，将记录" not in text_of(enter("he"), "/fields/approvals/case/PS-1/")
    assert enter("he").post(found[0], {"reason": "看"}).status_code == 403
    assert client.get("/fields/approvals/case/PS-1/reveal/00000000000000ff/").status_code == 404


def test_queries_do_not_grow_with_the_list(hall: None, enter: SignedIn, counted: Counted) -> None:
    lin = enter("lin")
    Subject.objects.filter(type="case").exclude(key="PS-1").update(withdrawn=True)
    one = counted(lin, "/fields/approvals/case/?preset=open")
    Subject.objects.filter(type="case").update(withdrawn=False, closed=None)
    three = counted(lin, "/fields/approvals/case/?preset=open")
    assert one == three


def test_figures_are_computed_at_evaluation_and_once(hall: None) -> None:
    assert set(Figure.objects.values_list("name", "version", "as_of")) == {
        (name, 1, NOON.date()) for name in ("cases_by_month", "open_by_age", "on_time", "due_days")
    }
    assert Figure.objects.get(name="on_time").rows == [{"department": "市住建局", "on_time": 1, "decided": 1}]
    before = list(Figure.objects.order_by("pk").values_list("pk", "rows"))
    assert evaluate_pending(NOON) == 0
    assert list(Figure.objects.order_by("pk").values_list("pk", "rows")) == before


def test_what_is_not_there_is_not_found(hall: None, enter: SignedIn) -> None:
    lin = enter("lin")
    for url in ("/fields/nowhere/", "/fields/approvals/village/", "/fields/approvals/case/PS-9/"):
        assert lin.get(url).status_code == 404
    assert lin.get("/fields/approvals/case/PS-1/?part=nothing&export=csv").status_code == 404
    assert Client().get("/fields/approvals/").status_code == 302
