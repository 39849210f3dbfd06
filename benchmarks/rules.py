"""The fines rules by the engine: Parquet of a snapshot in, flagged rows in Arrow out, in the sandboxed evaluator."""

import hashlib
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.facts import CHECKOUT, FINES
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.check.shelf import write_source
from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.compile.program import compile_pack
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Limits, Query, Source
from xiezhi.engine.run.program import Program

_AS_OF = date(2013, 6, 18)


def engine(files: list[str], clean: bool, threads: int, memory_mb: int, repeat: int) -> dict[str, Any]:
    """Run the eleven rules; ``seconds`` is the best of ``repeat`` on a warm evaluator."""
    pack = load_pack(FINES)
    source = load_mapping(CHECKOUT / "examples" / "traffic-fines.toml", pack.datasets)
    fed = {name: frozenset(dataset.columns) for name, dataset in pack.datasets.items()}
    limits = Limits(memory_mb=memory_mb, threads=threads, seconds=3600)
    with tempfile.TemporaryDirectory() as name, DuckEngine(limits=limits) as duck:
        calendar = load_calendar(source.norm.calendar).table()
        shelf = {"calendar": write_source("calendar", calendar, Path(name))}
        columns = pack.datasets["case_events"].visible | {n: SYSTEM_COLUMNS[n] for n in ("_file", "_line")}
        shelf["case_events"] = Source("case_events", tuple(files), tuple(columns.items()), clean)
        compiled = compile_pack(pack, fed=fed, norm=source.norm, only=("course",))
        plan = compiled.indicators["course"]
        program = Program(pack=pack, views=compiled.views, shelf=shelf, as_of=_AS_OF, limits=limits)
        list(duck.run(program.job(("calendar",), (Query("warm", "SELECT CAST(1 AS BIGINT) AS one"),))))
        job = program.job(plan.names, (Query("measure", plan.measure(_AS_OF)),))
        times, table = [], pa.table({})
        for _ in range(repeat):
            begun = time.perf_counter()
            table = dict(duck.run(job))["measure"]
            times.append(time.perf_counter() - begun)
    return {"seconds": min(times), "findings": table.num_rows, "digest": digest(table), "rules": _by_rule(table)}


def digest(table: pa.Table) -> str:
    """Return a digest of rows that stays the same whatever the order of columns in memory."""
    found = hashlib.sha256()
    for row in table.select(sorted(table.column_names)).to_pylist():
        found.update(repr(sorted(row.items())).encode())
    return found.hexdigest()


def _by_rule(table: pa.Table) -> dict[str, int]:
    counted = table.group_by("rule").aggregate([("rule", "count")])
    return {row["rule"]: row["rule_count"] for row in counted.sort_by("rule").to_pylist()}
