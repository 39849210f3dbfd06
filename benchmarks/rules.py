"""Packs run by the engine: Parquet of a snapshot in, flagged rows in Arrow out, in the sandboxed evaluator."""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.facts import FINES, FINES_MAP
from xiezhi.engine.calendars.load import load_calendar
from xiezhi.engine.check.shelf import write_reference, write_source
from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.compile.program import compile_pack
from xiezhi.engine.intake.mapping import load_mapping
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.run.duckdb_engine import DuckEngine
from xiezhi.engine.run.jobs import Limits, Query, Source
from xiezhi.engine.run.program import Program

_FINES_DAY = date(2013, 6, 18)


@dataclass(frozen=True)
class Bench:
    """A pack compiled over fact files, and a warm engine."""

    pack: Pack
    plans: Mapping[str, Compiled]
    program: Program
    duck: DuckEngine
    as_of: date

    def queries(self, names: Sequence[str]) -> tuple[Query, ...]:
        """Return the measures of some indicators."""
        return tuple(Query(name, self.plans[name].measure(self.as_of)) for name in names)


@contextmanager
def bench(
    pack: Pack,
    facts: Mapping[str, Sequence[str]],
    *,
    clean: bool,
    norm: NormOfRun,
    as_of: date,
    limits: Limits,
    scratch: Path | None = None,
) -> Iterator[Bench]:
    """Compile every indicator of a pack over files; datasets without files are empty."""
    fed = {name: frozenset(dataset.columns) for name, dataset in pack.datasets.items()}
    compiled = compile_pack(pack, fed=fed, norm=norm, only=tuple(pack.indicators))
    plans = {name: plan for name, plan in compiled.indicators.items() if isinstance(plan, Compiled)}
    with tempfile.TemporaryDirectory() as name, DuckEngine(limits=limits, scratch=scratch) as duck:
        shelf = {"calendar": write_source("calendar", load_calendar(norm.calendar).table(), Path(name))}
        shelf |= {table.name: write_reference(table, Path(name)) for table in pack.tables.values()}
        for dataset in pack.datasets.values():
            columns = dataset.visible | {n: SYSTEM_COLUMNS[n] for n in ("_file", "_line")}
            files = tuple(facts.get(dataset.name, ()))
            shelf[dataset.name] = Source(dataset.name, files, tuple(columns.items()), clean)
        program = Program(pack=pack, views=compiled.views, shelf=shelf, as_of=as_of, limits=limits)
        warm = Query("warm", "SELECT CAST(1 AS BIGINT) AS one")
        list(duck.run(program.job(("calendar",), (warm,))))
        yield Bench(pack, plans, program, duck, as_of)


def fines(files: list[str], threads: int, memory_mb: int, repeat: int) -> dict[str, Any]:
    """Run the eleven rules; ``seconds`` is the best of ``repeat``, ``first`` the first on files not yet opened."""
    pack = load_pack(FINES)
    norm = load_mapping(FINES_MAP, pack.datasets).norm
    limits = Limits(memory_mb=memory_mb, threads=threads, seconds=3600)
    clean = len(files) == 1
    with bench(pack, {"case_events": files}, clean=clean, norm=norm, as_of=_FINES_DAY, limits=limits) as made:
        job = made.program.job(made.plans["course"].names, made.queries(("course",)))
        times, table = [], pa.table({})
        for _ in range(repeat):
            begun = time.perf_counter()
            table = dict(made.duck.run(job))["course"]
            times.append(time.perf_counter() - begun)
    return {
        "seconds": min(times),
        "first": times[0],
        "findings": table.num_rows,
        "digest": digest(table),
        "rules": _by_rule(table),
    }


def digest(table: pa.Table) -> str:
    """Return a digest of the rows, in their order."""
    found = hashlib.sha256()
    for row in table.select(sorted(table.column_names)).to_pylist():
        found.update(repr(sorted(row.items())).encode())
    return found.hexdigest()


def _by_rule(table: pa.Table) -> dict[str, int]:
    counted = table.group_by("rule").aggregate([("rule", "count")])
    return {row["rule"]: row["rule_count"] for row in counted.sort_by("rule").to_pylist()}
