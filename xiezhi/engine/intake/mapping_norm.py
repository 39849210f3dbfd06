"""The ``[norm]`` of a mapping: by which calendar, values and tables a run judges, and what it cites."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from xiezhi.engine.intake.model import NormOfRun, ParameterOverride, TableOverride
from xiezhi.engine.packs.model import Dataset, Law, Pack, Parameter, ReferenceTable
from xiezhi.engine.packs.names import nearest
from xiezhi.engine.packs.read_laws import check_mark, read_law
from xiezhi.engine.packs.read_table import read_rows
from xiezhi.engine.packs.scalars import column_type, fits, said, typed, value_type
from xiezhi.engine.packs.section import Section
from xiezhi.engine.packs.table_ranges import lay_over

_WRITTEN = {"BIGINT": "integer", "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date"}
_GROUNDS = ("law", "column", "text")


@dataclass(frozen=True)
class Judged:
    """What a mapping may put its own values in place of. ``parameters`` None: their names are not checked."""

    datasets: Mapping[str, Dataset]
    parameters: Mapping[str, Parameter] | None = None
    tables: Mapping[str, ReferenceTable] = field(default_factory=dict)


def read_norm(section: Section | None, judged: Judged) -> NormOfRun:
    """Return the norm of a run; unknown parameters, tables, columns and wrong values are noted with their lines."""
    if section is None:
        return NormOfRun()
    parameters, tables = section.section("parameters"), section.section("tables")
    norm = NormOfRun(
        calendar=section.string("calendar", "CN"),
        indicators=section.strings("indicators"),
        parameters=() if parameters is None else tuple(_parameter(n, s, judged) for n, s in _each(parameters)),
        basis=tuple(_basis(inner, judged) for inner in section.sections("basis")),
        limit_name=section.words("limit_name", required=False),
        tables=() if tables is None else tuple(row for name in tables.values for row in _table(tables, name, judged)),
    )
    section.done()
    return norm


def judged_by(pack: Pack, norm: NormOfRun) -> Pack:
    """Return a pack with the rows of a norm laid over its reference tables, key by key and day by day."""
    if not norm.tables:
        return pack
    tables = dict(pack.tables)
    for name in dict.fromkeys(row.table for row in norm.tables):
        tables[name] = lay_over(tables[name], [row.cells for row in norm.tables if row.table == name])
    return replace(pack, tables=tables)


def _each(section: Section) -> list[tuple[str, Section]]:
    return list(section.tables().items())


def _parameter(name: str, section: Section, judged: Judged) -> ParameterOverride:
    value: Any = section.values.get("value")
    known = None if judged.parameters is None else judged.parameters.get(name)
    wanted = None if known is None else value_type(known.type)
    if judged.parameters is not None and known is None:
        instead = nearest(name, judged.parameters) or f"the field has: {', '.join(sorted(judged.parameters))}"
        section.text.refuse(section.at, "unknown-parameter", f'there is no parameter "{name}"', instead)
    if not section.has("value") or (not isinstance(value, (int, Decimal, bool, str)) and wanted is None):
        section.refuse("value", "missing", f'{section.title} has no "value" of one piece', "write value = 40")
    elif wanted is not None and not fits(value, wanted):
        section.refuse("value", "type", f'"value" of {section.title} is not {said(wanted)}', f"write {said(wanted)}")
    elif wanted is not None:
        value = typed(value, wanted)
    source = section.string("source")
    section.done()
    return ParameterOverride(name, value, source)


def _table(tables: Section, name: str, judged: Judged) -> list[TableOverride]:
    table = judged.tables.get(name)
    if table is None:
        tables.has(name)
        instead = nearest(name, judged.tables) or f"the field has: {', '.join(sorted(judged.tables)) or 'none'}"
        tables.refuse(name, "unknown-table", f'there is no reference table "{name}"', instead)
        return []
    sections = tables.sections(name, required=True)
    sources = [section.string("source") for section in sections]
    types = {column: column_type(_WRITTEN.get(kind, kind.lower())) for column, kind in table.columns.items()}
    plain = {column: kind for column, kind in types.items() if kind and column not in ("valid_from", "valid_to")}
    rows = read_rows(name, sections, table.key, plain)
    return [TableOverride(name, cells, sources[number]) for number, cells in rows]


def _basis(section: Section, judged: Judged) -> Law:
    """Return what is printed in place of the page's citations: a law, a column of the source, or another text."""
    written = [key for key in _GROUNDS if key in section.values]
    if len(written) != 1:
        told = "names no law, no column and no text" if not written else f"names {' and '.join(written)}"
        instead = 'write law and article; or column = "cases.due_at"; or text = "…"; one of the three'
        section.text.refuse(section.at, "missing", f"{section.title} {told}", instead)
        for key in _GROUNDS:
            section.has(key)
    law = _law(section) if written in ([], ["law"]) or len(written) > 1 else _recorded(section, judged)
    section.done()
    return law


def _law(section: Section) -> Law:
    law = read_law(section)
    if "law" in section.values and not law.law:
        section.refuse("law", "missing", f'"law" of {section.title} is empty', 'write law = "…"')
    return law


def _recorded(section: Section, judged: Judged) -> Law:
    """A day that the source recorded has no article: the column, or a letter, stands in its place."""
    mark, note = check_mark(section), section.loose("note")
    if "T" in mark:
        section.refuse("mark", "choice", "only the text of a law is marked T", 'write mark = "D", or law and article')
    if "text" in section.values:
        return Law(section.string("text"), "", "", mark, note)
    target = section.string("column")
    dataset, _, name = target.partition(".")
    known = {f"{d.name}.{c.name}": c for d in judged.datasets.values() for c in d.columns.values()}
    column = known.get(f"{dataset}.{name}")
    if column is None:
        section.refuse("column", "unknown-column", f'there is no column "{target}"', nearest(target, known))
        return Law(target, "", "", mark, note)
    return Law(f"来源所载“{column.words.zh}” · {column.words.en}, as the source recorded it", "", "", mark, note)
