"""A list as a file: complete or failed, with its number of rows and its digest. A cell never becomes a formula."""

import csv
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words
from xiezhi.kernel.listing import Listing
from xiezhi.web.language import said

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_CELL = 32_767  # of a cell of XLSX
_MOST_ROWS = 1_048_575


class TooManyRows(XiezhiError):  # noqa: N818  named by what it says
    """A sheet of XLSX cannot hold so many rows."""


@dataclass(frozen=True)
class Exported:
    """A finished file, open at its beginning; it is gone when closed."""

    stream: IO[bytes]
    rows: int
    sha256: str
    size: int


def export(listing: Listing[Any, Any], rows: Iterable[Any], form: str) -> Exported:
    """Write all rows to a temporary file, and only then give it.

    Raises:
        TooManyRows: XLSX holds 1,048,575 rows; CSV holds any number.
    """
    stream = tempfile.NamedTemporaryFile(prefix="xiezhi-export-", suffix=f".{form}")  # noqa: SIM115  closed by its reader
    try:
        table = _cells(listing, rows)
        count = _write_xlsx(Path(stream.name), table) if form == "xlsx" else _write_csv(Path(stream.name), table)
        with Path(stream.name).open("rb") as written:
            sha256 = hashlib.file_digest(written, "sha256").hexdigest()
        return Exported(Path(stream.name).open("rb"), count, sha256, Path(stream.name).stat().st_size)
    finally:
        stream.close()


def _cells(listing: Listing[Any, Any], rows: Iterable[Any]) -> Iterator[list[Any]]:
    yield [said(column.words) for column in listing.columns]
    for row in rows:
        yield [_plain(column.cell(row)) for column in listing.columns]


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return said(value)
    if isinstance(value, bool):
        return said(Words("是", "yes") if value else Words("否", "no"))
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int | Decimal | float):
        return value
    return str(value)


def _write_csv(path: Path, table: Iterator[list[Any]]) -> int:
    written = -1  # the heading is no row
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for written, row in enumerate(table):  # noqa: B007  the last ordinal is the count
            writer.writerow(
                [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row]
            )
    return written


def _write_xlsx(path: Path, table: Iterator[list[Any]]) -> int:
    count = -1
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for count, row in enumerate(table):
            if count > _MOST_ROWS:
                raise TooManyRows(f"a sheet holds {_MOST_ROWS:,} rows: export as CSV")
            for place, cell in enumerate(row):
                sheet.write(
                    count, place, cell[:_MOST_CELL] if isinstance(cell, str) else cell, head if count == 0 else None
                )
    return count
