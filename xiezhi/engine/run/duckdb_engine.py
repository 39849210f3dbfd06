"""DuckDB behind the Engine interface: a pool of evaluators, each a process of its own behind walls.

The engine never executes pack SQL itself. An evaluator serves many jobs; after a failure, or some hundreds of
queries, another one takes its place (start 0.3 s).
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from xiezhi.engine.run.jobs import Job, Limits
from xiezhi.engine.run.output_types import check_types
from xiezhi.engine.run.process import Process

QUERIES_EACH = 500  # an evaluator is replaced after these, so that nothing can pile up in it
SCRATCH_SHARE = 16  # scratch space a job may fill, as a multiple of its memory


class DuckEngine:
    """Evaluates jobs in sandboxed DuckDB processes.

    Args:
        limits: the most that any job may use; a job may ask for less, and is held to the smaller of each.
        scratch: folder for what queries spill; a private folder is made in it, and removed by ``close``.
    """

    name = "duckdb"

    def __init__(self, *, limits: Limits = Limits(), scratch: Path | None = None) -> None:  # noqa: B008  frozen
        self._limits = limits
        self._scratch = Path(tempfile.mkdtemp(dir=scratch, prefix="xiezhi-run-"))
        self._idle: list[Process] = []
        self._lock = threading.Lock()

    def run(self, job: Job) -> Iterator[tuple[str, pa.Table]]:
        """Yield (query id, rows) in the order of the queries.

        Rows are sorted by all columns from left to right, lists inside as well, and are the same for every number of
        threads and every limit of memory under which the job ends.

        Raises:
            RunError: Refused, TimedOut, OutOfMemory, TooManyRows or Crashed. The next job runs in a fresh evaluator.
        """
        with self._evaluator() as evaluator:
            for event, table in evaluator.ask("run", self._held(job)):
                if table is not None:
                    yield event["end"], table

    def describe(self, job: Job) -> dict[str, dict[str, str]]:
        """Return the output columns and DuckDB types of each query; no file is opened.

        Raises:
            UnsafeTypes: for an output whose values have no exact, portable text.
        """
        with self._evaluator() as evaluator:
            found = {event["query"]: event["types"] for event, _ in evaluator.ask("describe", self._held(job))}
        for query, types in found.items():
            check_types(query, types)
        return found

    def close(self) -> None:
        """End the evaluators and remove their scratch space."""
        with self._lock:
            idle, self._idle = self._idle, []
        for evaluator in idle:
            evaluator.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _evaluator(self) -> Iterator[Process]:
        """Lend an evaluator; one that was left in the middle of a job is ended."""
        with self._lock:
            evaluator = self._idle.pop() if self._idle else None
        if evaluator is None or not evaluator.alive:
            if evaluator is not None:
                evaluator.close()
            evaluator = Process(scratch=self._scratch, scratch_mb=self._limits.memory_mb * SCRATCH_SHARE)
        finished = False
        try:
            yield evaluator
            finished = True
        finally:
            if finished and not evaluator.spoiled and evaluator.queries < QUERIES_EACH:
                with self._lock:
                    self._idle.append(evaluator)
            else:
                evaluator.close()

    def _held(self, job: Job) -> Job:
        """Return the job within the engine's limits, its files named from the root: the evaluator stands elsewhere."""
        asked, most = job.limits, self._limits
        limits = Limits(
            memory_mb=min(asked.memory_mb, most.memory_mb),
            threads=min(asked.threads, most.threads),
            seconds=min(asked.seconds, most.seconds),
            rows=_smaller(asked.rows, most.rows),
        )
        sources = tuple(
            replace(source, files=tuple(str(Path(file).absolute()) for file in source.files)) for source in job.sources
        )
        return replace(job, sources=sources, limits=limits)


def _smaller(first: int | None, second: int | None) -> int | None:
    return min((value for value in (first, second) if value is not None), default=None)
