"""Reads one file in a process of its own and prints, as JSON, what came of it and the most memory it took (MB)."""

import json
import sys
from datetime import date
from pathlib import Path

import duckdb

from xiezhi.engine.columns import ColumnType, Kind, Privacy
from xiezhi.engine.intake.batch import read_batch
from xiezhi.engine.intake.defaults import default_mapping
from xiezhi.engine.intake.refusals import FileRefused
from xiezhi.engine.packs.model import Column, Dataset
from xiezhi.engine.words import NOTHING


def column(name: str, kind: Kind = Kind.TEXT, *of: str, privacy: Privacy = Privacy.INTERNAL) -> Column:
    return Column(name, ColumnType(kind), NOTHING, of=of, privacy=privacy, required=name == "case_no")


EVENTS = Dataset(
    "case_events",
    NOTHING,
    {
        c.name: c
        for c in (
            column("case_no"),
            column("case_id", Kind.SURROGATE, "case_no"),
            column("activity"),
            column("happened_at", Kind.TIME),
            column("nth", Kind.OCCURRENCE, "case_no", "activity", "happened_at"),
            column("actor", privacy=Privacy.DIRECT),
            column("fee", Kind.MONEY),
            column("ended_on", Kind.DATE),
        )
    },
    ("case_no", "activity", "happened_at", "nth"),
    Path("case_events.toml"),
    cluster=("case_id",),
)
DATASETS = {EVENTS.name: EVENTS}


def main(path: Path, folder: Path) -> dict[str, object]:
    told: dict[str, object] = {}
    try:
        batch = read_batch(
            [path],
            source=default_mapping([path], DATASETS),
            datasets=DATASETS,
            folder=folder,
            key=None,
            first_day=date(1990, 1, 1),
            last_day=date(2030, 1, 1),
            threads=2,
            memory_mb=400,
        )
        told["accepted"] = batch.accepted["case_events"]
        sql = f"SELECT line, reason_code, length(row) FROM '{batch.quarantine}' LIMIT 5"
        told["quarantined"] = batch.quarantined
        told["reasons"] = duckdb.sql(sql).fetchall()
    except FileRefused as refused:
        told["refused"] = str(refused)
    return told


def peak_mb() -> float:
    """Return the most memory this program took; `ru_maxrss` would hold that of the process it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    result = main(Path(sys.argv[1]), Path(sys.argv[2]))
    result["peak_mb"] = peak_mb()
    json.dump(result, sys.stdout)
