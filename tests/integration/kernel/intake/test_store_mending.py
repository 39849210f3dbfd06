"""Rows in quarantine: whole, corrected and handed in again, or dismissed with a reason."""

from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import FIELD, NOON, case, deliver, later, live, make_source
from tests.integration.kernel.people import People
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.intake import vault
from xiezhi.kernel.intake.actions import dismiss, resubmit
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.mending import AlreadySettled, Erased
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(tmp_path: Path) -> QuarantinedRow:
    deliver(make_source(prefix="H-"), tmp_path, [case("A1"), case("A2", accepted_at="soon", applicant="陶弘景")])
    return QuarantinedRow.objects.get()


def test_a_row_is_kept_whole_with_its_place_and_reason(row: QuarantinedRow) -> None:
    token = next(iter(vault.resolve(v.token for v in vault.VaultEntry.objects.filter(value="陶弘景"))))
    assert (row.file, row.line, row.dataset, row.column, row.value) == ("cases.csv", 3, "cases", "accepted_at", "soon")
    assert (row.reason_zh, row.reason_en) == ("不是时间（ISO 8601）", "not a time (ISO 8601)")
    assert row.row == {
        "case_no": "A2",
        "department": "市住建局",
        "applicant": f"p:{token:016x}",
        "accepted_at": "soon",
        "closed_at": None,
        "outcome": None,
    }


def test_a_corrected_row_comes_in_by_the_same_door(row: QuarantinedRow, people: People) -> None:
    content = row.row | {"accepted_at": "2026-03-04 08:30"}
    batch = resubmit(row, content, by=people.chen, at=later(1))
    row.refresh_from_db()
    assert (batch.kind, batch.stored, batch.by_name) == ("correction", {"cases": 1}, "陈录入")
    assert (row.state, row.settled_batch, row.settled_by) == ("resubmitted", batch, people.chen.account)
    told = live("cases")[-1]
    assert (told["case_no"], told["case_id"], told["accepted_at"].isoformat()) == ("H-A2", 2, "2026-03-04T08:30:00")
    assert vault.resolve([told["applicant"]]) == {told["applicant"]: "陶弘景"}
    assert [e.kind for e in Entry.objects.order_by("pk")][-2:] == ["batch.accepted", "quarantine.resubmitted"]
    with pytest.raises(AlreadySettled):
        resubmit(row, content, by=people.chen, at=later(1))


def test_a_row_that_is_still_wrong_is_a_new_row_in_quarantine(row: QuarantinedRow, people: People) -> None:
    batch = resubmit(row, row.row | {"accepted_at": "tomorrow"}, by=people.chen, at=later(1))
    assert (batch.quarantined, batch.stored) == ({"cases": 1}, {})
    again = QuarantinedRow.objects.get(state="open")
    assert (again.batch, again.file, again.line, again.value) == (
        batch,
        f"cases.correction-{row.pk}.jsonl",
        1,
        "tomorrow",
    )


def test_a_name_that_was_erased_must_be_typed_again(row: QuarantinedRow, people: People) -> None:
    vault.VaultEntry.objects.filter(value="陶弘景").delete()
    content = row.row | {"accepted_at": "2026-03-04 08:30"}
    with pytest.raises(Erased, match="applicant"):
        resubmit(row, content, by=people.chen, at=later(1))
    assert resubmit(row, content | {"applicant": "陶通明"}, by=people.chen, at=later(1)).stored == {"cases": 1}


def test_rows_with_one_key_that_differ_are_told_as_somebody_would_write_them(tmp_path: Path, people: People) -> None:
    deliver(make_source(prefix="H-"), tmp_path, [case("A1"), case("A1", outcome="granted")])
    rows = list(QuarantinedRow.objects.order_by("line"))
    assert [row.reason_code for row in rows] == ["key_conflict", "key_conflict"]
    assert rows[1].row["accepted_at"] == "2026-03-02 09:00:00"
    batch = resubmit(rows[1], rows[1].row, by=people.chen, at=later(1))
    assert (batch.stored, live("cases")[0]["case_no"]) == ({"cases": 1}, "H-A1")
    assert live("cases")[0]["accepted_at"].isoformat() == "2026-03-02T09:00:00"


def test_a_line_that_was_not_taken_apart_is_corrected_as_a_line(tmp_path: Path, people: People) -> None:
    """Without a mapping, and with nothing that names a person, the line itself is kept."""
    source = Source.objects.create(code="matters", field=FIELD, name_zh="事项", owner="ZJ", made_at=NOON)
    path = tmp_path / "matters.csv"
    path.write_text("事项编码;事项名称;statutory_days\nM1;排水许可;20\nM2;道路;占用;10\n", encoding="utf-8")
    first = import_files(source, [path], by=people.chen, at=NOON)
    assert (first.stored, first.quarantined) == ({"matters": 1}, {"": 1})
    row = QuarantinedRow.objects.get()
    assert (row.line, row.reason_code, row.row) == (3, "field_count", {"": "M2;道路;占用;10"})
    batch = resubmit(row, {"": "M2;道路占用;10"}, by=people.chen, at=later(1))
    assert (batch.stored, [(m["matter_no"], m["statutory_days"]) for m in live("matters")]) == (
        {"matters": 1},
        [("M1", 20), ("M2", 10)],
    )


def test_a_row_of_a_source_without_a_mapping_is_corrected_under_its_headings(tmp_path: Path, people: People) -> None:
    source = Source.objects.create(code="matters", field=FIELD, name_zh="事项", owner="ZJ", made_at=NOON)
    path = tmp_path / "matters.csv"
    path.write_text("事项编码,事项名称,statutory_days\nM1,排水许可,二十\n", encoding="utf-8")
    import_files(source, [path], by=people.chen, at=NOON)
    row = QuarantinedRow.objects.get()
    assert row.row == {"事项编码": "M1", "事项名称": "排水许可", "statutory_days": "二十"}
    assert resubmit(row, row.row | {"statutory_days": "20"}, by=people.chen, at=later(1)).stored == {"matters": 1}


def test_dismissing_needs_a_reason_and_is_recorded(row: QuarantinedRow, people: People) -> None:
    with pytest.raises(Exception, match="say why"):
        dismiss(row, reason=" ", by=people.he, at=NOON)
    dismiss(row, reason="测试数据", by=people.he, at=NOON)
    assert (row.state, row.note, Entry.objects.get(kind="quarantine.dismissed").data["reason"]) == (
        "dismissed",
        "测试数据",
        "测试数据",
    )
    with pytest.raises(AlreadySettled):
        dismiss(row, reason="又一次", by=people.he, at=NOON)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("lin", True),
        ("shen", True),
        ("gu", True),
        ("he", True),
        ("chen", True),
        ("ma", False),
        ("zhou", False),
        ("fang", False),
        ("system", False),
        ("security", False),
        ("audit", False),
    ],
)
def test_who_may_mend(row: QuarantinedRow, people: People, who: str, allowed: bool) -> None:  # noqa: FBT001
    if allowed:
        dismiss(row, reason="重复", by=getattr(people, who), at=NOON)
    else:
        with pytest.raises(NotAllowed):
            dismiss(row, reason="重复", by=getattr(people, who), at=NOON)
        with pytest.raises(NotAllowed):
            resubmit(row, row.row, by=getattr(people, who), at=NOON)
    assert Batch.objects.count() == 1
