"""Mapping files: how the headings of a source become the columns of datasets, in TOML.

A whole one::

    source = "receipt"                  # name of the source
    zone = "Europe/Amsterdam"           # of local times without offset, and of what is stored; else the dataset's
    encoding = "gb18030"                # only where UTF-8, else GB18030, would be wrong
    prefix = "R-"                       # put before case numbers, to tell sources apart

    [norm]                              # by what this run judges
    calendar = "NL"
    indicators = ["recorded_deadline_missed"]
    basis = [{law = "…", article = "4:13", version = "2011-10-01", mark = "T"}]
    limit_name = {zh = "登记期限", en = "recorded deadline"}
    [norm.parameters]
    decision_days = {value = 40, source = "decision of 2010-10-01"}
    [[norm.tables.step_limits]]         # a row of a reference table, for its key and from its day on
    checkpoint = "CP4"
    from = 2010-10-01
    limit_days = 10
    source = "decision of 2010-10-01"

    [cases]                             # one section for each dataset that is fed
    files = "*.csv*"                    # which files, by name; all of them when absent
    distinct = true                     # rows with one key that agree become one
    require = ["case:concept:name"]     # a row where one of these is empty does not feed this dataset
    delivery = "snapshot"               # a delivery is the whole: a row that is absent is withdrawn
    within = "department"               # … the whole of those departments that stand in it
    [cases.columns]
    case_no = "case:concept:name"       # from a heading
    channel = {column = "case:channel", codes = {Internet = "online"}, other = "window"}
    source = {constant = "receipt"}     # the same for every row
    opened_on = {column = "opened", format = "%d-%m-%Y"}
    officer_id = {column = "org:resource", privacy = "none", reason = "a pseudonym of the publisher"}

`docs/reference/mapping.md` says what each key means.
"""

import zoneinfo
from collections.abc import Mapping
from pathlib import Path

import duckdb

from xiezhi.engine.columns import Kind, Privacy
from xiezhi.engine.errors import AuthorError, Issue
from xiezhi.engine.intake.defaults import default_mapping
from xiezhi.engine.intake.encodings import known
from xiezhi.engine.intake.mapping_norm import Judged, read_norm
from xiezhi.engine.intake.model import ColumnMap, DatasetMap, SourceMap
from xiezhi.engine.intake.raw import heading
from xiezhi.engine.intake.sections import NUMBERED
from xiezhi.engine.packs.model import Column, Dataset, Parameter, ReferenceTable
from xiezhi.engine.packs.names import nearest
from xiezhi.engine.packs.section import Section, read_toml

__all__ = ["default_mapping", "load_mapping"]


def load_mapping(
    path: Path,
    datasets: Mapping[str, Dataset],
    *,
    parameters: Mapping[str, Parameter] | None = None,
    tables: Mapping[str, ReferenceTable] | None = None,
) -> SourceMap:
    """Read a mapping file against the datasets of a field.

    Args:
        path: the mapping file.
        datasets: those that it may feed.
        parameters: those whose values it may replace; None leaves their names unchecked.
        tables: the reference tables over which it may lay rows; None is none.

    Raises:
        AuthorError: every issue with its line and what to write instead: unknown keys, datasets, columns or codes, a
            key column that is not fed, a zone, an encoding or a format that does not exist.
    """
    issues: list[Issue] = []
    root = read_toml(path, issues)
    if root is None:
        raise AuthorError(issues)
    source = root.string("source")
    zone, encoding, prefix = root.loose("zone"), root.loose("encoding"), root.loose("prefix")
    if zone and zone not in zoneinfo.available_timezones():
        near = nearest(zone, zoneinfo.available_timezones())
        root.refuse("zone", "zone", f'"{zone}" is no time zone', near or 'write a name such as "Asia/Shanghai"')
    if encoding and known(encoding) is None:
        root.refuse("encoding", "encoding", f'"{encoding}" is no encoding', 'write a name such as "gb18030"')
    norm = read_norm(root.section("norm"), Judged(datasets, parameters, tables or {}))
    found = {name: _dataset(root, name, datasets) for name in root.values if name in datasets}
    if not found:
        root.refuse("", "missing", "no section feeds a dataset", f"write one of: {_headers(datasets)}")
    _unknown_sections(root, datasets)
    root.done()
    if issues:
        raise AuthorError(issues)
    codec = known(encoding) if encoding else None
    return SourceMap(source, path, zone or None, codec, prefix, {n: d for n, d in found.items() if d is not None}, norm)


def _headers(datasets: Mapping[str, Dataset]) -> str:
    return ", ".join(f"[{name}]" for name in datasets)


def _unknown_sections(root: Section, datasets: Mapping[str, Dataset]) -> None:
    """Refuse a table that is named after no dataset, with the datasets there are."""
    for key, value in root.values.items():
        if isinstance(value, dict) and key not in datasets and key != "norm":
            root.has(key)
            near = nearest(key, list(datasets))
            root.refuse(
                key, "unknown-dataset", f'there is no dataset "{key}"', near or f"write one of: {_headers(datasets)}"
            )


def _dataset(root: Section, name: str, datasets: Mapping[str, Dataset]) -> DatasetMap | None:
    section = root.section(name)
    if section is None:
        return None
    dataset = datasets[name]
    files = section.string("files", "*")
    distinct = section.flag("distinct")
    require = tuple(heading(h) for h in section.strings("require"))
    delivery = section.choice("delivery", ("rows", "unit", "snapshot"), "")
    unit, within = (_stored_column(section, key, dataset) for key in ("unit", "within"))
    _check_delivery(section, dataset, delivery, unit=unit, within=within)
    columns = section.section("columns", required=True)
    section.done()
    maps = {} if columns is None else _columns(columns, dataset)
    unfed = [c.name for c in dataset.columns.values() if _needed(c, dataset) and c.name not in maps]
    if columns is not None and unfed:
        needed = ", ".join(unfed)
        section.refuse("columns", "missing", f"{name} cannot be fed without {needed}", f'write {unfed[0]} = "heading"')
    return DatasetMap(name, files, distinct, maps, require, delivery, unit, within)


def _stored_column(section: Section, key: str, dataset: Dataset) -> str:
    name = section.loose(key)
    if name and name not in dataset.columns:
        instead = nearest(name, list(dataset.columns)) or f"columns: {', '.join(dataset.columns)}"
        section.refuse(key, "unknown-column", f'{dataset.name} has no column "{name}"', instead)
    return name


def _check_delivery(section: Section, dataset: Dataset, delivery: str, *, unit: str, within: str) -> None:
    """A unit goes with delivery by unit, the bounds of a snapshot with a snapshot."""
    effective = delivery or dataset.delivery
    if effective == "unit" and not (unit or dataset.unit):
        section.refuse("delivery", "missing", 'delivery by unit names no "unit"', 'write unit = "case_no"')
    if unit and effective != "unit":
        section.refuse("unit", "choice", f'"unit" goes with delivery by unit, not by {effective}', "leave it out")
    if within and effective != "snapshot":
        section.refuse("within", "choice", f'"within" goes with a snapshot, not with {effective}', "leave it out")


def _needed(column: Column, dataset: Dataset) -> bool:
    return (column.required or column.name in dataset.key) and column.type.kind not in NUMBERED


def _columns(section: Section, dataset: Dataset) -> dict[str, ColumnMap]:
    maps = {}
    feedable = [c.name for c in dataset.columns.values() if c.type.kind not in NUMBERED]
    for name in section.values:
        section.has(name)
        column = dataset.columns.get(name)
        if column is None:
            near = nearest(name, feedable)
            instead = near or f"columns: {', '.join(feedable)}"
            section.refuse(name, "unknown-column", f'{dataset.name} has no column "{name}"', instead)
        elif column.type.kind in NUMBERED:
            section.refuse(name, "counted", f"{dataset.name}.{name} is counted by the engine", "leave it out")
        else:
            maps[name] = _column(section, column, dataset)
    return maps


def _column(columns: Section, column: Column, dataset: Dataset) -> ColumnMap:
    if isinstance(columns.values[column.name], str):
        return ColumnMap(column=heading(columns.string(column.name)))
    section = columns.section(column.name)
    if section is None:
        return ColumnMap()
    found = ColumnMap(
        column=heading(section.string("column")) if section.has("column") else None,
        constant=section.string("constant") if section.has("constant") else None,
        codes=_codes(section.section("codes")),
        other=section.loose("other") if section.has("other") else None,
        format=section.string("format") if section.has("format") else None,
        privacy=section.choice("privacy", ("none",)) if section.has("privacy") else None,
        reason=section.loose("reason"),
    )
    section.done()
    _check(section, found, column)
    _check_codes(section, found, column, dataset)
    return found


def _codes(section: Section | None) -> tuple[tuple[str, str], ...]:
    if section is None:
        return ()
    for text, code in section.values.items():
        if not isinstance(code, str):
            section.refuse(text, "type", f'the code for "{text}" is not a text', 'write "text" = "code"')
    return tuple((text, code) for text, code in section.values.items() if isinstance(code, str))


def _check(section: Section, found: ColumnMap, column: Column) -> None:
    if (found.column is None) == (found.constant is None):
        section.refuse("column", "source", f"{section.title} needs either a column or a constant", 'write column = "…"')
    if found.format is not None and (column.type.kind not in (Kind.DATE, Kind.TIME) or not _parses(found.format)):
        instead = 'leave it out, or write a form such as "%d.%m.%Y" for a date or time'
        section.refuse("format", "format", f'"{found.format}" does not serve a column of type {column.type}', instead)
    if found.privacy is None:
        return
    if column.privacy is not Privacy.DIRECT:
        instead = "leave privacy and reason out"
        section.refuse("privacy", "privacy", f"{column.name} is no direct identifier, nothing is to be opened", instead)
    if not found.reason.strip():
        instead = 'write reason = "a pseudonym given by the publisher"'
        section.refuse("privacy", "reason", f"{section.title} opens a direct identifier without a reason", instead)


def _parses(form: str) -> bool:
    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT try_strptime('1', ?)", [form])
        except duckdb.Error:
            return False
    return True


def _check_codes(section: Section, found: ColumnMap, column: Column, dataset: Dataset) -> None:
    """What a translation ends in must stand in the code list, if the column has one."""
    if column.codes is None:
        return
    listed = [c.value for c in dataset.codes[column.codes]]
    given = [("codes", code) for _, code in found.codes]
    given += [("other", found.other)] if found.other else []
    given += [("constant", found.constant)] if found.constant is not None and not found.codes else []
    for key, code in given:
        if code and code not in listed:
            near = nearest(code, listed)
            instead = near or f"codes: {', '.join(listed)}"
            section.refuse(key, "unknown-code", f'"{code}" is not in the code list {column.codes}', instead)
