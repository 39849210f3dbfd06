"""One example of a page, executed: tables given, findings compared with the table expected, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from xiezhi.engine.calendars.calendar import Calendar
from xiezhi.engine.columns import SYSTEM_COLUMNS
from xiezhi.engine.compile.program import Missing, Programmed, compile_pack
from xiezhi.engine.errors import Issue, Place
from xiezhi.engine.findings.texts import json_value
from xiezhi.engine.intake.model import NormOfRun, ParameterOverride
from xiezhi.engine.intake.tokens import token_of
from xiezhi.engine.lint.tables import example_table
from xiezhi.engine.packs.model import Example, Indicator, Pack, Scalar
from xiezhi.engine.packs.scalars import from_text, value_type
from xiezhi.engine.run.errors import RunError
from xiezhi.engine.run.jobs import Engine, Limits, Source
from xiezhi.engine.run.program import Program, measured, tokens_of
from xiezhi.engine.run.tables import write_reference, write_source

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where examples are executed: a pack, an engine, a folder for the tables, and those that no example changes."""

    pack: Pack
    engine: Engine
    folder: Path
    fixed: Mapping[str, Source]
    limits: Limits
    compiled: dict[tuple[object, ...], Programmed] = field(default_factory=dict)

    def program(self, indicator: Indicator, example: Example) -> Programmed:
        """Return an indicator compiled for an example; examples that are fed alike share it."""
        alike = (indicator.id, frozenset(example.without), tuple(sorted(example.parameters.items())))
        if alike not in self.compiled:
            fed, norm = _fed(self.pack, example), _norm(self.pack, example)
            self.compiled[alike] = compile_pack(self.pack, fed=fed, norm=norm, only=(indicator.id,))
        return self.compiled[alike]


def fixed_tables(pack: Pack, calendar: Calendar, folder: Path) -> dict[str, Source]:
    """Write the reference tables and the calendar, and return them as sources."""
    tables = {name: write_reference(table, folder) for name, table in pack.tables.items()}
    return tables | {"calendar": write_source("calendar", calendar.table(), folder)}


def example_issues(bench: Bench, indicator: Indicator, example: Example) -> list[Issue]:
    """Return what the example says and the indicator does not do; empty when they agree.

    Raises:
        AuthorError: the indicator does not compile.
    """
    compiled = bench.program(indicator, example)
    plan = compiled.indicators[indicator.id]
    if isinstance(plan, Missing):
        return [] if example.not_run else [_issue(indicator, example, f"was not run: {plan.words.en}")]
    if example.not_run:
        return [_issue(indicator, example, "was run, though `expect not run` says that it cannot be")]
    program = _program(bench, example, compiled)
    try:
        table = dict(bench.engine.run(measured(program, plan, constants=compiled.constants(indicator.id))))["measure"]
    except RunError as error:
        return [_issue(indicator, example, str(error))]
    tokens = tokens_of(bench.pack, plan)
    found = [{name: _shown(name, value, tokens) for name, value in row.items()} for row in table.to_pylist()]
    wanted = [{name: _wanted(name, cell, tokens) for name, cell in row.items()} for row in example.expect]
    return _compared(indicator, example, found, wanted)


def _compared(indicator: Indicator, example: Example, found: Sequence[Row], wanted: Sequence[Row]) -> list[Issue]:
    names = tuple(wanted[0]) if wanted else ("rule", indicator.subject_id, "level")
    unknown = [name for name in names if found and name not in found[0]]
    if unknown:
        return [_issue(indicator, example, f"expects the column {unknown[0]}, which the indicator does not give")]
    left = sorted(tuple(str(row[name]) for name in names) for row in found)
    right = sorted(tuple(str(row[name]) for name in names) for row in wanted)
    if left == right:
        return []
    return [_issue(indicator, example, f"found {_told(names, left)}; expected {_told(names, right)}")]


def _told(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return "nothing"
    return "; ".join(", ".join(f"{name}={cell}" for name, cell in zip(names, row, strict=True)) for row in rows)


def _shown(name: str, value: Any, tokens: frozenset[str]) -> str:
    text = json_value(value, token=name in tokens)
    return "" if text is None else str(text).lower() if isinstance(text, bool) else str(text)


def _wanted(name: str, cell: str, tokens: frozenset[str]) -> str:
    return str(json_value(token_of(cell), token=True)) if name in tokens and cell else cell


def _issue(indicator: Indicator, example: Example, message: str) -> Issue:
    place = Place(indicator.page_path, example.line)
    return Issue(place, "example", f"“{example.title}” {message}", "mend the example, the SQL or the rules")


def _fed(pack: Pack, example: Example) -> dict[str, frozenset[str]]:
    fed = {name: set(dataset.columns) for name, dataset in pack.datasets.items()}
    for target in example.without:
        dataset, _, column = target.partition(".")
        if column:
            fed[dataset].discard(column)
        else:
            fed.pop(dataset)
    return {name: frozenset(columns) for name, columns in fed.items()}


def _norm(pack: Pack, example: Example) -> NormOfRun:
    overrides = tuple(
        ParameterOverride(name, _value(pack, name, text), "example") for name, text in example.parameters.items()
    )
    return NormOfRun(parameters=overrides)


def _value(pack: Pack, name: str, text: str) -> Scalar:
    kind = value_type(pack.parameters[name].type)
    return from_text(text, kind) if kind is not None else text


def _program(bench: Bench, example: Example, compiled: Programmed) -> Program:
    numbers: dict[str, dict[str, int]] = {}
    shelf: dict[str, Source] = {}
    for name, dataset in bench.pack.datasets.items():
        table = example_table(dataset, example.given.get(name, ()), numbers)
        columns = dataset.visible | {name: SYSTEM_COLUMNS[name] for name in ("_file", "_line")}
        shelf[name] = replace(write_source(name, table, bench.folder), columns=tuple(columns.items()))
    return Program(bench.pack, compiled.views, shelf | dict(bench.fixed), example.as_of, bench.limits)
