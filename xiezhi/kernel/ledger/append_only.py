"""The database itself refuses to change, delete or replace an entry. Each kind of database in its own words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


def statements(vendor: str) -> Iterator[str]:
    """Yield the statements that hold the ledger append-only on one kind of database.

    Raises:
        FileNotFoundError: for a database on which nothing would hold it.
    """
    text = (_SQL / f"append_only.{vendor}.sql").read_text(encoding="utf-8")
    if vendor != "sqlite":
        yield text
        return
    statement = ""
    for line in text.splitlines(keepends=True):  # SQLite's driver takes one statement at a time
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
