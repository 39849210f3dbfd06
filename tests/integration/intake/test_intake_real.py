"""Real logs and real public files, as they are published."""

import csv
import gzip
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.intake.batch import Progress, read_batch
from xiezhi.engine.intake.encodings import survey
from xiezhi.engine.intake.formats import open_reader
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.intake.model import Batch
from xiezhi.engine.packs.model import Column, Dataset, Reference
from xiezhi.engine.words import NOTHING

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
PUBLIC = sorted((DATA / "public").glob("*.csv.gz"))


def column(name: str, kind: Kind = Kind.TEXT, **more: Any) -> Column:
    return Column(name, ColumnType(kind), NOTHING, **more)


def dataset(name: str, key: tuple[str, ...], *columns: Column, **more: Any) -> Dataset:
    return Dataset(name, NOTHING, {c.name: c for c in columns}, key, Path(f"{name}.toml"), cluster=("case_id",), **more)


DATASETS = {
    "cases": dataset(
        "cases",
        ("case_no",),
        column("case_no", required=True),
        column("case_id", Kind.SURROGATE, of=("case_no",)),
        column("opened_at", Kind.TIME, event=True),
        column("due_at", Kind.TIME),
        column("ended_at", Kind.TIME),
        column("ended_on", Kind.DATE),
        column("fee", Kind.MONEY),
    ),
    "case_events": dataset(
        "case_events",
        ("case_no", "activity", "happened_at", "nth"),
        column("case_no", required=True),
        column("case_id", Kind.SURROGATE, of=("case_no",)),
        column("activity", required=True),
        column("happened_at", Kind.TIME, event=True),
        column("nth", Kind.OCCURRENCE, of=("case_no", "activity", "happened_at")),
        column("actor", privacy=Privacy.DIRECT),
        column("amount", Kind.MONEY),
        references=(Reference(("case_no",), "cases"),),
    ),
}
LOG = """source = "log"
zone = "{zone}"
[cases]
distinct = true
[cases.columns]
case_no = "case:concept:name"
{cases}
[case_events.columns]
case_no = "case:concept:name"
activity = "concept:name"
happened_at = "time:timestamp"
actor = {{column = "org:resource", privacy = "none", reason = "a pseudonym given by the publisher"}}
{events}
"""
Read = Callable[..., Batch]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def batch(name: str, *, zone: str, cases: str = "", events: str = "", **more: Any) -> Batch:
        mapping = tmp_path / f"{name}.toml"
        mapping.write_text(LOG.format(zone=zone, cases=cases, events=events), "utf-8")
        return read_batch(
            [DATA / name],
            source=load_mapping(mapping, DATASETS),
            datasets=DATASETS,
            folder=tmp_path / f"out-{name}",
            key=None,
            first_day=date(1990, 1, 1),
            last_day=date(2026, 12, 31),
            **more,
        )

    return batch


def table(batch: Batch, name: str, columns: str = "* EXCLUDE (_line)", more: str = "") -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {columns} FROM '{batch.folder}/{name}.parquet' {more}").fetchall()


RECEIPT = 'opened_at = "case:startdate"\ndue_at = "case:deadline"\nended_at = "case:enddate"'


def test_csv_and_xes_of_one_log_give_the_same_datasets(read: Read) -> None:
    from_csv = read("receipt.csv.gz", zone="Europe/Amsterdam", cases=RECEIPT)
    from_xes = read("receipt.xes.gz", zone="Europe/Amsterdam", cases=RECEIPT, threads=1, memory_mb=300)
    for batch in (from_csv, from_xes):
        assert (batch.accepted, batch.quarantined) == ({"cases": 1434, "case_events": 8577}, {})
        assert (batch.newest_event, batch.unresolved) == (date(2012, 1, 23), {})
    assert (from_csv.fed, from_csv.vault, from_csv.open_tokens) == (from_xes.fed, from_xes.vault, from_xes.open_tokens)
    assert len(from_csv.vault) == 48
    for name in ("cases", "case_events"):
        assert table(from_csv, name) == table(from_xes, name)


def test_the_counts_of_the_receipt_log(read: Read) -> None:
    batch = read("receipt.csv.gz", zone="Europe/Amsterdam", cases=RECEIPT)
    counts = "count(*) FILTER (ended_at IS NULL), count(*) FILTER (ended_at_utc > due_at_utc), count(ended_at)"
    assert table(batch, "cases", counts) == [(105, 377, 1329)]
    by_days = "count(*) FILTER (CAST(ended_at AS DATE) > CAST(due_at AS DATE))"
    assert table(batch, "cases", by_days) == [(309,)]
    late = f"""
        SELECT count(*) FILTER (last > due_at_utc), count(*) FILTER (CAST(last_local AS DATE) > CAST(due_at AS DATE))
        FROM '{batch.folder}/cases.parquet' JOIN (
            SELECT case_id, max(happened_at_utc) AS last, max(happened_at) AS last_local
            FROM '{batch.folder}/case_events.parquet' GROUP BY 1
        ) USING (case_id)
    """
    assert duckdb.sql(late).fetchall() == [(92, 84)]


def test_building_permits(read: Read) -> None:
    cases = 'opened_at = "case:startDate"\nended_on = "case:endDate"\nfee = "case:SUMleges"'
    batch = read("BPIC15_1.xes.gz", zone="Europe/Amsterdam", cases=cases)
    assert batch.accepted["case_events"] == 52217
    assert table(batch, "case_events", "count(DISTINCT activity), count(DISTINCT actor)") == [(398, 23)]
    fractions = duckdb.sql(f"SELECT reason_code, count(*) FROM '{batch.quarantine}' GROUP BY 1").fetchall()
    assert fractions == [("not_money", batch.quarantined["cases"])]  # fees with five decimals are no whole cents
    assert batch.accepted["cases"] + batch.quarantined["cases"] == 1199


def test_fines_keep_their_local_day_and_the_order_of_the_file(read: Read) -> None:
    seen: list[Progress] = []
    batch = read(
        "Road_Traffic_Fine_Management_Process.xes.gz",
        zone="Europe/Rome",
        events='amount = "amount"',
        progress=seen.append,
    )
    assert (batch.accepted, batch.quarantined) == ({"cases": 150_370, "case_events": 561_470}, {})
    midnight = "count(*) FILTER (happened_at <> date_trunc('day', happened_at)), count(DISTINCT activity)"
    assert table(batch, "case_events", midnight) == [(0, 11)]
    assert table(batch, "case_events", "case_no, activity, happened_at::VARCHAR, amount", "LIMIT 1") == [
        ("A1", "Create Fine", "2006-07-24 00:00:00", 3500)
    ]
    places = table(batch, "case_events", "_row, case_id")
    assert [row for row, _ in places] == list(range(1, 561_471))
    assert places == sorted(places, key=lambda place: place[1])
    assert seen[-1] == Progress(batch.files[0].path, seen[-1].bytes_total, seen[-1].bytes_total, 561_470)
    assert [p.bytes_done for p in seen] == sorted(p.bytes_done for p in seen)


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_public_files_split_as_the_csv_module_splits_them(path: Path) -> None:
    def nothing(_piece: bytes) -> None:
        pass

    text = gzip.decompress(path.read_bytes()).decode("utf-8-sig")
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    reader = open_reader(survey(path, None, nothing), nothing)
    wanted = frozenset(reader.headings)
    found = list(reader.batches(wanted))
    assert list(reader.headings) == [name.strip() for name in expected[0]]
    assert not [fault for batch in found for fault in batch.faults.to_pylist()]
    lines = re.split("\r\n|\n|\r", text)
    records = iter(expected[1:])
    for batch in found:
        columns = [batch.columns[name].to_pylist() for name in reader.headings]
        for line, values in zip(batch.line.to_pylist(), zip(*columns, strict=True), strict=True):
            record = next(records)
            assert [value or "" for value in values] == record
            assert re.split("\r\n|\n|\r", record[0])[0] in lines[line - 1].replace('""', '"')
    assert next(records, None) is None
