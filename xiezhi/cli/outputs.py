"""Findings as JSON lines, CSV and Parquet. An export is whole or fails: it is written aside and renamed.

Only a file can be put in place so. A device or a pipe that stands under the name is written to, never replaced.
"""

import csv
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow.parquet as pq

from xiezhi.cli.arriving import writing
from xiezhi.engine.check.arrow import SCHEMA, findings_table

Finding = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_json(findings: Iterable[Finding], out: IO[str]) -> None:
    """Write one JSON object a line, keys as in the contract."""
    for finding in findings:
        out.write(orjson.dumps(finding).decode() + "\n")


def write_csv(findings: Iterable[Finding], out: IO[str]) -> None:
    """Write CSV: nested columns as JSON text. A cell that a spreadsheet would compute is led by an apostrophe."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SCHEMA.names)
    for finding in findings:
        writer.writerow([_cell(finding[name]) for name in SCHEMA.names])


def write_parquet(findings: Sequence[Finding], path: Path) -> None:
    """Write Parquet with the columns of the contract."""
    whole(path, lambda aside: pq.write_table(findings_table(findings), aside, compression="zstd"))


def write_text(text: str, path: Path) -> None:
    """Write a text file, whole."""
    whole(path, lambda aside: aside.write_text(text, encoding="utf-8"))


def whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in place at once.

    Raises:
        Unwritable: the folder cannot be made or written to, or has no room.
    """
    with writing(path):
        if path.exists() and not path.is_file():
            write(path)
            return
        place = path.resolve()  # behind a link stands the file to replace, not the link
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
        os.close(handle)
        aside = Path(name)
        try:
            write(aside)
            aside.chmod(0o644)
            aside.replace(place)
        finally:
            aside.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Refuse, before any work is done, a path that cannot be written.

    Raises:
        Unwritable: it is a folder, or its own folder cannot be made or written to.
    """
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if not path.exists():
            folder = path.resolve().parent
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        elif not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "it may not be written to")


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_quarantine(quarantine: Path, path: Path) -> None:
    """Write the records that were not accepted as CSV, with file, line, column and reason."""

    def fill(aside: Path) -> None:
        with pq.ParquetFile(quarantine) as file, aside.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=10_000):
                writer.writerows([_cell(value) for value in row.values()] for row in batch.to_pylist())

    whole(path, fill)


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write a file of JSON lines, whole."""

    def fill(aside: Path) -> None:
        with aside.open("w", encoding="utf-8") as out:
            write_json(findings, out)

    whole(path, fill)
