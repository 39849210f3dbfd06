"""Small deliveries of the field of approvals, and what the store then says."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.snapshot.relation import live_sql
from xiezhi.kernel.intake.importing import import_files
from xiezhi.kernel.intake.models import Batch, Source
from xiezhi.kernel.intake.store import current_version, snapshot
from xiezhi.kernel.ledger.author import SYSTEM, Author

FIELD = "approvals"
NOON = datetime(2026, 5, 18, 4, 0, tzinfo=UTC)
CASE = ("case_no", "department", "applicant", "accepted_at", "closed_at", "outcome")
EVENT = ("case_no", "activity", "happened_at", "actor")

MAPPING = """
source = "{code}"
prefix = "{prefix}"
[cases]
files = "cases*"
{cases}
[cases.columns]
case_no = "case_no"
department = "department"
applicant = "applicant"
accepted_at = "accepted_at"
closed_at = "closed_at"
outcome = "outcome"
[case_events]
files = "events*"
{events}
[case_events.columns]
case_no = "case_no"
activity = "activity"
happened_at = "happened_at"
actor = "actor"
"""


def make_source(
    code: str = "hall", *, delivery: str = "rows", prefix: str = "", extra: str = "", owner: str = "ZJ", norm: str = ""
) -> Source:
    told = f'delivery = "{delivery}"\n' + ('unit = "case_no"\n' if delivery == "unit" else "")
    mapping = MAPPING.format(code=code, prefix=prefix, cases=told + extra, events=told) + norm
    return Source.objects.create(
        code=code, field=FIELD, name_zh="政务大厅", name_en="Hall", mapping=mapping, owner=owner, made_at=NOON
    )


def case(number: str, **told: str) -> dict[str, str]:
    return {
        "case_no": number,
        "department": "市住建局",
        "applicant": f"张{number}",
        "accepted_at": "2026-03-02 09:00",
    } | told


def event(number: str, activity: str, at: str = "2026-03-02 09:00", actor: str = "李经办") -> dict[str, str]:
    return {"case_no": number, "activity": activity, "happened_at": at, "actor": actor}


def deliver(
    source: Source,
    folder: Path,
    cases: Sequence[Mapping[str, str]] = (),
    events: Sequence[Mapping[str, str]] = (),
    *,
    at: datetime = NOON,
    by: Author = SYSTEM,
    confirm: bool = False,
) -> Batch:
    files = []
    for name, columns, rows in (("cases.csv", CASE, cases), ("events.csv", EVENT, events)):
        if rows:
            files.append(write_csv(folder / name, columns, rows))
    return import_files(source, files, by=by, at=at, confirm=confirm)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def live(dataset: str, version: int | None = None) -> list[dict[str, Any]]:
    """Return the live rows of a dataset, as an evaluator would see them, in order of row."""
    shelf = snapshot(FIELD, current_version() if version is None else version)
    source = shelf.sources[dataset]
    columns = dict(source.columns) | {"_recorded_at": SYSTEM_COLUMNS["_recorded_at"]}
    with duckdb.connect() as connection:
        sql = live_sql(connection, source.files, columns, clean=source.clean)
        table: pa.Table = connection.sql(f"SELECT * FROM ({sql}) ORDER BY _row").to_arrow_table()
    return table.to_pylist()


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)
