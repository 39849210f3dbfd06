"""How a source is read: its large files each time, its many small ones once.

A snapshot grows by deltas of a few rows each. Opening a hundred of them takes longer than reading ten times their
rows out of one file, and every query of every job would do it again. So the live rows of small files, and the rows
that are replaced in any file, are looked for once and kept by the database, which serves all jobs over these files.
"""

from pathlib import Path

from xiezhi.engine.run.jobs import Source
from xiezhi.engine.run.session import Session
from xiezhi.engine.snapshot.relation import gone_sql, live_sql

_SMALL = 1 << 20  # bytes of a file
_MANY = 8  # fewer small files than these cost nothing to open
_SHARE = 64  # small files together may have this part of the memory, compressed as they are


def read_source(session: Session, source: Source) -> str:
    """Return the SELECT of the live rows, from now on the same for every job of this database."""
    if source not in session.reads:
        session.reads[source] = _first(session, source)
    return session.reads[source]


def _first(session: Session, source: Source) -> str:
    gone = None
    if source.files and not source.clean:
        gone = _keep(session, gone_sql(source.files))
    small = _small(source, most=(session.memory_mb << 20) // _SHARE)
    large = tuple(file for file in source.files if file not in small)
    selects = [_live(session, source, large, gone)] if large or not small else []
    if small:
        selects.append(f"SELECT * FROM {_keep(session, _live(session, source, tuple(small), gone))}")
    return "\nUNION ALL\n".join(selects)


def _live(session: Session, source: Source, files: tuple[str, ...], gone: str | None) -> str:
    columns, instead = dict(source.columns), dict(source.constants)
    return live_sql(session.connection, files, columns, clean=source.clean, instead=instead, gone=gone)


def _small(source: Source, *, most: int) -> dict[str, int]:
    """Return the small files with their sizes; none when they are few, or too much to keep."""
    sizes = {file: Path(file).stat().st_size for file in source.files if len(source.files) >= _MANY}
    small = {file: size for file, size in sizes.items() if size < _SMALL}
    return small if len(small) >= _MANY and sum(small.values()) <= most else {}


def _keep(session: Session, sql: str) -> str:
    """Keep rows for as long as the database; return the name of the table."""
    connection = session.connection
    ((number,),) = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'memory'").fetchall()
    name = f"memory.main._kept_{number}"
    connection.execute(f"CREATE TABLE {name} AS {sql}")
    return name
