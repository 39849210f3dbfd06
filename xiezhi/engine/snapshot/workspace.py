"""A DuckDB of our own for work on snapshots: bounded memory, spilling beside the files, our own SQL only."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Room:
    """What work on a snapshot may use. ``scratch``: folder to spill to, None = the system's."""

    memory_mb: int = 1024
    threads: int = 2
    scratch: Path | None = None


@contextmanager
def workspace(room: Room) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database; what it spilled is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="xiezhi-snapshot-", ignore_cleanup_errors=True) as spill:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{room.memory_mb}MiB",
                "threads": room.threads,
                "temp_directory": spill,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
            },
        )
        try:
            yield connection
        finally:
            connection.close()
