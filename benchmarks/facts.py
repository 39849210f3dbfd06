"""Fact files to measure on: a public log many times over, as one snapshot with deltas, and the same compacted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.intake.batch import read_batch
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.snapshot.compact import compact
from xiezhi.engine.snapshot.delta import Shape, write_delta
from xiezhi.engine.snapshot.workspace import Room

CHECKOUT = Path(__file__).resolve().parents[1]
APPROVALS = CHECKOUT / "xiezhi" / "platforms" / "approvals"
FINES = CHECKOUT / "benchmarks" / "packs" / "fines"
FINES_MAP = CHECKOUT / "examples" / "traffic-fines.toml"
_LATER = 0.01  # share of the cases that only the deltas hold
_EVERY = 10_007  # a prime: each delta replaces the rows whose number leaves its own remainder, 1 % over 100 deltas


def read_fines(log: str, folder: str) -> dict[str, Any]:
    """Read the log by intake, once; return where its events are."""
    pack, out = load_pack(FINES), Path(folder) / "log"
    if not (out / "case_events.parquet").exists():
        source = load_mapping(FINES_MAP, pack.datasets)
        calendar = load_calendar(source.norm.calendar)
        read_batch(
            [Path(log)],
            source=source,
            datasets=pack.datasets,
            folder=out,
            key=None,
            first_day=calendar.first,
            last_day=calendar.last,
        )
    return {"events": str(out / "case_events.parquet")}


def write_snapshot(events: str, folder: str, copies: int, deltas: int) -> dict[str, Any]:
    """Write the events ``copies`` times over, as a base and deltas; return the files, the compacted file and rows."""
    out = Path(folder) / f"x{copies}"
    compacted = out / "compacted.parquet"
    dataset = load_pack(FINES).datasets["case_events"]
    room = Room(memory_mb=4096, threads=2, scratch=Path(folder))
    if not compacted.exists():
        out.mkdir(parents=True, exist_ok=True)
        for old in out.iterdir():
            old.unlink()
        with duckdb.connect(config={"memory_limit": "4GB", "threads": 2, "temp_directory": str(out)}) as connection:
            for number, sql in enumerate(_parts(connection, events, copies, deltas)):
                rows = connection.sql(sql).to_arrow_reader()
                write_delta(rows, path=out / f"part-{number:03}.parquet", shape=shape_of(dataset), room=room)
        compact(sorted(out.glob("part-*.parquet")), compacted, shape=shape_of(dataset), room=room)
    ((rows,),) = duckdb.sql(f"SELECT count(*) FROM read_parquet('{compacted}')").fetchall()
    return {"files": sorted(map(str, out.glob("part-*.parquet"))), "compacted": [str(compacted)], "rows": rows}


def shape_of(dataset: Dataset) -> Shape:
    """Return what superseding needs to know of a dataset."""
    return Shape(dataset.stored, dataset.key, dataset.cluster, dataset.revised_at)


def _parts(connection: duckdb.DuckDBPyConnection, events: str, copies: int, deltas: int) -> Iterator[str]:
    """Give the SELECT of the base, then of each delta: some new cases, and newer versions of old rows."""
    connection.execute(f"CREATE VIEW log AS SELECT * FROM read_parquet('{events}')")
    ((cases, rows),) = connection.execute("SELECT max(case_id) + 1, max(_row) + 1 FROM log").fetchall()
    connection.execute(
        f"CREATE VIEW many AS SELECT log.* REPLACE (case_no || '-' || k AS case_no, k * {cases} + case_id AS case_id,"
        f" k * {rows} + _row AS _row) FROM log, range({copies}) AS copies(k)"
    )
    first_later = int(cases * copies * (1 - _LATER))
    yield f"SELECT * FROM many WHERE case_id < {first_later} ORDER BY _row"
    step = (cases * copies - first_later) / deltas
    for number in range(deltas):
        low = first_later + int(number * step)
        high = first_later + int((number + 1) * step) if number < deltas - 1 else cases * copies
        yield (
            f"SELECT * REPLACE ({number + 1}::BIGINT << 32 | row_number() OVER (ORDER BY _row) AS _row),"
            f" CASE WHEN case_id < {low} THEN _row END AS _replaces, false AS _withdrawn FROM many"
            f" WHERE case_id >= {low} AND case_id < {high}"
            f" OR case_id < {first_later} AND _row % {_EVERY} = {number}"
        )
