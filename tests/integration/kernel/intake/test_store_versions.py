"""Versions, snapshots of old ones, what changed, single rows, compaction, orphans, leases."""

from pathlib import Path

import pytest
from django.db import transaction

from tests.integration.kernel.intake.delivering import FIELD, NOON, case, deliver, event, live, make_source
from xiezhi.kernel.fields import pack_of
from xiezhi.kernel.intake import committing, compaction, leases, orphans
from xiezhi.kernel.intake.compaction import compact_dataset, compact_due
from xiezhi.kernel.intake.models import Batch, FactFile, Version
from xiezhi.kernel.intake.planning import plan
from xiezhi.kernel.intake.store import changed, current_version, next_version, rows_of, snapshot

pytestmark = pytest.mark.django_db


def test_numbers_follow_one_another_and_a_failed_transaction_takes_none() -> None:
    with transaction.atomic():
        assert next_version(cause="batch", field=FIELD, at=NOON).number == 1
    with transaction.atomic():
        next_version(cause="batch", field=FIELD, at=NOON)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_version(cause="calendar", field="", at=NOON).number == 2
    assert [version.number for version in Version.objects.all()] == [1, 2]


def test_every_dataset_of_the_field_is_on_the_shelf_and_what_nobody_feeds_is_empty(tmp_path: Path) -> None:
    deliver(make_source(), tmp_path, [case("A1")])
    shelf = snapshot(FIELD, 1)
    assert set(shelf.sources) == set(pack_of(FIELD).datasets)
    assert {name: len(source.files) for name, source in shelf.sources.items() if source.files} == {"cases": 1}
    assert shelf.fed == {
        "cases": frozenset({"case_no", "case_id", "department", "applicant", "accepted_at", "closed_at", "outcome"})
    }
    assert snapshot(FIELD, 0).sources["cases"].files == ()


def test_what_changed_are_the_new_rows_and_those_they_replace(tmp_path: Path) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many)
    deliver(source, tmp_path, [case("B00", department="市水务局"), *many[1:19], case("C1")])
    told = [
        (row["case_no"], row["department"], row["_withdrawn"], row["_replaces"] is not None)
        for row in changed(FIELD, 1, 2)["cases"].to_pylist()
    ]
    assert told == [
        ("B00", "市水务局", False, True),
        ("C1", "市住建局", False, False),
        ("B19", "市住建局", True, True),
        ("B00", "市住建局", False, False),
        ("B19", "市住建局", False, False),
    ]
    assert changed(FIELD, 2, 2) == {}


def test_a_compaction_changes_nothing_that_anybody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(delivery="snapshot")
    many = [case(f"B{n:02}") for n in range(20)]
    deliver(source, tmp_path, many, [event("B01", "收件")])
    deliver(source, tmp_path, [case("B00", department="市水务局"), *many[1:19]])
    before = {version: live("cases", version) for version in (1, 2)}
    assert compact_due(NOON) == 0  # a trifle
    monkeypatch.setattr(compaction, "TRIFLE", 1)
    assert compact_due(NOON) == 1  # more than 2 % of the cases are replaced
    assert current_version() == 3
    assert live("cases") == before[2]
    assert {version: live("cases", version) for version in (1, 2)} == before
    assert snapshot(FIELD, 3).sources["cases"].clean
    assert changed(FIELD, 2, 3) == {}
    assert compact_due(NOON) == 0
    replaced = before[1][0]["_row"]
    assert rows_of(FIELD, "cases", [replaced], 3).column("department").to_pylist() == ["市住建局"]
    deliver(source, tmp_path, [case("B00", department="市住建局"), *many[1:19]])
    assert changed(FIELD, 3, 4)["cases"].column("department").to_pylist() == ["市住建局", "市水务局"]
    assert orphans.remove_orphans(NOON) == 0


def test_numbers_of_cases_survive_their_compaction(tmp_path: Path) -> None:
    source = make_source()
    deliver(source, tmp_path, [case("A1")])
    deliver(source, tmp_path, [case("A2")])
    assert compact_dataset(FIELD, "#case_id", at=NOON)
    deliver(source, tmp_path, [case("A3"), case("A1", outcome="granted")])
    assert {row["case_no"]: row["case_id"] for row in live("cases")} == {"A1": 1, "A2": 2, "A3": 3}


def test_orphans_are_removed_and_nothing_else(tmp_path: Path) -> None:
    deliver(make_source(), tmp_path, [case("A1")])
    folder = tmp_path / "data" / "facts" / FIELD / "cases"
    (folder / "0000000009-left.parquet").write_bytes(b"left")
    (folder / ".x.part").write_bytes(b"part")
    held = leases.claim(committing.store_lease(FIELD), seconds=60)
    assert held is not None
    assert orphans.remove_orphans(NOON) == 0  # somebody may be writing them
    leases.release(held)
    assert orphans.remove_orphans(NOON) == 2
    assert sorted(path.name for path in folder.iterdir()) == [Path(FactFile.objects.get(dataset="cases").path).name]


def test_a_delivery_whose_process_died_is_closed_as_interrupted() -> None:
    source = make_source()
    batch = Batch.objects.create(source=source, received_at=NOON, state="receiving", digest="0" * 64)
    assert orphans.remove_orphans(NOON) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.note) == ("refused", "interrupted")


def test_a_lease_is_held_by_one_and_taken_from_the_dead() -> None:
    mine = leases.claim("work", seconds=60)
    assert mine is not None
    assert leases.claim("work", seconds=60) is None
    leases.Lease.objects.filter(name="work").update(holder=mine.holder.replace(mine.holder.split(":")[2], "1", 1))
    theirs = leases.claim("work", seconds=60)
    assert theirs is not None
    with pytest.raises(leases.LeaseLost):
        leases.still_held(mine)
    leases.release(mine)
    leases.still_held(theirs)


def test_a_plan_that_was_overtaken_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between plan and commit another delivery of the same case comes in: the second plan replaces that one."""
    source, other = make_source(), make_source("screen", prefix="S-")
    deliver(source, tmp_path, [case("A1")])
    between = iter([True])

    def overtaken(*arguments: object, **named: object) -> object:
        planned = plan(*arguments, **named)  # type: ignore[arg-type]
        if next(between, False):
            deliver(other, tmp_path / "other", [case("A9")])
        return planned

    monkeypatch.setattr(committing, "plan", overtaken)
    batch = deliver(source, tmp_path, [case("A1", outcome="granted")])
    assert batch.version_id == 3
    assert [(row["case_no"], row["outcome"], row["case_id"]) for row in live("cases")] == [
        ("A1", "granted", 1),
        ("S-A9", None, 2),
    ]
    assert orphans.remove_orphans(NOON) == 0
