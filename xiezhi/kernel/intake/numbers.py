"""Surrogates of an installation: one number for each text of a field, the same in every dataset and for ever.

A delivery numbers its texts from 1. Here they get the numbers they have already, and new ones the next. The numbers
are kept beside the facts, in files of the manifest under the name ``#`` and the surrogate: ``text`` and ``_row``.
"""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import duckdb

from xiezhi.engine.packs.model import Dataset
from xiezhi.engine.snapshot.files import FileInfo, write_parquet
from xiezhi.engine.snapshot.relation import literal, quoted
from xiezhi.kernel.intake.models import FactFile
from xiezhi.kernel.intake.shapes import absolute, facts_folder, surrogates
from xiezhi.kernel.intake.texts import template


def numbers_name(surrogate: str) -> str:
    """Return the name in the manifest of the numbers of a surrogate."""
    return f"#{surrogate}"


def number_texts(
    connection: duckdb.DuckDBPyConnection,
    *,
    field: str,
    files: Mapping[str, Path],
    datasets: Mapping[str, Dataset],
    known: Mapping[str, list[FactFile]],
) -> dict[str, FileInfo]:
    """Make a table ``numbers_table(surrogate)`` (text, number) of the texts that arrive, for each surrogate.

    Returns the files of the new numbers, written already, by the name of the manifest.
    """
    scans: dict[str, list[str]] = {}
    for name, path in files.items():
        for column in surrogates(datasets[name]):
            scan = f"SELECT {quoted(column.of[0])} AS text, {quoted(column.name)} AS n FROM {_scan(path)}"
            scans.setdefault(column.name, []).append(scan)
    written = {}
    for surrogate, selects in scans.items():
        held = known.get(numbers_name(surrogate), [])
        stored = "SELECT NULL::VARCHAR AS text, NULL::BIGINT AS _row WHERE false"
        if held:
            stored = f"SELECT text, _row FROM read_parquet([{', '.join(literal(absolute(f)) for f in held)}])"
        highest = max((file.max_row or 0 for file in held), default=0)
        table = numbers_table(surrogate)
        arrived = " UNION ALL ".join(selects)
        connection.execute(template("numbers").format(table=table, arrived=arrived, stored=stored, highest=highest))
        new = template("new_numbers").format(table=table)
        ((count,),) = connection.execute(f"SELECT count(*) FROM ({new})").fetchall()
        if count:
            folder = facts_folder(field, f"_{surrogate}")
            written[numbers_name(surrogate)] = write_parquet(
                connection, f"{new} ORDER BY _row", folder / f"{uuid4().hex}.parquet"
            )
    return written


def numbers_table(surrogate: str) -> str:
    """Return the table of the numbers of a surrogate."""
    return quoted(f"numbers of {surrogate}")


def _scan(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"
