"""Data quality: who sees which sources and rows, and who mends, hands in, confirms and refuses them."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.functional.conftest import Counted, SignedIn
from tests.integration.kernel.intake.delivering import CASE, case, deliver, make_source, write_csv
from tests.integration.kernel.people import People
from xiezhi.kernel.intake import waiting
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source
from xiezhi.kernel.ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts_of_its_own")]
READERS = ("lin", "shen", "zhou", "gu", "he", "ma", "chen", "fang")
OTHERS = ("system", "security", "audit")
PAGES = ("/data/", "/data/batches/", "/data/quarantine/")


@pytest.fixture
def hall(city_of_people: People) -> Source:
    return make_source("hall", owner="ZJ")


@pytest.fixture
def water(city_of_people: People) -> Source:
    return make_source("water", owner="SW")


def _csv(folder: Path, *numbers: str, name: str = "cases.csv") -> SimpleUploadedFile:
    path = write_csv(folder / name, CASE, [case(number) for number in numbers])
    return SimpleUploadedFile(name, path.read_bytes(), content_type="text/csv")


def _hand_in(client: Client, file: SimpleUploadedFile, code: str = "hall") -> str:
    answer = client.post(f"/data/sources/{code}/", {"files": file, "token": "a" * 22}, follow=True)
    return answer.content.decode()


def _bad_row(source: Source, folder: Path) -> QuarantinedRow:
    deliver(source, folder, [case("1"), case("2", accepted_at="2026-13-45")])
    return QuarantinedRow.objects.filter(batch__source=source).get()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", READERS + OTHERS)
def test_who_sees_data_quality(enter: SignedIn, who: str, path: str) -> None:
    answer = enter(who).get(path)

    assert answer.status_code == (200 if who in READERS else 403)
    assert ("这一页不归您看" in answer.content.decode()) is (who in OTHERS)


@pytest.mark.parametrize(
    ("who", "seen"),
    [("lin", ["hall", "water"]), ("fang", ["hall", "water"]), ("shen", ["hall"]), ("he", ["hall"]), ("ma", ["water"]),
     ("chen", ["hall"])],
)  # fmt: skip
def test_everybody_sees_the_sources_of_his_own_bodies(
    enter: SignedIn, tmp_path: Path, who: str, seen: list[str]
) -> None:
    deliver(make_source("hall", owner="ZJ"), tmp_path / "a", [case("1", accepted_at="x")])
    deliver(make_source("water", owner="SW"), tmp_path / "b", [case("2", accepted_at="y")])
    client = enter(who)

    shown = {path: client.get(path).context["drawn"].page.rows for path in PAGES}

    assert sorted(row.code for row in shown["/data/"]) == seen
    assert sorted(row.source for row in shown["/data/batches/"]) == seen
    assert sorted(row.source for row in shown["/data/quarantine/"]) == seen


def test_what_lies_outside_the_scope_is_not_there(enter: SignedIn, water: Source, tmp_path: Path) -> None:
    row = _bad_row(water, tmp_path)
    client = enter("he")

    found = [
        client.get(path).status_code
        for path in ("/data/sources/water/", f"/data/batches/{row.batch_id}/", f"/data/quarantine/{row.pk}/")
    ]

    assert found == [404, 404, 404]
    assert enter("ma").get(f"/data/quarantine/{row.pk}/").status_code == 200


def test_a_batch_says_its_counts_files_and_version(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    row = _bad_row(hall, tmp_path)

    page = enter("lin").get(f"/data/batches/{row.batch_id}/")

    assert page.context["page"].datasets == (("cases", 1, 1, 1),)
    text = page.content.decode()
    assert row.batch.digest in text
    assert row.batch.files[0]["sha256"] in text


def test_a_clerk_corrects_a_row_and_it_is_accepted(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    row = _bad_row(hall, tmp_path)
    client, path = enter("chen"), f"/data/quarantine/{row.pk}/"
    form = client.get(path).context["form"]
    cells = {name: field.initial for name, field in form.fields.items()}
    assert cells["cell-2"].startswith("p:")  # the applicant stays behind his token

    answer = client.post(path, {**cells, "cell-3": "2026-03-04 09:00", "act": "resubmit"}, follow=True)

    row.refresh_from_db()
    assert row.state == "resubmitted"
    assert "张2" not in answer.content.decode()
    assert row.settled_batch is not None
    assert row.settled_batch.accepted == {"cases": 1}


def test_a_row_that_is_still_wrong_leads_to_the_new_row(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    row = _bad_row(hall, tmp_path)
    client, path = enter("he"), f"/data/quarantine/{row.pk}/"
    cells = {name: field.initial for name, field in client.get(path).context["form"].fields.items()}

    answer = client.post(path, {**cells, "cell-3": "2026-99-99", "act": "resubmit"})

    newest = QuarantinedRow.objects.order_by("-pk")[0]
    assert newest.pk != row.pk
    assert (answer.status_code, answer["Location"]) == (302, f"/data/quarantine/{newest.pk}/")


def test_a_row_is_settled_only_with_a_reason(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    row = _bad_row(hall, tmp_path)
    client, path = enter("chen"), f"/data/quarantine/{row.pk}/"

    without = client.post(path, {"act": "dismiss", "reason": " "})
    row.refresh_from_db()
    assert (without.status_code, row.state) == (400, "open")

    client.post(path, {"act": "dismiss", "reason": "测试件"})
    row.refresh_from_db()
    assert (row.state, row.note) == ("dismissed", "测试件")


@pytest.mark.parametrize("who", ["zhou", "fang"])
def test_who_may_not_mend_is_told_so(enter: SignedIn, hall: Source, tmp_path: Path, who: str) -> None:
    row = _bad_row(hall, tmp_path)
    client, path = enter(who), f"/data/quarantine/{row.pk}/"
    assert "须由数据责任单位的录入员、联络员或监督员处理" in client.get(path).content.decode()

    answer = client.post(path, {"act": "dismiss", "reason": "不必了"})

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (400, "open")


def test_a_clerk_hands_in_files(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    text = _hand_in(enter("chen"), _csv(tmp_path, "1", "2"))

    batch = Batch.objects.get()
    assert (batch.state, batch.accepted, batch.by_name) == ("accepted", {"cases": 2}, "陈录入")
    assert f"第{batch.pk}批已收下" in text


@pytest.mark.parametrize("who", ["he", "fang", "zhou"])
def test_who_may_not_hand_in_is_told_so(enter: SignedIn, hall: Source, tmp_path: Path, who: str) -> None:
    client = enter(who)
    assert "须由录入员或监督员报送数据" in client.get("/data/sources/hall/").content.decode()

    text = _hand_in(client, _csv(tmp_path, "1"))

    assert "须由录入员或监督员报送数据" in text
    assert not Batch.objects.exists()


def test_what_a_page_does_not_take_is_said(
    enter: SignedIn, hall: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_BYTES", 10)

    text = _hand_in(enter("chen"), _csv(tmp_path, "1"))

    assert "xiezhi import" in text
    assert not Batch.objects.exists()


def test_a_file_that_cannot_be_read_is_a_refused_batch(enter: SignedIn, hall: Source) -> None:
    text = _hand_in(enter("chen"), SimpleUploadedFile("cases.csv", b"\x00\x01\x02"))

    assert [batch.state for batch in Batch.objects.all()] == ["refused"]
    assert "未收下" in text


def _held(enter: SignedIn, tmp_path: Path) -> Batch:
    client = enter("chen")
    for folder, numbers in (("a", ("1",)), ("b", ("1", "2")), ("c", ("1",))):
        _hand_in(client, _csv(tmp_path / folder, *numbers))
    held: Batch = Batch.objects.order_by("-pk")[0]
    assert held.state == "held"
    return held


def test_a_held_delivery_is_confirmed(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    held = _held(enter, tmp_path)

    enter("chen").post(f"/data/batches/{held.pk}/decide/", {"decision": "confirm"})

    held.refresh_from_db()
    newest = Batch.objects.order_by("-pk")[0]
    assert (held.state, newest.state, newest.accepted) == ("refused", "accepted", {"cases": 1})
    assert not waiting.waits(held)


def test_a_held_delivery_is_turned_down_with_a_reason(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    held = _held(enter, tmp_path)
    client, path = enter("chen"), f"/data/batches/{held.pk}/decide/"

    client.post(path, {"decision": "refuse", "reason": ""})
    held.refresh_from_db()
    assert held.state == "held"

    client.post(path, {"decision": "refuse", "reason": "报错了"})
    held.refresh_from_db()
    assert held.state == "refused"
    assert "报错了" in held.note
    assert Batch.objects.count() == 3


def test_a_liaison_decides_about_no_delivery(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    held = _held(enter, tmp_path)
    client = enter("he")
    assert "须由录入员或监督员报送数据" in client.get(f"/data/batches/{held.pk}/").content.decode()

    client.post(f"/data/batches/{held.pk}/decide/", {"decision": "confirm"})

    held.refresh_from_db()
    assert held.state == "held"


@pytest.mark.parametrize("path", PAGES)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(
    enter: SignedIn, counted: Counted, hall: Source, tmp_path: Path, path: str
) -> None:
    client = enter("lin")
    deliver(hall, tmp_path / "0", [case("1", accepted_at="x")])
    one = counted(client, path)
    for number in ("2", "3"):
        deliver(make_source(f"hall{number}"), tmp_path / number, [case(number, accepted_at="x")])

    assert counted(client, path) == one


def test_a_list_is_exported_whole_and_recorded(enter: SignedIn, hall: Source, tmp_path: Path) -> None:
    _bad_row(hall, tmp_path)

    answer = enter("lin").get("/data/quarantine/?export=csv")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert (len(lines), answer["X-Rows"]) == (2, "1")
    assert Entry.objects.filter(kind="list.exported").get().data["rows"] == 1


def test_how_far_a_file_is_read(enter: SignedIn) -> None:
    client = enter("chen")

    assert client.get(f"/data/progress/{'a' * 22}/").status_code == 200
    assert client.get("/data/progress/..%2Fkeys/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_hold_no_chinese_but_names(enter: SignedIn, path: str) -> None:
    text = enter("lin", english=True).get(path).content.decode()

    main = text.partition("<main")[2].partition("</main>")[0]
    assert not [letter for letter in main if "\u4e00" <= letter <= "\u9fff"]
