"""Facts typed on our own screens become a batch; the registry's core datasets become facts."""

from datetime import date
from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import FIELD, NOON, case, deliver, later, live, make_source
from tests.integration.kernel.people import People, make_bodies
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.intake.actions import UnknownDataset, add_source, put_facts, withdraw_facts
from xiezhi.kernel.intake.models import Batch, QuarantinedRow, Source, Subject, TailRow, Version
from xiezhi.kernel.intake.publishing import publish
from xiezhi.kernel.intake.tail import flush
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry
from xiezhi.kernel.registry.models import Matter, Organisation

pytestmark = pytest.mark.django_db


def screen() -> Source:
    return add_source(code="screen", field=FIELD, name_zh="窗口录入", owner="ZJ", live=True, by=SYSTEM, at=NOON)


def test_what_was_typed_is_one_batch_of_its_author(people: People) -> None:
    source = screen()
    rows = [{"case_no": "A1", "notice_no": "1", "notified_at": "2026-03-02 09:00", "items": "身份证明"}]
    put_facts(source, "supplements", rows, by=people.chen, at=NOON)
    put_facts(source, "supplements", [rows[0] | {"notice_no": "2"}], by=people.chen, at=NOON)
    assert (flush(later(0)), flush(later(0))) == (2, 0)
    batch = Batch.objects.get()
    assert (batch.kind, batch.state, batch.stored, batch.by_name) == ("tail", "accepted", {"supplements": 2}, "陈录入")
    assert [(row["notice_no"], row["items"]) for row in live("supplements")] == [("1", "身份证明"), ("2", "身份证明")]
    assert set(TailRow.objects.values_list("batch", flat=True)) == {batch.pk}
    assert [e.kind for e in Entry.objects.all()][1:] == ["facts.typed", "facts.typed", "batch.accepted"]


def test_a_row_typed_twice_is_two_versions_the_second_in_force(people: People) -> None:
    source = screen()
    for items in ("一", "二"):
        put_facts(source, "supplements", [{"case_no": "A1", "notice_no": "1", "items": items}], by=people.chen, at=NOON)
    flush(later(0))
    assert [row["items"] for row in live("supplements")] == ["二"]
    assert [row["items"] for row in live("supplements", 1)] == ["一"]


def test_what_was_typed_wrongly_is_in_quarantine(people: People) -> None:
    put_facts(
        screen(), "supplements", [{"case_no": "A1", "notice_no": "1", "notified_at": "?"}], by=people.chen, at=NOON
    )
    flush(later(0))
    assert (QuarantinedRow.objects.get().column, live("supplements")) == ("notified_at", [])


def test_typing_needs_a_dataset_a_column_and_a_role(people: People) -> None:
    source = screen()
    with pytest.raises(UnknownDataset, match="no dataset 'permits'"):
        put_facts(source, "permits", [], by=people.chen, at=NOON)
    with pytest.raises(UnknownDataset, match="no column colour"):
        put_facts(source, "cases", [{"case_no": "A1", "colour": "red"}], by=people.chen, at=NOON)
    with pytest.raises(NotAllowed):
        put_facts(source, "cases", [{"case_no": "A1"}], by=people.ma, at=NOON)
    assert not TailRow.objects.exists()


def test_rows_are_withdrawn_in_so_many_words(tmp_path: Path, people: People) -> None:
    source = make_source()
    deliver(source, tmp_path, [case("A1"), case("A2")])
    batch = withdraw_facts(
        source, "cases", [{"case_no": "A1"}, {"case_no": "A7"}], reason="重复", by=people.chen, at=NOON
    )
    assert (batch.stored, [row["case_no"] for row in live("cases")]) == ({"cases": 1}, ["A2"])
    assert list(Subject.objects.order_by("key").values_list("key", "title", "withdrawn")) == [
        ("A1", "", True),
        ("A2", "", False),
    ]
    assert Entry.objects.get(kind="facts.withdrawn").data["reason"] == "重复"


def test_matters_of_the_registry_are_facts_of_the_field() -> None:
    make_bodies()
    bureau = Organisation.objects.get(code="ZJ")
    for code, days in (("M1", 20), ("M2", None)):
        Matter.objects.create(
            code=code, name_zh=f"事项{code}", organisation=bureau, statutory_days=days, valid_from=date(2020, 1, 1)
        )
    publish("matters", SYSTEM, NOON)
    assert [(r["matter_no"], r["organisation"], r["statutory_days"], r["listed_from"]) for r in live("matters")] == [
        ("M1", "ZJ", 20, date(2020, 1, 1)),
        ("M2", "ZJ", None, date(2020, 1, 1)),
    ]
    Matter.objects.filter(code="M2").delete()
    publish("matters", SYSTEM, later(1))
    publish("matters", SYSTEM, later(2))
    assert [row["matter_no"] for row in live("matters")] == ["M1"]
    assert [batch.kind for batch in Batch.objects.all()] == ["registry"] * 3
    assert [version.cause for version in Version.objects.all()] == ["batch", "batch"]


def test_a_day_of_the_calendar_makes_a_version_of_all_fields() -> None:
    publish("calendar", SYSTEM, NOON)
    assert list(Version.objects.values_list("cause", "field")) == [("calendar", "")]


def test_a_field_whose_source_hands_over_its_matters_keeps_that_source_s() -> None:
    make_bodies()
    source = screen()
    put_facts(source, "matters", [{"matter_no": "M1", "name": "排水许可"}], by=SYSTEM, at=NOON)
    flush(NOON)
    publish("matters", SYSTEM, NOON)
    assert [row["name"] for row in live("matters")] == ["排水许可"]
