"""One DuckDB instance for one job, opened on its files and locked, with a watch on its time."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import duckdb

from xiezhi.engine.run.errors import TimedOut
from xiezhi.engine.run.jobs import Job
from xiezhi.engine.snapshot.relation import literal

_AGAIN = 0.05  # an interrupt that falls between two stages of a query is lost, so it is repeated


class Watch:
    """The seconds a job still has. Only what happens inside ``working`` is counted, never waiting for the reader."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._left = seconds

    @contextmanager
    def working(self) -> Iterator[None]:
        """Interrupt the connection when the time runs out inside."""
        if self._left <= 0:
            raise TimedOut("its time was over")
        started, over = monotonic(), threading.Event()
        guard = threading.Thread(target=self._interrupt_after, args=(self._left, over), daemon=True)
        guard.start()
        try:
            yield
        finally:
            over.set()
            guard.join()
            self._left -= monotonic() - started

    def _interrupt_after(self, seconds: float, over: threading.Event) -> None:
        pause = seconds
        while not over.wait(pause):
            self._connection.interrupt()
            pause = _AGAIN


@dataclass(frozen=True)
class Session:
    """A locked connection and its watch. ``memory_mb`` is DuckDB's own limit, which partitions are sized by."""

    connection: duckdb.DuckDBPyConnection
    watch: Watch
    memory_mb: int


@contextmanager
def open_session(job: Job, *, scratch: Path, scratch_mb: int) -> Iterator[Session]:
    """Open an empty database that can read the job's files and spill to a folder of its own, and nothing else."""
    limits = job.limits
    with tempfile.TemporaryDirectory(dir=scratch, prefix="job-", ignore_cleanup_errors=True) as spill:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{limits.memory_mb}MiB",
                "threads": limits.threads,
                "temp_directory": str(Path(spill) / "spill"),
                "max_temp_directory_size": f"{scratch_mb}MiB",
                "allow_community_extensions": False,
                "allow_persistent_secrets": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
                "python_enable_replacements": False,
            },
        )
        try:
            _lock(connection, {file for source in job.sources for file in source.files})
            yield Session(connection, Watch(connection, limits.seconds), limits.memory_mb)
        finally:
            connection.close()


def _lock(connection: duckdb.DuckDBPyConnection, files: set[str]) -> None:
    """Allow the files, then forbid everything else and every further change of settings, in this order."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute(f"SET allowed_paths = [{', '.join(literal(file) for file in sorted(files))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
