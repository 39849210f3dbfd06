"""What a delivery changes: rows, units and snapshots, seen before, held, refused."""

from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import (
    CASE,
    NOON,
    case,
    deliver,
    event,
    later,
    live,
    make_source,
    write_csv,
)
from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.intake.refusals import FileRefused
from xiezhi.kernel.intake.absence import KeysShared
from xiezhi.kernel.intake.importing import NotHeld, import_files, turn_down
from xiezhi.kernel.intake.models import Batch, FactFile, Norm, Source, Version
from xiezhi.kernel.intake.norms import OtherNorm, norm_of
from xiezhi.kernel.intake.store import current_version, file_names
from xiezhi.kernel.intake.wording import told_of
from xiezhi.kernel.ledger.author import SYSTEM
from xiezhi.kernel.ledger.models import Entry

pytestmark = pytest.mark.django_db

CASES = [case("A1"), case("A2"), case("A3")]
EVENTS = [event("A1", "收件"), event("A1", "受理", "2026-03-03 10:00"), event("A2", "收件"), event("A3", "收件")]


def numbers(dataset: str = "cases", version: int | None = None) -> list[str]:
    return [row["case_no"] for row in live(dataset, version)]


def test_the_first_delivery_becomes_one_version_with_its_rows_numbered_by_batch(tmp_path: Path) -> None:
    batch = deliver(make_source(), tmp_path, CASES, EVENTS)
    assert (batch.state, batch.version_id) == ("accepted", 1)
    assert batch.accepted == batch.stored == {"cases": 3, "case_events": 4}
    rows = live("cases")
    assert [row["_row"] for row in rows] == [(batch.pk << 32) | n for n in (1, 2, 3)]
    assert [row["_line"] for row in rows] == [2, 3, 4]
    assert {row["_recorded_at"].isoformat() for row in rows} == {"2026-05-18T04:00:00"}
    assert file_names("approvals") == {1: "cases.csv", 2: "events.csv"}
    assert [entry.kind for entry in Entry.objects.all()] == ["norm.set", "batch.accepted"]
    assert Entry.objects.get(kind="batch.accepted").organisation == "ZJ"


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES, EVENTS)
    before = (live("cases"), live("case_events"), FactFile.objects.count(), Version.objects.count())
    again = deliver(source, tmp_path, CASES, EVENTS, at=later(1))
    assert (again.state, again.version, again.stored) == ("unchanged", None, {})
    assert (live("cases"), live("case_events"), FactFile.objects.count(), Version.objects.count()) == before
    assert Entry.objects.filter(kind="batch.unchanged").count() == 1


def test_other_bytes_that_say_the_same_are_accepted_and_make_no_version(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES)
    again = deliver(source, tmp_path, list(reversed(CASES)))
    assert (again.state, again.version, again.stored, current_version()) == ("accepted", None, {}, 1)


def test_files_of_an_earlier_batch_are_held_until_somebody_confirms(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES)
    deliver(source, tmp_path, [case("A1", department="市水务局")])
    held = deliver(source, tmp_path, CASES)
    assert (held.state, held.version, current_version()) == ("held", None, 2)
    taken = deliver(source, tmp_path, CASES, confirm=True)
    assert (taken.state, taken.stored) == ("accepted", {"cases": 1})
    assert live("cases")[-1]["department"] == "市住建局"
    held.refresh_from_db()
    assert (held.state, told_of(held).en) == (
        "refused",
        f"batch {held.pk} was confirmed, and accepted as batch {taken.pk}",
    )


def test_a_held_delivery_is_turned_down_with_a_reason_once(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES)
    deliver(source, tmp_path, [case("A1", department="市水务局")])
    held = deliver(source, tmp_path, CASES)
    with pytest.raises(XiezhiError, match="say why"):
        turn_down(held, reason=" ", by=SYSTEM, at=NOON)
    refused = turn_down(held, reason="报错了文件", by=SYSTEM, at=NOON)
    assert (refused.state, told_of(refused).zh) == ("refused", f"第{held.pk}批未获确认，未收下：报错了文件")
    with pytest.raises(NotHeld):
        turn_down(held, reason="再一次", by=SYSTEM, at=NOON)
    assert Entry.objects.filter(kind="batch.refused").count() == 1


def test_rows_stand_alone_and_what_is_absent_stays(tmp_path: Path) -> None:
    source = make_source(delivery="rows")
    deliver(source, tmp_path, CASES)
    deliver(source, tmp_path, [case("A2", outcome="granted"), case("A4")])
    assert sorted(numbers()) == ["A1", "A2", "A3", "A4"]
    assert numbers(version=1) == ["A1", "A2", "A3"]


def test_a_unit_replaces_its_rows_in_every_dataset_of_the_document(tmp_path: Path) -> None:
    source = make_source(delivery="unit")
    deliver(source, tmp_path, CASES, EVENTS)
    batch = deliver(source, tmp_path, [case("A1")], [event("A1", "受理", "2026-03-03 10:00")])
    assert batch.stored == {"case_events": 1}
    assert [(row["case_no"], row["activity"]) for row in live("case_events")] == [
        ("A1", "受理"),
        ("A2", "收件"),
        ("A3", "收件"),
    ]
    assert next((row["case_no"], row["activity"]) for row in live("case_events", 1)) == ("A1", "收件")


def test_a_snapshot_withdraws_what_is_absent_and_says_so(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    batch = deliver(source, tmp_path, many[1:])
    assert (batch.state, batch.stored) == ("accepted", {"cases": 1})
    assert numbers() == [row["case_no"] for row in many[1:]]
    assert FactFile.objects.get(batch=batch, dataset="cases").withdrawn == 1


def test_a_snapshot_that_leaves_out_too_much_is_held_until_somebody_confirms(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    deliver(source, tmp_path, CASES)
    held = deliver(source, tmp_path, CASES[:1])
    assert (held.state, held.note, numbers()) == ("held", "many_absent\tcases\t2\t3", ["A1", "A2", "A3"])
    taken = deliver(source, tmp_path, CASES[:1], confirm=True)
    assert (taken.state, numbers()) == ("accepted", ["A1"])
    assert not list((tmp_path / "data" / "facts").rglob("*.part"))


def test_a_snapshot_of_a_slice_withdraws_within_it_only(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot", extra='within = "department"\n')
    water = [case(f"W{n:02}", department="市水务局") for n in range(12)]
    deliver(source, tmp_path, [*CASES, *water])
    deliver(source, tmp_path, water[1:])
    assert sorted(numbers()) == sorted(["A1", "A2", "A3", *(row["case_no"] for row in water[1:])])


def test_a_row_in_quarantine_is_not_absent(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    batch = deliver(source, tmp_path, [case("B00", outcome="lost"), case("B01", accepted_at="soon"), *many[2:]])
    assert (batch.quarantined, batch.stored) == ({"cases": 2}, {})
    assert numbers() == [row["case_no"] for row in many]


def test_a_whole_delivery_with_a_line_that_nobody_can_read_withdraws_nothing_unasked(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    write_csv(tmp_path / "cases.csv", CASE, many[1:])
    with (tmp_path / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("B00;市住建局\n")
    held = import_files(source, [tmp_path / "cases.csv"], by=SYSTEM, at=NOON)
    assert (held.state, held.note) == ("held", "many_absent\tcases\t1\t20")
    taken = import_files(source, [tmp_path / "cases.csv"], by=SYSTEM, at=NOON, confirm=True)
    assert (taken.state, taken.stored, taken.quarantined) == ("accepted", {"cases": 1}, {"": 1})


def test_a_row_that_returns_after_its_withdrawal_lives_again(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    deliver(source, tmp_path, many[1:])
    deliver(source, tmp_path, [*many, case("B99")])
    assert sorted(numbers()) == [*(row["case_no"] for row in many), "B99"]


def test_one_source_never_withdraws_rows_of_another(tmp_path: Path) -> None:
    deliver(make_source("east", delivery="snapshot", prefix="E-"), tmp_path, CASES, EVENTS)
    west = make_source("west", delivery="snapshot", prefix="W-")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(west, tmp_path, many)
    deliver(west, tmp_path, many[1:])
    assert sorted(numbers()) == sorted(["E-A1", "E-A2", "E-A3", *(f"W-{row['case_no']}" for row in many[1:])])


def test_two_sources_with_one_key_are_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    deliver(make_source("east"), tmp_path, CASES)
    west = make_source("west")
    with pytest.raises(KeysShared, match="case_no = A3"):
        deliver(west, tmp_path, [case("C1"), case("A3")])
    refused = Batch.objects.get(source=west)
    assert (refused.state, refused.version, numbers()) == ("refused", None, ["A1", "A2", "A3"])
    assert Source.objects.get(code="west").fed == {}
    assert deliver(west, tmp_path, [case("C1")]).state == "accepted"


def test_a_norm_that_differs_from_the_field_s_is_refused(tmp_path: Path) -> None:
    deliver(make_source("east", norm='[norm]\ncalendar = "NL"\n'), tmp_path, CASES)
    assert norm_of("approvals").calendar == "NL"
    with pytest.raises(OtherNorm, match=r"west.toml: \[norm\] differs from the norm of approvals in calendar"):
        deliver(make_source("west", prefix="W-"), tmp_path, CASES)
    assert Norm.objects.count() == 1
    assert (
        deliver(make_source("north", prefix="N-", norm='[norm]\ncalendar = "NL"\n'), tmp_path, CASES).state
        == "accepted"
    )


def test_a_case_keeps_its_number_in_every_batch_and_dataset(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES, EVENTS)
    deliver(source, tmp_path, [case("A0"), case("A3", outcome="granted")], [event("A3", "决定"), event("A0", "收件")])
    cases = {row["case_no"]: row["case_id"] for row in live("cases")}
    assert cases == {"A1": 1, "A2": 2, "A3": 3, "A0": 4}
    assert {(row["case_no"], row["case_id"]) for row in live("case_events")} == set(cases.items())


def test_files_keep_numbers_of_their_own_over_all_batches(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, CASES, EVENTS)
    deliver(source, tmp_path, [case("A9")])
    assert file_names("approvals") == {1: "cases.csv", 2: "events.csv", 3: "cases.csv"}
    assert [row["_file"] for row in live("cases")] == [1, 1, 1, 3]


def test_a_broken_file_leaves_a_refused_batch_and_no_fact(tmp_path: Path) -> None:
    source = make_source()
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00cut")
    with pytest.raises(FileRefused):
        import_files(source, [path], by=SYSTEM, at=later(0))
    assert [(batch.state, batch.version) for batch in Batch.objects.all()] == [("refused", None)]
    assert current_version() == 0
