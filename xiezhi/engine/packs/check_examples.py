"""Holds the examples of pages against the datasets, parameters and rules that they name."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from xiezhi.engine.columns import ColumnType, Kind
from xiezhi.engine.packs.examples import ParsedExample, Table
from xiezhi.engine.packs.model import Column, Indicator, Level
from xiezhi.engine.packs.names import nearest, one_of
from xiezhi.engine.packs.page import Page
from xiezhi.engine.packs.read_indicator import outputs
from xiezhi.engine.packs.scalars import from_text, said, value_type
from xiezhi.engine.packs.section import Text
from xiezhi.engine.packs.texts import Texts

_LONGEST_SHOWN = 80


def check_examples(texts: Texts) -> None:
    """Note every name or cell of an example that does not fit, and each page without an example."""
    for indicator in texts.indicators.values():
        page = texts.pages[indicator.page_path]
        _check_page(texts, page, partial(_check_flags, indicator))
    for view in texts.views.values():
        _check_page(texts, texts.pages[view.sql_path.with_suffix(".md")], _check_rows)


def _check_page(texts: Texts, page: Page, expect: Callable[[Text, ParsedExample], None]) -> None:
    text = page.front.text
    if not page.examples and not any(issue.code == "example" for issue in text.issues if issue.place.path == text.path):
        text.refuse_line(page.body_line, "example", "the page has no example", "write ## Examples and ### a title")
    for parsed in page.examples:
        _check_parameters(texts, text, parsed)
        _check_without(texts, text, parsed)
        for name, table in parsed.given.items():
            _check_given(texts, text, name, table, parsed)
        expect(text, parsed)


def _check_parameters(texts: Texts, text: Text, parsed: ParsedExample) -> None:
    for name, value in parsed.example.parameters.items():
        line = parsed.parts["with", name]
        parameter = texts.parameters.get(name)
        if parameter is None:
            if "parameters" not in texts.unread:
                text.refuse_line(line, "unknown", f'no parameter "{name}"', one_of(name, texts.parameters))
            continue
        wanted = value_type(parameter.type)
        if wanted is not None:
            _check_cell(text, line, name, value, wanted)


def _check_without(texts: Texts, text: Text, parsed: ParsedExample) -> None:
    for name in parsed.example.without if "datasets" not in texts.unread else ():
        line = parsed.parts["without", name]
        dataset, _, column = name.partition(".")
        known = [*texts.datasets, *(f"{d.name}.{c}" for d in texts.datasets.values() for c in d.columns)]
        if name not in known:
            text.refuse_line(line, "unknown", f'no dataset or column "{name}"', one_of(name, known))
            continue
        table = parsed.given.get(dataset)
        if table is not None and (not column or column in table.columns):
            text.refuse_line(line, "example", f'"{name}" is given, and the source is without it', "keep one of the two")


def _check_given(texts: Texts, text: Text, name: str, table: Table, parsed: ParsedExample) -> None:
    dataset = texts.datasets.get(name)
    if dataset is None:
        if name not in texts.reads and not texts.unread & {"datasets", "platform.toml"}:
            known = (*texts.datasets, *texts.reads)
            instead = one_of(name, known)
            text.refuse_line(parsed.parts["given", name], "unknown", f'"{name}" is no dataset', instead)
        return
    _check_columns(text, table, dataset.columns, f'dataset "{name}" has no column')
    for line, row in table.rows:
        for column_name, cell in row.items():
            column = dataset.columns.get(column_name)
            if column is not None and cell:
                _check_given_cell(
                    text, line, column, cell, [code.value for code in dataset.codes.get(column.codes or "", ())]
                )


def _check_given_cell(text: Text, line: int, column: Column, cell: str, codes: list[str]) -> None:
    if column.type.kind is Kind.CODE and codes and cell not in codes:
        message = f'"{column.name}" is "{_clipped(cell)}", which its code list does not have'
        text.refuse_line(line, "code", message, nearest(cell, codes) or f"write one of: {', '.join(codes)}")
        return
    _check_cell(text, line, column.name, cell, column.type)


def _check_flags(indicator: Indicator, text: Text, parsed: ParsedExample) -> None:
    table = parsed.expect
    if table is None:
        return
    known = ("rule", "level", *outputs(indicator))
    _check_columns(text, table, known, "the indicator has no output column")
    rules = {rule.id: rule for rule in indicator.rules}
    for line, row in table.rows:
        rule = rules.get(row.get("rule", ""))
        level = row.get("level")
        if "rule" in row and rule is None:
            text.refuse_line(line, "unknown", f'no rule "{row["rule"]}"', one_of(row["rule"], rules))
        if level is not None and level not in list(Level):
            text.refuse_line(line, "choice", f'"{level}" is no level', "write notice, orange or red")
        elif level is not None and rule is not None and rule.levels and Level(level) not in rule.levels:
            has = ", ".join(rule.levels)
            text.refuse_line(line, "choice", f'rule "{rule.id}" has no level {level}', f"it has: {has}")


def _check_rows(text: Text, parsed: ParsedExample) -> None:
    for column in parsed.expect.columns if parsed.expect else ():
        if column in ("rule", "level"):
            line = parsed.expect.line if parsed.expect else 0
            text.refuse_line(line, "unknown", f'a view has no column "{column}"', "leave it out")


def _check_columns(text: Text, table: Table, known: Iterable[str] | Mapping[str, Column], message: str) -> None:
    names = list(known)
    for column in table.columns:
        if column not in names:
            text.refuse_line(table.line, "unknown", f'{message} "{column}"', one_of(column, names))


def _check_cell(text: Text, line: int, name: str, cell: str, wanted: ColumnType) -> None:
    try:
        from_text(cell, wanted)
    except ValueError:
        text.refuse_line(line, "type", f'"{name}" is "{_clipped(cell)}"', f"write {said(wanted)}")


def _clipped(cell: str) -> str:
    return cell if len(cell) <= _LONGEST_SHOWN else cell[:_LONGEST_SHOWN] + "…"
