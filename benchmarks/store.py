"""``python -m benchmarks.store EVENTS``: an installation that grows by batches of a million events.

Prints, for each batch, rows a second from file to commit; then what a batch of 10,000 events costs on the whole, what
reading its changes costs, and compaction. Run it on an empty XIEZHI_DATA.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import duckdb

STEPS = 8
BATCH = 1_000_000
SMALL = 10_000

_CASES = """
COPY (
    SELECT 'C' || i AS case_no, 'office ' || (i % 60) AS department, 'applicant ' || (i % 400000) AS applicant,
        strftime(TIMESTAMP '2024-01-02 09:00:00' + to_minutes(CAST(i AS BIGINT)), '%Y-%m-%d %H:%M:%S') AS accepted_at,
        {outcome} AS outcome
    FROM range({first}, {last}) AS t(i)
) TO '{path}' (HEADER)
"""
_EVENTS = """
COPY (
    SELECT 'C' || i AS case_no, 'step ' || s AS activity, 'clerk ' || ((i + s) % 900) AS actor,
        strftime(TIMESTAMP '2024-01-02 09:00:00' + to_minutes(CAST(i + s * 60 AS BIGINT)), '%Y-%m-%d %H:%M:%S')
            AS happened_at
    FROM range({first}, {last}) AS t(i), range({steps}) AS u(s)
) TO '{path}' (HEADER)
"""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "xiezhi.settings"
    folder = Path(os.environ["XIEZHI_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from xiezhi.kernel.intake.actions import add_source
    from xiezhi.kernel.intake.compaction import compact_dataset
    from xiezhi.kernel.intake.importing import import_files
    from xiezhi.kernel.intake.store import changed, current_version
    from xiezhi.kernel.ledger.author import SYSTEM

    call_command("migrate", verbosity=0)
    source = add_source(code="grown", field="approvals", name_zh="grown", by=SYSTEM, at=timezone.now())
    cases = int(sys.argv[1]) // STEPS
    for first in range(0, cases, BATCH // STEPS):
        files = _files(folder / "in", first, min(first + BATCH // STEPS, cases), steps=STEPS)
        with _timed("a batch of a million events", rows=BATCH + BATCH // STEPS):
            import_files(source, files, by=SYSTEM, at=timezone.now())
    for turn in range(3):
        files = _files(folder / "in", turn * SMALL, turn * SMALL + SMALL // STEPS, steps=STEPS, outcome="'refused'")
        files += _extra(folder / "in", turn * SMALL, turn * SMALL + SMALL, turn)
        files.pop(1)
        with _timed("a batch of 10,000 new events of 10,000 old cases", rows=SMALL):
            batch = import_files(source, files, by=SYSTEM, at=timezone.now())
        print(f"    {batch.stored}")
        version = current_version()
        with _timed("reading what it changed", rows=SMALL):
            changed("approvals", version - 1, version)
    with _timed("compaction of the events", rows=cases * STEPS):
        compact_dataset("approvals", "case_events", at=timezone.now())
    files = _extra(folder / "in", 0, SMALL, 9)
    with _timed("a batch of 10,000 new events, compacted", rows=SMALL):
        import_files(source, files, by=SYSTEM, at=timezone.now())
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _files(folder: Path, first: int, last: int, *, steps: int, outcome: str = "NULL") -> list[Path]:
    folder.mkdir(exist_ok=True)
    cases, events = folder / "cases.csv", folder / "case_events.csv"
    with duckdb.connect() as connection:
        connection.execute(_CASES.format(first=first, last=last, path=cases, outcome=outcome))
        connection.execute(_EVENTS.format(first=first, last=last, path=events, steps=steps))
    return [cases, events]


def _extra(folder: Path, first: int, last: int, turn: int) -> list[Path]:
    """Write one further event of each case."""
    events = folder / "case_events.csv"
    with duckdb.connect() as connection:
        text = _EVENTS.format(first=first, last=last, path=events, steps=1)
        connection.execute(text.replace("'step ' || s", f"'further {turn}'"))
    return [events]


@contextmanager
def _timed(what: str, *, rows: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    print(f"{what}: {seconds:.2f} s, {rows / seconds:,.0f} rows/s", flush=True)


if __name__ == "__main__":
    main()
