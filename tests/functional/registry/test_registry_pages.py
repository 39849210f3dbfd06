"""The registry: everybody reads it, the system administrator alone keeps it, and is told what a workbook would do."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.functional.conftest import Counted, SignedIn
from tests.integration.kernel.people import People
from xiezhi.kernel.registry.models import CalendarDay, Holding, Matter, Organisation, Person, Post
from xiezhi.kernel.registry.queries import working_calendar
from xiezhi.kernel.registry.sheets import SHEETS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts_of_its_own")]
HEAD = ["编码", "名称", "上级", "起始日"]
KINDS = ("divisions", "organisations", "posts", "people", "holdings", "matters", "windows")


def _workbook(*rows: list[Any], sheet: str = "单位") -> SimpleUploadedFile:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for line, row in enumerate([HEAD, *rows]):
            page.write_row(line, 0, row)
    return SimpleUploadedFile("单位.xlsx", stream.getvalue())


def _post(number: int, body: str = "ZJ") -> None:
    Post.objects.create(
        code=f"P{number}",
        name_zh=f"审批岗{number}",
        organisation=Organisation.objects.get(code=body),
        key_post=True,
        valid_from=date(2020, 1, 1),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_reads_every_list(enter: SignedIn, kind: str) -> None:
    assert [enter(who).get(f"/registry/{kind}/").status_code for who in ("lin", "he", "system")] == [200, 200, 200]


def test_what_is_no_kind_is_not_there(enter: SignedIn) -> None:
    assert enter("system").get("/registry/accounts/").status_code == 404


@pytest.mark.parametrize("who", ["lin", "he", "chen", "fang", "security", "audit"])
def test_only_the_system_administrator_changes_it(enter: SignedIn, who: str) -> None:
    client = enter(who)

    answers = [
        client.get("/registry/import/"),
        client.post("/registry/import/", {"workbook": _workbook(["XX", "新单位", "CITY", "2026-01-01"])}),
        client.post("/registry/organisations/ZJ/succession/", {"successor": "SW", "on": "2026-06-01"}),
        client.post(
            "/registry/calendar/2026/", {"day": "2026-06-01", "is_rest": "1", "name_zh": "假", "source": "通知"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]
    assert all("登记事项由系统管理员维护" in answer.content.decode() for answer in answers)
    assert "登记事项由系统管理员维护" in client.get("/registry/organisations/ZJ/").content.decode()
    assert not Organisation.objects.filter(code="XX").exists()
    assert not CalendarDay.objects.exists()


def test_an_organisation_tells_its_place_posts_and_people(enter: SignedIn, city_of_people: People) -> None:
    _post(1)
    body = Organisation.objects.get(code="ZJ")
    person = Person.objects.create(number="007", name="许静言", organisation=body, valid_from=date(2020, 1, 1))
    Holding.objects.create(person=person, post=Post.objects.get(code="P1"), valid_from=date(2020, 1, 1))
    Matter.objects.create(
        code="M1", name_zh="排水许可", organisation=body, statutory_days=20, valid_from=date(2020, 1, 1)
    )

    page = enter("lin").get("/registry/organisations/ZJ/").context["page"]

    assert [node.code for node in page.above] == ["CITY"]
    assert [(post.code, post.holders) for post in page.posts] == [("P1", ("许静言",))]
    assert [(one.number, [words.zh for words in one.posts]) for one in page.people] == [("007", ["审批岗1"])]
    assert [(one.code, one.statutory_days) for one in page.matters] == [("M1", 20)]


def test_a_workbook_is_looked_at_first_and_registered_when_confirmed(enter: SignedIn) -> None:
    client = enter("system")

    preview = client.post("/registry/import/", {"workbook": _workbook(["GT", "自然资源局", "CITY", "2026-01-01"])})
    assert not Organisation.objects.filter(code="GT").exists()
    assert [(one.words.zh, one.added) for one in preview.context["counts"]] == [("单位", 1)]

    done = client.post("/registry/import/", {"token": preview.context["token"]}, follow=True)
    assert Organisation.objects.get(code="GT").parent == Organisation.objects.get(code="CITY")
    assert "新增1行，修改0行" in done.content.decode()


def test_each_error_is_told_with_sheet_line_and_column(enter: SignedIn) -> None:
    client = enter("system")
    book = _workbook(["GT", "自然资源局", "NO", "2026-01-01"], ["JT", "交通局", "CITY", "不久"])

    answer = client.post("/registry/import/", {"workbook": book})

    assert answer.status_code == 400
    assert [(e.sheet, e.line, e.column) for e in answer.context["errors"]] == [
        ("单位", 2, "上级"),
        ("单位", 3, "起始日"),
    ]
    text = answer.content.decode()
    assert "没有登记：请先登记，或写在上面的行" in text
    assert "不是日期：写成2026-05-18" in text
    again = client.post("/registry/import/", {"token": answer.context["token"]})
    assert (again.status_code, Organisation.objects.count()) == (400, 3)


def test_what_is_no_workbook_is_refused_in_words(enter: SignedIn) -> None:
    answer = enter("system").post("/registry/import/", {"workbook": SimpleUploadedFile("a.xlsx", b"no")})

    assert answer.status_code == 400
    assert "这个文件不是XLSX工作簿" in answer.content.decode()


@pytest.mark.parametrize("token", ["../../keys/vault", "b" * 22, "x"])
def test_a_preview_that_is_not_there_cannot_be_confirmed(enter: SignedIn, token: str) -> None:
    answer = enter("system").post("/registry/import/", {"token": token})

    assert answer.status_code == 400
    assert "请重新选文件" in answer.content.decode()


def test_the_template_is_what_an_import_takes(enter: SignedIn) -> None:
    client = enter("system")

    content = b"".join(client.get("/registry/template.xlsx").streaming_content)

    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == [sheet.words.zh for sheet in SHEETS]
    preview = client.post("/registry/import/", {"workbook": SimpleUploadedFile("t.xlsx", content)})
    assert (preview.status_code, preview.context["new"]) == (200, 0)


def test_a_body_is_succeeded_and_not_by_itself(enter: SignedIn) -> None:
    client = enter("system")
    client.post("/registry/organisations/ZJ/succession/", {"successor": "SW", "on": "2026-06-01"})

    ended = Organisation.objects.get(code="ZJ")
    assert (ended.valid_to, ended.succeeded_by) == (date(2026, 6, 1), Organisation.objects.get(code="SW"))
    assert "Water Bureau" in enter("lin", english=True).get("/registry/organisations/ZJ/").content.decode()
    back = client.post("/registry/organisations/SW/succession/", {"successor": "ZJ", "on": "2026-07-01"})
    assert back.status_code == 400
    assert Organisation.objects.get(code="SW").valid_to is None


def test_a_day_of_the_calendar_is_set_with_its_notice(enter: SignedIn) -> None:
    client, path = enter("system"), "/registry/calendar/2026/"
    before = client.get(path).context["page"].working
    day = {"day": "2026-06-01", "is_rest": "1", "name_zh": "防汛停工", "name_en": "Flood"}

    without = client.post(path, {**day, "source": ""})
    assert (without.status_code, CalendarDay.objects.count()) == (400, 0)

    client.post(path, {**day, "source": "明政发〔2026〕9号"})
    page = client.get(path).context["page"]
    assert page.working == before - 1
    assert [(one.day, one.source) for one in page.own] == [(date(2026, 6, 1), "明政发〔2026〕9号")]
    assert working_calendar().rests(date(2026, 6, 1))


def test_a_day_beyond_the_calendar_is_refused(enter: SignedIn) -> None:
    client = enter("system")
    day = {"day": "2099-06-01", "is_rest": "1", "name_zh": "假", "source": "通知"}

    assert client.post("/registry/calendar/2026/", day).status_code == 400
    assert client.get("/registry/calendar/2099/").status_code == 404


def test_a_provisional_year_says_so(enter: SignedIn) -> None:
    assert "放假安排未公布" in enter("lin").get("/registry/calendar/2030/").content.decode()


def test_a_list_takes_as_many_queries_for_three_posts_as_for_one(enter: SignedIn, counted: Counted) -> None:
    client: Client = enter("lin")
    _post(1)
    one = {path: counted(client, path) for path in ("/registry/posts/", "/registry/organisations/ZJ/")}
    _post(2)
    _post(3)

    assert {path: counted(client, path) for path in one} == one


def test_a_list_keeps_its_filter_and_exports_what_it_shows(enter: SignedIn) -> None:
    client = enter("lin")

    assert [row.key for row in client.get("/registry/organisations/?q=水务").context["drawn"].page.rows] == ["SW"]
    answer = client.get("/registry/organisations/?q=水务&export=xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == ["编码", "SW"]
