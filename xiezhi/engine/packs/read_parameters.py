"""Reads ``parameters/*.toml``: each table of a file is a dated parameter or, where it has a key, a reference table."""

from datetime import date

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.packs.model import DatedValue, Parameter, ReferenceTable, Scalar
from xiezhi.engine.packs.read_laws import read_law
from xiezhi.engine.packs.read_table import read_table
from xiezhi.engine.packs.scalars import VALUE_KINDS, fits, said, typed, value_type
from xiezhi.engine.packs.section import Section, check_name


def read_parameters(root: Section) -> tuple[dict[str, Parameter], dict[str, ReferenceTable]]:
    """Return the parameters and the reference tables of a file."""
    parameters: dict[str, Parameter] = {}
    tables: dict[str, ReferenceTable] = {}
    for name, section in root.tables().items():
        if "key" in section.values:
            tables[name] = read_table(name, section)
        else:
            parameters[name] = _parameter(name, section)
    root.done()
    return parameters, tables


def _parameter(name: str, section: Section) -> Parameter:
    check_name(section.text, section.at, name, "parameter")
    words, unit = section.both(), section.string("unit")
    written = section.string("type")
    wanted = value_type(written)
    if wanted is None and written:
        message = f'parameter "{name}" has the type "{written}"'
        section.refuse("type", "column-type", message, f"write one of: {VALUE_KINDS}")
    values = []
    for dated in section.sections("values", required=True):
        valid_from = dated.day("from")
        if valid_from is None and "from" not in dated.values:
            dated.refuse("from", "missing", f'{dated.title} has no "from"', "write from = 2026-01-01")
        value = _value(dated, wanted)
        values.append(DatedValue(valid_from or date.min, value, read_law(dated)))
        dated.done()
        _check_order(name, dated, values)
    section.done()
    return Parameter(name, words, unit, str(wanted or ColumnType(Kind.TEXT)), tuple(values), section.text.path)


def _value(section: Section, wanted: ColumnType | None) -> Scalar:
    if not section.has("value") or wanted is None:
        return None
    value = section.values["value"]
    if not fits(value, wanted):
        section.refuse("value", "type", f'"value" of {section.title} is not {said(wanted)}', f"write {said(wanted)}")
        return None
    return typed(value, wanted)


def _check_order(name: str, section: Section, values: list[DatedValue]) -> None:
    if len(values) < 2 or date.min in (values[-1].valid_from, values[-2].valid_from):
        return
    before, day = values[-2].valid_from, values[-1].valid_from
    if day == before:
        message = f'"{name}" has two values from {day}'
        section.refuse("from", "duplicate", message, "leave one out")
    elif day < before:
        message = f'a value of "{name}" from {day} stands after one from {before}'
        section.refuse("from", "order", message, "write the earliest first")
