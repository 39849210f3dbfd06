"""Reads a dated reference table: rows written in TOML, or in a CSV file beside it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.errors import Place
from xiezhi.engine.packs.model import Law, ReferenceTable, Scalar
from xiezhi.engine.packs.names import RESERVED, better_name, one_of
from xiezhi.engine.packs.read_laws import read_law
from xiezhi.engine.packs.scalars import VALUE_KINDS, fits, from_text, said, typed, value_type
from xiezhi.engine.packs.section import Section, Text, check_name, read_utf8

_DAY = ColumnType(Kind.DATE)
_RANGE = ("valid_from", "valid_to")


@dataclass(frozen=True)
class _Row:
    """A row read: its keys, its half-open range, its values, and where to complain about it."""

    key: tuple[Scalar, ...]
    valid_from: date
    valid_to: date | None
    values: tuple[Scalar, ...]
    place: Place

    def cells(self) -> tuple[Scalar, ...]:
        return (*self.key, self.valid_from, self.valid_to, *self.values)


def read_table(name: str, section: Section) -> ReferenceTable:
    """Return the reference table that a section declares; rows of one key that overlap are refused."""
    check_name(section.text, section.at, name, "reference table")
    words = section.both()
    types = _types(section)
    key = tuple(column for column in section.strings("key", required=True) if _declared(section, column, types))
    basis = tuple(_basis(section))
    values = [column for column in types if column not in key]
    from_file = section.string("rows_file", "")
    inline = section.sections("rows", required=not from_file)
    rows = _file_rows(section, from_file, key, types) if from_file else _inline_rows(inline, key, values, types)
    if from_file and inline:
        section.refuse("rows", "choice", f'"{name}" has rows and a file of rows', "keep one of the two")
    _check_overlap(section.text, name, rows)
    section.done()
    columns = {column: types[column].stored for column in key}
    columns |= dict.fromkeys(_RANGE, _DAY.stored) | {column: types[column].stored for column in values}
    return ReferenceTable(name, words, key, columns, tuple(row.cells() for row in rows), basis, section.text.path)


def read_rows(
    name: str, sections: list[Section], key: tuple[str, ...], types: dict[str, ColumnType]
) -> list[tuple[int, tuple[Scalar, ...]]]:
    """Return rows written as tables, each with its number: keys, first day, day after the last, values.

    ``types`` names the columns, keys first. Wrong cells and rows of one key that overlap are noted.
    """
    values = [column for column in types if column not in key]
    numbers = {section.text.spots[section.at].line: number for number, section in enumerate(sections)}
    rows = _inline_rows(sections, key, values, types)
    if sections:
        _check_overlap(sections[0].text, name, rows)
    return [(numbers[row.place.line], row.cells()) for row in rows]


def _declared(section: Section, column: str, types: dict[str, ColumnType]) -> bool:
    if column in types:
        return True
    section.refuse("key", "unknown", f'"key" names no column: "{column}"', one_of(column, types))
    return False


def _types(section: Section) -> dict[str, ColumnType]:
    inner = section.section("columns", required=True)
    if inner is None:
        return {}
    types: dict[str, ColumnType] = {}
    for column in inner.values:
        written = inner.string(column)
        wanted = value_type(written)
        if wanted is None and written:
            message = f'column "{column}" has the type "{written}"'
            inner.refuse(column, "column-type", message, f"write one of: {VALUE_KINDS}")
        at = (*inner.at, column)
        check_name(inner.text, at, column, "column")
        if column in RESERVED:
            message = f'"{column}" is a reserved word of SQL'
            inner.text.refuse(at, "reserved", message, f"write {better_name(column)}")
        if column in _RANGE:
            message = f'"{column}" is added by the engine from "from" and "to"'
            inner.text.refuse(at, "duplicate", message, "leave it out")
        types[column] = wanted or ColumnType(Kind.TEXT)
    return types


def _basis(section: Section) -> Iterator[Law]:
    for inner in section.sections("basis", required=True):
        yield read_law(inner)
        inner.done()


def _inline_rows(
    sections: list[Section], key: tuple[str, ...], values: list[str], types: dict[str, ColumnType]
) -> list[_Row]:
    rows = []
    for section in sections:
        valid_from, valid_to = section.day("from"), section.day("to")
        if "from" not in section.values:
            section.refuse("from", "missing", f'{section.title} has no "from"', "write from = 2026-01-01")
        cells = {column: _cell(section, column, types[column], required=column in key) for column in types}
        section.done()
        place = Place(section.text.path, *section.text.spots[section.at])
        if valid_from is not None and all(cells[column] is not None for column in key):
            row = _Row(
                tuple(cells[column] for column in key), valid_from, valid_to, tuple(cells[c] for c in values), place
            )
            _check_range(section.text, row)
            rows.append(row)
    return rows


def _cell(section: Section, column: str, wanted: ColumnType, *, required: bool) -> Scalar:
    if not section.has(column):
        if required:
            section.refuse(column, "missing", f'{section.title} has no "{column}"', f"write {said(wanted)}")
        return None
    value: Any = section.values[column]
    if not fits(value, wanted):
        section.refuse(column, "type", f'"{column}" of {section.title} is not {said(wanted)}', f"write {said(wanted)}")
        return None
    return typed(value, wanted)


def _file_rows(section: Section, name: str, key: tuple[str, ...], types: dict[str, ColumnType]) -> list[_Row]:
    if PurePath(name).name != name or not name.endswith(".csv"):
        section.refuse("rows_file", "name", f'"{name}" is no file beside this one', 'write rows_file = "….csv"')
        return []
    path = section.text.path.with_name(name)
    if not path.is_file():
        section.refuse("rows_file", "missing-file", f'there is no file "{name}" beside this one', "add it")
        return []
    written = read_utf8(path, section.text.issues)
    if written is None:
        return []
    return _csv_rows(Text(path, section.text.issues), written, key, types)


def _csv_rows(text: Text, written: str, key: tuple[str, ...], types: dict[str, ColumnType]) -> list[_Row]:
    reader = csv.reader(io.StringIO(written, newline=""), strict=True)
    rows: list[_Row] = []
    try:
        header = next(reader, [])
        if sorted(header) != sorted([*types, "from", "to"]):
            wanted = ",".join([*key, "from", "to", *(column for column in types if column not in key)])
            text.refuse_line(1, "header", f"the heading is {','.join(header) or 'missing'}", f"write {wanted}")
            return []
        line = reader.line_num + 1
        for cells in reader:
            row = _csv_row(text, line, dict(zip(header, cells, strict=False)), key, types) if cells else None
            if len(cells) not in (0, len(header)):
                message = f"{len(cells)} cells under {len(header)} headings"
                text.refuse_line(line, "cells", message, "write one cell under each heading")
            elif row is not None:
                rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        text.refuse_line(reader.line_num, "csv", f"not CSV: {error}", "double a quotation mark inside quotes")
    return rows


def _csv_row(
    text: Text, line: int, cells: dict[str, str], key: tuple[str, ...], types: dict[str, ColumnType]
) -> _Row | None:
    read: dict[str, Any] = {}
    good = True
    for column, wanted in (*types.items(), ("from", _DAY), ("to", _DAY)):
        cell = cells.get(column, "")
        try:
            read[column] = from_text(cell, wanted)
        except ValueError:
            good = False
            text.refuse_line(line, "type", f'"{column}" is "{cell}"', f"write {said(wanted)}")
        if not cell and column in (*key, "from"):
            good = False
            text.refuse_line(line, "missing", f'"{column}" is empty', f"write {said(wanted)}")
    if not good:
        return None
    values = tuple(read[column] for column in types if column not in key)
    row = _Row(tuple(read[column] for column in key), read["from"], read["to"], values, Place(text.path, line))
    _check_range(text, row)
    return row


def _check_range(text: Text, row: _Row) -> None:
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        message = f"the row ends on {row.valid_to}, not after {row.valid_from}"
        text.refuse_line(row.place.line, "range", message, '"to" is the first day on which it no longer holds')


def _check_overlap(text: Text, name: str, rows: list[_Row]) -> None:
    """Half-open ranges of one key must be apart: sorted by start, each ends before or where the next begins."""
    by_key: dict[tuple[Scalar, ...], list[_Row]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    for key, group in by_key.items():
        group.sort(key=lambda row: (row.valid_from, row.place.line))
        widest = group[0]
        for row in group[1:]:
            if widest.valid_to is None or row.valid_from < widest.valid_to:
                shown = ", ".join(str(part) for part in key)
                message = f'rows of "{name}" for {shown} overlap: line {widest.place.line} and this one'
                instead = f"end the one of line {widest.place.line} by to = {row.valid_from}"
                Text(row.place.path, text.issues).refuse_line(row.place.line, "overlap", message, instead)
            if widest.valid_to is not None and (row.valid_to is None or row.valid_to > widest.valid_to):
                widest = row
