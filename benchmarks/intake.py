"""Intake by the product: a CSV of events, typed and validated; an XES log."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.facts import APPROVALS, FINES, FINES_MAP
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.intake.batch import TooLittleMemory, read_batch
from xiezhi.engine.intake.mapping import default_mapping, load_mapping
from xiezhi.engine.packs.load import load_pack


def write_csv(folder: str, rows: int, order: str) -> dict[str, Any]:
    """Write ``case_events.csv`` with so many rows of the approvals dataset; return its path.

    ``order``: the view's column to sort by: ``case_id`` as the public logs are, ``activity`` to scatter every case.
    """
    path = Path(folder) / f"csv-{order}-{rows}" / "case_events.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        text = (Path(__file__).parent / "city.sql").read_text(encoding="utf-8")
        with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as connection:
            connection.execute(text.format(first=0, cases=rows // 8))
            connection.execute(
                "COPY (SELECT case_no, activity, checkpoint, 'MC-GA-' || actor AS actor, happened_at, recorded_at"
                f" FROM case_events_ ORDER BY {order}, _row) TO '{part}' (HEADER, DELIMITER ',')"
            )
        part.rename(path)
    return {"path": str(path)}


def read_csv(path: str, threads: int, memory_mb: int) -> dict[str, Any]:
    """Read the CSV by its own name into typed Parquet with keys, codes and tokens checked."""
    datasets = load_pack(APPROVALS).datasets
    return _read(path, datasets, default_mapping([Path(path)], datasets), threads, memory_mb)


def read_xes(path: str, threads: int, memory_mb: int) -> dict[str, Any]:
    """Read the fines log by its mapping into typed Parquet."""
    datasets = load_pack(FINES).datasets
    return _read(path, datasets, load_mapping(FINES_MAP, datasets), threads, memory_mb)


def _read(path: str, datasets: Any, source: Any, threads: int, memory_mb: int) -> dict[str, Any]:
    calendar = load_calendar(source.norm.calendar)
    folder = Path(tempfile.mkdtemp())
    try:
        begun = time.perf_counter()
        batch = read_batch(
            [Path(path)],
            source=source,
            datasets=datasets,
            folder=folder / "facts",
            key=None,
            first_day=calendar.first,
            last_day=calendar.last,
            threads=threads,
            memory_mb=memory_mb,
        )
        seconds = time.perf_counter() - begun
    except TooLittleMemory as error:
        return {"refused": str(error)}
    finally:
        shutil.rmtree(folder)
    return {"seconds": seconds, "rows": batch.accepted["case_events"], "quarantined": sum(batch.quarantined.values())}
