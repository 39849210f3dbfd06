"""The approvals pack on invented facts of any size: touched scopes, and a run larger than its memory."""

import hashlib
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.facts import APPROVALS
from benchmarks.rules import Bench, bench
from xiezhi.engine.check.asking import Task, measure_all
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Limits
from xiezhi.engine.run.scopes import Together, group_by_scope, is_local, names_behind

STEPS = 8
_WRITTEN = "PARQUET_VERSION v2, COMPRESSION zstd"  # numbers by their differences: a quarter of the size
_AS_OF = date(2024, 3, 31)
_CHANGED = ("cases", "case_events")  # what a new event brings rows of


def write_city(folder: str, events: int) -> dict[str, Any]:
    """Write facts with so many events, clustered by case; return dataset → files."""
    out = Path(folder) / f"approvals-{events}"
    names = load_pack(APPROVALS).datasets
    if not (out / "done").exists():
        out.mkdir(parents=True, exist_ok=True)
        for old in out.iterdir():
            old.unlink()
        text = (Path(__file__).parent / "city.sql").read_text(encoding="utf-8")
        with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as connection:
            connection.execute(text.format(cases=events // STEPS))
            for name in names:
                connection.execute(f"COPY {name}_ TO '{out / name}.parquet' (FORMAT parquet, {_WRITTEN})")
        (out / "done").touch()
    return {"facts": {name: [str(out / f"{name}.parquet")] for name in names}}


def touched(facts: dict[str, list[str]], keys: int, threads: int, memory_mb: int, repeat: int) -> dict[str, Any]:
    """Evaluate what new events of so many cases touch, for these cases alone wherever that is enough.

    ``seconds``: the cases are spread over the newest twentieth, as those of new events are; ``scattered_seconds``: over
    all there are, so that every part of every file holds one. Indicators that read a changed dataset otherwise than by
    case must run whole; they are left out and named in ``run_whole``.
    """
    limits = Limits(memory_mb=memory_mb, threads=threads, seconds=3600)
    with bench(load_pack(APPROVALS), facts, clean=True, norm=NormOfRun(), as_of=_AS_OF, limits=limits) as made:
        local = _by_case(made)
        ((cases,),) = duckdb.sql(f"SELECT max(case_id) FROM read_parquet({facts['cases']})").fetchall()
        groups = group_by_scope(made.plans[name] for name in local)
        taken = {
            share: min(_timed(made, groups, _spread(cases, keys, share)) for _ in range(repeat)) for share in (20, 1)
        }
        run_whole = [name for name, plan in made.plans.items() if not is_local(plan, _CHANGED)]
    return {
        "seconds": taken[20],
        "scattered_seconds": taken[1],
        "indicators": len(local),
        "run_whole": run_whole,
        "jobs": len(groups),
    }


def whole(facts: dict[str, list[str]], threads: int, memory_mb: int, scratch: str) -> dict[str, Any]:
    """Evaluate the same indicators for all cases."""
    limits = Limits(memory_mb=memory_mb, threads=threads, seconds=3600)
    with bench(
        load_pack(APPROVALS), facts, clean=True, norm=NormOfRun(), as_of=_AS_OF, limits=limits, scratch=Path(scratch)
    ) as made:
        return {"seconds": sum(_timed(made, group_by_scope([made.plans[name]]), None) for name in _by_case(made))}


def _by_case(made: Bench) -> list[str]:
    """Return the indicators for which the touched cases are enough."""
    return [
        name for name, plan in made.plans.items() if plan.scope.columns == ("case_id",) and is_local(plan, _CHANGED)
    ]


def _spread(cases: int, keys: int, share: int) -> pa.Table:
    """Return so many keys, evenly spread over the newest ``1 / share`` of the cases."""
    return pa.table({"case_id": pa.array([cases - i * (cases // share) // keys for i in range(keys)], pa.int64())})


def large(facts: dict[str, list[str]], threads: int, memory_mb: int, scratch: str) -> dict[str, Any]:
    """Measure every indicator over everything, as a check does; return how long it took and a digest of each."""
    limits = Limits(memory_mb=memory_mb, threads=threads, seconds=24 * 3600)
    with bench(
        load_pack(APPROVALS), facts, clean=True, norm=NormOfRun(), as_of=_AS_OF, limits=limits, scratch=Path(scratch)
    ) as made:
        tasks = [Task(made.pack.indicators[name], plan, {}) for name, plan in made.plans.items()]
        begun = time.perf_counter()
        found = measure_all(made.duck, made.program, tasks)
        seconds = time.perf_counter() - begun
    tables = {name: told for name, told in found.items() if isinstance(told, pa.Table)}
    return {
        "seconds": seconds,
        "digests": {name: _digest(table) for name, table in sorted(tables.items())},
        "failed": {name: str(told) for name, told in found.items() if isinstance(told, RunError)},
        "flagged": sum(table.num_rows for table in tables.values()),
    }


def _digest(table: pa.Table) -> str:
    """Return a digest of all rows in their order, however many: by their text, column by column."""
    found = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name)
        for first in range(0, len(column), 100_000):
            found.update("".join(f"{value}\n" for value in column.slice(first, 100_000).to_pylist()).encode())
    return found.hexdigest()


def _timed(made: Bench, groups: Sequence[Together], keys: pa.Table | None) -> float:
    begun = time.perf_counter()
    for group in groups:
        names = [plan.indicator for plan in group.plans]
        restricted = None if keys is None else group.touched(keys)
        job = made.program.job(names_behind(group.plans), made.queries(names), touched=restricted)
        for _query, _table in made.duck.run(job):
            pass
    return time.perf_counter() - begun
