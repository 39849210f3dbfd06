"""An XLSX file becomes registry rows: all of it, or none with every error by sheet, line and column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine
from django.db import models, transaction

from xiezhi.engine.errors import XiezhiError
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.may import require
from xiezhi.kernel.registry.actions import put
from xiezhi.kernel.registry.publishing import changed
from xiezhi.kernel.registry.sheets import SHEETS, BadCell, Cell, Sheet, SheetColumn


class NoWorkbook(XiezhiError):  # noqa: N818  named by what it says
    """The file is no XLSX workbook, or has no sheet that is known."""


@dataclass(frozen=True)
class LineError:
    """What is wrong in one cell or one line; ``line`` counts as the sheet shows it, the heading is line 1."""

    sheet: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.sheet} line {self.line}"
        return f"{place}, {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"


@dataclass
class Imported:
    """What an import did: rows added and changed by kind, or the errors, and then nothing was done."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    errors: list[LineError] = field(default_factory=list)


def import_workbook(path: Path, *, by: Actor, at: datetime, only_look: bool = False) -> Imported:
    """Import every known sheet of a workbook, in the order in which they refer to one another.

    Args:
        path: an XLSX file; sheets are named by kind or by its words, headings by either language.
        by: must be allowed to change the registry.
        at: the time of the act.
        only_look: say what would be done, and do nothing.

    Raises:
        NoWorkbook: it cannot be read as one, or holds no known sheet.
        NotAllowed: by may not.
    """
    require(by, "registry.change")
    result = Imported()
    with transaction.atomic():
        for sheet, rows in _sheets(path):
            _import(sheet, rows, result, by=by, at=at)
        if result.errors or only_look:
            transaction.set_rollback(True)
    return result


def _sheets(path: Path) -> Iterator[tuple[Sheet, Sequence[Sequence[Cell]]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise NoWorkbook(f"{path.name}: is no XLSX workbook ({error}); save it as .xlsx") from error
    named = {name.strip().casefold(): name for name in book.sheet_names}
    found = False
    for sheet in SHEETS:
        for name in (sheet.kind, sheet.words.zh, sheet.words.en):
            if name.casefold() in named:
                found = True
                rows: list[list[Cell]] = book.get_sheet_by_name(named[name.casefold()]).to_python()  # type: ignore[assignment]
                yield sheet, rows
                break
    if not found:
        known = ", ".join(f"{sheet.words.zh} ({sheet.kind})" for sheet in SHEETS)
        raise NoWorkbook(f"{path.name}: has no sheet that is known; name them {known}")


def _import(sheet: Sheet, rows: Sequence[Sequence[Cell]], result: Imported, *, by: Actor, at: datetime) -> None:
    if not rows:
        return
    places = _headings(sheet, rows[0], result)
    if places is None:
        return
    counts = {"added": 0, "changed": 0, "same": 0}
    seen: dict[tuple[Any, ...], int] = {}
    waiting = list(enumerate(rows[1:], start=2))
    for line, row in waiting:
        if not any(cell not in (None, "") for cell in row):
            continue
        values = _values(sheet, places, row, line, result)
        if values is None:
            continue
        key = tuple(str(values[name]) for name in sheet.key)
        if key in seen:
            result.errors.append(LineError(sheet.words.zh, line, "", f"the key of line {seen[key]} stands here again"))
            continue
        seen[key] = line
        counts[put(sheet.model, sheet.key, values, what=sheet.words.zh, by=by, at=at)] += 1
    result.added[sheet.kind], result.changed[sheet.kind] = counts["added"], counts["changed"]
    result.same[sheet.kind] = counts["same"]
    if counts["added"] or counts["changed"]:
        changed(sheet.dataset, by=by, at=at)


def _headings(sheet: Sheet, row: Sequence[Cell], result: Imported) -> dict[str, int] | None:
    told = {str(cell).strip().casefold(): place for place, cell in enumerate(row) if cell not in (None, "")}
    places: dict[str, int] = {}
    for column in sheet.columns:
        for name in (column.words.zh, column.words.en, column.field):
            if name.casefold() in told:
                places[column.field] = told.pop(name.casefold())
                break
        else:
            if column.required:
                result.errors.append(LineError(sheet.words.zh, 1, column.words.zh, "this heading is missing"))
                return None
    for name in told:
        result.errors.append(LineError(sheet.words.zh, 1, name, "this heading is not known"))
    return None if told else places


def _values(
    sheet: Sheet, places: dict[str, int], row: Sequence[Cell], line: int, result: Imported
) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    wrong = len(result.errors)
    for column in sheet.columns:
        if column.field not in places:
            continue
        try:
            values[column.field] = _value(
                column, row[places[column.field]] if places[column.field] < len(row) else None
            )
        except BadCell as error:
            result.errors.append(LineError(sheet.words.zh, line, column.words.zh, str(error)))
    first, last = values.get("valid_from"), values.get("valid_to")
    if isinstance(first, date) and isinstance(last, date) and last <= first:
        result.errors.append(LineError(sheet.words.zh, line, "终止日", f"{last} is not after {first}"))
    return values if len(result.errors) == wrong else None


def _value(column: SheetColumn, cell: Cell) -> Any:
    value = column.read(cell)
    if column.required and value in (None, ""):
        raise BadCell("is empty, and must not be")
    if column.refers is None:
        return value
    return _referred(column.refers, value) if value else None


def _referred(model: type[models.Model], code: str) -> models.Model:
    name = "number" if any(field.name == "number" for field in model._meta.fields) else "code"  # noqa: SLF001  public by use
    found = model._default_manager.filter(**{name: code}).first()  # noqa: SLF001  the manager of any model
    if found is None:
        raise BadCell(f"{code!r} is not registered: register it first, or put it above")
    return found
