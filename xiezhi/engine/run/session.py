"""One DuckDB instance over a set of files, locked, and one session in it for each job, with a watch on its time.

Fact files are never rewritten. What one job found out about them (footers, rows that are replaced, the rows of many
small files) therefore serves the next job over the same files; nothing that a job itself makes outlives it.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Self

import duckdb

from xiezhi.engine.run.errors import TimedOut
from xiezhi.engine.run.jobs import Job, Source
from xiezhi.engine.snapshot.relation import literal

_OWN = "_job"  # the database of one job
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
    """A locked connection of one job and its watch.

    Attributes:
        memory_mb: DuckDB's own limit, which partitions are sized by.
        reads: source → the SELECT that reads it, for this and every later job over the same files.
    """

    connection: duckdb.DuckDBPyConnection
    watch: Watch
    memory_mb: int
    reads: dict[Source, str] = field(default_factory=dict)


class Database:
    """An empty database that can read a job's files and spill to a folder of its own, and nothing else."""

    def __init__(self, job: Job, *, scratch: Path, scratch_mb: int) -> None:
        limits = job.limits
        self._key = _key(job)
        self._memory_mb = limits.memory_mb
        self._reads: dict[Source, str] = {}
        self._spill = tempfile.TemporaryDirectory(dir=scratch, prefix="job-", ignore_cleanup_errors=True)
        self._root = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{limits.memory_mb}MiB",
                "threads": limits.threads,
                "temp_directory": str(Path(self._spill.name) / "spill"),
                "max_temp_directory_size": f"{scratch_mb}MiB",
                "allow_community_extensions": False,
                "allow_persistent_secrets": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
                "python_enable_replacements": False,
            },
        )
        _lock(self._root, _files(job))

    def serves(self, job: Job) -> bool:
        """Whether a job reads the very files this was opened on, within the same limits."""
        return self._key == _key(job)

    @contextmanager
    def session(self, job: Job) -> Iterator[Session]:
        """Lend a connection with a database for what the job makes. After a failure this must be closed."""
        connection = self._root.cursor()
        connection.execute(f"ATTACH ':memory:' AS {_OWN}")
        connection.execute(f"USE {_OWN}")
        yield Session(connection, Watch(connection, job.limits.seconds), self._memory_mb, self._reads)
        connection.execute("USE memory")
        connection.execute(f"DETACH {_OWN}")
        connection.close()

    def close(self) -> None:
        """Close the database and remove what it spilled."""
        self._root.close()
        self._spill.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _key(job: Job) -> tuple[frozenset[str], int, int]:
    return frozenset(_files(job)), job.limits.memory_mb, job.limits.threads


def _files(job: Job) -> set[str]:
    return {file for source in job.sources for file in source.files}


def _lock(connection: duckdb.DuckDBPyConnection, files: set[str]) -> None:
    """Allow the files, then forbid everything else and every further change of settings, in this order."""
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    connection.execute(f"SET GLOBAL allowed_paths = [{', '.join(literal(file) for file in sorted(files))}]")
    connection.execute("SET GLOBAL enable_external_access = false")
    connection.execute("SET GLOBAL lock_configuration = true")
