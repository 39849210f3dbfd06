"""Two public logs as two sources of one field, and a changed copy of one of them."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from tests.integration.kernel.intake.delivering import FIELD, NOON, later, live
from xiezhi.kernel.intake.actions import add_source
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import Batch, Norm, Source, Subject
from xiezhi.kernel.intake.store import changed, current_version, snapshot
from xiezhi.kernel.ledger.author import SYSTEM

ROOT = Path(__file__).parents[4]
LOGS = ROOT.parent / "shared" / "data"
CASES, EVENTS = 1_434, 8_577
pytestmark = pytest.mark.django_db


def source(code: str) -> Source:
    mapping = (ROOT / "examples" / f"{code}.toml").read_text(encoding="utf-8")
    return add_source(code=code, field=FIELD, name_zh=code, mapping=mapping, by=SYSTEM, at=NOON)


def altered(target: Path) -> Path:
    """Write the receipts again: the actor of a hundred events altered, fifty events dropped, one case withdrawn."""
    with gzip.open(LOGS / "receipt.csv.gz", "rb") as packed:
        heading, *rows = csv.reader(io.TextIOWrapper(packed, encoding="utf-8"))
    number, actor = heading.index("case:concept:name"), heading.index("org:resource")
    gone = rows[-1][number]
    rows = [row for row in rows if row[number] != gone]
    for row in rows[100:200]:
        row[actor] = "Resource99"
    of_case: dict[str, int] = {}
    for row in rows:
        of_case[row[number]] = of_case.get(row[number], 0) + 1
    dropped, kept = 0, []
    for row in rows[200:]:
        if dropped < 50 and of_case[row[number]] > 1:
            of_case[row[number]] -= 1
            dropped += 1
        else:
            kept.append(row)
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heading, *rows[:200], *kept])
    return target


def test_receipts_come_in_twice_and_then_changed(tmp_path: Path) -> None:
    receipts = source("receipt")
    first = import_files(receipts, [LOGS / "receipt.csv.gz"], by=SYSTEM, at=NOON)
    assert (first.state, first.stored) == ("accepted", {"cases": CASES, "case_events": EVENTS})
    assert import_files(receipts, [LOGS / "receipt.csv.gz"], by=SYSTEM, at=later(1)).state == "unchanged"
    before = {row["case_no"] for row in live("cases")}
    second = import_files(receipts, [altered(tmp_path / "receipt.csv")], by=SYSTEM, at=later(2))
    (withdrawn,) = before - {row["case_no"] for row in live("cases")}
    events_of_it = sum(row["case_no"] == withdrawn for row in live("case_events", 1))
    assert (second.state, second.stored) == ("accepted", {"cases": 1, "case_events": 100 + 50 + events_of_it})
    rows = changed(FIELD, 1, 2)["case_events"]
    assert rows.num_rows == 2 * (100 + 50 + events_of_it)
    assert rows.column("_withdrawn").to_pylist().count(True) == 50 + events_of_it
    assert list(Subject.objects.filter(withdrawn=True).values_list("key", flat=True)) == [withdrawn]
    assert (len(live("case_events", 1)), len(live("case_events"))) == (EVENTS, EVENTS - 50 - events_of_it)


def test_two_logs_are_two_sources_under_one_norm() -> None:
    for code, name in (("receipt", "receipt.csv.gz"), ("bpic15", "BPIC15_1.xes.gz")):
        import_files(source(code), [LOGS / name], by=SYSTEM, at=NOON)
    assert [batch.state for batch in Batch.objects.order_by("pk")] == ["accepted", "accepted"]
    assert (Norm.objects.get().text["calendar"], current_version()) == ("NL", 2)
    receipts, permits = Batch.objects.order_by("pk")
    assert (receipts.stored, permits.stored) == (
        {"cases": CASES, "case_events": EVENTS},
        {"cases": 1_199, "case_events": 52_217},
    )
    assert Subject.objects.count() == CASES + 1_199
    numbers = {row["case_id"] for row in live("cases")}
    assert numbers == set(range(1, CASES + 1_199 + 1))
    assert {row["case_id"] for row in live("case_events")} == numbers
    assert len(snapshot(FIELD, 2).sources["case_events"].files) == 2
